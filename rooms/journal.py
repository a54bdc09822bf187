"""What a room wants kept, on its way from the node to a database: in order, at least once."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import Any

from media.node.client import wait_s
from media.node.link import CallFailed, Link, LinkBroken
from rooms import codec
from rooms.session.effects import Joined, Left, MeetingClosed, MeetingOpened, Record, Said

logger = logging.getLogger(__name__)

KEPT = 20_000
KINDS: dict[str, type] = {kind.__name__: kind for kind in (MeetingOpened, MeetingClosed, Joined, Left, Said)}


class Journal:
    """One task hands records to any web process that is linked, one after the other."""

    def __init__(self) -> None:
        self._waiting: deque[dict[str, Any]] = deque()
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
        """Until everything is kept, but no longer than asked; what is left is counted in the log."""
        if not self._links:  # nobody to hand it to
            timeout_s = 0
        try:
            async with asyncio.timeout(timeout_s):
                await self._empty.wait()
        except TimeoutError:
            logger.error("records not kept: %d", len(self._waiting))  # noqa: TRY400
