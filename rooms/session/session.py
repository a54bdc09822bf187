"""The door of a live room: what comes in from sockets, clock and media, and the effects that go out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from rooms import codec, protocol
from rooms import refusals as no
from rooms.session import entering, media, moderation, talking
from rooms.session.effects import CutPeer, DropPeer, Effect, Hang, Negotiate, Send, Slow
from rooms.session.rights import HOSTS_VERBS, VERB_OF
from rooms.session.state import Overview, Person, Room, outsider
from rooms.shapes import Done, Layer, Sent

if TYPE_CHECKING:
    from kernel.errors import StoaError
    from organisations.policies import Actor
    from rooms.session.media import Negotiated
    from rooms.ticket import RoomFacts, Ticket

BROKEN = 4012  # the code of a socket that a fault closes

Handler = Callable[[Room, Person, Any, int], list[Effect]]


class Session:
    """One room while people are in it, owned by one task. Methods return what is to be done, in order."""

    def __init__(self, facts: RoomFacts, *, new_id: Callable[[], str], faults: bool = False) -> None:
        self.room = Room(facts, epoch=new_id(), new_id=new_id, faults=faults, allowed=set(facts.allowed))

    @property
    def over(self) -> bool:
        return self.room.over

    def adopt(self, facts: RoomFacts) -> list[Effect]:
        """What a newer ticket says about the room."""
        return entering.adopt(self.room, facts)

    # ------------------------------------------------------------ sockets

    def hello(
        self, socket: str, request: int, hello: protocol.Hello, ticket: Ticket | None, now_ms: int
    ) -> list[Effect]:
        """The first frame of a socket; `ticket` is the redeemed one unless it resumes. Raises Refused."""
        if socket in self.room.sockets:
            raise no.HelloRepeated
        if protocol.VERSION not in hello.versions:
            raise no.VersionUnsupported(f"this room speaks {protocol.VERSION}")
        if ticket is not None:
            return entering.enter(self.room, socket, request, ticket, now_ms)
        return entering.resume(self.room, socket, request, hello, now_ms)

    def handle(self, socket: str, request: int, message: Any, now_ms: int) -> list[Effect]:
        """Any further request. Raises Refused, having changed nothing."""
        if isinstance(message, protocol.Hello):
            raise no.HelloRepeated
        me = self.room.people.get(self.room.sockets.get(socket, ""))
        if me is None:
            raise no.HelloExpected
        if not self.room.may(me.actor, VERB_OF[type(message)]):
            raise no.NotAllowed
        if isinstance(message, protocol.Offer):
            return media.offer(self.room, me, request, message)
        if isinstance(message, protocol.ChatSend):
            said, effects = talking.chat(self.room, me, message, now_ms)
            return [_answer(socket, request, Sent(message=said)), *effects]
        return [_answer(socket, request, Done()), *HANDLERS[type(message)](self.room, me, message, now_ms)]

    def act(self, actor: Actor, message: Any, now_ms: int) -> list[Effect]:
        """What a host does without being inside, by a program. Raises Refused, having changed nothing."""
        verb = VERB_OF[type(message)]
        if verb not in HOSTS_VERBS or not self.room.may(actor, verb):
            raise no.NotAllowed
        return HANDLERS[type(message)](self.room, outsider(actor, now_ms), message, now_ms)

    def overview(self, actor: Actor) -> Overview:
        """Raises NotAllowed."""
        if not self.room.may(actor, "room.moderate"):
            raise no.NotAllowed
        return Overview(
            room=self.room.state(),
            participants=tuple(self.room.participant(person) for person in self.room.inside()),
            publications=tuple(found.shown() for found in self.room.published.values()),
            waiting=self.room.waiting_list(),
        )

    def socket_closed(self, socket: str, now_ms: int) -> list[Effect]:
        return entering.socket_closed(self.room, socket, now_ms)

    def flooded(self, socket: str, now_ms: int) -> list[Effect]:
        """A socket that would not be slowed: its person is out, and may come again."""
        me = self.room.people.get(self.room.sockets.get(socket, ""))
        if me is None:
            return [Hang(socket)]
        return entering.go(self.room, me, now_ms, action="disconnect", farewell="flood", reason="removed")

    # ------------------------------------------------------------ clock and office

    def tick(self, now_ms: int) -> list[Effect]:
        return entering.tick(self.room, now_ms) + media.tell_speakers(self.room, now_ms)

    def suspend(self, account: str, now_ms: int) -> list[Effect]:
        """The account was suspended: out at once, and not in again."""
        return entering.suspend(self.room, account, now_ms)

    def end(self, now_ms: int) -> list[Effect]:
        return entering.end(self.room, now_ms)

    def drain(self, now_ms: int) -> list[Effect]:
        """The node goes away: everybody enters again elsewhere."""
        return entering.end(self.room, now_ms, farewell="draining", action="reconnect")

    # ------------------------------------------------------------ media

    def negotiated(self, asked: Negotiate, found: Negotiated) -> list[Effect]:
        me = self.room.people.get(asked.peer)
        if me is None or not me.inside:
            return [DropPeer(asked.peer)]
        return media.negotiated(self.room, me, asked, found)

    def not_negotiated(self, asked: Negotiate, refusal: StoaError) -> list[Effect]:
        """The offer failed: its sender may try again with another, under a higher number."""
        me = self.room.people.get(asked.peer)
        if me is None or me.socket is None:
            return []
        return [Send(me.socket, codec.refused(asked.request, refusal), refusal)]

    def media_connected(self, peer: str) -> list[Effect]:
        return media.connected(self.room, peer)

    def media_disconnected(self, peer: str, *, closed: bool = False) -> list[Effect]:
        return media.disconnected(self.room, peer, closed=closed)

    def speakers(self, levels: Iterable[tuple[str, int]], now_ms: int) -> list[Effect]:
        return media.speakers(self.room, levels, now_ms)

    def forwarding(self, peer: str, publication: str, layer: Layer | None, reason: str) -> list[Effect]:
        return media.forwarding(self.room, peer, publication, layer, reason)

    def demand(self, publication: str, layer: Layer | None) -> list[Effect]:
        return media.demand(self.room, publication, layer)


def _answer(socket: str, request: int, message: Any) -> Send:
    return Send(socket, codec.answer(request, message), message)


def _leave(room: Room, me: Person, message: protocol.Leave, now_ms: int) -> list[Effect]:
    return entering.go(room, me, now_ms, action="disconnect", farewell="left", reason="left")


def _fault(room: Room, me: Person, message: protocol.Fault, now_ms: int) -> list[Effect]:
    """Raises NotAllowed unless the installation was started for tests."""
    if not room.faults or me.socket is None:
        raise no.NotAllowed
    if message.kind == "drop_media":
        return [CutPeer(me.id)]
    if message.kind == "forget_media":  # as a node does that lost it: nobody is told
        return [DropPeer(me.id)]
    if message.kind == "slow":
        return [Slow(me.socket)]
    if message.kind == "lose_session":
        me.resume = room.new_id()
    if message.kind == "new_epoch":
        room.epoch = room.new_id()
    broken = list(room.sockets) if message.kind == "new_epoch" else [me.socket]
    effects: list[Effect] = []
    for socket in broken:
        effects += [Hang(socket, BROKEN), *entering.socket_closed(room, socket, now_ms)]
    return effects


HANDLERS: Mapping[type, Handler] = {
    protocol.Mute: lambda room, me, message, now_ms: media.mute(room, me, message),
    protocol.Want: lambda room, me, message, now_ms: media.want(room, me, message),
    protocol.Hand: talking.hand,
    protocol.React: talking.react,
    protocol.Rename: lambda room, me, message, now_ms: talking.rename(room, me, message),
    protocol.ReportQuality: lambda room, me, message, now_ms: talking.quality(room, me, message),
    protocol.Ping: lambda room, me, message, now_ms: [],
    protocol.Leave: _leave,
    protocol.ModerateMute: lambda room, me, message, now_ms: moderation.mute(room, me, message),
    protocol.ModerateAskUnmute: lambda room, me, message, now_ms: moderation.ask_unmute(room, me, message),
    protocol.ModerateStop: lambda room, me, message, now_ms: moderation.stop(room, me, message),
    protocol.ModerateRemove: moderation.remove,
    protocol.ModerateLock: lambda room, me, message, now_ms: moderation.lock(room, me, message),
    protocol.ModerateRole: lambda room, me, message, now_ms: moderation.role(room, me, message),
    protocol.ModerateAllow: lambda room, me, message, now_ms: moderation.allow(room, me, message),
    protocol.ModerateLowerHand: lambda room, me, message, now_ms: moderation.lower_hand(room, me, message),
    protocol.LobbyAdmit: moderation.admit,
    protocol.LobbyRefuse: moderation.refuse,
    protocol.ModerateEnd: lambda room, me, message, now_ms: entering.end(room, now_ms),
    protocol.Fault: _fault,
}
