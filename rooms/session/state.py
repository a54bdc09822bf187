"""What a room knows while people are in it: who is there, what they send, who waits, what was said."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import get_args

from organisations.policies import Actor, Grant, Scope, may
from rooms import codec, protocol
from rooms.pace import Bucket
from rooms.session.effects import Effect, Send
from rooms.session.outbox import Outbox
from rooms.session.quality import Quality
from rooms.shapes import (
    Capability,
    ChatMessage,
    IceServer,
    Layer,
    Participant,
    Publication,
    Role,
    RoomState,
    Snapshot,
    Source,
    Waiting,
)
from rooms.ticket import RoomFacts

CAPABILITIES: tuple[Capability, ...] = get_args(Capability)
NEEDS: dict[Source, Capability] = {
    "microphone": "microphone",
    "camera": "camera",
    "screen": "share",
    "screen_audio": "share",
}
CHAT_KEPT = 500
CHAT_KEPT_CHARACTERS = 100_000
PASSING = (protocol.Speakers, protocol.Forwarding, protocol.ReactionShown)


@dataclass(slots=True, kw_only=True)
class Person:
    """Somebody in the room or in its lobby: one session, whatever sockets it has had."""

    id: str
    session: str
    resume: str
    socket: str | None
    name: str
    actor: Actor
    guest: str
    organisation: str
    colour: int
    ice_servers: tuple[IceServer, ...]
    since_ms: int
    inside: bool = False
    lost_at_ms: int | None = None
    hand_at_ms: int | None = None
    own_rule: dict[Capability, bool] = field(default_factory=dict)
    quality: Quality = field(default_factory=Quality)
    outbox: Outbox = field(default_factory=Outbox)
    offer_number: int = -1
    offer_request: int | None = None  # being negotiated
    forwarding: dict[str, protocol.Forwarding] = field(default_factory=dict)
    wants: dict[str, int] = field(default_factory=dict)  # publication → height in pixels
    chat_pace: Bucket = field(default_factory=lambda: Bucket(10, 1))
    reaction_pace: Bucket = field(default_factory=lambda: Bucket(8, 2))

    @property
    def identities(self) -> set[str]:
        return identities(self.actor.person, self.guest)


@dataclass(frozen=True, slots=True)
class Memory:
    """What holds for somebody who was inside and comes again during the same meeting."""

    own_rule: dict[Capability, bool]
    cohost: bool


@dataclass(slots=True, kw_only=True)
class Published:
    """A publication, and the section it arrives by."""

    id: str
    participant: str
    source: Source
    mid: str
    muted: bool
    width: int
    height: int
    codec: str = ""
    layers: tuple[Layer, ...] = ()

    def shown(self) -> Publication:
        return Publication(
            id=self.id,
            participant=self.participant,
            source=self.source,
            muted=self.muted,
            codec=self.codec,
            layers=self.layers,
            width=self.width,
            height=self.height,
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A chat message and the accounts that may read it again when they come back."""

    message: ChatMessage
    people: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A live room as a host's program sees it."""

    room: RoomState
    participants: tuple[Participant, ...]
    publications: tuple[Publication, ...]
    waiting: tuple[Waiting, ...]


