"""What hosts and co-hosts may do with others. Whether they may is asked before, in `Session.handle`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rooms import protocol
from rooms import refusals as no
from rooms.session import entering, media
from rooms.session.state import NEEDS, Person, Room

if TYPE_CHECKING:
    from rooms.session.effects import Effect


def _inside(room: Room, participant: str) -> Person:
    person = room.people.get(participant)
    if person is None or not person.inside:
        raise no.ParticipantUnknown
    return person


def _protects_hosts(room: Room, me: Person, other: Person) -> None:
    """A co-host has no power over a host."""
    if room.role(other) == "host" and room.role(me) != "host":
        raise no.NotAllowed


def mute(room: Room, me: Person, message: protocol.ModerateMute) -> list[Effect]:
    """One, or everybody else. There is no unmuting somebody else."""
    if message.participant is not None:
        return media.stop(room, _inside(room, message.participant), ["microphone"], me.id)
    effects: list[Effect] = []
    for person in room.inside():
        if person is not me:
            effects += media.stop(room, person, ["microphone"], me.id)
    return effects


def ask_unmute(room: Room, me: Person, message: protocol.ModerateAskUnmute) -> list[Effect]:
    return room.tell([_inside(room, message.participant)], protocol.AskedToUnmute(by=me.id))


def stop(room: Room, me: Person, message: protocol.ModerateStop) -> list[Effect]:
    sources = ["screen", "screen_audio"] if message.source == "screen" else ["camera"]
    return media.stop(room, _inside(room, message.participant), sources, me.id)


def remove(room: Room, me: Person, message: protocol.ModerateRemove, now_ms: int) -> list[Effect]:
    other = _inside(room, message.participant)
    if other is me:
        raise no.NotAllowed
    _protects_hosts(room, me, other)
    return entering.put_out(room, other, now_ms)


def lock(room: Room, me: Person, message: protocol.ModerateLock) -> list[Effect]:
    if room.locked == message.locked:
        return []
    room.locked = message.locked
    return room.tell_all(protocol.RoomChanged(room=room.state()))


def role(room: Room, me: Person, message: protocol.ModerateRole) -> list[Effect]:
    """Raises NotAllowed for a host: what somebody is by the room itself is not taken here."""
    other = _inside(room, message.participant)
    if room.role(other) == "host":
        raise no.NotAllowed
    if room.role(other) == message.role:
        return []
    if message.role == "cohost":
        room.grant(other, "cohost")
    else:
        kept = tuple(g for g in other.actor.grants if (g.what, g.on) != ("cohost", room.key))
        other.actor = replace(other.actor, grants=kept)
    effects = room.tell_changed(other)
    waiting = room.waiting_list() if message.role == "cohost" else ()
    effects += room.tell([other], protocol.LobbyChanged(waiting=waiting))
    for capability in set(NEEDS.values()):
        effects += media.stop_forbidden(room, other, capability, me.id)
    return effects + entering.tell_hosts_present(room)


def allow(room: Room, me: Person, message: protocol.ModerateAllow) -> list[Effect]:
    """For one, or for all plain participants; the latter ends exceptions made before."""
    effects: list[Effect] = []
    capability = message.capability
    one = message.participant
    affected = room.inside() if one is None else [_inside(room, one)]
    before = {person.id: room.capabilities(person) for person in affected}
    if one is not None:
        affected[0].own_rule[capability] = message.allowed
    else:
        (room.allowed.add if message.allowed else room.allowed.discard)(capability)
        for person in room.people.values():
            person.own_rule.pop(capability, None)
        for memory in room.remembered.values():
            memory.own_rule.pop(capability, None)
        effects += room.tell_all(protocol.RoomChanged(room=room.state()))
    for person in affected:
        if room.capabilities(person) != before[person.id]:
            effects += room.tell_changed(person)
            effects += media.stop_forbidden(room, person, capability, me.id)
    return effects


def lower_hand(room: Room, me: Person, message: protocol.ModerateLowerHand) -> list[Effect]:
    people = room.inside() if message.participant is None else [_inside(room, message.participant)]
    effects: list[Effect] = []
    for person in people:
        if person.hand_at_ms is not None:
            person.hand_at_ms = None
            effects += room.tell_changed(person)
    return effects


def _waiting(room: Room, waiting: str) -> Person:
    person = room.people.get(waiting)
    if person is None or person.inside:
        raise no.WaitingUnknown
    return person


def admit(room: Room, me: Person, message: protocol.LobbyAdmit, now_ms: int) -> list[Effect]:
    people = room.waiting() if message.waiting is None else [_waiting(room, message.waiting)]
    return entering.admit(room, people, now_ms)


def refuse(room: Room, me: Person, message: protocol.LobbyRefuse, now_ms: int) -> list[Effect]:
    person = _waiting(room, message.waiting)
    return entering.go(room, person, now_ms, action="disconnect", farewell="refused", reason="removed")
