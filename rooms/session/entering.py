"""Coming and going: hello, the lobby, a broken connection and its grace, the end."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from organisations.policies import may
from rooms import codec, protocol
from rooms import refusals as no
from rooms.session import media
from rooms.session.effects import (
    CloseRoom,
    DropPeer,
    Effect,
    Hang,
    Joined,
    Left,
    MeetingClosed,
    MeetingOpened,
    Send,
)
from rooms.session.state import Memory, Person, Room, identities
from rooms.shapes import LeaveAction, Welcome

if TYPE_CHECKING:
    from rooms.ticket import RoomFacts, Ticket

GRACE_MS = 20_000  # a broken connection may be resumed this long
EMPTY_GRACE_MS = 60_000  # an empty room's meeting goes on this long


def tidy(name: str) -> str:
    """A name without line breaks, control characters or marks that turn the writing direction."""
    seen = "".join(" " if unicodedata.category(c) in _INVISIBLE else c for c in name)
    return " ".join(seen.split())[:80]


_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


# ---------------------------------------------------------------- hello


def enter(room: Room, socket: str, request: int, ticket: Ticket, now_ms: int) -> list[Effect]:
    """A new person by ticket: inside, or waiting. Raises RoomRemoved, RoomLocked, RoomFull, NotAllowed."""
    known = identities(ticket.actor.person, ticket.guest)
    if room.removed & known:
        raise no.RoomRemoved
    hosting = room.may(ticket.actor, "room.moderate")
    inside = _goes_straight_in(room, ticket, known)
    # Somebody who loads the page again is here still, with a broken connection: this takes its place.
    ghosts = [person for person in room.people.values() if person.lost_at_ms is not None and person.identities & known]
    if room.locked and not hosting and not ghosts:
        raise no.RoomLocked
    if inside and not hosting and not ghosts and len(room.inside()) >= room.facts.capacity:
        raise no.RoomFull
    effects: list[Effect] = []
    for ghost in ghosts:
        effects += go(room, ghost, now_ms, action="reconnect", farewell="replaced", reason="lost")
    person = Person(
        id=room.new_id(),
        session=room.new_id(),
        resume=room.new_id() + room.new_id(),
        socket=socket,
        name=tidy(ticket.name) or "?",
        actor=ticket.actor,
        guest=ticket.guest,
        organisation=ticket.organisation,
        colour=ticket.colour,
        ice_servers=ticket.ice_servers,
        since_ms=now_ms,
    )
    if inside:
        effects += let_in(room, person, now_ms)
    room.people[person.id] = person
    room.sockets[socket] = person.id
    welcome = _welcome(room, person, now_ms, resumed=False)
    effects = [Send(socket, codec.answer(request, welcome), welcome), *effects]
    if not inside:
        effects += tell_waiting_list(room)
    return effects + tell_hosts_present(room)


def _goes_straight_in(room: Room, ticket: Ticket, known: set[str]) -> bool:
    """True inside, False to the lobby. Raises NotAllowed for somebody who may not even ask."""
    if may(ticket.actor, "room.enter", room.scope(open_to=room.facts.access)):
        return True
    if room.facts.lobby:
        return any(identity in room.remembered for identity in known)  # who was admitted once is not asked again
    raise no.NotAllowed


def let_in(room: Room, person: Person, now_ms: int) -> list[Effect]:
    """Tell those inside, and keep it for the attendance. The person is not yet among them."""
    effects: list[Effect] = []
    if not room.meeting:
        room.meeting, room.started_ms = room.new_id(), now_ms
        effects.append(MeetingOpened(meeting=room.meeting, at_ms=now_ms))
    room.grant(person, "in")
    _recall(room, person)
    room.empty_since_ms = None
    effects += room.tell_all(protocol.ParticipantJoined(participant=room.participant(person)))
    person.inside = True
    joined = Joined(
        meeting=room.meeting,
        participant=person.id,
        person=person.actor.person,
        guest=person.guest,
        name=person.name,
        organisation=person.organisation,
        role=room.role(person),
        at_ms=now_ms,
    )
    return [*effects, joined]


def _recall(room: Room, person: Person) -> None:
    """What was decided about somebody holds when they load the page again."""
    for identity in person.identities & room.remembered.keys():
        memory = room.remembered[identity]
        person.own_rule = dict(memory.own_rule)
        if memory.cohost and not room.may(person.actor, "room.moderate"):
            room.grant(person, "cohost")


def _remember(room: Room, person: Person) -> None:
    memory = Memory(dict(person.own_rule), room.role(person) == "cohost")
    for identity in person.identities:
        room.remembered[identity] = memory


def adopt(room: Room, facts: RoomFacts) -> list[Effect]:
    """A newer ticket brings settings that were changed on the room's page since."""
    before = room.facts
    if facts == before or facts.changed_ms < before.changed_ms:
        return []
    people = {person.id: room.capabilities(person) for person in room.inside()}
    room.facts = facts
    if before.allowed != facts.allowed:
        room.allowed = set(facts.allowed)
    effects = room.tell_all(protocol.RoomChanged(room=room.state()))
    for person in room.inside():
        lost = [each for each in people[person.id] if each not in room.capabilities(person)]
        if people[person.id] != room.capabilities(person):
            effects += room.tell_changed(person)
        for capability in lost:
            effects += media.stop_forbidden(room, person, capability, by="")
    return effects


