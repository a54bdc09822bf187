"""Which nodes there are, and which of them holds a room: written once, by compare-and-set.

On one machine there is one node and nothing to write down. On many, nodes announce themselves in Redis every
few seconds, and an entry that is not renewed is a node that is gone.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Protocol

from redis.asyncio import Redis

if TYPE_CHECKING:
    from collections.abc import Iterable

ANNOUNCE_EVERY_S = 2.0
NODE_SECONDS = 7  # three announcements missed
ROOM_SECONDS = 20  # renewed by the node that holds it
PLACE_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    id: str
    address: str  # as in link.Address
    capacity: int  # people
    load: int = 0
    draining: bool = False


class NoNode(LookupError):
    """No node can take a room now."""


def choose(nodes: Iterable[Node]) -> Node | None:
    """The least loaded that is not draining and not full."""
    free = [node for node in nodes if not node.draining and node.load < node.capacity]
    return min(free, key=lambda node: (node.load / node.capacity, node.id), default=None)


class Registry(Protocol):
    async def place(self, room: str) -> Node:
        """The node that holds the room, or will. Raises NoNode."""
        ...

    async def announce(self, node: Node, rooms: Iterable[str]) -> None:
        """I am here, and hold these."""
        ...

    async def leave(self, node: Node, rooms: Iterable[str]) -> None:
        """I am going; my rooms are free."""
        ...

    async def bury(self, node: Node) -> None:
        """Nothing listens at its address: it need not be waited for. A living node announces itself again."""
        ...

    async def close(self) -> None: ...


class OneNode:
    """One machine: every room is on the one node."""

    def __init__(self, address: str) -> None:
        self._node = Node(id="node", address=address, capacity=1_000_000)

    async def place(self, room: str) -> Node:
        return self._node

    async def announce(self, node: Node, rooms: Iterable[str]) -> None:
        return

    async def leave(self, node: Node, rooms: Iterable[str]) -> None:
        return

    async def bury(self, node: Node) -> None:
        return

    async def close(self) -> None:
        return


# Set KEYS[1] to ARGV[2] if it still is ARGV[1] ("" for nothing); the holder afterwards.
_TAKE = """
local held = redis.call('GET', KEYS[1]) or ''
if held ~= ARGV[1] then return held end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return ARGV[2]
"""
# Renew or delete KEYS[1] only while it is ARGV[1].
_RENEW = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('EXPIRE', KEYS[1], ARGV[2])
"""
_FREE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""


class RedisRegistry:
    """Nodes and rooms in Redis or Valkey."""

    def __init__(self, url: str, *, prefix: str = "stoa") -> None:
        self._redis: Redis[Any] = Redis.from_url(url, decode_responses=True)  # type: ignore[type-arg,unused-ignore]
        self._prefix = prefix
        self._take = self._redis.register_script(_TAKE)
        self._renew = self._redis.register_script(_RENEW)
        self._free = self._redis.register_script(_FREE)

    def _node_key(self, node: str) -> str:
        return f"{self._prefix}:node:{node}"

    def _room_key(self, room: str) -> str:
        return f"{self._prefix}:room:{room}"

    async def nodes(self) -> dict[str, Node]:
        """Those that announced themselves lately, by id."""
        ids = sorted(str(each) for each in await self._redis.smembers(f"{self._prefix}:nodes"))
        found = await self._redis.mget([self._node_key(each) for each in ids]) if ids else []
        known = dict(zip(ids, found, strict=True))
        if gone := [each for each, text in known.items() if text is None]:
            await self._redis.srem(f"{self._prefix}:nodes", *gone)
        return {each: Node(**json.loads(text)) for each, text in known.items() if text is not None}

    async def place(self, room: str) -> Node:
        nodes = await self.nodes()
        held = await self._redis.get(self._room_key(room)) or ""
        for _ in range(PLACE_TRIES):
            if held in nodes:
                return nodes[held]
            free = choose(nodes.values())
            if free is None:
                raise NoNode(room)
            held = await self._take(keys=[self._room_key(room)], args=[held, free.id, ROOM_SECONDS])
            if held not in nodes:  # another process knows a node that came since
                nodes = await self.nodes()
        raise NoNode(room)

    async def announce(self, node: Node, rooms: Iterable[str]) -> None:
        await self._redis.set(self._node_key(node.id), json.dumps(asdict(node)), ex=NODE_SECONDS)
        await self._redis.sadd(f"{self._prefix}:nodes", node.id)
        for room in rooms:
            await self._renew(keys=[self._room_key(room)], args=[node.id, ROOM_SECONDS])

    async def leave(self, node: Node, rooms: Iterable[str]) -> None:
        await self._redis.delete(self._node_key(node.id))
        for room in rooms:
            await self._free(keys=[self._room_key(room)], args=[node.id])

    async def bury(self, node: Node) -> None:
        await self._redis.delete(self._node_key(node.id))

    async def close(self) -> None:
        await self._redis.aclose()


def registry(redis_url: str, address: str) -> RedisRegistry | OneNode:
    return RedisRegistry(redis_url) if redis_url else OneNode(address)
