"""What a room wants kept, on its way from the node to a database: in order, at least once.

A file remembers what could not be handed over when the node ended, and which meetings went on, so that a node that
was killed leaves no meeting open for ever.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from typing import TYPE_CHECKING, Any

from media.node.client import wait_s
from media.node.link import CallFailed, Link, LinkBroken
from rooms import codec
from rooms.session.effects import MeetingClosed, MeetingOpened, Record

if TYPE_CHECKING:
    from pathlib import Path

logger = logging.getLogger(__name__)

KEPT = 20_000


class Journal:
    """One task hands records to any web process that is linked, one after the other."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._waiting: deque[dict[str, Any]] = deque()
        self._going_on: dict[str, str] = {}  # meeting → slug
        self._links: list[Link] = []
        self._news = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()

    def linked(self, link: Link) -> None:
        self._links.append(link)
        self._news.set()

    def unlinked(self, link: Link) -> None:
        if link in self._links:
            self._links.remove(link)

    def add(self, slug: str, record: Record) -> None:
        if len(self._waiting) >= KEPT:
            logger.error("nobody keeps records; lost one: %s", self._waiting.popleft())
        self._waiting.append({"slug": slug, "kind": type(record).__name__, "record": codec.to_json(record)})
        self._empty.clear()
        self._news.set()
        if isinstance(record, MeetingOpened):
            self._going_on[record.meeting] = slug
            self.save()
        elif isinstance(record, MeetingClosed):
            self._going_on.pop(record.meeting, None)
            self.save()

    # ------------------------------------------------------------ from one life of the node to the next

    def save(self) -> None:
        if self._path is None:
            return
        text = json.dumps({"waiting": list(self._waiting), "going_on": self._going_on})
        new = self._path.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_text(text)
        new.replace(self._path)

    def recall(self, now_ms: int) -> None:
        """What the last life of this node left: records, and meetings that ended with it."""
        if self._path is None or not self._path.exists():
            return
        try:
            left = json.loads(self._path.read_text())
        except ValueError:
            logger.exception("the journal can't be read path=%s", self._path)
            return
        self._waiting.extend(left["waiting"])
        for meeting, slug in left["going_on"].items():
            self.add(slug, MeetingClosed(meeting=meeting, at_ms=now_ms))
        if self._waiting:
            self._empty.clear()
            self._news.set()

    async def run(self) -> None:
        tries = 0
        while True:
            await self._news.wait()
            if not self._waiting or not self._links:
                self._news.clear()
                continue
            record = self._waiting[0]
            link = self._links[tries % len(self._links)]
            try:
                await link.call("record", record)
            except (LinkBroken, CallFailed, TimeoutError) as error:
                tries += 1
                if tries >= 8 and isinstance(error, CallFailed):
                    logger.error("a record is refused for good, lost: %s", record)  # noqa: TRY400
                    tries = 0
                else:
                    await asyncio.sleep(wait_s(tries))
                    continue
            tries = 0
            if self._waiting and self._waiting[0] is record:
                self._waiting.popleft()
            if not self._waiting:
                self._empty.set()

    async def settle(self, *, timeout_s: float) -> None:
        """Until everything is kept, but no longer than asked; what is left waits in the file."""
        if not self._links:  # nobody to hand it to
            timeout_s = 0
        try:
            async with asyncio.timeout(timeout_s):
                await self._empty.wait()
        except TimeoutError:
            logger.warning("records kept for the next start: %d", len(self._waiting))
        self.save()
