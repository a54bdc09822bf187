"""What every template may ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest


def look(request: HttpRequest) -> dict[str, str]:
    user = getattr(request, "user", None)
    theme = getattr(user, "theme", "") or request.COOKIES.get("theme", "")
    return {"theme": theme if theme in {"light", "dark"} else ""}
