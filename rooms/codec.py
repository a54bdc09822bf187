"""Messages to JSON and back, strictly: what the protocol does not say is refused by name.

The shape of every message is read once from its dataclass into a small reader function; nothing is guessed
and nothing is converted ("1" is no number, 1 is no boolean).
"""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from rooms import protocol, shapes
from rooms.refusals import MessageMalformed, MessageTooLarge, MessageUnknown, Refused

if typing.TYPE_CHECKING:
    from kernel.errors import StoaError

FRAME_BYTES = 64 * 1024
OFFER_BYTES = 544 * 1024  # an SDP of 512 Ki characters and what stands around it
ID_MOST = 2**53 - 1

Reader = Callable[[Any, str], Any]

REQUEST_OF: dict[str, type] = {request.type: request for request in protocol.REQUESTS}  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came: the browser's number for it and the message itself."""

    id: int
    message: Any


class Unreadable(Exception):
    """A frame that is no request. `id` is None when not even that could be read."""

    def __init__(self, id: int | None, refusal: Refused) -> None:
        super().__init__(refusal.code)
        self.id = id
        self.refusal = refusal


def decode_request(text: str) -> Request:
    """Raises Unreadable, with the number of the request if there was one, and nothing else."""
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    if size > OFFER_BYTES:
        raise Unreadable(None, MessageTooLarge(f"{size} bytes; at most {OFFER_BYTES}"))
    try:
        frame = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Unreadable(None, MessageMalformed(f"no JSON: {type(error).__name__}")) from error
    if type(frame) is not dict:
        raise Unreadable(None, MessageMalformed("a frame is one JSON object"))
    number = frame.pop("id", None)
    if type(number) is not int or not 0 <= number <= ID_MOST:
        raise Unreadable(None, MessageMalformed("id: a whole number from 0 is needed"))
    name = frame.pop("type", None)
    kind = REQUEST_OF.get(name) if type(name) is str else None
    if kind is None:
        raise Unreadable(number, MessageUnknown(f"type: {_short(name)}"))
    if size > FRAME_BYTES and kind is not protocol.Offer:
        raise Unreadable(number, MessageTooLarge(f"{size} bytes; at most {FRAME_BYTES}"))
    try:
        return Request(number, _reader(kind)(frame, ""))
    except MessageMalformed as refusal:
        raise Unreadable(number, refusal) from refusal


def read(kind: type, value: Any) -> Any:
    """A dataclass of `kind` out of parsed JSON. Raises MessageMalformed."""
    return _reader(kind)(value, "")


def to_json(message: Any) -> Any:
    """Parsed JSON of a dataclass, its `type` included if it has one."""
    if is_dataclass(message) and not isinstance(message, type):
        found = {f.name: to_json(getattr(message, f.name)) for f in fields(message)}
        name = getattr(type(message), "type", None)
        return {"type": name, **found} if type(name) is str else found
    if isinstance(message, (tuple, list)):
        return [to_json(item) for item in message]
    if isinstance(message, frozenset):
        return sorted(to_json(item) for item in message)
    if isinstance(message, dict):
        return {key: to_json(item) for key, item in message.items()}
    return message


def dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def event_body(event: Any) -> str:
    """An event without its number, made once for everybody; `numbered` adds the number."""
    return dump(to_json(event))


def numbered(seq: int, body: str) -> str:
    return f'{{"seq":{seq},{body[1:]}'


def number_of(text: str) -> int | None:
    """The number of an event that `numbered` made; None for an answer."""
    head, _, tail = text.partition(",")
    return int(head[7:]) if tail and head.startswith('{"seq":') else None


def answer(re: int, message: Any) -> str:
    return dump({"re": re, "ok": to_json(message)})


def refused(re: int | None, refusal: StoaError) -> str:
    """The answer that names the fault; `detail` only where there is more to say than the text."""
    detail = {"detail": refusal.detail} if refusal.detail else {}
    return dump({"re": re, "error": {"code": refusal.code, "text": refusal.text, **detail}})


# ---------------------------------------------------------------- readers


