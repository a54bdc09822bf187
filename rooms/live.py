"""Live rooms inside a media node: each owned by one task, fed by links, clock and forwarding server.

What a `Session` decides is performed here: frames go to sockets through the link they came by, media is asked
of the forwarding server, records go to the journal.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kernel.errors import StoaError
from organisations.policies import Actor
from rooms import codec
from rooms import refusals as no
from rooms.journal import Journal
from rooms.session import Session
from rooms.session import effects as do
from rooms.session.media import Negotiated
from rooms.ticket import RoomFacts, Ticket

if TYPE_CHECKING:
    from pathlib import Path

    from media.node.link import Link
    from rooms.doors import Media, MediaAnswer
    from rooms.session.effects import Effect
    from rooms.session.state import Overview
    from rooms.shapes import Layer

logger = logging.getLogger(__name__)

TICK_S = 0.25
SLOW_S = 2.0
ANSWER_S = 5.0

Decide = Callable[[int], "list[Effect]"]


@dataclass(frozen=True, slots=True)
class Step:
    """Something to decide. A refusal goes to `socket` as the answer to `request`."""

    decide: Decide
    socket: str | None = None
    request: int | None = None
    again: Callable[[], None] | None = None  # when the room is over before it was decided


class LiveRoom:
    """One room: a queue of steps, one task that takes them in order, one Session that only it touches."""

    def __init__(self, rooms: LiveRooms, facts: RoomFacts) -> None:
        self.slug = facts.slug
        self._rooms = rooms
        self._session = Session(facts, new_id=_new_id, faults=rooms.faults)
        self._steps: asyncio.Queue[Step] = asyncio.Queue()
        self._slow: set[str] = set()
        self.task = asyncio.create_task(self._run(), name=f"room {facts.slug}")

    def step(self, decide: Decide) -> None:
        self._steps.put_nowait(Step(decide))

    async def _run(self) -> None:
        while not self._session.over:
            step = await self._steps.get()
            try:
                await self._perform(step.decide(self._rooms.clock()))
            except StoaError as refusal:
                self._refuse(step, refusal)
            except Exception:  # one message must not end the room for the others
                logger.exception("step failed room=%s socket=%s", self.slug, step.socket)
                self._refuse(step, no.Internal())
        self._rooms.forget(self)
        while not self._steps.empty():
            step = self._steps.get_nowait()
            if step.again is not None:  # a hello that came while the room ended: the next room is theirs
                step.again()
            else:
                self._refuse(step, no.RoomEnded())

    def _refuse(self, step: Step, refusal: StoaError) -> None:
        if step.socket is None:
            return
        self._send(step.socket, codec.refused(step.request, refusal))
        if step.again is not None:  # a hello: the socket is not of this room, and may say another
            self._rooms.release(step.socket)

    # ------------------------------------------------------------ what sockets and others ask

    def hello(self, socket: str, text: str, ticket: Ticket | None, again: Callable[[], None]) -> None:
        request = codec.decode_request(text)
        if ticket is not None:
            self.adopt(ticket.room)
        self._steps.put_nowait(
            Step(
                lambda now_ms: self._session.hello(socket, request.id, request.message, ticket, now_ms),
                socket,
                request.id,
                again,
            )
        )

    def frame(self, socket: str, text: str) -> None:
        request = codec.decode_request(text)
        self._steps.put_nowait(
            Step(
                lambda now_ms: self._session.handle(socket, request.id, request.message, now_ms),
                socket,
                request.id,
            )
        )

    def closed(self, socket: str) -> None:
        self._slow.discard(socket)
        self.step(lambda now_ms: self._session.socket_closed(socket, now_ms))

    def flooded(self, socket: str) -> None:
        self.step(lambda now_ms: self._session.flooded(socket, now_ms))

    def tick(self) -> None:
        self.step(self._session.tick)

    def suspend(self, person: str) -> None:
        self.step(lambda now_ms: self._session.suspend(person, now_ms))

    def adopt(self, facts: RoomFacts) -> None:
        self.step(lambda _: self._session.adopt(facts))

    def end(self) -> None:
        self.step(self._session.end)

    async def ask(self, decide: Callable[[int], tuple[list[Effect], Any]]) -> Any:
        """What somebody outside wants done or known, in its turn. Raises StoaError."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def decided(now_ms: int) -> list[Effect]:
            try:
                effects, found = decide(now_ms)
            except StoaError as refusal:
                answer.set_exception(refusal)
                return []
            answer.set_result(found)
            return effects

        self._steps.put_nowait(Step(decided, again=lambda: answer.set_exception(no.RoomEnded())))
        return await answer

    async def act(self, actor: Actor, message: Any) -> None:
        await self.ask(lambda now_ms: (self._session.act(actor, message, now_ms), None))

    async def overview(self, actor: Actor) -> Overview:
        found: Overview = await self.ask(lambda _: ([], self._session.overview(actor)))
        return found

    def drain(self) -> None:
        self.step(self._session.drain)

    # ------------------------------------------------------------ what the forwarding server reports

    def peer_connected(self, peer: str) -> None:
        self.step(lambda _: self._session.media_connected(peer))

    def peer_disconnected(self, peer: str, reason: str) -> None:
        self.step(lambda _: self._session.media_disconnected(peer, closed=reason == "closed"))

    def speakers(self, levels: Sequence[tuple[str, int]]) -> None:
        self.step(lambda now_ms: self._session.speakers(levels, now_ms))

    def forwarding(self, peer: str, publication: str, layer: Layer | None, reason: str) -> None:
        self.step(lambda _: self._session.forwarding(peer, publication, layer, reason))

    def demand(self, publication: str, layer: Layer | None) -> None:
        self.step(lambda _: self._session.demand(publication, layer))

    # ------------------------------------------------------------ performing

    async def _perform(self, effects: Sequence[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, do.Negotiate):
                await self._negotiate(effect)
            else:
                self._do(effect)

    def _do(self, effect: Effect) -> None:
        media = self._rooms.media
        match effect:
            case do.Send():
                self._send(effect.socket, effect.text)
            case do.Hang():
                self._rooms.hang(effect.socket, effect.code)
            case do.Slow():
                self._slow.add(effect.socket)
            case do.DropPeer():
                media.remove_peer(self.slug, effect.peer)
            case do.CutPeer():
                media.cut_peer(self.slug, effect.peer)
            case do.AskSize():
                media.want(self.slug, effect.peer, effect.publication, effect.max_height_px)
            case do.Silence():
                media.mute(self.slug, effect.publication, effect.muted)
            case do.Unpublish():
                media.unpublish(self.slug, effect.publication)
            case do.CloseRoom():
                media.close_room(self.slug)
            case do.MeetingOpened() | do.MeetingClosed() | do.Joined() | do.Left() | do.Said():
                self._rooms.journal.add(self.slug, effect)

    async def _negotiate(self, asked: do.Negotiate) -> None:
        try:
            async with asyncio.timeout(ANSWER_S):
                answer: MediaAnswer = await self._rooms.media.answer(self.slug, asked)
        except StoaError as refusal:
            await self._perform(self._session.not_negotiated(asked, refusal))
        except Exception:
            logger.exception("no answer to an offer room=%s peer=%s", self.slug, asked.peer)
            await self._perform(self._session.not_negotiated(asked, no.MediaFailed()))
        else:
            found = Negotiated(
                sdp=answer.sdp,
                began=answer.began,
                refused=answer.refused,
                codecs=answer.codecs,
                layers=answer.layers,
            )
            await self._perform(self._session.negotiated(asked, found))

    def _send(self, socket: str, text: str) -> None:
        if socket in self._slow:
            asyncio.get_running_loop().call_later(SLOW_S, self._rooms.send, socket, text)
        else:
            self._rooms.send(socket, text)


class LiveRooms:
    """All rooms of this node; the node's end of every link."""

    def __init__(
        self, media: Media, *, clock: Callable[[], int], faults: bool = False, journal: Path | None = None
    ) -> None:
        self.media = media
        self.clock = clock
        self.faults = faults
        self.journal = Journal(journal)
        self.rooms: dict[str, LiveRoom] = {}
        self._links: dict[str, Link] = {}
        self._of_socket: dict[str, LiveRoom] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self.journal.recall(self.clock())
        self._tasks = [
            asyncio.create_task(self.journal.run(), name="journal"),
            asyncio.create_task(self._tick(), name="room clock"),
        ]

    async def close(self) -> None:
        """Everybody is told to come again elsewhere; what is to be kept is handed over."""
        rooms = list(self.rooms.values())
        for room in rooms:
            room.drain()
        await asyncio.gather(*(room.task for room in rooms), return_exceptions=True)
        await self.journal.settle(timeout_s=1.0)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            for room in self.rooms.values():
                room.tick()

    @property
    def load(self) -> int:
        """People, by their sockets."""
        return len(self._of_socket)

    # ------------------------------------------------------------ the end of links

    def opened(self, link: Link) -> None:
        self._links[link.id] = link
        self.journal.linked(link)

    def closed(self, link: Link) -> None:
        """A web process is gone, and all its sockets with it: their people may come back by another."""
        self._links.pop(link.id, None)
        self.journal.unlinked(link)
        for socket in [s for s in self._of_socket if s.startswith(f"{link.id}/")]:
            self._of_socket.pop(socket).closed(socket)

    def told(self, link: Link, name: str, body: dict[str, Any]) -> None:
        socket = f"{link.id}/{body.get('socket')}"
        room = self._of_socket.get(socket)
        if name == "frame" and room is not None:
            room.frame(socket, body["text"])
        elif name == "hello" and room is None:
            self._hello(socket, body)
        elif name == "closed" and room is not None:
            del self._of_socket[socket]
            room.closed(socket)
        elif name == "flooded" and room is not None:
            room.flooded(socket)
        elif name == "suspend":
            for each in self.rooms.values():
                each.suspend(str(body["person"]))
        else:
            logger.info("nothing to do link=%s tell=%s", link.id, name)

    async def called(self, link: Link, name: str, body: dict[str, Any]) -> Any:
        """Raises LookupError for a call there is not."""
        if name == "end":
            room = self.rooms.get(str(body["slug"]))
            if room is not None:
                room.end()
            return room is not None
        if name == "adopt":
            facts: RoomFacts = codec.read(RoomFacts, body["facts"])
            room = self.rooms.get(facts.slug)
            if room is not None:
                room.adopt(facts)
            return room is not None
        if name in {"act", "overview"}:
            return await self._outsider(name, body)
        if name == "load":
            return {"rooms": len(self.rooms), "sockets": self.load}
        raise LookupError(name)

    async def _outsider(self, name: str, body: dict[str, Any]) -> Any:
        """{"ok": …} or {"error": {code, detail}}: what a program asked of a live room."""
        room = self.rooms.get(str(body["slug"]))
        actor: Actor = codec.read(Actor, body["actor"])
        try:
            if room is None:
                raise no.RoomEnded
            if name == "overview":
                return {"ok": codec.to_json(await room.overview(actor))}
            await room.act(actor, codec.decode_request(body["text"]).message)
        except codec.Unreadable as error:
            return {"error": {"code": error.refusal.code, "detail": error.refusal.detail}}
        except StoaError as refusal:
            return {"error": {"code": refusal.code, "detail": refusal.detail}}
        return {"ok": None}

    def _hello(self, socket: str, body: dict[str, Any]) -> None:
        slug = str(body["slug"])
        room = self.rooms.get(slug)
        given = body.get("ticket")
        ticket = codec.read(Ticket, given) if given is not None else None
        if room is None and ticket is not None:
            room = self.rooms[slug] = LiveRoom(self, ticket.room)
            logger.info("room open room=%s", slug)
        if room is None:  # a session to resume, in a room that is no more
            request = codec.decode_request(body["text"])
            self.send(socket, codec.refused(request.id, no.SessionLost()))
            self.release(socket)
            return
        self._of_socket[socket] = room
        room.hello(socket, body["text"], ticket, lambda: self._hello(socket, body))

    # ------------------------------------------------------------ what rooms ask

    def send(self, socket: str, text: str) -> None:
        self._tell(socket, "send", {"text": text})

    def hang(self, socket: str, code: int) -> None:
        self._of_socket.pop(socket, None)
        self._tell(socket, "hang", {"code": code})

    def release(self, socket: str) -> None:
        """The socket's hello was refused: it stays open, and belongs to nobody."""
        self._of_socket.pop(socket, None)
        self._tell(socket, "released", {})

    def _tell(self, socket: str, what: str, body: dict[str, Any]) -> None:
        link, _, name = socket.partition("/")
        if (found := self._links.get(link)) is not None:
            found.tell(what, {"socket": name, **body})

    def forget(self, room: LiveRoom) -> None:
        if self.rooms.get(room.slug) is room:
            del self.rooms[room.slug]
        for socket in [s for s, owner in self._of_socket.items() if owner is room]:
            del self._of_socket[socket]
        logger.info("room closed room=%s", room.slug)


def _new_id() -> str:
    return secrets.token_urlsafe(12)
