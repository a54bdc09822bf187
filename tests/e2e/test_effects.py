"""Background blur and noise suppression, off the main thread: others go on seeing and hearing, the cost is shown."""

from __future__ import annotations

import pytest

from tests.e2e.people import PATIENCE_MS, enter

pytestmark = pytest.mark.browser


@pytest.fixture
def two(server, new_context):
    room = server.manage("room", "create", "Effects", "--open")
    ada = enter(new_context(), room["join_url"], "Ada")
    bob = enter(new_context(), room["join_url"], "Bob")
    bob.wait_tiles(2).wait_pictures(2)
    return ada, bob


def test_blur_changes_the_picture_and_says_what_it_costs(two):
    ada, bob = two
    ada.page.evaluate("window.stoaRoom.engine.do({do: 'blur', on: true})")
    ada.page.wait_for_function("() => window.stoaRoom.engine.state.cost.blur_ms > 0", timeout=2 * PATIENCE_MS)
    bob.wait_pictures(2)
    ada.page.evaluate("window.stoaRoom.engine.do({do: 'blur', on: false})")
    bob.wait_pictures(2)


def test_noise_suppression_lets_the_voice_through(two):
    ada, bob = two
    ada.page.evaluate("window.stoaRoom.engine.do({do: 'noise', on: true})")
    ada.page.wait_for_function("() => window.stoaRoom.engine.state.own.noiseSuppression", timeout=PATIENCE_MS)
    bob.wait_sound(1)
    assert ada.page.evaluate("window.stoaRoom.engine.state.own.noiseSuppression")
    assert ada.page.evaluate("window.stoaRoom.engine.state.notices.length") == 0
