"""Who calls the HTTP API: a token in `Authorization: Bearer …`, else the site's own session with its CSRF token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from ninja.errors import HttpError
from ninja.utils import check_csrf

from accounts import tokens
from kernel import clock
from web import ratelimit

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.models import User

WRONG_TOKENS = (20, 60)  # from one address, and seconds


def account(request: HttpRequest) -> User | None:
    """None: nobody, answered 401. Raises HttpError 403 without the CSRF token, 401 for a token that is none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        key = f"api-token:{request.META.get('REMOTE_ADDR', '')}"
        ratelimit.check(key, WRONG_TOKENS[0])
        user = tokens.user_of(token.strip(), now=clock.now())
        if user is None:
            ratelimit.count(key, WRONG_TOKENS[1])
            raise HttpError(401, "This token is not valid.")
        request.user = user
        return user
    if not request.user.is_authenticated:
        return None
    if check_csrf(request) is not None:
        raise HttpError(403, "The CSRF token is missing or wrong.")
    return request.user


def anybody(request: HttpRequest) -> User | AnonymousUser:
    """Also guests, who have no account."""
    return account(request) or AnonymousUser()
