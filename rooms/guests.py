"""Guests keep who they are for half a day, in a signed cookie: who was removed stays out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing

from kernel import ids

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

COOKIE = "stoa_guest"
SALT = "rooms.guest"
LASTS_S = 12 * 60 * 60


@dataclass(frozen=True, slots=True)
class Guest:
    id: str
    name: str = ""


def read(token: str) -> Guest | None:
    """None when it was forged or is too old."""
    try:
        found = signing.loads(token, salt=SALT, max_age=LASTS_S)
    except signing.BadSignature:
        return None
    return Guest(str(found["id"]), str(found["name"]))


def write(guest: Guest) -> str:
    return signing.dumps({"id": guest.id, "name": guest.name}, salt=SALT)


def of(request: HttpRequest) -> Guest:
    """Who this browser was last time, or somebody new."""
    return read(request.COOKIES.get(COOKIE, "")) or Guest(ids.token())


def remember(response: HttpResponse, guest: Guest) -> None:
    response.set_cookie(
        COOKIE,
        write(guest),
        max_age=LASTS_S,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
        path="/rooms/",
    )
