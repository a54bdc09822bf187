"""The link: who gets in, what arrives, what a break means."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from media.node.client import NodeClient, wait_s
from media.node.link import Address, CallFailed, Link, LinkBroken
from media.node.server import LinkServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

SECRET = "between us"


class Notebook:
    """An end that writes down what it hears; `arrived` is set by every tell."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.opens: asyncio.Queue[Link] = asyncio.Queue()
        self.closes: asyncio.Queue[Link] = asyncio.Queue()
        self.tells: asyncio.Queue[str] = asyncio.Queue()

    def opened(self, link: Link) -> None:
        self.opens.put_nowait(link)

    def closed(self, link: Link) -> None:
        self.closes.put_nowait(link)

    def told(self, link: Link, name: str, body: dict[str, Any]) -> None:
        if name == "stumble":
            raise RuntimeError("over a stone")
        self.heard.append((name, body))
        self.tells.put_nowait(name)

    async def called(self, link: Link, name: str, body: dict[str, Any]) -> Any:
        if name == "never":
            await asyncio.Event().wait()
        return {"you said": name, **body}


@pytest.fixture
async def closing() -> AsyncIterator[Callable[[Any], Any]]:
    things: list[Any] = []

    def later(thing: Any) -> Any:
        things.append(thing)
        return thing

    yield later
    for thing in reversed(things):
        await thing.close()


@pytest.fixture
def address(tmp_path: Path) -> Address:
    return Address(path=str(tmp_path / "run" / "node.sock"))


async def test_both_ends_tell_and_call(address: Address, closing: Callable[[Any], Any]) -> None:
    node, web = Notebook(), Notebook()
    server = closing(LinkServer(address, SECRET, node))
    await server.start()
    link = await closing(NodeClient(address, SECRET, web)).ready(timeout_s=5)
    for number in range(100):
        link.tell("frame", {"number": number})
    assert await link.call("load", {"text": "你好\n"}) == {"you said": "load", "text": "你好\n"}
    assert [body["number"] for _, body in node.heard] == list(range(100))
    other = await node.opens.get()
    assert await other.call("record", {}) == {"you said": "record"}


async def test_over_tcp_too(closing: Callable[[Any], Any]) -> None:
    server = closing(LinkServer(Address.parse("tcp:127.0.0.1:0"), SECRET, Notebook()))
    await server.start()
    client = closing(NodeClient(Address(host="127.0.0.1", port=server.port), SECRET, Notebook()))
    assert await (await client.ready(timeout_s=5)).call("load", {}) == {"you said": "load"}


async def test_nobody_gets_in_without_the_secret(address: Address, closing: Callable[[Any], Any]) -> None:
    node = Notebook()
    await closing(LinkServer(address, SECRET, node)).start()
    reader, writer = await address.connect()
    link = Link(reader, writer, Notebook())
    with pytest.raises(LinkBroken):
        await link.introduce("a guess")
    link.close()
    assert node.opens.empty()


async def test_a_false_node_is_not_believed(tmp_path: Path, closing: Callable[[Any], Any]) -> None:
    """It cannot turn the web process' own proof back at it."""

    async def mirror(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        import json

        writer.write(b'{"node": "n"}\n')
        given = json.loads(await reader.readline())
        writer.write(json.dumps({"proof": given["proof"]}).encode() + b"\n")
        await reader.read()
        writer.close()

    path = str(tmp_path / "false.sock")
    server = await asyncio.start_unix_server(mirror, path)
    reader, writer = await asyncio.open_unix_connection(path)
    link = Link(reader, writer, Notebook())
    with pytest.raises(LinkBroken, match="does not know"):
        await link.introduce(SECRET)
    link.close()
    server.close()


@pytest.mark.parametrize("junk", [b"GET / HTTP/1.1\r\n\r\n", b"{}\n", b"[1]\n", b'{"web": 1}\n', b"\xff\n"])
async def test_junk_at_the_door_is_shown_out(junk: bytes, address: Address, closing: Callable[[Any], Any]) -> None:
    node = Notebook()
    await closing(LinkServer(address, SECRET, node)).start()
    reader, writer = await address.connect()
    await reader.readline()
    writer.write(junk)
    assert await reader.read() == b""
    writer.close()
    assert node.opens.empty()


async def test_what_one_tell_breaks_the_next_does_not_feel(address: Address, closing: Callable[[Any], Any]) -> None:
    node = Notebook()
    await closing(LinkServer(address, SECRET, node)).start()
    link = await closing(NodeClient(address, SECRET, Notebook())).ready(timeout_s=5)
    link.tell("stumble", {})
    link.tell("frame", {"number": 1})
    assert await node.tells.get() == "frame"


async def test_a_broken_link_fails_open_calls_and_is_opened_again(
    address: Address, closing: Callable[[Any], Any]
) -> None:
    node, web = Notebook(), Notebook()
    server = LinkServer(address, SECRET, node)
    await server.start()
    client = closing(NodeClient(address, SECRET, web))
    link = await client.ready(timeout_s=5)
    call = asyncio.create_task(link.call("never", {}))
    await link.call("load", {})  # so the other has arrived too
    await server.close()
    with pytest.raises(LinkBroken):
        await call
    assert await web.closes.get() is link
    with pytest.raises(LinkBroken):
        await link.call("load", {})
    again = closing(LinkServer(address, SECRET, node))
    await again.start()
    assert await (await client.ready(timeout_s=10)).call("load", {}) == {"you said": "load"}


async def test_a_failing_call_names_its_fault_and_harms_no_other(
    address: Address, closing: Callable[[Any], Any]
) -> None:
    class Broken(Notebook):
        async def called(self, link: Link, name: str, body: dict[str, Any]) -> Any:
            if name == "bad":
                raise LookupError(name)
            return 1

    await closing(LinkServer(address, SECRET, Broken())).start()
    link = await closing(NodeClient(address, SECRET, Notebook())).ready(timeout_s=5)
    with pytest.raises(CallFailed, match="LookupError"):
        await link.call("bad", {})
    assert await link.call("good", {}) == 1


async def test_a_killed_nodes_socket_is_no_obstacle_but_a_living_ones_is(
    address: Address, closing: Callable[[Any], Any]
) -> None:
    await closing(LinkServer(address, SECRET, Notebook())).start()
    with pytest.raises(OSError, match="another node"):
        await LinkServer(address, SECRET, Notebook()).start()

    dead = Address(path=address.path + ".dead")
    import socket

    left_behind = socket.socket(socket.AF_UNIX)
    left_behind.bind(dead.path)
    left_behind.close()
    await closing(LinkServer(dead, SECRET, Notebook())).start()


@pytest.mark.parametrize("text", ["", "unix:", "tcp:host", "tcp::1", "tcp:h:99999", "http://x", "tcp:h:x"])
def test_an_address_that_is_none_is_refused_with_what_would_do(text: str) -> None:
    with pytest.raises(ValueError, match="unix:/path or tcp:host:port"):
        Address.parse(text)


def test_tries_come_at_0_to_7_seconds_give_or_take_a_fifth() -> None:
    for tries, about in enumerate((0.0, 0.3, 1.2, 2.7, 4.8, 7.0, 7.0)):
        assert about * 0.8 <= wait_s(tries) <= about * 1.2