def _welcome(room: Room, person: Person, now_ms: int, *, resumed: bool) -> Welcome:
    return Welcome(
        version=protocol.VERSION,
        epoch=room.epoch,
        session=person.session,
        resume=person.resume,
        you=person.id,
        resumed=resumed,
        state="in" if person.inside else "waiting",
        snapshot=room.snapshot(person) if person.inside and not resumed else None,
        ice_servers=person.ice_servers,
        now_ms=now_ms,
        hosts_present=room.hosts_present or person in room.moderators(),
    )


def resume(room: Room, socket: str, request: int, hello: protocol.Hello, now_ms: int) -> list[Effect]:
    """Take up a session whose socket broke, or move it here. Raises SessionLost."""
    person = next((p for p in room.people.values() if p.resume == hello.resume), None)
    if person is None or hello.epoch != room.epoch:
        raise no.SessionLost
    missed = person.outbox.after(hello.last_seq)
    if missed is None:
        raise no.SessionLost
    effects: list[Effect] = []
    if person.socket is not None:
        body = codec.event_body(bye := protocol.Goodbye(action="disconnect", reason="replaced"))
        text = codec.numbered(person.outbox.seq + 1, body)  # not kept: the session goes on elsewhere
        effects += [Send(person.socket, text, bye), Hang(person.socket)]
        del room.sockets[person.socket]
    was_lost, person.socket, person.lost_at_ms = person.lost_at_ms is not None, socket, None
    room.sockets[socket] = person.id
    welcome = _welcome(room, person, now_ms, resumed=True)
    effects.append(Send(socket, codec.answer(request, welcome), welcome))
    effects += [Send(socket, codec.numbered(seq, body), event) for seq, body, event in missed]
    effects += room.tell([person], protocol.Speakers(speakers=room.speaking))
    for known in person.forwarding.values():
        effects += room.tell([person], known)
    if was_lost and person.inside:
        effects += room.tell_changed(person)
    return effects + tell_hosts_present(room)


# ---------------------------------------------------------------- lobby


def admit(room: Room, people: list[Person], now_ms: int) -> list[Effect]:
    """Raises RoomFull when not even the first fits; otherwise as many as fit."""
    free = room.facts.capacity - len(room.inside())
    if people and free <= 0:
        raise no.RoomFull
    effects: list[Effect] = []
    for person in people[:free]:
        effects += let_in(room, person, now_ms)
        effects += room.tell([person], protocol.LobbyAdmitted(snapshot=room.snapshot(person)))
    return effects + tell_waiting_list(room) + tell_hosts_present(room)


def tell_waiting_list(room: Room) -> list[Effect]:
    return room.tell(room.moderators(), protocol.LobbyChanged(waiting=room.waiting_list()))


