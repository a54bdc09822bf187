"""The link between a web process and a media node: JSON lines both ways over one stream.

Both ends prove that they know the secret before anything else is read, each against the other's fresh number:
    node → web   {"node": nonce}
    web → node   {"web": nonce, "proof": HMAC(secret, "web" + both)}
    node → web   {"proof": HMAC(secret, "node" + both)}
Then, from either end:
    {"id": 1, "call": name, "with": {...}}    answered by {"re": 1, "ok": ...} or {"re": 1, "error": text}
    {"tell": name, "with": {...}}             not answered
A broken link is an answer too: every open call fails, and the owner hears of it at once.
"""

from __future__ import annotations

import asyncio
import hmac
import itertools
import json
import logging
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)

LINE_BYTES = 8 * 1024 * 1024  # a snapshot of a large room with its chat fits
UNSENT_BYTES = 32 * 1024 * 1024  # an end that reads nothing is cut off here
HANDSHAKE_S = 5.0
CALL_S = 15.0
CALLS_AT_ONCE = 256


class LinkBroken(ConnectionError):
    """The link is gone, or the other end is not who it should be."""


class CallFailed(RuntimeError):
    """The other end could not do what was asked."""


class End(Protocol):
    """What stands behind one end of a link. `told` keeps the order of arrival and must not block."""

    def opened(self, link: Link) -> None: ...

    def told(self, link: Link, name: str, body: dict[str, Any]) -> None: ...

    async def called(self, link: Link, name: str, body: dict[str, Any]) -> Any: ...

    def closed(self, link: Link) -> None: ...


@dataclass(frozen=True, slots=True)
class Address:
    """`unix:/path` or `tcp:host:port`."""

    path: str = ""
    host: str = ""
    port: int = 0

    @classmethod
    def parse(cls, text: str) -> Address:
        """Raises ValueError that says what would do."""
        kind, _, rest = text.partition(":")
        if kind == "unix" and rest:
            return cls(path=rest)
        host, _, port = rest.rpartition(":")
        if kind == "tcp" and host and port.isdigit() and int(port) < 65536:
            return cls(host=host.strip("[]"), port=int(port))
        raise ValueError(f"a node's link is unix:/path or tcp:host:port, not {text!r}")

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.path:
            return await asyncio.open_unix_connection(self.path, limit=LINE_BYTES)
        return await asyncio.open_connection(self.host, self.port, limit=LINE_BYTES)

    async def listen(
        self, accept: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
    ) -> asyncio.Server:
        if self.path:
            return await asyncio.start_unix_server(accept, self.path, limit=LINE_BYTES)
        return await asyncio.start_server(accept, self.host, self.port, limit=LINE_BYTES)


def proof(secret: str, side: str, web: str, node: str) -> str:
    return hmac.new(secret.encode(), f"{side} {web} {node}".encode(), "sha256").hexdigest()


