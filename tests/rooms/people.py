"""Ada hosts, Bob joins, Eve has no business here: tickets and a room to decide in."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from organisations.policies import Actor, Role, RoleAt
from rooms import protocol as p
from rooms.refusals import Refused
from rooms.session import Session
from rooms.session.effects import DropPeer, Effect, Hang, Negotiate, Send
from rooms.session.media import Negotiated
from rooms.shapes import Capability, PublishSection, ReceiveSection, Snapshot, Welcome
from rooms.ticket import RoomFacts, Ticket

if TYPE_CHECKING:
    from collections.abc import Iterable

EVERYTHING: tuple[Capability, ...] = (
    "microphone", "camera", "share", "chat", "private_chat", "react", "rename",
)  # fmt: skip

MONDAY = RoomFacts(
    slug="k7mp-3xqa-9tdz",
    title="Monday",
    organisation="Office",
    path="00010001",
    owner="ada",
    access="members",
    lobby=False,
    start_muted=False,
    capacity=20,
    allowed=EVERYTHING,
)
ADA = Actor("ada", (RoleAt(Role.MEMBER, "0001"),))
BOB = Actor("bob", (RoleAt(Role.MEMBER, "0001"),))
CAROL = Actor("carol", (RoleAt(Role.MEMBER, "00010001"),))
EVE = Actor("eve", (RoleAt(Role.ADMINISTRATOR, "0002"),))
GUEST = Actor()
NAMES = {"ada": "Ada", "bob": "Bob", "carol": "Carol", "eve": "Eve", None: "Guest"}

_tickets = itertools.count(1)


def ticket(actor: Actor, room: RoomFacts = MONDAY, *, guest: str = "", name: str = "") -> Ticket:
    name = name or NAMES[actor.person]
    return Ticket(id=f"t{next(_tickets)}", name=name, actor=actor, guest=guest, room=room)


class Meeting:
    """A session driven step by step: every person has one socket, named like them."""

    def __init__(self, room: RoomFacts = MONDAY, *, faults: bool = False) -> None:
        numbers = itertools.count(1)
        self.facts = room
        self.session = Session(room, new_id=lambda: f"id{next(numbers)}", faults=faults)
        self.now_ms = 1_000_000
        self.effects: list[Effect] = []
        self.welcome: dict[str, Welcome] = {}
        self.answers: dict[str, Any] = {}
        self.events: dict[str, list[Any]] = {}
        self.frames: dict[str, list[dict[str, Any]]] = {}
        self.offers = itertools.count(1)

    # ------------------------------------------------------------ what happens

    def take(self, effects: Iterable[Effect]) -> list[Effect]:
        self.effects = list(effects)
        for effect in self.effects:
            if isinstance(effect, Send):
                frame = json.loads(effect.text)
                self.frames.setdefault(effect.socket, []).append(frame)
                if "seq" in frame:
                    self.events.setdefault(effect.socket, []).append(effect.message)
                else:
                    self.answers[effect.socket] = effect.message
                if isinstance(effect.message, Welcome):
                    self.welcome[effect.socket] = effect.message
            elif isinstance(effect, Negotiate):
                given = {publication: "opus" for _, publication in effect.publish}
                self.take_more(self.session.negotiated(effect, Negotiated(sdp="v=0", codecs=given)))
        return self.effects

    def take_more(self, effects: Iterable[Effect]) -> None:
        before = self.effects
        self.effects = [*before, *self.take(effects)]

    def enter(self, socket: str, given: Ticket) -> Welcome:
        hello = p.Hello(versions=(1,), ticket="…")
        self.take(self.session.adopt(given.room))
        self.take(self.session.hello(socket, 1, hello, given, self.now_ms))
        return self.welcome[socket]

    def resume(self, socket: str, of: str, *, last_seq: int | None = None, epoch: str = "") -> Welcome:
        known = self.welcome[of]
        seen = last_seq if last_seq is not None else max((f.get("seq", 0) for f in self.frames[of]), default=0)
        hello = p.Hello(versions=(1,), resume=known.resume, last_seq=seen, epoch=epoch or known.epoch)
        self.take(self.session.hello(socket, 1, hello, None, self.now_ms))
        return self.welcome[socket]

    def says(self, socket: str, message: Any) -> Any:
        """The answer to a request. Raises Refused."""
        self.take(self.session.handle(socket, 7, message, self.now_ms))
        return self.answers.get(socket)

    def refused(self, socket: str, message: Any) -> str:
        """The code with which a request is refused; fails when it is not."""
        try:
            self.session.handle(socket, 7, message, self.now_ms)
        except Refused as refusal:
            return refusal.code
        raise AssertionError(f"{socket} may {message}")

    def passes(self, ms: int) -> list[Effect]:
        self.now_ms += ms
        return self.take(self.session.tick(self.now_ms))

    def breaks(self, socket: str) -> list[Effect]:
        return self.take(self.session.socket_closed(socket, self.now_ms))

    def publishes(self, socket: str, *sections: PublishSection, receive: Iterable[str] = ()) -> Any:
        wanted = tuple(ReceiveSection(mid=f"r{n}", publication=each) for n, each in enumerate(receive))
        offer = p.Offer(number=next(self.offers), sdp="v=0", publish=sections, receive=wanted)
        return self.says(socket, offer)

    # ------------------------------------------------------------ what is seen

    def id(self, socket: str) -> str:
        return self.welcome[socket].you

    def heard(self, socket: str, kind: type) -> list[Any]:
        return [event for event in self.events.get(socket, []) if isinstance(event, kind)]

    def forget_events(self) -> None:
        self.events.clear()

    def snapshot(self, socket: str) -> Snapshot:
        """What somebody sees who has followed everything: the room's own account."""
        room = self.session.room
        return room.snapshot(room.people[self.id(socket)])

    def hung(self) -> set[str]:
        return {effect.socket for effect in self.effects if isinstance(effect, Hang)}

    def dropped(self) -> set[str]:
        return {effect.peer for effect in self.effects if isinstance(effect, DropPeer)}


def meeting(*names: str, room: RoomFacts = MONDAY, faults: bool = False) -> Meeting:
    """A meeting with these people inside, in this order."""
    found = Meeting(room, faults=faults)
    actors = {"ada": ADA, "bob": BOB, "carol": CAROL}
    for name in names:
        assert found.enter(name, ticket(actors[name], room)).state == "in"
    found.forget_events()
    return found


def microphone(mid: str = "0", *, muted: bool = False) -> PublishSection:
    return PublishSection(mid=mid, source="microphone", muted=muted)


def camera(mid: str = "1") -> PublishSection:
    return PublishSection(mid=mid, source="camera", width=1280, height=720)


def screen(mid: str = "2") -> PublishSection:
    return PublishSection(mid=mid, source="screen")


def with_(room: RoomFacts = MONDAY, **changes: Any) -> RoomFacts:
    return replace(room, **changes)
