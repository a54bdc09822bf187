"""Ada brings files, Bob is a member elsewhere, Eve has no business here."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from accounts.models import User
from media.assets.models import Asset, Rendition
from organisations.models import Membership, Organisation

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def office(db):
    return Organisation.add_root(name="Office", slug="office", kind=Organisation.Kind.OFFICE)


@pytest.fixture
def unit(office):
    return office.add_child(name="Libraries", slug="libraries")


@pytest.fixture
def other(office, unit):
    return office.add_child(name="Museums", slug="museums")


def somebody(name, *roles):
    user = User.objects.create_user(name, f"{name}@example.org", None)
    for organisation, role in roles:
        Membership.objects.create(person=user, organisation=organisation, role=role, since=NOW)
    return user


@pytest.fixture
def ada(unit):
    return somebody("ada", (unit, "instructor"))


@pytest.fixture
def bob(other):
    return somebody("bob", (other, "instructor"))


@pytest.fixture
def eve(db):
    return somebody("eve")


@pytest.fixture
def make_asset(unit, ada):
    def make(**fields):
        given = {
            "organisation": unit, "owner": ada, "title": "Lecture", "kind": "video", "state": "ready",
            "original_name": "lecture.mp4", "bytes": 1000, "duration": 61.5, "width": 1280, "height": 720,
            "generation": 1, "claimed": 1, "created": NOW,
        } | fields  # fmt: skip
        asset = Asset.objects.create(**given)
        if asset.generation:
            for kind, name, path in (
                ("hls", "master", "master.m3u8"),
                ("poster", "poster", "poster.jpg"),
                ("storyboard", "map", "storyboard.vtt"),
                ("waveform", "peaks", "peaks.json"),
            ):
                Rendition.objects.create(asset=asset, generation=asset.generation, kind=kind, name=name, path=path)
        return asset

    return make
