"""Daphne sends no faster than the reader reads. Without it a whole file would wait in memory for a slow one.

Daphne 4.2 hands every body part to Twisted's buffer at once. `install` registers a push producer with the connection,
which says when the buffer is full, and lets the application's next `send` wait until it has gone out.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from daphne.http_protocol import WebRequest
from daphne.server import Server


class Gate:
    """What Twisted tells when its buffer is full or has room again (IPushProducer)."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.open.set()
        self.moved_s = time.monotonic()

    def pauseProducing(self) -> None:
        self.open.clear()

    def resumeProducing(self) -> None:
        self.moved_s = time.monotonic()
        self.open.set()

    def stopProducing(self) -> None:
        self.open.set()


def install() -> None:
    """Once, before daphne serves."""
    if getattr(Server, "stoa_pressure", False):
        return
    begin, hand_over, lost = WebRequest.handle_reply, Server.handle_reply, WebRequest.connectionLost
    check = WebRequest.check_timeouts

    def handle_reply(self: Any, message: dict[str, Any]) -> None:
        body = message.get("type") == "http.response.body"
        gate = getattr(self, "stoa_gate", None)
        if body and not message.get("more_body", False) and gate is not None and self.producer is gate:
            self.unregisterProducer()  # finish() wants it gone
        begin(self, message)
        alive = getattr(self, "channel", None) is not None and not self.finished  # a lost connection has none
        if body and message.get("more_body") and alive and gate is None and self.producer is None:
            self.stoa_gate = Gate()
            self.registerProducer(self.stoa_gate, True)

    def connection_lost(self: Any, reason: Any) -> None:
        gate = getattr(self, "stoa_gate", None)
        if gate is not None:
            gate.open.set()
        lost(self, reason)

    async def server_reply(self: Any, protocol: Any, message: dict[str, Any]) -> None:
        await hand_over(self, protocol, message)
        gate = getattr(protocol, "stoa_gate", None)
        if gate is not None and message.get("more_body"):
            await gate.open.wait()
            gate.moved_s = time.monotonic()

    def check_timeouts(self: Any) -> None:
        """A long download may take its time, as long as something of it is read within daphne's limit."""
        gate = getattr(self, "stoa_gate", None)
        if gate is None:
            check(self)
        elif time.monotonic() - gate.moved_s > (self.server.http_timeout or 120):
            self.transport.abortConnection()

    WebRequest.check_timeouts = check_timeouts
    WebRequest.handle_reply = handle_reply
    WebRequest.connectionLost = connection_lost
    Server.handle_reply = server_reply
    Server.stoa_pressure = True
