"""What may cross the wire, and what is refused by which name."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from organisations.policies import Actor, Grant, Role, RoleAt
from rooms import codec, generate, protocol
from rooms.codec import Unreadable, decode_request
from rooms.ticket import RoomFacts, Ticket

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def refused(**frame: object) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        decode_request(json.dumps(frame))
    return caught.value


def test_a_request_arrives_as_its_dataclass() -> None:
    request = decode_request('{"id": 7, "type": "chat.send", "text": "你好"}')
    assert request.id == 7
    assert request.message == protocol.ChatSend(text="你好")


@pytest.mark.parametrize(
    ("frame", "code", "fault"),
    [
        ({"id": 1, "type": "dance"}, "message.unknown", "dance"),
        ({"id": 1}, "message.unknown", "None"),
        ({"id": 1, "type": ["hello"]}, "message.unknown", "hello"),
        ({"id": 1, "type": "hand"}, "message.malformed", "raised: is missing"),
        ({"id": 1, "type": "hand", "raised": 1}, "message.malformed", "raised: true or false"),
        ({"id": 1, "type": "hand", "raised": True, "left": 1}, "message.malformed", "left'?: no such field"),
        ({"id": 1, "type": "want", "publication": "p", "max_height_px": True}, "message.malformed", "whole"),
        (
            {"id": 1, "type": "want", "publication": "p", "max_height_px": -1},
            "message.malformed",
            "less than 0",
        ),
        (
            {"id": 1, "type": "chat.send", "text": "x" * 2001},
            "message.malformed",
            "text: 2001 is more than 2000",
        ),
        ({"id": 1, "type": "chat.send", "text": ""}, "message.malformed", "text: 0 is less than 1"),
        ({"id": 1, "type": "chat.send", "text": "a\0b"}, "message.malformed", "NUL"),
        ({"id": 1, "type": "chat.send", "text": "\ud800"}, "message.malformed", "half of a character"),
        ({"id": 1, "type": "react", "reaction": "bomb"}, "message.malformed", "thumbs_up"),
        (
            {"id": 1, "type": "offer", "number": 1, "sdp": "", "publish": [{"mid": "0", "source": "tv"}]},
            "message.malformed",
            r"publish\[0\].source",
        ),
        ({"id": 1, "type": "hello", "versions": [1], "ticket": "t" * 70_000}, "message.too_large", "65536"),
        ({"id": 1, "type": "offer", "number": 1, "sdp": "s" * 530_000}, "message.malformed", "524288"),
        ({"id": 1, "type": "offer", "number": 1, "sdp": "s" * 560_000}, "message.too_large", "557056"),
    ],
)
def test_what_the_protocol_does_not_say_is_refused_by_name(frame: dict, code: str, fault: str) -> None:
    found = refused(**frame)
    assert found.refusal.code == code
    assert found.refusal.detail
    assert re.search(fault, found.refusal.detail)
    assert found.id == (None if fault == "557056" else 1)


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", '"hello"', "{", "[" * 50_000, '{"a":' * 20_000, "NaN", '{"id": NaN}', '{"id": 1.0}',
     '{"id": true, "type": "ping"}', '{"id": -1, "type": "ping"}', '{"id": 1e400, "type": "ping"}',
     '{"type": "ping"}', '{"id": 99999999999999999999, "type": "ping"}', "\ud800"],
)  # fmt: skip
def test_a_frame_without_a_number_is_malformed_and_answered_to_nobody_in_particular(text: str) -> None:
    with pytest.raises(Unreadable) as caught:
        decode_request(text)
    assert caught.value.id is None
    assert caught.value.refusal.code == "message.malformed"


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        decode_request(text)


@given(st.sampled_from(protocol.REQUESTS), st.dictionaries(st.text(max_size=9), ANY_JSON), st.data())
def test_any_fields_are_read_or_refused(kind: type, extra: dict, data: st.DataObject) -> None:
    names = data.draw(st.sets(st.sampled_from([*kind.__slots__, "type"])))
    known = {name: data.draw(ANY_JSON) for name in names}
    outcome = read_or_code(json.dumps({**extra, **known, "id": 3, "type": kind.type}))
    assert outcome in {kind, "message.malformed", "message.too_large"}


def read_or_code(text: str) -> type | str:
    try:
        return type(decode_request(text).message)
    except Unreadable as unreadable:
        return unreadable.refusal.code


def test_an_event_is_numbered_without_being_written_again() -> None:
    body = codec.event_body(protocol.ParticipantLeft(participant="bob", reason="left"))
    assert json.loads(codec.numbered(41, body)) == {
        "seq": 41, "type": "participant.left", "participant": "bob", "reason": "left",
    }  # fmt: skip


def test_a_ticket_survives_the_way_through_json() -> None:
    room = RoomFacts(
        slug="k7mp", title="Monday", organisation="Office", path="0001", owner="ada", access="link",
        lobby=False, start_muted=False, capacity=50, allowed=("chat", "microphone"),
    )  # fmt: skip
    actor = Actor("ada", (RoleAt(Role.HOST, "0001"),), (Grant("enter", "room:k7mp"),))
    ticket = Ticket(id="t", name="Ada", actor=actor, room=room)
    assert codec.read(Ticket, json.loads(codec.dump(codec.to_json(ticket)))) == ticket


def test_the_schemas_and_the_browsers_types_are_what_the_protocol_says() -> None:
    hint = "run python -m rooms.generate"
    assert generate.SCHEMA.read_text() == generate.schema(), hint
    assert generate.TYPES.read_text() == generate.typescript(), hint


def test_the_schema_agrees_with_the_codec_about_requests() -> None:
    document = json.loads(generate.schema())
    jsonschema.Draft202012Validator.check_schema(document)
    check = jsonschema.Draft202012Validator({"$ref": "#/$defs/Request", "$defs": document["$defs"]})
    assert check.is_valid({"id": 1, "type": "want", "publication": "p", "max_height_px": 360})
    assert not check.is_valid({"id": 1, "type": "want", "publication": "p", "max_height_px": 36000})
    assert not check.is_valid({"id": 1, "type": "want", "publication": "p"})
    assert not check.is_valid({"id": 1, "type": "ping", "loud": True})