@cache
def _reader(shape: Any) -> Reader:
    """The function that reads one shape; raises MessageMalformed with the path of the fault."""
    origin, args = get_origin(shape), get_args(shape)
    if origin is Annotated:
        return _bounded(_reader(args[0]), args[1:])
    if origin is Literal:
        return _one_of(args)
    if origin in (typing.Union, types.UnionType):
        return _optional(*(arg for arg in args if arg is not type(None)))
    if origin is tuple:
        return _list_of(args[0]) if args[1:] == (...,) else _fixed_list(args)
    if origin is frozenset:
        return _set_of(args[0])
    if origin is dict:
        return _mapping(args[1])
    if is_dataclass(shape):
        return _object(typing.cast("type", shape))
    if isinstance(shape, type) and issubclass(shape, StrEnum):
        inner = _one_of(tuple(item.value for item in shape))
        return lambda value, at: shape(inner(value, at))
    if shape in _PLAIN:
        return _plain(shape)
    raise TypeError(f"the protocol can't carry {shape!r}")


_PLAIN = {str: "text", int: "a whole number", bool: "true or false"}


def _plain(kind: type) -> Reader:
    def read_plain(value: Any, at: str) -> Any:
        if type(value) is not kind:
            raise MessageMalformed(f"{at}: {_PLAIN[kind]} is needed")
        if isinstance(value, str) and not _is_text(value):
            raise MessageMalformed(f"{at}: half of a character, or a NUL")
        return value

    return read_plain


def _bounded(inner: Reader, bounds: tuple[Any, ...]) -> Reader:
    def read_bounded(value: Any, at: str) -> Any:
        found = inner(value, at)
        for bound in bounds:
            size = len(found) if isinstance(bound, shapes.Length) else found
            if size > bound.most:
                raise MessageMalformed(f"{at}: {size} is more than {bound.most}")
            if size < bound.least:
                raise MessageMalformed(f"{at}: {size} is less than {bound.least}")
        return found

    return read_bounded


def _one_of(allowed: tuple[Any, ...]) -> Reader:
    def read_one_of(value: Any, at: str) -> Any:
        if type(value) is not str or value not in allowed:
            raise MessageMalformed(f"{at}: one of {', '.join(allowed)} is needed")
        return value

    return read_one_of


def _optional(inner_shape: Any) -> Reader:
    inner = _reader(inner_shape)
    return lambda value, at: None if value is None else inner(value, at)


def _list_of(shape: Any) -> Reader:
    inner = _reader(shape)

    def read_list(value: Any, at: str) -> Any:
        if type(value) is not list:
            raise MessageMalformed(f"{at}: a list is needed")
        return tuple(inner(item, f"{at}[{index}]") for index, item in enumerate(value))

    return read_list


def _fixed_list(shapes: tuple[Any, ...]) -> Reader:
    inners = [_reader(shape) for shape in shapes]

    def read_fixed(value: Any, at: str) -> Any:
        if type(value) is not list or len(value) != len(inners):
            raise MessageMalformed(f"{at}: a list of {len(inners)} is needed")
        return tuple(inner(item, f"{at}[{i}]") for i, (inner, item) in enumerate(zip(inners, value, strict=True)))

    return read_fixed


def _set_of(shape: Any) -> Reader:
    inner = _list_of(shape)
    return lambda value, at: frozenset(inner(value, at))


def _mapping(shape: Any) -> Reader:
    inner = _reader(shape)

    def read_mapping(value: Any, at: str) -> Any:
        if type(value) is not dict:
            raise MessageMalformed(f"{at}: an object is needed")
        return {key: inner(item, f"{at}.{_short(key)}") for key, item in value.items()}

    return read_mapping


def _object(kind: type) -> Reader:
    hints = get_type_hints(kind, include_extras=True)
    known = {f.name: _reader(hints[f.name]) for f in fields(kind)}
    needed = [f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING]

    def read_object(value: Any, at: str) -> Any:
        if type(value) is not dict:
            raise MessageMalformed(f"{at or 'message'}: an object is needed")
        for name in value:
            if name not in known:
                raise MessageMalformed(f"{_join(at, _short(name))}: no such field")
        for name in needed:
            if name not in value:
                raise MessageMalformed(f"{_join(at, name)}: is missing")
        return kind(**{name: known[name](item, _join(at, name)) for name, item in value.items()})

    return read_object


def _join(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


def _short(name: Any) -> str:
    return ascii(name)[:40]


def _is_text(value: str) -> bool:
    """No NUL (PostgreSQL stores none) and no lone surrogate (nothing encodes one)."""
    return "\0" not in value and (value.isascii() or not any("\ud800" <= c <= "\udfff" for c in value))


def _no_constant(name: str) -> Any:
    raise ValueError(name)
