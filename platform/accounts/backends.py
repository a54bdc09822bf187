"""Name or address and password to an account, in the same time whether there is one or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.auth_backends import AuthenticationBackend

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.models import User


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """The only one: a second in the list would hash every wrong password twice."""

    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """One slow hash at each try. allauth's own looks an address up twice, so known ones took longer."""
        login, password = credentials.get("email") or credentials.get("username") or "", credentials["password"]
        user: User | None = self._authenticate_by_email(login, password)
        if user is None and not self._did_check_password:
            user = self._authenticate_by_username(login, password)
        return user
