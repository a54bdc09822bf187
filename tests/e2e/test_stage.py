"""What one does on the stage beyond seeing and hearing: share together, turn one voice down, float, come back."""

from __future__ import annotations

import pytest

from tests.e2e.people import PATIENCE_MS, Person, enter

pytestmark = pytest.mark.browser

# Remembers every audio element the page plays by: they stand in no document.
LISTEN = """
(() => {
  const made = window.__audio = [];
  const Native = window.Audio;
  window.Audio = class extends Native { constructor(...a) { super(...a); made.push(this); } };
})();
"""
SHARES = """
n => new Set([...document.querySelectorAll('[data-source=screen] video')]
  .filter(v => v.getVideoPlaybackQuality().totalVideoFrames > 3).map(v => v.srcObject?.getTracks()[0]?.id)).size >= n
"""


@pytest.fixture
def room(server):
    return server.manage("room", "create", "Stage", "--open", "--owner", "grace")


def test_two_people_share_at_once(room, new_context, screenshot):
    ada = enter(new_context(), room["join_url"], "Ada")
    bob = enter(new_context(), room["join_url"], "Bob")
    eve = enter(new_context(), room["join_url"], "Eve")
    eve.wait_tiles(3)
    ada.press("Share")
    eve.page.wait_for_function(SHARES, arg=1, timeout=PATIENCE_MS)
    bob.press("Share")
    eve.page.wait_for_function(SHARES, arg=2, timeout=PATIENCE_MS)
    eve.page.set_viewport_size({"width": 1600, "height": 900})
    screenshot(eve.page, "two_shares")
    ada.press("Stop sharing")
    eve.page.wait_for_function(
        "() => new Set([...document.querySelectorAll('[data-source=screen] video')]"
        ".map(v => v.srcObject?.getTracks()[0]?.id)).size === 1",
        timeout=PATIENCE_MS,
    )
    eve.page.wait_for_function(SHARES, arg=1, timeout=PATIENCE_MS)


def test_one_voice_is_turned_down_for_oneself(room, new_context):
    context = new_context()
    context.add_init_script(LISTEN)
    ada = enter(context, room["join_url"], "Ada")
    bob = enter(new_context(), room["join_url"], "Bob")
    eve = enter(new_context(), room["join_url"], "Eve")
    ada.wait_tiles(3).wait_sound(2)
    volumes = "() => window.__audio.filter(a => a.srcObject).map(a => a.volume).sort()"
    ada.page.wait_for_function(f"() => String(({volumes})()) === '1,1'", timeout=PATIENCE_MS)
    tile = ada.tile("Bob")
    tile.hover()
    tile.get_by_role("button").first.click()
    slider = ada.page.get_by_label("Volume of Bob, for you only")
    slider.fill("20")
    ada.page.wait_for_function(f"() => String(({volumes})()) === '0.2,1'", timeout=PATIENCE_MS)
    for other in (bob, eve):  # it is nobody else's matter
        other.wait_sound(2)


def test_the_meeting_floats_above_other_windows(room, new_context):
    ada = enter(new_context(), room["join_url"], "Ada")
    bob = enter(new_context(), room["join_url"], "Bob")
    ada.wait_tiles(2).wait_pictures(2)
    ada.page.get_by_role("button", name="More").first.click()
    with ada.page.context.expect_page() as opened:
        ada.page.get_by_role("menuitem", name="Small window on top").click()
    small = opened.value
    small.wait_for_function(
        "() => [...document.querySelectorAll('video')].some(v => v.getVideoPlaybackQuality().totalVideoFrames > 5)",
        timeout=PATIENCE_MS,
    )
    small.get_by_role("button", name="Mute").click()
    ada.page.get_by_role("button", name="Unmute").first.wait_for(timeout=PATIENCE_MS)
    bob.page.wait_for_function(
        "() => document.querySelectorAll('[data-participant]').length === 2", timeout=PATIENCE_MS
    )
    small.close()
    ada.wait_pictures(2)


def test_a_changed_setting_holds_for_those_inside(server, room, new_context, sign_in):
    bob = enter(new_context(), room["join_url"], "Bob")
    bob.page.get_by_role("button", name="Share").first.wait_for()
    grace = sign_in(new_context(), "grace").new_page()
    grace.goto(f"{server.url}/rooms/{room['slug']}/change/")
    grace.get_by_label("Title").fill("Stage, renamed")
    grace.get_by_label("share the screen").uncheck()
    grace.get_by_role("button", name="Save the settings").click()
    bob.wait_text("Stage, renamed")
    share = bob.page.get_by_role("button", name="Share", exact=True)
    bob.page.wait_for_function(
        "() => document.querySelector('[title=\"A host has switched this off\"]') !== null", timeout=PATIENCE_MS
    )
    assert share.get_attribute("aria-disabled") == "true"


def test_when_the_node_dies_everybody_is_back_without_a_click(server, room, new_context):
    people = [enter(new_context(), room["join_url"], name) for name in ("Ada", "Bob")]
    for person in people:
        person.wait_tiles(2).wait_pictures(2)
    server.kill("node")
    server.start("node")
    for person in people:
        person.wait_tiles(2).wait_pictures(2).wait_sound(1)


def test_a_node_that_gave_the_connection_up_is_offered_a_new_one(room, new_context):
    """Beyond an ICE restart: the browser's connection is dead, and the node knows it no more."""
    ada, bob = (enter(new_context(), room["join_url"], name) for name in ("Ada", "Bob"))
    ada.wait_tiles(2).wait_pictures(2)
    before = connections(bob)
    for _ in range(2):  # a second time as well as the first
        bob.page.evaluate("() => window.stoaRoom.fault('forget_media')")
        bob.wait_pictures(2).wait_sound(1)
        ada.wait_pictures(2)
    assert connections(bob) > before


def connections(person: Person) -> int:
    return int(person.page.evaluate("() => window.__pcs.length"))
