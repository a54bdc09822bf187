"""The node's side of links: listens, lets in who knows the secret, closes."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from media.node.link import Address, End, Link, LinkBroken

logger = logging.getLogger(__name__)

CLOSE_S = 1.0


class LinkServer:
    """Accepts web processes at one address."""

    def __init__(self, address: Address, secret: str, end: End) -> None:
        self._address = address
        self._secret = secret
        self._end = end
        self._server: asyncio.Server | None = None
        self.links: set[Link] = set()
        self._running: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Raises OSError when the address is taken by a process that lives."""
        if self._address.path and _make_room(self._address.path):
            await self._clear_socket()
        self._server = await self._address.listen(self._accept)
        if self._address.path:
            _for_owner_only(self._address.path)

    async def _clear_socket(self) -> None:
        """A socket file that a killed node left behind is in the way; a living node's is not ours."""
        try:
            _, writer = await self._address.connect()
        except OSError:
            _remove(self._address.path)
        else:
            writer.close()
            raise OSError(f"another node listens at {self._address.path}")

    @property
    def port(self) -> int:
        """Where it listens, for tcp:…:0."""
        if self._server is None:
            raise RuntimeError("not started")
        return int(self._server.sockets[0].getsockname()[1])

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._run(Link(reader, writer, self._end)), name="link")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _run(self, link: Link) -> None:
        try:
            await link.welcome(self._secret)
        except LinkBroken as error:
            logger.warning("link refused: %s", error)
            link.close()
            return
        self.links.add(link)
        logger.info("link open link=%s", link.id)
        try:
            await link.run()
        finally:
            self.links.discard(link)
            logger.info("link closed link=%s", link.id)

    async def close(self) -> None:
        """Send what is left, then close every link."""
        if self._server is not None:
            self._server.close()
        links = list(self.links)
        for link in links:
            await link.flush()
            link.close()
        if self._running:
            await asyncio.wait(self._running, timeout=CLOSE_S)
        if self._address.path:
            _remove(self._address.path)


def _make_room(path: str) -> bool:
    """The folder for a socket; whether a socket is there already."""
    Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Path(path).exists()


def _for_owner_only(path: str) -> None:
    Path(path).chmod(0o600)


def _remove(path: str) -> None:
    Path(path).unlink(missing_ok=True)