@dataclass(slots=True)
class Room:
    """The whole state. Only `Session` and the handlers beside it change it."""

    facts: RoomFacts
    epoch: str
    new_id: Callable[[], str]
    faults: bool = False
    meeting: str = ""  # empty until the first person is inside
    started_ms: int = 0
    empty_since_ms: int | None = None
    over: bool = False
    locked: bool = False
    allowed: set[Capability] = field(default_factory=set)
    people: dict[str, Person] = field(default_factory=dict)  # in order of coming
    sockets: dict[str, str] = field(default_factory=dict)  # socket → person
    published: dict[str, Published] = field(default_factory=dict)
    chat: deque[Line] = field(default_factory=deque)
    removed: set[str] = field(default_factory=set)  # identities
    remembered: dict[str, Memory] = field(default_factory=dict)  # by identity
    last_hand_ms: int = 0
    hosts_present: bool = False
    speaking: tuple[tuple[str, int], ...] = ()
    speaking_told: tuple[tuple[str, int], ...] = ()
    speaking_at_ms: int = 0

    # ------------------------------------------------------------ who

    @property
    def key(self) -> str:
        return f"room:{self.facts.slug}"

    def scope(self, *, open_to: str = "") -> Scope:
        """Where rights are asked. `open_to` is the room's own access setting, where it counts."""
        facts = frozenset({open_to} if open_to else ())
        return Scope(self.facts.path, self.facts.owner, self.key, facts)

    def may(self, actor: Actor, verb: str) -> bool:
        return may(actor, verb, self.scope())

    def role(self, person: Person) -> Role:
        if self.may(person.actor, "room.host"):
            return "host"
        return "cohost" if self.may(person.actor, "room.moderate") else "participant"

    def inside(self) -> list[Person]:
        return [person for person in self.people.values() if person.inside]

    def waiting(self) -> list[Person]:
        return [person for person in self.people.values() if not person.inside]

    def moderators(self) -> list[Person]:
        return [person for person in self.inside() if self.may(person.actor, "room.moderate")]

    def grant(self, person: Person, what: str) -> None:
        grants = (*person.actor.grants, Grant(what, self.key))
        person.actor = replace(person.actor, grants=grants)

    def capabilities(self, person: Person) -> tuple[Capability, ...]:
        if self.may(person.actor, "room.moderate"):
            return CAPABILITIES
        return tuple(c for c in CAPABILITIES if person.own_rule.get(c, c in self.allowed))

    def of(self, person: Person) -> list[Published]:
        return [found for found in self.published.values() if found.participant == person.id]

    # ------------------------------------------------------------ as others see it

    def participant(self, person: Person) -> Participant:
        return Participant(
            id=person.id,
            name=person.name,
            organisation=person.organisation,
            colour=person.colour,
            role=self.role(person),
            guest=person.actor.person is None,
            hand_at_ms=person.hand_at_ms,
            connected=person.lost_at_ms is None,
            quality=person.quality.mark,
            capabilities=self.capabilities(person),
        )

    def state(self) -> RoomState:
        return RoomState(
            slug=self.facts.slug,
            title=self.facts.title,
            organisation=self.facts.organisation,
            locked=self.locked,
            started_ms=self.started_ms,
            capacity=self.facts.capacity,
            lobby=self.facts.lobby and self.facts.access != "link",
            allowed=tuple(c for c in CAPABILITIES if c in self.allowed),
            start_muted=self.facts.start_muted,
        )

    def waiting_list(self) -> tuple[Waiting, ...]:
        return tuple(
            Waiting(
                id=person.id,
                name=person.name,
                organisation=person.organisation,
                colour=person.colour,
                guest=person.actor.person is None,
                since_ms=person.since_ms,
            )
            for person in self.waiting()
        )

    def snapshot(self, viewer: Person) -> Snapshot:
        sees_waiting = self.may(viewer.actor, "room.moderate")
        return Snapshot(
            room=self.state(),
            participants=tuple(self.participant(person) for person in self.inside()),
            publications=tuple(found.shown() for found in self.published.values()),
            chat=tuple(line.message for line in self.chat if _readable(line, viewer)),
            waiting=self.waiting_list() if sees_waiting else (),
        )

    def keep_line(self, line: Line) -> None:
        self.chat.append(line)
        characters = sum(len(kept.message.text) for kept in self.chat)
        while len(self.chat) > CHAT_KEPT or characters > CHAT_KEPT_CHARACTERS:
            characters -= len(self.chat.popleft().message.text)

    # ------------------------------------------------------------ telling

    def tell(self, people: Iterable[Person], event: object) -> list[Effect]:
        """Number the event for each, and send it to those who have a socket."""
        body = codec.event_body(event)
        keep = not isinstance(event, PASSING)
        effects: list[Effect] = []
        for person in people:
            if person.socket is None and not keep:
                continue
            seq = person.outbox.number(body, event, keep=keep)
            if person.socket is not None:
                effects.append(Send(person.socket, codec.numbered(seq, body), event))
        return effects

    def tell_all(self, event: object) -> list[Effect]:
        return self.tell(self.inside(), event)

    def tell_changed(self, person: Person) -> list[Effect]:
        return self.tell_all(protocol.ParticipantChanged(participant=self.participant(person)))


def outsider(actor: Actor, now_ms: int) -> Person:
    """Somebody who acts on the room without being in it: no id, no socket, in nobody's list."""
    return Person(
        id="",
        session="",
        resume="",
        socket=None,
        name="",
        actor=actor,
        guest="",
        organisation="",
        colour=0,
        ice_servers=(),
        since_ms=now_ms,
    )


def identities(account: str | None, guest: str) -> set[str]:
    """By what somebody is known again who comes with another ticket."""
    return ({f"person:{account}"} if account else set()) | ({f"guest:{guest}"} if guest else set())


def _readable(line: Line, viewer: Person) -> bool:
    message = line.message
    if message.to is None or viewer.id in (message.author, message.to):
        return True
    return viewer.actor.person is not None and viewer.actor.person in line.people
