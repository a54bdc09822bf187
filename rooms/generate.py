"""Writes what is made from `rooms/protocol.py`: JSON Schemas and the browser's types.

    python -m rooms.generate            writes both
A test asserts that the written files are what this would write.
"""

from __future__ import annotations

import json
import sys
import types
import typing
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from rooms import protocol, shapes
from rooms.refusals import Refused

ROOT = Path(__file__).resolve().parents[1]
SCHEMA = ROOT / "rooms" / "schema" / "protocol.json"
TYPES = ROOT / "frontend" / "src" / "room" / "protocol.gen.ts"


def _shapes() -> list[type]:
    """Every dataclass of the protocol that crosses the wire, in the order it is written there."""
    bounds = {shapes.Length, shapes.Range}
    return [
        value
        for value in (vars(shapes) | vars(protocol)).values()
        if isinstance(value, type) and is_dataclass(value) and value not in bounds
    ]


def _named(shape: type) -> str | None:
    name = getattr(shape, "type", None)
    return name if isinstance(name, str) else None


def _optional(f: Field[Any]) -> bool:
    return f.default is not MISSING or f.default_factory is not MISSING


# ---------------------------------------------------------------- JSON Schema


def _schema(shape: Any) -> dict[str, Any]:
    origin, args = get_origin(shape), get_args(shape)
    if origin is Annotated:
        return _schema(args[0]) | _bounds(args[0], args[1])
    if origin is Literal:
        return {"enum": list(args)}
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [_schema(arg) for arg in args]}
    if origin is tuple and args[1:] == (...,):
        return {"type": "array", "items": _schema(args[0])}
    if origin is tuple:
        exact = [_schema(arg) for arg in args]
        return {"type": "array", "prefixItems": exact, "minItems": len(exact), "maxItems": len(exact)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema(args[1])}
    if is_dataclass(shape):
        return {"$ref": f"#/$defs/{typing.cast('type', shape).__name__}"}
    return {"type": {str: "string", int: "integer", bool: "boolean", type(None): "null"}[shape]}


def _bounds(inner: Any, bound: Any) -> dict[str, int]:
    if isinstance(bound, shapes.Range):
        return {"minimum": bound.least, "maximum": bound.most}
    least, most = ("minItems", "maxItems") if get_origin(inner) is tuple else ("minLength", "maxLength")
    return {most: bound.most} | ({least: bound.least} if bound.least else {})


