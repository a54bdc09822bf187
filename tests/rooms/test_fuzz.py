"""Whatever one person sends, in whatever order, two others go on talking."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rooms import codec, protocol
from rooms.refusals import Refused
from rooms.session.effects import Hang, Send
from rooms.shapes import PublishSection
from tests.rooms.people import BOB, Meeting, camera, meeting, microphone, ticket, with_

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
    st.just("x" * 3000),
    st.just("\ud800"),
)
IDS = st.sampled_from([f"id{number}" for number in range(1, 16)])


def meant(shape: Any) -> st.SearchStrategy[Any]:
    """Values of the kind that a field wants."""
    origin, args = get_origin(shape), get_args(shape)
    if origin is Annotated:
        return meant(args[0])
    if origin is Literal:
        return st.sampled_from(args)
    if origin in (Union, UnionType):
        return st.one_of(*(st.none() if arg is type(None) else meant(arg) for arg in args))
    if origin is tuple:
        return st.lists(meant(args[0]), max_size=3)
    if is_dataclass(shape):
        return st.fixed_dictionaries({name: meant(hint) for name, hint in hints(shape).items()})
    text = st.one_of(IDS, st.sampled_from(["0", "1", "2"]))
    return {str: text, int: st.integers(0, 99), bool: st.booleans()}[shape]


def hints(kind: Any) -> dict[str, Any]:
    found = get_type_hints(kind, include_extras=True)
    return {field.name: found[field.name] for field in fields(kind)}


@st.composite
def frames(draw: st.DrawFn) -> str:
    """A frame of any type: mostly right in form, sometimes with a field too few, too many, or wrong."""
    kind = draw(st.sampled_from(protocol.REQUESTS))
    body = {name: draw(meant(hint)) for name, hint in hints(kind).items()}
    if kind is protocol.Hello:
        body["versions"] = [1]
    if draw(st.integers(0, 4)) == 0:
        name = draw(st.sampled_from([*body, "extra"]))
        body[name] = draw(JUNK)
    if body and draw(st.integers(0, 9)) == 0:
        del body[draw(st.sampled_from(sorted(body)))]
    return json.dumps({"id": draw(st.integers(0, 9)), "type": kind.type, **body})  # type: ignore[attr-defined]


def sends(room: Meeting, socket: str, text: str) -> list[Any]:
    """As the live room does it; the effects, or none for a refusal."""
    try:
        request = codec.decode_request(text)
        return room.take(room.session.handle(socket, request.id, request.message, room.now_ms))
    except (codec.Unreadable, Refused):
        return []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(frames(), min_size=1, max_size=25), st.booleans())
def test_two_go_on_talking(texts: list[str], inside: bool) -> None:
    """The third is a plain participant, or waits in the lobby: never a host, whose powers are meant."""
    room = meeting("ada", "carol")
    room.publishes("carol", microphone(), camera())
    room.publishes("ada", microphone())
    facts = with_() if inside else with_(access="admitted", lobby=True, changed_ms=1)
    room.enter("bob", ticket(BOB, facts))
    before = room.snapshot("ada")
    for text in texts:
        room.now_ms += 40
        effects = sends(room, "bob", text)
        answered = [e for e in effects if isinstance(e, Send) and e.socket == "bob" and '"re":' in e.text[:6]]
        assert len(answered) <= 1
        hung = {effect.socket for effect in effects if isinstance(effect, Hang)}
        assert hung <= {"bob"}
    after = room.snapshot("ada")
    assert after.room == before.room
    assert after.participants[:2] == before.participants[:2]
    assert after.publications[:3] == before.publications[:3]
    room.forget_events()
    for speaker, listener in (("ada", "carol"), ("carol", "ada")):
        room.says(speaker, protocol.ChatSend(text="as I was saying"))
        assert room.heard(listener, protocol.ChatReceived)[-1].message.text == "as I was saying"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(frames(), min_size=1, max_size=25))
def test_a_host_can_send_anything_without_breaking_the_room(texts: list[str]) -> None:
    """She may end it; but what remains agrees with itself."""
    room = meeting("ada", "bob", faults=True)
    room.publishes("bob", microphone(), PublishSection(mid="2", source="screen"))
    for text in texts:
        room.now_ms += 40
        sends(room, "ada", text)
        state = room.session.room
        assert set(state.sockets.values()) <= set(state.people)
        assert {found.participant for found in state.published.values()} <= {person.id for person in state.inside()}
        for person in state.people.values():
            assert person.socket is None or state.sockets[person.socket] == person.id
