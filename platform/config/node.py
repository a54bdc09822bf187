"""The media node's process: `python -m config.node`. Forwarding server, live rooms, the link; no Django.

SIGTERM and SIGINT end it at once: people are told to come again, and are led to another node.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
import signal
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from redis.exceptions import RedisError

from config.env import Env, load
from config.values import SettingError
from kernel import clock
from media.node.link import Address
from media.node.registry import ANNOUNCE_EVERY_S, Node, Registry, registry
from media.node.server import LinkServer
from rooms.forwarding import Forwarding
from rooms.live import LiveRooms

if TYPE_CHECKING:
    from pathlib import Path

logger = logging.getLogger("config.node")

CAPACITY = 500  # people on one node, before rooms are placed elsewhere
LEAVE_S = 0.5


async def serve(env: Env, *, stop: asyncio.Event, ready: asyncio.Event | None = None) -> None:
    """Until `stop`. Raises OSError when the UDP port or the link's address is taken."""
    forwarding = Forwarding(port=env.media_udp_port, addresses=env.media_addresses)
    rooms = LiveRooms(forwarding, clock=clock.now_ms, faults=env.faults, journal=_journal(env))
    forwarding.tell(rooms)
    server = LinkServer(Address.parse(env.node_link), env.node_secret, rooms)
    nodes = registry(env.redis_url, env.node_link)
    me = Node(id=secrets.token_hex(6), address=env.node_link, capacity=CAPACITY)
    await forwarding.start()
    try:
        rooms.start()
        await server.start()
        await _announce(nodes, me, rooms)
        announcing = asyncio.create_task(_announce_for_ever(nodes, me, rooms), name="announce")
        logger.info("media node ready link=%s udp=%d", env.node_link, env.media_udp_port)
        if ready is not None:
            ready.set()
        await stop.wait()
        announcing.cancel()
        await _leave(nodes, me, rooms)
        await rooms.close()
        await server.close()
    finally:
        await forwarding.close()
        await nodes.close()


def _journal(env: Env) -> Path:
    """One for each node that shares the data folder."""
    name = hashlib.sha256(env.node_link.encode()).hexdigest()[:8]
    path = env.data / "run" / f"journal-{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


async def _announce(nodes: Registry, me: Node, rooms: LiveRooms) -> None:
    try:
        await nodes.announce(replace(me, load=rooms.load), list(rooms.rooms))
    except (OSError, RedisError) as error:
        logger.warning("the registry can't be reached: %s", error)


async def _announce_for_ever(nodes: Registry, me: Node, rooms: LiveRooms) -> None:
    while True:
        await asyncio.sleep(ANNOUNCE_EVERY_S)
        await _announce(nodes, me, rooms)


async def _leave(nodes: Registry, me: Node, rooms: LiveRooms) -> None:
    try:
        async with asyncio.timeout(LEAVE_S):
            await nodes.leave(me, list(rooms.rooms))
    except (OSError, RedisError) as error:  # it will be found out in a few seconds
        logger.warning("the registry can't be reached: %s", error)


async def _main(env: Env) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await serve(env, stop=stop)


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        env = load()
        Address.parse(env.node_link)
    except (SettingError, ValueError) as error:
        logger.error("%s", error)  # noqa: TRY400 one clear line is what helps here
        return 2
    try:
        asyncio.run(_main(env))
    except OSError as error:
        logger.error("the media node can't start: %s", error)  # noqa: TRY400
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
