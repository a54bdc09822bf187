"""A web process' side of all live rooms: links to media nodes, and the sockets that use them."""

from __future__ import annotations

import asyncio
import itertools
import logging
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.conf import settings
from redis.exceptions import RedisError

from media.node.client import NodeClient, wait_s
from media.node.link import Address, Link, LinkBroken
from media.node.registry import NoNode, Registry, registry
from rooms import codec, keeping
from rooms.refusals import Refused

if TYPE_CHECKING:
    from organisations.policies import Actor
    from rooms.ticket import RoomFacts, Ticket

logger = logging.getLogger(__name__)

SUSPENDED = "people.suspended"  # the channel layer's group that hears of suspended accounts
NODE_WAIT_S = 4.0
TRY_S = 1.0
RETRY_S = 0.2
REJOIN_S = 3600


class Socket(Protocol):
    """A browser's connection, as the node sees it. None of these may block."""

    def deliver(self, text: str) -> None: ...

    def hang(self, code: int) -> None: ...

    def released(self) -> None: ...

    def node_lost(self) -> None: ...


class Hub:
    """The end of every link in this process."""

    def __init__(self, nodes: Registry, secret: str) -> None:
        self._names = itertools.count(1)
        self._sockets: dict[str, tuple[Socket, Link]] = {}
        self._nodes = nodes
        self._secret = secret
        self._clients: dict[str, NodeClient] = {}
        self._listening = asyncio.create_task(self._listen(), name="suspensions")

    # ------------------------------------------------------------ for sockets

    async def hello(self, socket: Socket, slug: str, text: str, ticket: Ticket | None) -> str:
        """Hand a socket's first frame to the room's node; its name from now on. Raises LinkBroken."""
        link = await self._link(slug)
        name = str(next(self._names))
        self._sockets[name] = socket, link
        given = codec.to_json(ticket) if ticket is not None else None
        link.tell("hello", {"socket": name, "slug": slug, "text": text, "ticket": given})
        return name

    def frame(self, name: str, text: str) -> None:
        self._tell(name, "frame", {"text": text})

    def flooded(self, name: str) -> None:
        self._tell(name, "flooded", {})

    def gone(self, name: str) -> None:
        """The browser's connection ended."""
        self._tell(name, "closed", {})
        self._sockets.pop(name, None)

    def _tell(self, name: str, what: str, body: dict[str, Any]) -> None:
        if (found := self._sockets.get(name)) is not None:
            found[1].tell(what, {"socket": name, **body})

    async def end(self, slug: str) -> bool:
        """End the meeting in a room for all; whether there was one. Raises LinkBroken, CallFailed."""
        return bool(await (await self._link(slug)).call("end", {"slug": slug}))

    async def adopt(self, facts: RoomFacts) -> bool:
        """Tell a live room of changed settings; whether it is live. Raises LinkBroken, CallFailed."""
        body = {"facts": codec.to_json(facts)}
        return bool(await (await self._link(facts.slug)).call("adopt", body))

    async def act(self, slug: str, actor: Actor, message: Any) -> None:
        """What a host does without being inside. Raises Refused, LinkBroken, CallFailed."""
        text = codec.dump({"id": 0, **codec.to_json(message)})
        await self._outsider(slug, "act", {"actor": codec.to_json(actor), "text": text})

    async def overview(self, slug: str, actor: Actor) -> dict[str, Any]:
        """An `Overview` as JSON. Raises Refused, LinkBroken, CallFailed."""
        found: dict[str, Any] = await self._outsider(slug, "overview", {"actor": codec.to_json(actor)})
        return found

    async def _outsider(self, slug: str, name: str, body: dict[str, Any]) -> Any:
        answer = await (await self._link(slug)).call(name, {"slug": slug, **body})
        if "error" in answer:
            raise Refused.all[answer["error"]["code"]](answer["error"]["detail"])
        return answer["ok"]

    async def _link(self, slug: str) -> Link:
        """To the node that holds the room; waits for one to come up. Raises LinkBroken."""
        try:
            async with asyncio.timeout(NODE_WAIT_S):
                while True:
                    link = await self._try(slug)
                    if link is not None:
                        return link
        except (OSError, RedisError) as error:  # OSError: TimeoutError is one
            raise LinkBroken("no media node can be reached") from error

    async def _try(self, slug: str) -> Link | None:
        try:
            node = await self._nodes.place(slug)
        except NoNode:
            await asyncio.sleep(RETRY_S)
            return None
        client = self._clients.get(node.address)
        if client is None:
            client = NodeClient(Address.parse(node.address), self._secret, self)
            self._clients[node.address] = client
        try:
            return await client.ready(timeout_s=TRY_S)
        except LinkBroken:
            if client.refused:
                await self._nodes.bury(node)
            return None

    # ------------------------------------------------------------ the end of every link

    def opened(self, link: Link) -> None:
        logger.info("linked to a media node link=%s", link.id)

    def closed(self, link: Link) -> None:
        """The node died or was stopped: all its sessions are gone with it."""
        lost = [name for name, (_, by) in self._sockets.items() if by is link]
        for name in lost:
            self._sockets.pop(name)[0].node_lost()

    def told(self, link: Link, name: str, body: dict[str, Any]) -> None:
        found = self._sockets.get(body["socket"])
        if found is None:
            return
        socket = found[0]
        if name == "send":
            socket.deliver(body["text"])
        elif name == "released":
            del self._sockets[body["socket"]]
            socket.released()
        elif name == "hang":
            del self._sockets[body["socket"]]
            socket.hang(body["code"])

    async def called(self, link: Link, name: str, body: dict[str, Any]) -> Any:
        if name != "record":
            raise LookupError(name)
        await database_sync_to_async(keeping.keep)(body["slug"], body["kind"], body["record"])

    # ------------------------------------------------------------ suspensions

    async def _listen(self) -> None:
        layer = get_channel_layer()
        tries = 0
        while layer is not None:
            try:
                await self._hear(layer)
            except (OSError, RedisError) as error:
                logger.warning("the channel layer can't be reached: %s", error)
                await asyncio.sleep(wait_s(tries := tries + 1))

    async def _hear(self, layer: Any) -> None:
        channel = await layer.new_channel()
        while True:
            await layer.group_add(SUSPENDED, channel)
            try:
                async with asyncio.timeout(REJOIN_S):
                    while True:
                        self._suspend((await layer.receive(channel))["person"])
            except TimeoutError:  # a group forgets its members after a day
                continue

    def _suspend(self, person: str) -> None:
        for client in self._clients.values():
            if client.link is not None:
                client.link.tell("suspend", {"person": person})

    async def close(self) -> None:
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)
        for client in self._clients.values():
            await client.close()
        await self._nodes.close()


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """This loop's hub; begun when the first socket needs it."""
    loop = asyncio.get_running_loop()
    found = _hubs.get(loop)
    if found is None:
        env = settings.ENV
        found = _hubs[loop] = Hub(registry(env.redis_url, env.node_link), env.node_secret)
    return found


async def close_hub() -> None:
    """End this loop's hub, if there is one."""
    found = _hubs.pop(asyncio.get_running_loop(), None)
    if found is not None:
        await found.close()


__all__ = ["Hub", "LinkBroken", "close_hub", "hub"]
