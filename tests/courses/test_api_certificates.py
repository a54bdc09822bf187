"""Certificates over HTTP, as a program asks for them with a key, or without one."""

from __future__ import annotations

import jwt
import pytest
from django.core.cache import cache

from accounts import tokens
from courses import numbering
from courses.models import Certificate, Completion
from courses.services import paper
from courses.services.certificates import revoke
from courses.services.watching import complete
from kernel import clock
from tests.courses.conftest import NOW


@pytest.fixture
def ask(client):
    cache.clear()

    def call(person, path):
        headers = {}
        if person is not None:
            _row, key = tokens.give(user=person, name="program", now=clock.now())
            headers["Authorization"] = f"Bearer {key}"
        return client.get(f"/api/certificates{path}", headers=headers)

    return call


@pytest.fixture
def earned(enrolment, video, article):
    for lesson in (article, video):
        complete(enrolment=enrolment, lesson=lesson.translation_key, how=Completion.How.READ, now=NOW)
    return Certificate.objects.get()


def test_ones_own_and_nobody_elses(ask, earned, bob, eve):
    found = ask(bob, "").json()
    assert [(each["number"], each["holds"], each["course"]) for each in found] == [(earned.number, True, "Clean hands")]
    assert ask(eve, "").json() == []
    assert ask(None, "").status_code == 401


def test_anybody_with_the_number_learns_whether_it_holds(ask, earned, ada):
    said = ask(None, f"/{earned.number.upper()}").json()
    assert (said["number"], said["holds"], said["revoked_on"], said["person"]) == (earned.number, True, None, "bob")
    revoke(certificate=earned, reason="Somebody else's answers", by=ada, now=NOW)
    answer = ask(None, f"/{earned.number}")
    assert (answer.json()["holds"], answer.json()["revoked_on"]) == (False, "2026-11-23")
    assert "Somebody" not in answer.content.decode()


def test_a_number_is_not_found_by_trying_whichever_door_is_tried(ask, db, client):
    for turn in range(60):
        number = numbering.new()
        answer = ask(None, f"/{number}") if turn % 2 else client.get(f"/certificates/{number}/")
        assert answer.status_code == 404
    assert ask(None, f"/{numbering.new()}").status_code == 429


def test_paper_and_badge_for_whom_they_are(ask, earned, bob, eve, ada, monkeypatch):
    monkeypatch.setattr(paper, "draw", lambda found: b"%PDF-" + found.number.encode())
    assert ask(bob, f"/{earned.number}/paper").content == b"%PDF-" + earned.number.encode()
    said = jwt.decode(ask(bob, f"/{earned.number}/badge").content, options={"verify_signature": False})
    assert said["name"] == "Clean hands"
    for what in ("paper", "badge"):
        assert ask(eve, f"/{earned.number}/{what}").status_code == 404
        assert ask(None, f"/{earned.number}/{what}").status_code == 401
    revoke(certificate=earned, reason="x", by=ada, now=NOW)
    for what in ("paper", "badge"):
        assert ask(bob, f"/{earned.number}/{what}").status_code == 410
