"""Questions as JSON, and back: what a row keeps, what an attempt copies, what another program sends.

The shapes themselves say what is in it: nothing here lists their fields.
"""

from __future__ import annotations

import types
from dataclasses import MISSING, Field, fields, is_dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from courses.questions.answers import ChoiceGap, Gap, NumberGap, ShortGap
from courses.questions.errors import BadQuestion
from courses.questions.shapes import KINDS, Kind, Question
from courses.questions.texts import Form, Text

MAX_FIGURE = 60  # characters of a number
MAX_INT = 10**9
GAPS: dict[str, type[Gap]] = {"choice": ChoiceGap, "short": ShortGap, "number": NumberGap}


def to_json(question: Question) -> dict[str, Any]:
    """JSON with everything in it, secrets too. Plain texts are strings, HTML is {"html": …}, numbers are strings."""
    return {"kind": question.kind.value} | _fields(question)


def from_json(data: object) -> Question:
    """The question again. Raises BadQuestion for whatever is no question, naming the field."""
    given = _object(data, "question")
    kind = given.get("kind")
    if not isinstance(kind, str) or kind not in {one.value for one in Kind}:
        raise BadQuestion("kind.unknown", kind=kind if isinstance(kind, str) else "")
    return cast("Question", _made(KINDS[Kind(kind)], given, "question"))


def _fields(thing: Any) -> dict[str, Any]:
    return {field.name: _plain(getattr(thing, field.name)) for field in fields(thing)}


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return value.value if value.form is Form.PLAIN else {"html": value.value}
    if isinstance(value, Fraction | Decimal):
        return str(value)
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, ChoiceGap | ShortGap | NumberGap):
        return {"kind": _gap_kind(value)} | _fields(value)
    return _fields(value) if is_dataclass(value) else value


def _gap_kind(gap: Gap) -> str:
    return next(name for name, shape in GAPS.items() if isinstance(gap, shape))


@cache
def _hints(shape: type) -> dict[str, Any]:
    return get_type_hints(shape)


def _made(shape: type, given: dict[str, Any], where: str) -> Any:
    known: tuple[Field[Any], ...] = fields(shape)
    strange = given.keys() - {field.name for field in known} - {"kind"}
    if strange:
        raise BadQuestion("field.unknown", field=f"{where}.{min(strange, key=str)}")
    values = {}
    for field in known:
        if field.name in given:
            values[field.name] = _read(_hints(shape)[field.name], given[field.name], f"{where}.{field.name}")
        elif field.default is MISSING:
            raise BadQuestion("field.missing", field=f"{where}.{field.name}")
    return shape(**values)


def _read(hint: Any, value: object, where: str) -> Any:
    if hint == Gap:
        given = _object(value, where)
        kind = given.get("kind")
        if not isinstance(kind, str) or kind not in GAPS:
            raise BadQuestion("kind.unknown", kind=kind if isinstance(kind, str) else "")
        return _made(GAPS[kind], given, where)
    if get_origin(hint) in {Union, types.UnionType}:  # … | None
        inner = next(one for one in get_args(hint) if one is not type(None))
        return None if value is None else _read(inner, value, where)
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise BadQuestion("field.wrong", field=where)
        return tuple(_read(get_args(hint)[0], one, f"{where}.{place}") for place, one in enumerate(value))
    if hint in {Fraction, Decimal}:
        return _figure(hint, value, where)
    if hint is Text:
        return _text(value, where)
    if is_dataclass(hint):
        return _made(cast("type", hint), _object(value, where), where)
    if issubclass(hint, StrEnum):
        if isinstance(value, str) and value in {one.value for one in hint}:
            return hint(value)
    elif type(value) is hint and (hint is not int or abs(cast("int", value)) <= MAX_INT):  # True is no int here
        return value
    raise BadQuestion("field.wrong", field=where)


def _text(value: object, where: str) -> Text:
    if isinstance(value, str):
        return Text(value)
    given = _object(value, where)
    if given.keys() == {"html"} and isinstance(given["html"], str):
        return Text(given["html"], Form.HTML)
    raise BadQuestion("field.wrong", field=where)


def _figure(hint: type, value: object, where: str) -> Fraction | Decimal:
    if type(value) is int and abs(value) <= MAX_INT:
        return cast("Fraction | Decimal", hint(value))
    # An exponent would make a very long number of few characters.
    if isinstance(value, str) and len(value) <= MAX_FIGURE and (hint is Decimal or "e" not in value.lower()):
        try:
            return cast("Fraction | Decimal", hint(value))
        except (ValueError, ZeroDivisionError, InvalidOperation) as error:
            raise BadQuestion("field.wrong", field=where) from error
    raise BadQuestion("field.wrong", field=where)


def _object(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadQuestion("field.wrong", field=where)
    return value
