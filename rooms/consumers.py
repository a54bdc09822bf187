"""One browser's WebSocket: reads strictly, keeps the pace, and passes frames between browser and node.

Nothing is decided here but who the socket is; the room decides the rest.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from kernel import clock
from kernel.errors import StoaError
from media.node.link import LinkBroken
from rooms import codec, protocol, selectors, tickets
from rooms import refusals as no
from rooms.hub import hub
from rooms.pace import Bucket

if TYPE_CHECKING:
    from rooms.ticket import Ticket

logger = logging.getLogger(__name__)

HELLO_WITHIN_S = 10.0
UNSENT_FRAMES = 2000
FRAMES = (150, 30)  # at once, and per second; a full grid that changes its size asks for every picture anew
BYTES = (4 * 1024 * 1024, 512 * 1024)  # a large room's offers, one after the other
PATIENCE = (100, 5)  # frames beyond that which are answered too_many before the socket is closed

# RFC 6455 keeps 1008, 1009, 1012 and 1013 for these, but the server beneath sends only 1000 and the free ones.
TOO_BIG, POLICY, TRY_LATER, RESTART = 4009, 4008, 4013, 4012


def redeem(text: str, slug: str) -> Ticket:
    """The ticket of somebody who may come still. Raises TicketInvalid, for suspended accounts too."""
    ticket = tickets.redeem(text, slug=slug)
    if ticket.actor.person is not None and not selectors.is_active(ticket.actor.person):
        raise no.TicketInvalid
    return ticket


class RoomConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """`/ws/rooms/<slug>/`. The first frame is hello, with a ticket or a session to resume."""

    channel_layer_alias = "none"  # what rooms say comes over the link; a layer would cost a Redis reader a socket

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Without a visit to the database thread for every frame, where it would wait behind slow pages."""
        await getattr(self, message["type"].replace(".", "_"))(message)

    async def connect(self) -> None:
        self.slug: str = self.scope["url_route"]["kwargs"]["slug"]
        self.name = ""  # what the node calls this socket, once it has said hello
        self.out: asyncio.Queue[str | int] = asyncio.Queue()
        self.frames, self.bytes, self.patience = Bucket(*FRAMES), Bucket(*BYTES), Bucket(*PATIENCE)
        self.closing = False
        self.seq = 0  # of the last event that was sent
        await self.accept()
        self.tasks = [
            asyncio.create_task(self._write(), name="socket writer"),
            asyncio.create_task(self._expect_hello(), name="hello timer"),
        ]

    async def disconnect(self, code: int) -> None:
        for task in getattr(self, "tasks", []):
            task.cancel()
        if getattr(self, "name", ""):
            hub().gone(self.name)

    # ------------------------------------------------------------ from the browser

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.closing:
            return
        text = text_data if text_data is not None else ""
        if len(text) > codec.OFFER_BYTES or len(bytes_data or b"") > codec.FRAME_BYTES:
            self.hang(TOO_BIG)
            return
        try:
            request = codec.decode_request(text)
        except codec.Unreadable as unreadable:
            if self._in_pace(text, unreadable.id):
                self.deliver(codec.refused(unreadable.id, unreadable.refusal))
            return
        if not self._in_pace(text, request.id):
            return
        if self.name:
            hub().frame(self.name, text)
        elif isinstance(request.message, protocol.Hello):
            await self._hello(request.id, request.message, text)
        else:
            self.deliver(codec.refused(request.id, no.HelloExpected()))

    def _in_pace(self, text: str, request: int | None) -> bool:
        """False when the frame is not to be worked on; a socket that goes on and on is closed."""
        now_ms = clock.monotonic_ms()
        if self.frames.take(now_ms) and self.bytes.take(now_ms, len(text)):
            return True
        if self.patience.take(now_ms):
            self.deliver(codec.refused(request, no.TooMany()))
        elif self.name:
            logger.warning("flood room=%s socket=%s", self.slug, self.name)
            self.closing = True
            hub().flooded(self.name)
        else:
            self.hang(POLICY)
        return False

    async def _hello(self, request: int, hello: protocol.Hello, text: str) -> None:
        ticket = None
        try:
            if not hello.resume:
                ticket = await database_sync_to_async(redeem)(hello.ticket, self.slug)
            self.name = await hub().hello(self, self.slug, text, ticket)
        except LinkBroken:
            self.deliver(codec.refused(request, no.RoomUnavailable()))
            self.hang(TRY_LATER)
        except StoaError as refusal:
            self.deliver(codec.refused(request, refusal))

    async def _expect_hello(self) -> None:
        await asyncio.sleep(HELLO_WITHIN_S)
        if not self.name:
            self.hang(POLICY)

    # ------------------------------------------------------------ to the browser

    def deliver(self, text: str) -> None:
        if self.out.qsize() > UNSENT_FRAMES:
            logger.warning("a browser reads nothing room=%s socket=%s", self.slug, self.name)
            self.hang(POLICY)
        elif not self.closing or self.name:
            self.out.put_nowait(text)

    def hang(self, code: int) -> None:
        """After what is still to be sent."""
        self.closing = True
        self.out.put_nowait(code)

    def released(self) -> None:
        """The room refused the hello; another may be said, soon."""
        self.name = ""
        self.tasks.append(asyncio.create_task(self._expect_hello(), name="hello timer"))

    def node_lost(self) -> None:
        goodbye = protocol.Goodbye(action="reconnect", reason="node_lost")
        self.deliver(codec.numbered(self.seq + 1, codec.event_body(goodbye)))
        self.hang(RESTART)

    async def _write(self) -> None:
        try:
            while isinstance(item := await self.out.get(), str):
                self.seq = codec.number_of(item) or self.seq
                await self.send(text_data=item)
            await self.close(code=item)
        except Exception:  # nobody waits for this task: without a word here it would end unheard
            logger.exception("socket writer failed room=%s socket=%s", self.slug, self.name)