def _definition(shape: type) -> dict[str, Any]:
    hints = get_type_hints(shape, include_extras=True)
    properties: dict[str, Any] = {f.name: _schema(hints[f.name]) for f in fields(shape)}
    required = [f.name for f in fields(shape) if not _optional(f)]
    if name := _named(shape):
        frame = "id" if shape in protocol.REQUESTS else "seq"
        properties = {frame: {"type": "integer", "minimum": 0}, "type": {"const": name}, **properties}
        required = [frame, "type", *required]
    return {
        "description": " ".join((shape.__doc__ or "").split()),
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def schema() -> str:
    """One document: a definition for every message and shape, and the three kinds of frame."""
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Stoa signalling, version {protocol.VERSION}",
        "$defs": {shape.__name__: _definition(shape) for shape in _shapes()}
        | {
            "Request": {"oneOf": [_schema(shape) for shape in protocol.REQUESTS]},
            "Event": {"oneOf": [_schema(shape) for shape in protocol.EVENTS]},
            "Error": {
                "type": "object",
                "properties": {
                    "code": {"enum": list(Refused.all)},
                    "text": {"type": "string"},
                    "detail": {"type": "string"},
                },
                "required": ["code", "text"],
                "additionalProperties": False,
            },
        },
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


# ---------------------------------------------------------------- TypeScript


def _ts(shape: Any) -> str:
    origin, args = get_origin(shape), get_args(shape)
    if origin is Annotated:
        return _ts(args[0])
    if origin is Literal:
        named = [name for name, value in vars(shapes).items() if value == shape]
        return named[0] if named else _literals(args)
    if origin in (typing.Union, types.UnionType):
        return " | ".join(_ts(arg) for arg in args)
    if origin is tuple and args[1:] == (...,):
        inner = _ts(args[0])
        return f"readonly ({inner})[]" if "|" in inner or inner.startswith("readonly ") else f"readonly {inner}[]"
    if origin is tuple:
        return f"readonly [{', '.join(_ts(arg) for arg in args)}]"
    if origin is dict:
        return f"Readonly<Record<string, {_ts(args[1])}>>"
    if is_dataclass(shape):
        return typing.cast("type", shape).__name__
    return {str: "string", int: "number", bool: "boolean", type(None): "null"}[shape]


def _literals(values: tuple[Any, ...]) -> str:
    return " | ".join(json.dumps(value) for value in values)


def _parts(shape: Any) -> set[type]:
    """The dataclasses inside a shape, itself included, to any depth."""
    if is_dataclass(shape):
        kind = typing.cast("type", shape)
        return {kind}.union(*(_parts(hint) for hint in get_type_hints(kind, include_extras=True).values()))
    return set().union(*(_parts(arg) for arg in get_args(shape)))


def _interface(shape: type, *, written_by_browser: bool) -> str:
    hints = get_type_hints(shape, include_extras=True)
    lines = [f"export interface {shape.__name__} {{"]
    if name := _named(shape):
        lines.append(f"  readonly type: {json.dumps(name)};")
    for f in fields(shape):
        mark = "?" if written_by_browser and _optional(f) else ""
        lines.append(f"  readonly {f.name}{mark}: {_ts(hints[f.name])};")
    doc = " ".join((shape.__doc__ or "").split())
    comment = [] if doc.startswith(f"{shape.__name__}(") else [f"/** {doc} */"]
    return "\n".join([*comment, *lines, "}"])


def typescript() -> str:
    """The browser's types: what it writes may leave out optional fields, what it reads is always whole."""
    asked: set[type] = set().union(*(_parts(shape) for shape in protocol.REQUESTS))
    aliases = {name: value for name, value in vars(shapes).items() if get_origin(value) is Literal}
    out = [
        "// Made from rooms/protocol.py by `python -m rooms.generate`. Change it there.",
        f"export const VERSION = {protocol.VERSION};",
        *(f"export type {name} = {_literals(get_args(value))};" for name, value in aliases.items()),
        *(_interface(shape, written_by_browser=shape in asked) for shape in _shapes()),
        "export type ClientRequest =\n  | " + "\n  | ".join(s.__name__ for s in protocol.REQUESTS) + ";",
        "export type ServerEvent =\n  | " + "\n  | ".join(s.__name__ for s in protocol.EVENTS) + ";",
        "/** What a request of this type is answered with; `Done` for all others. */\n"
        "export interface Answers {\n"
        + "".join(f"  {json.dumps(_named(k))}: {v.__name__};\n" for k, v in protocol.ANSWERS.items())
        + "}",
        'export type AnswerTo<T extends ClientRequest["type"]> =\n  T extends keyof Answers ? Answers[T] : Done;',
        "export type ErrorCode =\n  | " + "\n  | ".join(json.dumps(code) for code in Refused.all) + ";",
        "export interface ProtocolError {\n  readonly code: ErrorCode;\n  readonly text: string;\n"
        "  readonly detail?: string;\n}",
        "/** Frames on the wire. */\n"
        "export type RequestFrame = ClientRequest & { readonly id: number };\n"
        "export type EventFrame = ServerEvent & { readonly seq: number };\n"
        "export type AnswerFrame =\n"
        "  | { readonly re: number; readonly ok: unknown }\n"
        "  | { readonly re: number | null; readonly error: ProtocolError };\n"
        "export type ServerFrame = EventFrame | AnswerFrame;",
    ]
    return "\n\n".join(out) + "\n"


def main() -> int:
    for path, text in ((SCHEMA, schema()), (TYPES, typescript())):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
