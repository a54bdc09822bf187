"""A web process' side of all live rooms: a link to the media node, and the sockets that use it."""

from __future__ import annotations

import asyncio
import itertools
import logging
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.conf import settings

from media.node.client import NodeClient
from media.node.link import Address, Link, LinkBroken
from rooms import codec, keeping

if TYPE_CHECKING:
    from rooms.ticket import Ticket

logger = logging.getLogger(__name__)

SUSPENDED = "people.suspended"  # the channel layer's group that hears of suspended accounts
NODE_WAIT_S = 4.0


class Socket(Protocol):
    """A browser's connection, as the node sees it. None of these may block."""

    def deliver(self, text: str) -> None: ...

    def hang(self, code: int) -> None: ...

    def released(self) -> None: ...

    def node_lost(self) -> None: ...


class Hub:
    """The end of the link in this process."""

    def __init__(self, address: Address, secret: str) -> None:
        self._names = itertools.count(1)
        self._sockets: dict[str, Socket] = {}
        self._client = NodeClient(address, secret, self)
        self._listening = asyncio.create_task(self._listen(), name="suspensions")

    # ------------------------------------------------------------ for sockets

    async def hello(self, socket: Socket, slug: str, text: str, ticket: Ticket | None) -> str:
        """Hand a socket's first frame to the node; its name from now on. Raises LinkBroken."""
        link = await self._client.ready(timeout_s=NODE_WAIT_S)
        name = str(next(self._names))
        self._sockets[name] = socket
        given = codec.to_json(ticket) if ticket is not None else None
        link.tell("hello", {"socket": name, "slug": slug, "text": text, "ticket": given})
        return name

    def frame(self, name: str, text: str) -> None:
        self._tell("frame", {"socket": name, "text": text})

    def flooded(self, name: str) -> None:
        self._tell("flooded", {"socket": name})

    def gone(self, name: str) -> None:
        """The browser's connection ended."""
        if self._sockets.pop(name, None) is not None:
            self._tell("closed", {"socket": name})

    def _tell(self, name: str, body: dict[str, Any]) -> None:
        if self._client.link is not None:
            self._client.link.tell(name, body)

    async def call(self, name: str, body: dict[str, Any]) -> Any:
        """Raises LinkBroken, CallFailed."""
        link = await self._client.ready(timeout_s=NODE_WAIT_S)
        return await link.call(name, body)

    # ------------------------------------------------------------ the end of the link

    def opened(self, link: Link) -> None:
        logger.info("linked to the media node link=%s", link.id)

    def closed(self, link: Link) -> None:
        """The node died or was stopped: all its sessions are gone with it."""
        sockets, self._sockets = self._sockets, {}
        for socket in sockets.values():
            socket.node_lost()

    def told(self, link: Link, name: str, body: dict[str, Any]) -> None:
        if name == "send":
            socket = self._sockets.get(body["socket"])
            if socket is not None:
                socket.deliver(body["text"])
        elif name == "released":
            socket = self._sockets.pop(body["socket"], None)
            if socket is not None:
                socket.released()
        elif name == "hang":
            socket = self._sockets.pop(body["socket"], None)
            if socket is not None:
                socket.hang(body["code"])

    async def called(self, link: Link, name: str, body: dict[str, Any]) -> Any:
        if name != "record":
            raise LookupError(name)
        await database_sync_to_async(keeping.keep)(body["slug"], body["kind"], body["record"])

    # ------------------------------------------------------------ suspensions

    async def _listen(self) -> None:
        layer = get_channel_layer()
        if layer is None:
            return
        channel = await layer.new_channel()
        await layer.group_add(SUSPENDED, channel)
        while True:
            heard = await layer.receive(channel)
            self._tell("suspend", {"person": heard["person"]})

    async def close(self) -> None:
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)
        await self._client.close()


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """This loop's hub; begun when the first socket needs it."""
    loop = asyncio.get_running_loop()
    found = _hubs.get(loop)
    if found is None:
        env = settings.ENV
        found = _hubs[loop] = Hub(Address.parse(env.node_link), env.node_secret)
    return found


async def close_hub() -> None:
    """End this loop's hub, if there is one."""
    found = _hubs.pop(asyncio.get_running_loop(), None)
    if found is not None:
        await found.close()


__all__ = ["Hub", "LinkBroken", "close_hub", "hub"]
