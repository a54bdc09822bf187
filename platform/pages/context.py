"""What every template may ask for: look, navigation, and whether the Studio is open to the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from wagtail.models import Site

from organisations.policies import Scope, may
from organisations.selectors import actor_for
from pages.models import Appearance

if TYPE_CHECKING:
    from django.http import HttpRequest

THEMES = ("light", "dark")


def look(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    theme = getattr(user, "theme", "") or request.COOKIES.get("theme", "")
    return {
        "theme": theme if theme in THEMES else "",
        "zone": timezone.get_current_timezone_name(),
        "appearance": SimpleLazyObject(lambda: appearance(request)),
        "may_studio": SimpleLazyObject(lambda: may_studio(request)),
    }


def appearance(request: HttpRequest) -> dict[str, Any]:
    """Palette, logo, line at the foot and links of this site; the house's own where nothing was set."""
    site = Site.find_for_request(request)
    if site is None:
        return {"palette": "", "logo": None, "footer": "", "links": []}
    own = Appearance.for_site(site)
    chinese = get_language() == "zh-hans"
    links = [
        {
            "label": (chinese and link.value["label_zh"]) or link.value["label"],
            "url": page.localized.get_url(request),
        }
        for link in own.navigation
        if (page := link.value["page"]) is not None and page.live
    ]
    palette = "" if own.palette == Appearance.Palette.VERDIGRIS else own.palette
    return {"palette": palette, "logo": own.logo, "footer": own.footer, "links": links}


def may_studio(request: HttpRequest) -> bool:
    """Whoever may edit pages somewhere."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return False
    actor = actor_for(user)
    return actor.superuser or any(may(actor, "page.edit", Scope(path=held.path)) for held in actor.roles)
