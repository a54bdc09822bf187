"""Who may not enter gets in by no path: page, socket, API, media."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest

from tests.e2e.people import PATIENCE_MS, Person, enter

pytestmark = pytest.mark.browser


def test_a_guest_waits_until_a_host_admits(server, new_context, sign_in):
    room = server.manage("room", "create", "Council", "--open", "--lobby", "--owner", "ada")
    bob = Person(new_context().new_page(), "Bob").open(room["join_url"]).join()
    bob.wait_text("host")  # says for whom one waits
    assert bob.page.locator("[data-participant]").count() == 0
    assert bob.stats() == [], "media before admission"

    ada = Person(sign_in(new_context(), "ada").new_page(), "Ada").open(room["join_url"]).join().wait_in()
    ada.open_panel("People")
    ada.wait_text("Bob")
    ada.page.get_by_role("button", name="Admit", exact=False).first.click()
    bob.wait_in().wait_tiles(2).wait_pictures(2)
    ada.wait_tiles(2)


def test_a_refused_guest_stays_outside(server, new_context, sign_in):
    room = server.manage("room", "create", "Council", "--open", "--lobby", "--owner", "ada")
    ada = Person(sign_in(new_context(), "ada").new_page(), "Ada").open(room["join_url"]).join().wait_in()
    eve = Person(new_context().new_page(), "Eve").open(room["join_url"]).join()
    ada.open_panel("People")
    ada.wait_text("Eve")
    ada.page.get_by_role("button", name="Refuse", exact=False).first.click()
    eve.page.wait_for_function(
        "() => !document.querySelector('[data-participant]')"
        " && window.__pcs.every(p => p.connectionState !== 'connected')",
        timeout=PATIENCE_MS,
    )
    eve.wait_text("not admitted")


def test_a_removed_guest_loses_media_at_once_and_stays_outside(server, new_context, sign_in):
    room = server.manage("room", "create", "Council", "--open", "--owner", "ada")
    ada = Person(sign_in(new_context(), "ada").new_page(), "Ada").open(room["join_url"]).join().wait_in()
    eve = enter(new_context(), room["join_url"], "Eve")
    ada.wait_tiles(2)
    eve.wait_pictures(2)
    ada.open_panel("People")
    ada.page.get_by_role("button", name="Eve", exact=False).first.click()
    ada.page.get_by_role("menuitem", name="Remove", exact=False).first.click()
    ada.page.get_by_role("button", name="Remove", exact=False).last.click()
    ada.wait_tiles(1)
    eve.wait_text("removed")
    eve.page.reload()
    if eve.page.get_by_role("button", name="Join now").count():
        eve.join()
        eve.wait_text("removed")
    assert eve.page.locator("[data-participant]").count() == 0
    ada.wait_tiles(1)


def test_a_wrong_passcode_opens_nothing(server, new_context):
    room = server.manage("room", "create", "Treasury", "--open", "--passcode", "open sesame")
    eve = Person(new_context().new_page(), "Eve").open(room["join_url"]).join(passcode="open barley")
    eve.wait_text("passcode")
    assert eve.page.locator("[data-participant]").count() == 0
    bob = Person(new_context().new_page(), "Bob").open(room["join_url"]).join(passcode="open sesame")
    bob.wait_in().wait_tiles(1)


@pytest.mark.parametrize("path", ["/api/rooms", "/api/rooms/", "/rooms/"])
def test_no_room_list_to_strangers(server, path):
    room = server.manage("room", "create", "Secret plans for the garden", "--open")
    try:
        answer = urllib.request.urlopen(server.url + path)
    except urllib.error.HTTPError as refusal:
        answer = refusal
    assert answer.status in {200, 401, 403, 404}  # 200: the sign-in page it leads to
    body = answer.read().decode()
    assert "Secret plans" not in body
    assert room["slug"] not in body


def test_a_socket_without_a_ticket_hears_nothing(server, new_context):
    room = server.manage("room", "create", "Quiet room", "--open")
    page = new_context().new_page()
    page.goto(server.url)
    heard = page.evaluate(
        """([url, hello]) => new Promise(done => {
            const got = []; const s = new WebSocket(url);
            s.onopen = () => s.send(hello); s.onmessage = e => got.push(e.data); s.onclose = () => done(got);
            setTimeout(() => { s.close(); done(got); }, 3000); })""",
        [
            f"{server.url.replace('http', 'ws')}/ws/rooms/{room['slug']}/",
            json.dumps({"id": 1, "type": "hello", "versions": [1], "ticket": "forged"}),
        ],
    )
    assert not any("snapshot" in line or '"ok"' in line for line in heard), heard
