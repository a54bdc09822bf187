"""The HTTP API of media, operation by operation, and every one of them refused to whoever may not."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client

from media.assets.models import Asset, TextTrack

SRT = "1\n00:00:01,000 --> 00:00:02,000\nRinse the cup\n"


@pytest.fixture(autouse=True)
def _nothing_counted():
    cache.clear()


def ask(user, method: str, path: str, said=None):
    client = Client(headers={"host": "localhost"})
    if user is not None:
        client.force_login(user)
    text = json.dumps(said) if said is not None else ""
    return client.generic(method, f"/api/assets{path}", text, content_type="application/json")


def test_listed_read_changed_and_deleted(ada, make_asset):
    asset = make_asset()
    listed = ask(ada, "GET", "").json()
    assert (listed["total"], listed["assets"][0]["title"]) == (1, "Lecture")
    found = ask(ada, "GET", f"/{asset.pk}")
    assert found.status_code == 200, found.content
    assert (found.json()["status"], found.json()["duration"]) == ("ready", 61.5)
    changed = ask(ada, "PATCH", f"/{asset.pk}", {"title": "First lecture", "public": True}).json()
    assert (changed["title"], changed["public"]) == ("First lecture", True)
    assert ask(ada, "DELETE", f"/{asset.pk}").status_code == 204
    assert not Asset.objects.exists()


def test_an_upload_is_begun(ada, unit):
    answer = ask(ada, "POST", "", {"name": "talk.mp4", "bytes": 1000, "organisation": unit.slug, "title": "Talk"})
    assert answer.status_code == 201, answer.content
    asset = Asset.objects.get()
    assert answer.json()["id"] == str(asset.pk)
    assert answer.json()["upload_url"].startswith("http")
    assert (asset.title, asset.state, asset.owner) == ("Talk", "uploading", ada)


def test_captions_come_and_go(ada, make_asset):
    asset = make_asset()
    answer = ask(ada, "PUT", f"/{asset.pk}/captions", {"language": "en", "text": SRT})
    assert answer.status_code == 200, answer.content
    assert TextTrack.objects.get().text.startswith("WEBVTT")
    assert ask(ada, "PUT", f"/{asset.pk}/captions", {"language": "en", "text": "no captions"}).status_code == 422
    assert ask(ada, "DELETE", f"/{asset.pk}/captions/{TextTrack.objects.get().pk}").status_code == 204
    assert not TextTrack.objects.exists()


@pytest.mark.parametrize("who", ["bob", "eve", None])
def test_nobody_else_learns_or_changes_anything(who, request, make_asset, unit):
    asset = make_asset()
    user = request.getfixturevalue(who) if who else None
    refused = {404} if user else {401}
    for method, path, said in (
        ("GET", "", None),
        ("PATCH", "", {"title": "Mine"}),
        ("DELETE", "", None),
        ("POST", "/again", None),
        ("PUT", "/captions", {"language": "en", "text": SRT}),
        ("DELETE", "/captions/1", None),
    ):
        assert ask(user, method, f"/{asset.pk}{path}", said).status_code in refused, (method, path)
    begun = ask(user, "POST", "", {"name": "a.mp4", "bytes": 1, "organisation": unit.slug})
    assert begun.status_code == (403 if user else 401)
    asset.refresh_from_db()
    assert asset.title == "Lecture"
    assert not TextTrack.objects.exists()
    if user:
        assert ask(user, "GET", "").json()["total"] == 0


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, 422),
        ({"name": "a.mp4", "bytes": -1, "organisation": "libraries"}, 422),
        ({"name": "a.exe", "bytes": 1, "organisation": "libraries"}, 415),
    ],
)
def test_what_is_wrong_is_said(ada, said, status):
    answer = ask(ada, "POST", "", said)
    assert answer.status_code in {status, 422}
    assert not Asset.objects.exists()
    assert ask(ada, "GET", f"/{uuid4()}").status_code == 404
