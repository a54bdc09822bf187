"""What people send and receive: offers, mutes, wanted sizes, and what the forwarding server reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from rooms import codec, protocol
from rooms import refusals as no
from rooms.session.effects import AskSize, Effect, Negotiate, Send, Silence, Unpublish
from rooms.session.state import NEEDS, Person, Published, Room
from rooms.shapes import Answer, Capability, Layer, PublishSection, ReceiveSection

SPEAKERS_EVERY_MS = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class Negotiated:
    """What the forwarding server answered."""

    sdp: str
    began: bool = False  # a new connection: what came by an older one has ended
    refused: Mapping[str, str] = field(default_factory=dict)  # mid → code
    codecs: Mapping[str, str] = field(default_factory=dict)  # publication → codec
    layers: Mapping[str, tuple[Layer, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Sorted:
    """An offer's sections, those that may be and those that may not."""

    publish: tuple[tuple[PublishSection, str], ...]
    receive: tuple[ReceiveSection, ...]
    refused: dict[str, str]


# ---------------------------------------------------------------- requests


def offer(room: Room, me: Person, request: int, message: protocol.Offer) -> list[Effect]:
    """Raises OfferStale, OfferInvalid. Answered when the forwarding server has answered."""
    if message.number <= me.offer_number:
        raise no.OfferStale
    mids = [*(s.mid for s in message.publish), *(s.mid for s in message.receive)]
    if len(set(mids)) != len(mids):
        raise no.OfferInvalid("a mid stands twice")
    me.offer_number = message.number
    found = _sort(room, me, message)
    return [Negotiate(me.id, request, message, found.publish, found.receive)]


def _sort(room: Room, me: Person, message: protocol.Offer) -> _Sorted:
    refused: dict[str, str] = {}
    publish: list[tuple[PublishSection, str]] = []
    allowed = room.capabilities(me)
    taken: set[str] = set()
    running = {(found.source, found.mid): found for found in room.of(me)}
    for section in message.publish:
        known = running.get((section.source, section.mid))
        if section.source in taken:
            refused[section.mid] = no.PublicationTaken.code
        elif known is not None:  # an offer that was on its way must not undo a mute
            taken.add(section.source)
            publish.append((replace(section, muted=known.muted), known.id))
        elif NEEDS[section.source] in allowed:
            taken.add(section.source)
            publish.append((section, room.new_id()))
        else:
            refused[section.mid] = no.NotAllowed.code
    receive: list[ReceiveSection] = []
    for wanted in message.receive:
        other = room.published.get(wanted.publication)
        if other is None or other.participant == me.id:
            refused[wanted.mid] = no.PublicationUnknown.code
        else:
            receive.append(wanted)
    return _Sorted(tuple(publish), tuple(receive), refused)


def negotiated(room: Room, me: Person, asked: Negotiate, found: Negotiated) -> list[Effect]:
    """The answer to an offer, and word to everybody of what is sent now and what no longer is."""
    again = _sort(room, me, asked.offer)
    refused = {**again.refused, **found.refused}
    now: dict[str, Published] = {}
    for section, publication in asked.publish:
        if section.mid not in refused:
            now[publication] = Published(
                id=publication,
                participant=me.id,
                source=section.source,
                mid=section.mid,
                muted=section.muted,
                width=section.width,
                height=section.height,
                codec=found.codecs.get(publication, ""),
                layers=found.layers.get(publication, ()),
            )
    ended = [old for old in room.of(me) if found.began or old.id not in now]
    effects = withdraw(room, ended, unpublish=False)
    effects += [Unpublish(given) for section, given in asked.publish if section.mid in again.refused]
    for publication, new in now.items():
        old = room.published.get(publication)
        room.published[publication] = new
        if old is None:
            effects += room.tell_all(protocol.PublicationAdded(publication=new.shown()))
        elif old != new:
            effects += room.tell_all(protocol.PublicationChanged(publication=new.shown()))
    if found.began:  # the forwarding server knows no size that was wanted by an older connection
        effects += [AskSize(me.id, publication, height_px) for publication, height_px in me.wants.items()]
    if me.socket is None:
        return effects
    own = {new.mid: new.id for new in now.values()}
    answer = Answer(number=asked.offer.number, sdp=found.sdp, publications=own, refused=refused, began=found.began)
    return [Send(me.socket, codec.answer(asked.request, answer), answer), *effects]


def mute(room: Room, me: Person, message: protocol.Mute) -> list[Effect]:
    """Raises PublicationUnknown, NotAllowed (unmuting what one may no longer use)."""
    found = room.published.get(message.publication)
    if found is None or found.participant != me.id:
        raise no.PublicationUnknown
    if not message.muted and NEEDS[found.source] not in room.capabilities(me):
        raise no.NotAllowed
    return set_muted(room, found, muted=message.muted)


