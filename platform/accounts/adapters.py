"""What we take over from somebody else's sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.models import User


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        """Names as the other side writes them whole: which part comes first differs between languages."""
        user: User = super().populate_user(request, sociallogin, data)
        said = sociallogin.account.extra_data
        claims = {**said.get("id_token", {}), **said.get("userinfo", {})} or said
        whole = claims.get("name") or claims.get("displayName") or claims.get("urn:oid:2.16.840.1.113730.3.1.241") or ""
        user.display_name = str(whole[0] if isinstance(whole, list) else whole)[:120]
        return user