class Link:
    """One end of an open link. `run` reads until it breaks; everything else may be used meanwhile."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, end: End) -> None:
        self.id = secrets.token_hex(4)
        self._reader = reader
        self._writer = writer
        self._end = end
        self._numbers = itertools.count(1)
        self._open_calls: dict[int, asyncio.Future[Any]] = {}
        self._answering: set[asyncio.Task[None]] = set()
        self.broken = False

    # ------------------------------------------------------------ handshake

    async def welcome(self, secret: str) -> None:
        """The node's side. Raises LinkBroken."""
        mine = secrets.token_hex(16)
        self._write({"node": mine})
        frame = await self._expect("web")
        theirs = str(frame["web"])
        if not hmac.compare_digest(str(frame.get("proof", "")), proof(secret, "web", theirs, mine)):
            raise LinkBroken("the other end does not know the secret")
        self._write({"proof": proof(secret, "node", theirs, mine)})

    async def introduce(self, secret: str) -> None:
        """The web process' side. Raises LinkBroken."""
        theirs = str((await self._expect("node"))["node"])
        mine = secrets.token_hex(16)
        self._write({"web": mine, "proof": proof(secret, "web", mine, theirs)})
        answer = str((await self._expect("proof"))["proof"])
        if not hmac.compare_digest(answer, proof(secret, "node", mine, theirs)):
            raise LinkBroken("the node does not know the secret")

    async def _expect(self, name: str) -> dict[str, Any]:
        try:
            async with asyncio.timeout(HANDSHAKE_S):
                frame = await self._read()
        except TimeoutError as error:
            raise LinkBroken("no handshake in time") from error
        if frame is None or name not in frame:
            raise LinkBroken("no handshake")
        return frame

    # ------------------------------------------------------------ use

    def tell(self, name: str, body: dict[str, Any]) -> None:
        """Send and forget; nothing happens on a broken link."""
        self._write({"tell": name, "with": body})

    async def call(self, name: str, body: dict[str, Any], *, timeout_s: float = CALL_S) -> Any:
        """Raises LinkBroken, CallFailed, TimeoutError."""
        if self.broken:
            raise LinkBroken("the link is gone")
        number = next(self._numbers)
        answer = self._open_calls[number] = asyncio.get_running_loop().create_future()
        self._write({"id": number, "call": name, "with": body})
        try:
            async with asyncio.timeout(timeout_s):
                return await answer
        finally:
            del self._open_calls[number]

    async def run(self) -> None:
        """Until the link breaks or is closed. Never raises for what the other end does."""
        self._end.opened(self)
        try:
            while (frame := await self._read()) is not None:
                self._take(frame)
        finally:
            self.close()
            for task in self._answering:
                task.cancel()
            for answer in self._open_calls.values():
                if not answer.done():
                    answer.set_exception(LinkBroken("the link broke"))
            self._end.closed(self)

    def close(self) -> None:
        self.broken = True
        self._writer.close()

    async def flush(self) -> None:
        """Until what was told has left, or can't any more."""
        try:
            await self._writer.drain()
        except OSError:
            self.broken = True

    # ------------------------------------------------------------ frames

    def _take(self, frame: dict[str, Any]) -> None:
        body = frame.get("with") or {}
        if (name := frame.get("tell")) is not None:
            try:
                self._end.told(self, name, body)
            except Exception:  # one bad line must not cut everybody's link
                logger.exception("tell failed link=%s tell=%s", self.id, name)
        elif (number := frame.get("re")) is not None:
            answer = self._open_calls.get(number)
            if answer is None or answer.done():
                return  # it came after its time was up
            if "error" in frame:
                answer.set_exception(CallFailed(frame["error"]))
            else:
                answer.set_result(frame.get("ok"))
        elif len(self._answering) >= CALLS_AT_ONCE:
            self._write({"re": frame.get("id"), "error": "too many calls at once"})
        else:
            task = asyncio.create_task(self._answer(frame.get("id"), str(frame.get("call")), body))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def _answer(self, number: Any, name: str, body: dict[str, Any]) -> None:
        try:
            found = await self._end.called(self, name, body)
        except Exception as error:  # the caller is told, the log has the rest
            logger.exception("call failed link=%s call=%s", self.id, name)
            self._write({"re": number, "error": f"{type(error).__name__}: {error}"})
        else:
            self._write({"re": number, "ok": found})

    async def _read(self) -> dict[str, Any] | None:
        try:
            line = await self._reader.readline()
            frame = json.loads(line) if line.endswith(b"\n") else None
        except (OSError, ValueError) as error:  # ValueError: no JSON, or a line beyond LINE_BYTES
            logger.warning("unreadable link=%s error=%s", self.id, error)
            return None
        return frame if isinstance(frame, dict) else None

    def _write(self, frame: dict[str, Any]) -> None:
        if self.broken:
            return
        line = json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self._writer.write(line)
        if self._writer.transport.get_write_buffer_size() > UNSENT_BYTES:
            logger.error("cut off an end that reads nothing link=%s", self.id)
            self.broken = True
            self._writer.transport.abort()
