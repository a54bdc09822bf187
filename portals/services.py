"""The first site: a home page in each language. Every installation has it, with demonstration content or without."""

from __future__ import annotations

from django.db import transaction
from wagtail.models import Locale, Page, Site

from portals.models import HomePage

BODY = [("live_now", None), ("next_meetings", {"count": 6})]
EMPTY = {
    "en": ("Stoa", "Where your organisations meet, learn and publish."),
    "zh-hans": ("Stoa", "各组织在这里开会、学习、发布。"),
}


@transaction.atomic
def lay_site(titles: dict[str, tuple[str, str]] = EMPTY) -> dict[str, HomePage]:
    """The home pages by language, made where they are missing; Wagtail's own welcome page goes."""
    root = Page.get_first_root_node()
    homes: dict[str, HomePage] = {}
    for code, (title, summary) in titles.items():
        locale, _made = Locale.objects.get_or_create(language_code=code)
        home = HomePage.objects.filter(locale=locale, depth=2).first()
        if home is None:
            home = HomePage(title=title, summary=summary, slug=f"home-{code}", locale=locale, body=BODY)
            if homes:
                home.translation_key = homes["en"].translation_key
            root.add_child(instance=home)
            root.refresh_from_db()
        homes[code] = home
    if not Site.objects.filter(is_default_site=True, root_page=homes["en"].pk).exists():
        Site.objects.update_or_create(
            is_default_site=True, defaults={"hostname": "localhost", "root_page": homes["en"], "site_name": "Stoa"}
        )
    welcome = Page.objects.filter(slug="home", depth=2).not_type(HomePage).first()
    if welcome is not None:
        welcome.delete()
    return homes
