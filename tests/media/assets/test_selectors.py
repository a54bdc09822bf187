"""Who sees which asset, and how it is played."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import NotAllowed
from media.assets import naming, selectors, signing
from media.assets.errors import LinkOver, NoSuchAsset
from media.assets.states import NEXT, State, before
from organisations.policies import may
from organisations.selectors import actor_for
from tests.media.assets.conftest import NOW, somebody


def test_the_folder_is_signed_and_addresses_inside_are_relative(make_asset):
    playback = selectors.playback(make_asset(), now=NOW)
    assert playback.complete
    assert playback.hls_url.endswith("/master.m3u8")
    folder = playback.hls_url.removesuffix("master.m3u8")
    assert playback.poster_url == folder + "poster.jpg"
    assert playback.storyboard_url == folder + "storyboard.vtt"
    assert playback.waveform_url == folder + "peaks.json"
    assert playback.download_url == ""
    token = folder.rstrip("/").rpartition("/")[2]
    signing.check(token, playback.asset, 1, now=NOW + timedelta(hours=5))


def test_a_public_asset_has_one_lasting_address(make_asset):
    asset = make_asset(public=True)
    assert selectors.playback(asset, now=NOW).hls_url == f"/media/a/{asset.pk}/1/public/master.m3u8"


def test_nothing_plays_before_there_is_something(make_asset):
    playback = selectors.playback(make_asset(state="working", generation=0, claimed=1), now=NOW)
    assert (playback.hls_url, playback.poster_url, playback.complete, playback.tracks) == ("", "", False, ())


def test_an_address_expires():
    pk = uuid4()
    token = signing.token(pk, 1, now=NOW, lifetime=timedelta(hours=1))
    with pytest.raises(LinkOver):
        signing.check(token, pk, 1, now=NOW + timedelta(hours=1, minutes=11))


@pytest.mark.parametrize("wrong", ["asset", "generation", "later", "signature", "nothing", "words"])
def test_a_forged_address_opens_nothing(wrong):
    pk = uuid4()
    token = signing.token(pk, 1, now=NOW)
    until, _, signature = token.partition(".")
    asset = uuid4() if wrong == "asset" else pk
    generation = 2 if wrong == "generation" else 1
    forged = {
        "later": f"{int(until, 16) + 600:x}.{signature}",
        "signature": f"{until}.{signature[:-1]}{'0' if signature[-1] != '0' else '1'}",
        "nothing": "",
        "words": "ß.é",
    }.get(wrong, token)
    with pytest.raises(NoSuchAsset):
        signing.check(forged, asset, generation, now=NOW)


def test_the_list_is_what_the_policy_says_of_each(make_asset, ada, bob, eve, office, unit, other):
    below = unit.add_child(name="Branch", slug="branch")
    assets = [
        make_asset(),
        make_asset(organisation=other, owner=bob),
        make_asset(organisation=below, owner=None),
        make_asset(organisation=office, owner=eve),
        make_asset(organisation=other, owner=None, public=True),
    ]
    people = [ada, bob, eve, somebody("grace", (office, "administrator")), somebody("carol", (unit, "member"))]
    for person in people:
        actor = actor_for(person)
        expected = {asset.pk for asset in assets if may(actor, "asset.see", asset.scope)}
        assert {asset.pk for asset in selectors.assets_visible(person)} == expected, person
    assert selectors.assets_visible(ada).count() == 2


def test_who_may_not_know_of_an_asset_is_told_nothing(make_asset, ada, bob):
    asset = make_asset(owner=None)
    assert selectors.asset_for(ada, asset.pk, can="asset.see") == asset
    with pytest.raises(NotAllowed):
        selectors.asset_for(ada, asset.pk, can="asset.change")
    with pytest.raises(NoSuchAsset):
        selectors.asset_for(bob, asset.pk, can="asset.see")
    with pytest.raises(NoSuchAsset):
        selectors.asset_for(ada, uuid4(), can="asset.see")


def test_a_refused_file_stays_refused_and_every_state_is_reached():
    assert NEXT[State.REFUSED] == frozenset()
    assert set(NEXT) == set(State)
    assert all(before(state) for state in State if state is not State.UPLOADING)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("lecture.mp4", "lecture.mp4"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\讲座 一.MP4", "讲座 一.MP4"),
        ("a\u202egnp.mp4", "agnp.mp4"),
        ("a\x00b\n.mp4", "ab.mp4"),
        ("..", "file"),
        ("", "file"),
        (".mp4", "file.mp4"),
        ("cafe\u0301.mp3", "café.mp3"),
        ("x" * 400 + ".mp4", "x" * 116 + ".mp4"),
    ],
)
def test_a_name_is_only_a_label(name, safe):
    assert naming.safe(name) == safe


@given(st.text(max_size=300))
def test_no_name_leads_anywhere(name):
    found = naming.safe(name)
    assert 0 < len(found) <= naming.LONGEST
    assert not set(found) & set('/\\\0\r\n"')
    assert found not in {".", ".."}
    assert naming.safe(found) == found


@pytest.mark.parametrize("path", ["../x", "a//b", "/a", "a/b/c/d", ".hidden", "a/..", "é", "a%2fb", ""])
def test_an_address_stays_in_its_folder(path):
    assert not naming.is_inside(path)
    assert naming.is_inside("720p/segment-00001.m4s")
