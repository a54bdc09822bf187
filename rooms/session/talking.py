"""What people say and show without media: chat, hands, reactions, names, how their connection is."""

from __future__ import annotations

from rooms import protocol
from rooms import refusals as no
from rooms.session.effects import Effect, Said
from rooms.session.entering import tidy
from rooms.session.state import Line, Person, Room
from rooms.shapes import Capability, ChatMessage


def need(room: Room, me: Person, capability: Capability) -> None:
    if capability not in room.capabilities(me):
        raise no.NotAllowed


def chat(room: Room, me: Person, message: protocol.ChatSend, now_ms: int) -> tuple[str, list[Effect]]:
    """The message's id, and word to everybody or to the two. Raises Refused."""
    need(room, me, "chat")
    other: Person | None = None
    if message.to is not None:
        need(room, me, "private_chat")
        other = room.people.get(message.to)
        if other is None or not other.inside or other is me:
            raise no.ParticipantUnknown
    if not message.text.strip():
        raise no.MessageMalformed("text: is empty")
    if not me.chat_pace.take(now_ms):
        raise no.TooMany
    said = ChatMessage(
        id=room.new_id(),
        author=me.id,
        author_name=me.name,
        author_colour=me.colour,
        text=message.text,
        sent_ms=now_ms,
        to=message.to,
        to_name=other.name if other else "",
    )
    listeners = [me, other] if other else room.inside()
    people = frozenset(p.actor.person for p in (me, other) if p and p.actor.person)
    room.keep_line(Line(said, people))
    kept = Said(
        meeting=room.meeting,
        message=said.id,
        participant=me.id,
        person=me.actor.person,
        name=me.name,
        to=message.to,
        to_person=other.actor.person if other else None,
        text=message.text,
        at_ms=now_ms,
    )
    return said.id, [*room.tell(listeners, protocol.ChatReceived(message=said)), kept]


def hand(room: Room, me: Person, message: protocol.Hand, now_ms: int) -> list[Effect]:
    if message.raised == (me.hand_at_ms is not None):
        return []
    if message.raised:  # two hands in one millisecond still have an order
        room.last_hand_ms = max(now_ms, room.last_hand_ms + 1)
    me.hand_at_ms = room.last_hand_ms if message.raised else None
    return room.tell_changed(me)


def react(room: Room, me: Person, message: protocol.React, now_ms: int) -> list[Effect]:
    need(room, me, "react")
    if not me.reaction_pace.take(now_ms):
        raise no.TooMany
    return room.tell_all(protocol.ReactionShown(participant=me.id, reaction=message.reaction))


def rename(room: Room, me: Person, message: protocol.Rename) -> list[Effect]:
    need(room, me, "rename")
    name = tidy(message.name)
    if not name:
        raise no.MessageMalformed("name: is empty")
    if name == me.name:
        return []
    me.name = name
    return room.tell_changed(me)


def quality(room: Room, me: Person, message: protocol.ReportQuality) -> list[Effect]:
    return room.tell_changed(me) if me.quality.report(message) else []
