"""People who open a link see, hear and read each other: real Chromium, real media, real node."""

from __future__ import annotations

import pytest

from tests.e2e.people import PATIENCE_MS, Person, enter

pytestmark = pytest.mark.browser


@pytest.fixture
def room(server):
    return server.manage("room", "create", "Reading circle", "--open")


@pytest.mark.parametrize("count", [2, 3, 6])
def test_everybody_sees_and_hears_everybody(room, new_context, count):
    people = [enter(new_context(), room["join_url"], f"Person {n}") for n in range(count)]
    for person in people:
        person.wait_tiles(count)
    for person in people:
        person.wait_pictures(count)
        person.wait_sound(count - 1)


def test_a_message_reaches_the_others_and_late_comers(room, new_context):
    ada = enter(new_context(), room["join_url"], "Ada")
    bob = enter(new_context(), room["join_url"], "Bob")
    ada.wait_tiles(2)
    ada.say("The minutes are at https://example.org/minutes")
    bob.open_panel("Chat")
    bob.wait_text("The minutes are at")
    link = bob.page.get_by_role("link", name="https://example.org/minutes")
    assert "noopener" in (link.get_attribute("rel") or "")
    cem = enter(new_context(), room["join_url"], "Cem")
    cem.open_panel("Chat")
    cem.wait_text("The minutes are at")


def test_a_leavers_tile_goes(room, new_context):
    ada = enter(new_context(), room["join_url"], "Ada")
    bob = enter(new_context(), room["join_url"], "Bob")
    ada.wait_tiles(2)
    bob.leave()
    ada.wait_tiles(1)


def test_a_closed_laptop_lid_is_noticed(room, new_context):
    ada = enter(new_context(), room["join_url"], "Ada")
    bob = enter(new_context(), room["join_url"], "Bob")
    ada.wait_tiles(2)
    bob.page.context.close()
    ada.wait_tiles(1)


def test_a_share_arrives_with_its_picture(room, new_context):
    ada = enter(new_context(), room["join_url"], "Ada")
    bob = enter(new_context(), room["join_url"], "Bob")
    bob.wait_tiles(2)
    before = bob.page.locator("video").count()
    ada.press("Share")
    bob.page.wait_for_function("n => document.querySelectorAll('video').length > n", arg=before, timeout=PATIENCE_MS)
    bob.page.wait_for_function(
        "() => [...document.querySelectorAll('[data-source=screen] video')]"
        ".some(v => v.getVideoPlaybackQuality().totalVideoFrames > 5)",
        timeout=PATIENCE_MS,
    )


def test_a_reload_comes_back_as_one_person(room, new_context):
    ada = enter(new_context(), room["join_url"], "Ada")
    bob = enter(new_context(), room["join_url"], "Bob")
    ada.wait_tiles(2)
    bob.page.reload()
    if bob.page.get_by_role("button", name="Join now").is_visible():
        bob.join()
    bob.wait_in().wait_tiles(2).wait_pictures(2)
    ada.wait_tiles(2).wait_pictures(2)


def test_a_broken_socket_is_taken_up_again_without_a_click(room, new_context):
    ada = enter(new_context(), room["join_url"], "Ada")
    bob = enter(new_context(), room["join_url"], "Bob")
    ada.wait_tiles(2)
    bob.page.evaluate("() => window.stoaRoom.fault('drop_socket')")
    ada.say("Are you still there?")
    bob.open_panel("Chat")
    bob.wait_text("Are you still there?")
    bob.wait_tiles(2).wait_pictures(2)


def test_lost_media_is_taken_up_again_without_a_click(room, new_context):
    ada = enter(new_context(), room["join_url"], "Ada")
    bob = enter(new_context(), room["join_url"], "Bob")
    ada.wait_tiles(2).wait_pictures(2)
    bob.page.evaluate("() => window.stoaRoom.fault('drop_media')")
    bob.wait_pictures(2)
    ada.wait_pictures(2)


def test_a_muted_microphone_sends_nothing(room, new_context):
    ada = enter(new_context(), room["join_url"], "Ada")
    bob = enter(new_context(), room["join_url"], "Bob")
    bob.wait_tiles(2).wait_sound(1)
    ada.press("Mute")
    ada.page.get_by_role("button", name="Unmute").first.wait_for()

    def audio_packets(person: Person, kind: str, field: str) -> int:
        return sum(r[field] for r in person.stats() if r["type"] == kind and r["kind"] == "audio")

    # The last packets under way, then silence on both sides: the counters stand still over many polls.
    bob.page.wait_for_timeout(1_000)
    sent, heard = audio_packets(ada, "outbound-rtp", "sent"), audio_packets(bob, "inbound-rtp", "received")
    bob.page.wait_for_timeout(1_500)
    assert audio_packets(ada, "outbound-rtp", "sent") == sent
    assert audio_packets(bob, "inbound-rtp", "received") == heard


def test_entering_without_any_device_works(room, new_context):
    ada = enter(new_context(), room["join_url"], "Ada")
    context = new_context()
    context.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('none', 'NotFoundError'));"
        "navigator.mediaDevices.enumerateDevices = () => Promise.resolve([]);"
    )
    bob = enter(context, room["join_url"], "Bob")
    bob.wait_tiles(2).wait_pictures(1)
    ada.wait_tiles(2)


def test_a_refused_permission_is_said_in_clear_words(room, new_context):
    context = new_context()
    context.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));"
    )
    bob = Person(context.new_page(), "Bob").open(room["join_url"])
    bob.wait_text("Your browser is blocking")
    bob.join().wait_in()
