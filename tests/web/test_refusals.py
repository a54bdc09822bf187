"""Refusals: a page in the reader's words, JSON for programs, and nothing of the inside to anybody."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation

from kernel.errors import NotAllowed, StoaError, TooMany
from web import refusals

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.test import Client, RequestFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("built")]


class RoomFull(StoaError):
    code = "room.full"
    status = 409
    text = "The room is full."


def asked(rf: RequestFactory, accept: str = "text/html", **headers: str) -> HttpRequest:
    request = rf.get("/somewhere/", headers={"Accept": accept, **headers})
    request.user = AnonymousUser()
    return request


def test_people_get_a_page_that_says_what_happened(rf: RequestFactory) -> None:
    answer = refusals.refusal(asked(rf), RoomFull())
    assert answer.status_code == 409
    assert "The room is full." in answer.content.decode()


@pytest.mark.parametrize(
    "headers", [{"accept": "application/json"}, {"HX-Request": "true"}, {"Content-Type": "application/json"}]
)
def test_programs_fetch_and_htmx_get_json(rf: RequestFactory, headers: dict[str, str]) -> None:
    accept = headers.pop("accept", "text/html")
    answer = refusals.refusal(asked(rf, accept, **headers), RoomFull())
    assert (answer.status_code, json.loads(answer.content)["error"]) == (
        409,
        {"code": "room.full", "text": "The room is full."},
    )


def test_too_many_says_when_to_come_back(rf: RequestFactory) -> None:
    answer = refusals.refusal(asked(rf), TooMany())
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert "wait a minute" in answer.content.decode()


def test_a_stranger_who_may_not_is_offered_to_sign_in(rf: RequestFactory) -> None:
    assert "/accounts/login/?next=/somewhere/" in refusals.refusal(asked(rf), NotAllowed()).content.decode()


def test_what_is_too_big_is_called_so(rf: RequestFactory) -> None:
    assert refusals.bad_request(asked(rf), RequestDataTooBig()).status_code == 413
    assert refusals.bad_request(asked(rf), SuspiciousOperation("the reason is ours")).status_code == 400


def test_the_page_of_a_broken_thing_needs_no_database_and_shows_no_inside(
    client: Client, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: object
) -> None:

    import pages.urls

    def broken(request: HttpRequest) -> None:
        raise RuntimeError("the password is swordfish")

    pattern = next(p for p in pages.urls.urlpatterns if p.name == "health")
    monkeypatch.setattr(pattern, "callback", broken)
    client.raise_request_exception = False
    answer = client.get("/health/", headers={"Accept-Language": "zh-CN"})
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "swordfish" not in page
    assert '<html lang="zh-CN">' in page
    told = client.get("/health/", headers={"Accept": "application/json"}).json()
    assert told["error"]["code"] == "broken"


def test_a_missing_page_is_missing_in_the_look(client: Client) -> None:
    answer = client.get("/nothing/at/all/")
    assert answer.status_code == 404
    assert 'class="header"' in answer.content.decode()
    assert client.get("/api/nothing/", headers={"Accept": "application/json"}).json()["error"]["code"] == "not_found"


def test_a_form_from_elsewhere_changes_nothing(django_user_model: object) -> None:
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/theme/", {"theme": "dark"})
    assert answer.status_code == 403
    assert "theme" not in strict.cookies
    assert "Nothing was changed" in answer.content.decode()
