"""A person at a browser: enters a room, looks, listens, speaks. What the tests know of the page stands here alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Page

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator

# Counts what this browser decodes and hears, over every RTCPeerConnection the page ever made.
WATCH = """
(() => {
  const made = window.__pcs = [];
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native { constructor(...a) { super(...a); made.push(this); } };
})();
"""
STATS = """
async () => {
  const rows = [];
  for (const pc of window.__pcs) {
    if (pc.connectionState === 'closed') continue;
    for (const s of (await pc.getStats()).values())
      if (s.type === 'inbound-rtp' || s.type === 'outbound-rtp') rows.push({
        type: s.type, kind: s.kind, mid: s.mid, frames: s.framesDecoded ?? 0, sent: s.packetsSent ?? 0,
        received: s.packetsReceived ?? 0, energy: s.totalAudioEnergy ?? 0, height: s.frameHeight ?? 0,
        rid: s.rid ?? ''});
  }
  return rows;
}
"""
# By tile: the participant, and how many frames its video elements have shown.
TILES = """
() => Object.fromEntries([...document.querySelectorAll('[data-participant]')].map(tile => [
  tile.dataset.participant,
  [...tile.querySelectorAll('video')].reduce((n, v) => n + v.getVideoPlaybackQuality().totalVideoFrames, 0)]))
"""
PATIENCE_MS = 30_000
_CATALOGUE = Path(__file__).parents[2] / "frontend" / "src" / "shared" / "zh" / "room.ts"
CHINESE = dict(re.findall(r'^  "(.+?)": "(.+?)",$', _CATALOGUE.read_text(), re.MULTILINE))


def word(text: str, locale: str) -> str:
    """What stands on the page for the English `text`."""
    return CHINESE[text] if locale.startswith("zh") else text


@dataclass(slots=True)
class Person:
    """One browser context with one page in it."""

    page: Page
    name: str
    locale: str = "en-GB"

    def open(self, url: str) -> Person:
        self.page.add_init_script(WATCH)
        self.page.goto(url)
        return self

    def join(self, *, passcode: str = "") -> Person:
        """From the green room in: fills the name where asked, presses the button."""
        button = self.page.get_by_role("button", name=word("Join now", self.locale))
        button.wait_for(timeout=PATIENCE_MS)
        name = self.page.get_by_label(word("Your name", self.locale))
        if name.count():
            name.fill(self.name)
        if passcode:
            self.page.get_by_label("Passcode").fill(passcode)
        button.click()
        return self

    def wait_in(self) -> Person:
        leave = word("Leave", self.locale)
        self.page.get_by_role("button", name=leave).first.wait_for(timeout=PATIENCE_MS)
        return self

    def wait_tiles(self, count: int) -> Person:
        self.page.wait_for_function(
            "n => new Set([...document.querySelectorAll('[data-participant]')]"
            ".map(t => t.dataset.participant)).size === n",
            arg=count,
            timeout=PATIENCE_MS,
        )
        return self

    def tile(self, name: str) -> Locator:
        return self.page.locator("[data-participant]", has_text=name).first

    def shown_frames(self) -> dict[str, int]:
        return self.page.evaluate(TILES)

    def wait_pictures(self, count: int) -> Person:
        """`count` tiles with pictures that go on moving: each shows ten frames more than at first sight."""
        self.page.wait_for_function(
            f"n => {{ const now = ({TILES})(); const first = window.__first ??= {{}};"
            " let moving = 0; for (const [id, f] of Object.entries(now)) {"
            " if (f > 0) first[id] ??= f; if (f >= (first[id] ?? Infinity) + 10) moving++; } return moving >= n; }",
            arg=count,
            timeout=PATIENCE_MS,
        )
        self.page.evaluate("delete window.__first")
        return self

    def wait_sound(self, count: int) -> Person:
        """`count` received voices carry energy."""
        self.page.wait_for_function(
            f"async n => (await ({STATS})()).filter(r => r.type === 'inbound-rtp' && r.kind === 'audio'"
            " && r.energy > 0).length >= n",
            arg=count,
            timeout=PATIENCE_MS,
        )
        return self

    def intend(self, **intent: Any) -> Person:
        """As a press of the right control would; for pictures, where the control itself is not what is tried."""
        self.page.evaluate("intent => window.stoaRoom.engine.do(intent)", intent)
        return self

    def stats(self) -> list[dict[str, Any]]:
        return self.page.evaluate(STATS)

    def press(self, name: str) -> Person:
        self.page.get_by_role("button", name=name).first.click()
        return self

    def leave(self) -> None:
        self.press("Leave")

    def say(self, text: str) -> None:
        self.open_panel("Chat")
        box = self.page.get_by_label("Message", exact=True)
        box.fill(text)
        box.press("Enter")

    def open_panel(self, name: str) -> None:
        control = self.page.get_by_role("button", name=name).first
        if control.get_attribute("aria-expanded") != "true":
            control.click()

    def wait_text(self, text: str) -> None:
        self.page.get_by_text(text).first.wait_for(timeout=PATIENCE_MS)


def enter(context: BrowserContext, url: str, name: str, **join: Any) -> Person:
    """A new page of `context`, through the green room, in."""
    return Person(context.new_page(), name).open(url).join(**join).wait_in()
