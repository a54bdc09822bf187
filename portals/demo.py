"""The demonstration's home page in both languages, and a page for each organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wagtail.models import Locale, Page, Site

from organisations.models import Organisation
from pages.models import OrganisationPage
from portals.models import HomePage

if TYPE_CHECKING:
    from datetime import datetime

BODY = [("live_now", None), ("next_meetings", {"count": 6})]
TITLES = {
    "en": ("Lakeside Federation", "Where the federation meets, learns and publishes."),
    "zh-hans": ("湖滨联合会", "联合会在这里开会、学习、发布。"),
}


def make(*, now: datetime) -> None:
    if HomePage.objects.exists():
        return
    root = Page.get_first_root_node()
    homes: dict[str, HomePage] = {}
    for code, (title, summary) in TITLES.items():
        locale, _ = Locale.objects.get_or_create(language_code=code)
        home = HomePage(title=title, summary=summary, slug=f"home-{code}", locale=locale, body=BODY)
        if homes:
            home.translation_key = homes["en"].translation_key
        root.add_child(instance=home)
        homes[code] = home
    welcome = Page.objects.filter(slug="home", depth=2).not_type(HomePage).first()
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "root_page": homes["en"], "site_name": "Stoa"}
    )
    if welcome is not None:
        welcome.delete()
    for organisation in Organisation.objects.exclude(depth=1):
        homes["en"].add_child(
            instance=OrganisationPage(
                title=organisation.name, slug=organisation.slug, organisation=organisation, locale=homes["en"].locale
            )
        )