def want(room: Room, me: Person, message: protocol.Want) -> list[Effect]:
    found = room.published.get(message.publication)
    if found is None or found.participant == me.id:
        raise no.PublicationUnknown
    me.wants[message.publication] = message.max_height_px
    return [AskSize(me.id, message.publication, message.max_height_px)]


# ---------------------------------------------------------------- what others decide about it


def set_muted(room: Room, found: Published, *, muted: bool) -> list[Effect]:
    if found.muted == muted:
        return []
    found.muted = muted
    _hush(room, found)
    changed = room.tell_all(protocol.PublicationChanged(publication=found.shown()))
    return [Silence(found.id, muted), *changed]


def _hush(room: Room, found: Published) -> None:
    """Who is muted or gone speaks no more, whatever was measured last."""
    if found.source == "microphone":
        room.speaking = tuple(item for item in room.speaking if item[0] != found.participant)


def withdraw(room: Room, gone: Iterable[Published], *, unpublish: bool = True) -> list[Effect]:
    """Publications that end. An offer that leaves one out has ended it at the forwarding server already."""
    effects: list[Effect] = []
    for found in gone:
        del room.published[found.id]
        _hush(room, found)
        for person in room.inside():
            person.forwarding.pop(found.id, None)
            person.wants.pop(found.id, None)
        if unpublish:
            effects.append(Unpublish(found.id))
        effects += room.tell_all(protocol.PublicationRemoved(publication=found.id))
    return effects


def stop(room: Room, person: Person, sources: Iterable[str], by: str) -> list[Effect]:
    """Shares end; microphones and cameras are muted, so that the person can start them again without an offer.
    The person is told who did it."""
    effects: list[Effect] = []
    for found in [p for p in room.of(person) if p.source in sources]:
        if found.source in ("microphone", "camera"):
            if found.muted:
                continue
            effects += set_muted(room, found, muted=True)
        else:
            effects += withdraw(room, [found])
        effects += room.tell([person], protocol.Stopped(source=found.source, by=by))
    return effects


def stop_forbidden(room: Room, person: Person, capability: Capability, by: str) -> list[Effect]:
    """A capability was taken away: what runs by it stops."""
    if capability in room.capabilities(person):
        return []
    return stop(room, person, [source for source, needs in NEEDS.items() if needs == capability], by)


# ---------------------------------------------------------------- reports of the forwarding server


def connected(room: Room, peer: str) -> list[Effect]:
    person = room.people.get(peer)
    return room.tell_changed(person) if person and person.inside and person.quality.back() else []


def disconnected(room: Room, peer: str, *, closed: bool) -> list[Effect]:
    """The media connection has ended while the signalling may live. Unless the browser closed it itself, it is
    asked to offer again."""
    person = room.people.get(peer)
    if person is None or not person.inside:
        return []
    effects = withdraw(room, room.of(person), unpublish=False)
    if closed:
        return effects
    effects += room.tell_changed(person) if person.quality.lost() else []
    return effects + room.tell([person], protocol.Restart())


def forwarding(room: Room, peer: str, publication: str, layer: Layer | None, reason: str) -> list[Effect]:
    person = room.people.get(peer)
    if person is None or not person.inside or publication not in room.published:
        return []
    event = protocol.Forwarding(publication=publication, layer=layer, reason=reason)  # type: ignore[arg-type]
    person.forwarding[publication] = event
    return room.tell([person], event)


def demand(room: Room, publication: str, layer: Layer | None) -> list[Effect]:
    found = room.published.get(publication)
    publisher = room.people.get(found.participant) if found else None
    if publisher is None:
        return []
    return room.tell([publisher], protocol.Demand(publication=publication, layer=layer))


def speakers(room: Room, levels: Iterable[tuple[str, int]], now_ms: int) -> list[Effect]:
    """Levels by publication; told by participant, at most every SPEAKERS_EVERY_MS."""
    loudest: dict[str, int] = {}
    for publication, level in levels:
        found = room.published.get(publication)
        if found is not None and not found.muted:
            loudest[found.participant] = max(level, loudest.get(found.participant, 0))
    room.speaking = tuple(sorted(loudest.items(), key=lambda item: -item[1]))
    return tell_speakers(room, now_ms)


def tell_speakers(room: Room, now_ms: int) -> list[Effect]:
    if room.speaking == room.speaking_told or now_ms - room.speaking_at_ms < SPEAKERS_EVERY_MS:
        return []
    room.speaking_told, room.speaking_at_ms = room.speaking, now_ms
    return room.tell_all(protocol.Speakers(speakers=room.speaking))