def tell_hosts_present(room: Room) -> list[Effect]:
    """To those who wait, when the last host went or the first came."""
    present = any(person.lost_at_ms is None for person in room.moderators())
    if present == room.hosts_present:
        return []
    room.hosts_present = present
    return room.tell(room.waiting(), protocol.LobbyState(hosts_present=present))


# ---------------------------------------------------------------- going


def go(room: Room, person: Person, now_ms: int, *, action: LeaveAction, farewell: str, reason: str) -> list[Effect]:
    """Out of the room or the lobby: goodbye to the person, word to the others, media dropped."""
    effects: list[Effect] = []
    if person.socket is not None:
        goodbye = protocol.Goodbye(action=action, reason=farewell)  # type: ignore[arg-type]
        effects += room.tell([person], goodbye)
        effects.append(Hang(person.socket))
        room.sockets.pop(person.socket, None)
        person.socket = None
    del room.people[person.id]
    if not person.inside:
        return effects + tell_waiting_list(room)
    person.inside = False
    _remember(room, person)
    effects += media.withdraw(room, room.of(person))
    effects.append(DropPeer(person.id))
    effects += room.tell_all(protocol.ParticipantLeft(participant=person.id, reason=reason))  # type: ignore[arg-type]
    effects.append(Left(meeting=room.meeting, participant=person.id, reason=reason, at_ms=now_ms))
    if not room.inside():
        room.empty_since_ms = now_ms
    return effects + tell_hosts_present(room)


def forget_if_idle(room: Room) -> list[Effect]:
    """Nobody inside, nobody waiting, no meeting: the room is no longer needed."""
    if room.people or room.meeting or room.over:
        return []
    room.over = True
    return [CloseRoom()]


def end(room: Room, now_ms: int, *, farewell: str = "ended", action: LeaveAction = "disconnect") -> list[Effect]:
    """The meeting is over for all, those in the lobby included."""
    effects: list[Effect] = []
    for person in list(room.people.values()):
        if person.socket is not None:
            effects += room.tell([person], protocol.Goodbye(action=action, reason=farewell))  # type: ignore[arg-type]
            effects.append(Hang(person.socket))
        if person.inside:
            effects.append(Left(meeting=room.meeting, participant=person.id, reason="left", at_ms=now_ms))
    room.people.clear()
    room.sockets.clear()
    room.published.clear()
    room.over = True
    if room.meeting:
        effects.append(MeetingClosed(meeting=room.meeting, at_ms=now_ms))
    return [*effects, CloseRoom()]


def socket_closed(room: Room, socket: str, now_ms: int) -> list[Effect]:
    """The connection broke; the person has GRACE_MS to come back."""
    person = room.people.get(room.sockets.pop(socket, ""))
    if person is None:
        return []
    person.socket, person.lost_at_ms = None, now_ms
    effects = room.tell_changed(person) if person.inside else []
    return effects + tell_hosts_present(room)


def tick(room: Room, now_ms: int) -> list[Effect]:
    """What time alone decides: graces that ran out."""
    effects: list[Effect] = []
    for person in list(room.people.values()):
        if person.lost_at_ms is not None and now_ms - person.lost_at_ms >= GRACE_MS:
            effects += go(room, person, now_ms, action="reconnect", farewell="error", reason="lost")
    if room.empty_since_ms is not None and now_ms - room.empty_since_ms >= EMPTY_GRACE_MS:
        effects += end(room, now_ms)
    return effects + forget_if_idle(room)


def put_out(room: Room, person: Person, now_ms: int) -> list[Effect]:
    """Removed by a host: not in again during this meeting."""
    room.removed |= person.identities
    return go(room, person, now_ms, action="disconnect", farewell="removed", reason="removed")


def suspend(room: Room, account: str, now_ms: int) -> list[Effect]:
    effects: list[Effect] = []
    room.removed |= identities(account, "")
    for person in [p for p in room.people.values() if p.actor.person == account]:
        effects += go(room, person, now_ms, action="disconnect", farewell="suspended", reason="removed")
    return effects
