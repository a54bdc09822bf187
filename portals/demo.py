"""The demonstration's home page in both languages, and a page for each organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from organisations.models import Organisation
from pages import rights
from pages.models import OrganisationPage
from portals import services

if TYPE_CHECKING:
    from datetime import datetime

    from portals.models import HomePage

TITLES = {
    "en": ("Lakeside Federation", "Where the federation meets, learns and publishes."),
    "zh-hans": ("湖滨联合会", "联合会在这里开会、学习、发布。"),
}
ABOUT = {
    "libraries": (
        "Public and school libraries around the lake.",
        "湖区各公共图书馆和学校图书馆。",
    ),
    "nurses": ("Nurses and carers, from hospitals to home visits.", "医院、社区和上门护理人员的组织。"),
    "waterworks": ("Engineers who keep the water clean and running.", "让水保持清洁、流动的工程师们。"),
    "reading-rooms": ("Small rooms with long opening hours.", "小房间，长开放。"),
    "training-unit": ("Courses for nurses who teach nurses.", "为带教护士开设的课程。"),
}


def make(*, now: datetime) -> None:
    homes = services.lay_site(TITLES)
    for code, home in homes.items():
        if home.title == services.EMPTY[code][0]:
            home.title, home.summary = TITLES[code]
            home.draft_title = home.title
            home.save()
    for organisation in Organisation.objects.exclude(depth=1):
        first = page_for(organisation, homes["en"], None)
        page_for(organisation, homes["zh-hans"], first)
    rights.settle_all()


def page_for(organisation: Organisation, home: HomePage, original: OrganisationPage | None) -> OrganisationPage:
    """Below its home page; the translation of `original`, if there is one."""
    found: OrganisationPage | None = OrganisationPage.objects.filter(
        organisation=organisation, locale=home.locale
    ).first()
    if found is not None:
        return found
    english, chinese = ABOUT.get(organisation.slug, ("", ""))
    page = OrganisationPage(
        title=(organisation.name_zh or organisation.name) if original else organisation.name,
        summary=chinese if original else english,
        slug=organisation.slug,
        organisation=organisation,
        locale=home.locale,
    )
    if original is not None:
        page.translation_key = original.translation_key
    home.add_child(instance=page)
    return page
