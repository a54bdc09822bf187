"""The home page: strangers see a door and no rooms, people see who is meeting and what is next, in their language."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from wagtail.models import Site

from accounts.models import User
from organisations import demo as organisations_demo
from organisations.models import Organisation
from portals import demo as portals_demo
from portals import parts, services
from portals.models import HomePage, greeting
from rooms.models import Attendance, Meeting, Room

if TYPE_CHECKING:
    from pathlib import Path

    from django.http import HttpResponse
    from django.test import Client

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("built")
CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9"}


@pytest.fixture
def federation(db: None) -> None:
    organisations_demo.make(now=NOW)
    portals_demo.make(now=NOW)


@pytest.fixture
def meeting(federation: None) -> Meeting:
    room = Room.objects.create(
        title="Opening the archive",
        organisation=Organisation.objects.get(slug="libraries"),
        access=Room.Access.MEMBERS,
        created_at=NOW,
        changed_at=NOW,
    )
    meeting = Meeting.objects.create(room=room, started_at=NOW)
    Attendance.objects.create(
        meeting=meeting, person=User.objects.get(username="zhoumin"), participant="p1", name="周敏", joined_at=NOW
    )
    return meeting


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_a_stranger_is_shown_the_door_and_no_room(meeting: Meeting, client: Client) -> None:
    page = text(client.get("/"))
    assert "Lakeside Federation" in page
    assert 'href="/accounts/login/"' in page
    assert 'name="code"' in page
    assert meeting.room.title not in page
    assert meeting.room.slug not in page
    assert "周敏" not in page


def test_a_member_sees_who_is_meeting(meeting: Meeting, client: Client) -> None:
    client.force_login(User.objects.get(username="bob"))
    page = text(client.get("/"))
    assert "Opening the archive" in page
    assert "1 person is in the room" in page
    assert meeting.room.get_absolute_url() in page


def test_somebody_of_another_organisation_does_not(meeting: Meeting, client: Client) -> None:
    client.force_login(User.objects.get(username="eve"))
    page = text(client.get("/"))
    assert "Opening the archive" not in page
    assert "No meetings planned" in page


def test_only_those_who_may_make_rooms_are_offered_a_new_meeting(federation: None, client: Client) -> None:
    client.force_login(User.objects.get(username="eve"))
    assert "New meeting" not in text(client.get("/"))
    client.force_login(User.objects.get(username="priya"))
    assert "New meeting" in text(client.get("/"))


def test_the_same_address_speaks_the_readers_language(federation: None, client: Client) -> None:
    english, chinese = client.get("/"), client.get("/", headers=CHINESE)
    assert ('<html lang="en"' in text(english), "Lakeside Federation" in text(english)) == (True, True)
    assert ('<html lang="zh-CN"' in text(chinese), "湖滨联合会" in text(chinese)) == (True, True)
    assert "Accept-Language" in english.headers["Vary"]


def test_a_page_without_a_translation_is_shown_as_it_is_not_as_missing(federation: None, client: Client) -> None:
    from pages.models import OrganisationPage

    OrganisationPage.objects.get(slug="nurses", locale__language_code="zh-hans").delete()
    page = text(client.get("/nurses/", headers=CHINESE))
    assert 'lang="en"' in page
    assert "Nurses Association" in page
    assert client.get("/nothing-at-all/", headers=CHINESE).status_code == 404


def test_the_language_switch_is_kept_with_the_account(federation: None, client: Client) -> None:
    bob = User.objects.get(username="bob")
    client.force_login(bob)
    answer = client.post("/i18n/setlang/", {"language": "zh-hans", "next": "/"}, follow=True)
    assert '<html lang="zh-CN"' in text(answer)
    bob.refresh_from_db()
    assert bob.language == "zh-hans"


def test_the_look_is_kept_for_strangers_and_people_and_applied_by_the_server(federation: None, client: Client) -> None:
    assert "data-theme" not in text(client.get("/"))
    assert 'data-theme="dark"' in text(client.post("/theme/", {"theme": "dark", "next": "/"}, follow=True))
    bob = User.objects.get(username="bob")
    client.force_login(bob)
    client.post("/theme/", {"theme": "light"})
    bob.refresh_from_db()
    assert bob.theme == "light"


@pytest.mark.parametrize("path", ["/theme/", "/i18n/setlang/"])
def test_no_switch_sends_people_to_another_host(federation: None, client: Client, path: str) -> None:
    answer = client.post(path, {"theme": "dark", "language": "en", "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"


def test_a_sites_palette_and_line_are_shown(federation: None, client: Client) -> None:
    from pages.models import Appearance

    own = Appearance.for_site(Site.objects.get(is_default_site=True))
    own.palette, own.footer = "clay", "Kept by the secretariat"
    own.save()
    page = text(client.get("/"))
    assert 'data-palette="clay"' in page
    assert "Kept by the secretariat" in page


def test_a_sites_logo_is_served_and_nothing_else_of_the_folder(
    federation: None, client: Client, settings: Any, tmp_path: Path
) -> None:
    from django.core.files.images import ImageFile
    from PIL import Image as Drawing
    from wagtail.images.models import Image

    from pages.models import Appearance

    settings.MEDIA_ROOT = tmp_path / "media"
    drawn = io.BytesIO()
    Drawing.new("RGB", (400, 200), "teal").save(drawn, "PNG")
    logo = Image.objects.create(title="Lakeside", file=ImageFile(drawn, name="logo.png"))
    own = Appearance.for_site(Site.objects.get(is_default_site=True))
    own.logo = logo
    own.save()
    found = re.search(r'<img[^>]+src="(/media/images/[^"]+)"', text(client.get("/")))
    assert found is not None
    answer = client.get(found[1])
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    (settings.MEDIA_ROOT / "secret.txt").write_text("not for you")
    for path in ("/media/secret.txt", "/media/images/../secret.txt", "/media/images/%2e%2e/secret.txt", logo.file.url):
        assert client.get(path).status_code in {301, 400, 404}, path


def test_a_product_offers_its_part_and_a_product_that_is_gone_leaves_no_hole(
    federation: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "_parts", {})
    parts.offer(
        parts.Part(
            name="trial",
            label="Trial",
            template="portals/blocks/notice.html",
            context=lambda request: {"value": {"heading": f"For {request.user.name}", "text": ""}},
        )
    )
    home = HomePage.objects.get(locale__language_code="en")
    home.body = [("offered", {"part": "trial"}), ("offered", {"part": "of-last-year"})]
    home.save()
    client.force_login(User.objects.get(username="bob"))
    assert "For Bob Lindqvist" in text(client.get("/"))


def test_an_installation_without_demonstration_has_a_home_page(db: None, client: Client) -> None:
    services.lay_site()
    assert client.get("/").status_code == 200
    assert '<html lang="zh-CN"' in text(client.get("/", headers=CHINESE))


@pytest.mark.parametrize(("hour", "words"), [(3, "night"), (8, "morning"), (12, "afternoon"), (19, "evening")])
def test_the_greeting_goes_with_the_hour(hour: int, words: str) -> None:
    assert words in str(greeting(hour))


def test_times_are_in_the_readers_zone(meeting: Meeting, client: Client) -> None:
    client.force_login(User.objects.get(username="bob"))
    client.cookies["zone"] = "America/Toronto"
    assert "since 04:00" in text(client.get("/"))
    client.cookies["zone"] = "../../etc/passwd"
    assert "since 17:00" in text(client.get("/")), "an unknown zone falls back to the installation's"


PUBLIC = ["/", "/nothing-at-all/", "/accounts/login/", "/accounts/signup/", "/rooms/aaaa-bbbb-cccc/", "/styleguide/"]
OF_PEOPLE = [
    "/",
    "/rooms/",
    "/organisations/",
    "/organisations/libraries/",
    "/jobs/",
    "/accounts/profile/",
    "/libraries/",
]


@pytest.mark.parametrize(("username", "path"), [("", p) for p in PUBLIC] + [("ada", p) for p in OF_PEOPLE])
def test_every_page_keeps_to_its_policy_and_to_its_own_host(
    federation: None, client: Client, username: str, path: str
) -> None:
    if username:
        client.force_login(User.objects.get(username=username))
    answer: Any = client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "'unsafe-eval'" not in policy
    page = text(answer)
    asked = re.findall(r'<(?:script|link|img|iframe|source|video|audio)\b[^>]*?(?:src|href)="([^"]+)"', page)
    assert [url for url in asked if not url.startswith("/") or url.startswith("//")] == []
    assert asked, "a page without its look"
    assert not re.search(r"<[^>]+\sstyle=", page)
    assert not re.search(r"<[^>]+\son\w+=", page)
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", page)
