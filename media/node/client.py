"""A web process' side of a link to one node: keeps it up, tells when it broke."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random

from media.node.link import Address, End, Link, LinkBroken

logger = logging.getLogger(__name__)

WAITS_S = (0.0, 0.3, 1.2, 2.7, 4.8, 7.0)
WANTED_S = 0.3


def wait_s(tries: int) -> float:
    """How long to wait before try number `tries` (from 0), give or take a fifth: not all at once."""
    return WAITS_S[min(tries, len(WAITS_S) - 1)] * random.uniform(0.8, 1.2)  # noqa: S311 no secret


class NodeClient:
    """Connects for ever until closed; `link` is the open link or None."""

    def __init__(self, address: Address, secret: str, end: End) -> None:
        self._address = address
        self._secret = secret
        self._end = end
        self.link: Link | None = None
        self.refused = False  # at the last try nothing listened there: no mere trouble on the way
        self._up = asyncio.Event()
        self._wanted = asyncio.Event()
        self._task = asyncio.create_task(self._keep(), name="node link")

    async def ready(self, *, timeout_s: float) -> Link:
        """The open link, waited for. Raises LinkBroken."""
        self._wanted.set()
        try:
            async with asyncio.timeout(timeout_s):
                await self._up.wait()
        except TimeoutError as error:
            raise LinkBroken("the media node can't be reached") from error
        if self.link is None:
            raise LinkBroken("the media node can't be reached")
        return self.link

    async def _keep(self) -> None:
        tries = 0
        while True:
            await self._pause(tries)
            tries += 1
            link = await self._open()
            if link is None:
                continue
            tries = 0
            self.link = link
            self._up.set()
            try:
                await link.run()
            finally:
                self.link = None
                self._up.clear()

    async def _pause(self, tries: int) -> None:
        """As long as there have been tries; shorter when somebody wants the link now."""
        pause_s = wait_s(tries)
        await asyncio.sleep(min(pause_s, WANTED_S))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, pause_s - WANTED_S)):
                await self._wanted.wait()
        self._wanted.clear()

    async def _open(self) -> Link | None:
        try:
            reader, writer = await self._address.connect()
        except OSError as error:
            self.refused = isinstance(error, (ConnectionRefusedError, FileNotFoundError))
            logger.info("no node at %s: %s", self._address, error)
            return None
        link = Link(reader, writer, self._end)
        try:
            await link.introduce(self._secret)
        except LinkBroken as error:
            logger.warning("no node at %s: %s", self._address, error)
            link.close()
            return None
        self.refused = False
        return link

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        if self.link is not None:
            self.link.close()
