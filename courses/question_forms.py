"""A question as fields that an author fills in, and the fields as a question. No I/O.

Rows of answers come as lists under one name each, weights in percent. Gaps are written into the text, as
`courses.questions.gaps` reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import zip_longest
from typing import Any

from courses.questions import formats, gaps
from courses.questions.errors import BadQuestion
from courses.questions.shapes import MARK, Cloze, Kind, Ordered, Question
from courses.questions.stored import from_json, to_json
from courses.questions.texts import Form, Text

Fields = Callable[[str], Sequence[str]]
Json = dict[str, Any]
SAID = ("feedback", "right", "partly", "wrong")
SPARE = 3  # empty rows to write into
LEAST = 4


def read(kind: Kind, fields: Fields, kept: Json | None = None) -> Question:
    """Raises BadQuestion. What has no field (tags, another system's name) stays as it was `kept`."""
    rich = _one(fields, "form") == Form.HTML
    words = _one(fields, "text")
    data: Json = {name: kept[name] for name in ("tags", "ref") if kept and name in kept}
    data |= {
        "kind": kind.value,
        "name": _one(fields, "name") or _short(kind, words),
        "category": _one(fields, "category"),
    }
    data["text"] = _text(words, rich=rich)
    if kind is not Kind.DESCRIPTION:
        data["points"] = str(formats.number(_one(fields, "points") or "1"))
        data |= {name: _text(_one(fields, name), rich=rich) for name in SAID}
    return from_json(data | _more(kind, fields, rich=rich))


def filled(question: Question) -> Json:
    """The fields of a question, to be changed; rows with a few empty ones after them."""
    data = to_json(question)
    rich = question.text.form is Form.HTML or any(isinstance(each, dict) and "html" in each for each in _texts(data))
    found: Json = {
        "name": question.name,
        "category": question.category,
        "points": _figure(question.points),
        "form": Form.HTML.value if rich else Form.PLAIN.value,
        "text": _words(data["text"], rich=rich),
    }
    if isinstance(question, Cloze):
        body = Text(found["text"], Form.HTML) if rich else question.text
        found["text"] = gaps.write(body.value, question.gaps, plain=not rich)
    found |= {name: _words(data[name], rich=rich) for name in SAID}
    for name in ("shuffle", "case", "level", "answer", "grading", "lines", "min_words", "max_words"):
        if name in data:
            found[name] = data[name]
    for name in ("if_true", "if_false", "template", "notes"):
        if name in data:
            found[name] = _words(data[name], rich=rich)
    found["more"] = "\n".join(data.get("more", ()))
    found["rows"] = spare([_row(each, rich=rich) for each in _rows_of(data)])
    found["units"] = spare(
        [{"name": each["name"], "factor": each["factor"]} for each in data.get("units", ())], least=2
    )
    return found


def empty(kind: Kind) -> Json:
    return {
        "points": "1", "form": Form.PLAIN.value, "shuffle": True, "answer": True, "grading": Ordered.PLACE.value,
        "lines": 15, "rows": spare([]), "units": spare([], least=2),
    }  # fmt: skip


def typed(fields: Fields) -> Json:
    """What was sent, back into the fields: a fault loses nothing."""
    names = ("name", "category", "points", "form", "text", *SAID, "if_true", "if_false", "template", "notes", "more")
    found: Json = {name: _one(fields, name) for name in names}
    found |= {name: _one(fields, name) for name in ("grading", "lines", "min_words", "max_words")}
    found |= {name: bool(fields(name)) for name in ("shuffle", "case", "level")}
    found["answer"] = _one(fields, "answer") == "true"
    rows = _columns(fields, "answer_text", "weight", "tolerance", "said", "match")
    found["rows"] = spare(
        [dict(zip(("text", "weight", "tolerance", "feedback", "right"), row, strict=True)) for row in rows]
    )
    units = _columns(fields, "unit", "factor")
    found["units"] = spare([{"name": name, "factor": factor} for name, factor in units], least=2)
    return found


def spare(rows: list[Json], least: int = LEAST) -> list[Json]:
    written = [row for row in rows if any(str(value).strip() for value in row.values())]
    return [*written, *({} for _ in range(max(least - len(written), SPARE if len(written) >= least else 1)))]


def _more(kind: Kind, fields: Fields, *, rich: bool) -> Json:
    if kind in {Kind.SINGLE, Kind.MULTIPLE}:
        rows = _columns(fields, "answer_text", "weight", "said")
        return {
            "answers": [
                {"text": _text(words, rich=rich), "weight": _weight(share, 0), "feedback": _text(said, rich=rich)}
                for words, share, said in rows
                if words
            ],
            "shuffle": bool(fields("shuffle")),
        }
    if kind is Kind.TRUE_FALSE:
        said = {name: _text(_one(fields, name), rich=rich) for name in ("if_true", "if_false")}
        return {"answer": _one(fields, "answer") == "true", **said}
    if kind is Kind.SHORT:
        rows = _columns(fields, "answer_text", "weight", "said")
        return {
            "answers": [
                {"text": words, "weight": _weight(share, 1), "feedback": _text(said, rich=rich)}
                for words, share, said in rows
                if words
            ],
            "case": bool(fields("case")),
        }
    if kind is Kind.NUMBER:
        return _number(fields, rich=rich)
    if kind is Kind.MATCHING:
        return {
            "pairs": [
                {"left": _text(left, rich=rich), "right": right}
                for left, right in _columns(fields, "answer_text", "match")
                if left or right
            ],
            "more": [each.strip() for each in _one(fields, "more").splitlines() if each.strip()],
            "shuffle": bool(fields("shuffle")),
        }
    if kind is Kind.ORDERING:
        items = [_text(words, rich=rich) for words in fields("answer_text") if words.strip()]
        return {"items": items, "grading": _one(fields, "grading") or "place", "level": bool(fields("level"))}
    if kind is Kind.CLOZE:
        words, found = gaps.read(_one(fields, "text"))
        whole = to_json(Cloze(name="gaps", text=Text(words, Form.HTML if rich else Form.PLAIN), gaps=found))
        return {"text": whole["text"], "gaps": whole["gaps"]}
    if kind is Kind.ESSAY:
        counts = {name: _count(fields, name) for name in ("min_words", "max_words")}
        more = {name: _text(_one(fields, name), rich=rich) for name in ("template", "notes")}
        return {"lines": _count(fields, "lines") or 15, **counts, **more}
    return {}


def _number(fields: Fields, *, rich: bool) -> Json:
    answers = []
    for words, tolerance, share, said in _columns(fields, "answer_text", "tolerance", "weight", "said"):
        if words or said:
            value = None if words in {"", "*"} else str(formats.number(words))
            width = str(formats.number(tolerance)) if tolerance and value is not None else "0"
            weight = _weight(share, 0 if value is None else 1)
            answers.append({"value": value, "tolerance": width, "weight": weight, "feedback": _text(said, rich=rich)})
    units = [
        {"name": name, "factor": str(formats.number(factor or "1"))}
        for name, factor in _columns(fields, "unit", "factor")
        if name
    ]
    return {"answers": answers, "units": units}


def _rows_of(data: Json) -> list[Json]:
    if "pairs" in data:
        return [{"text": each["left"], "right": each["right"]} for each in data["pairs"]]
    if "items" in data:
        return [{"text": each} for each in data["items"]]
    return list(data.get("answers", ()))


def _row(each: Json, *, rich: bool) -> Json:
    words = each["value"] if "value" in each else each["text"]
    row: Json = {"text": "*" if words is None else _words(words, rich=rich and "value" not in each)}
    if "weight" in each:
        row["weight"] = formats.as_percent(Fraction(each["weight"]))
    if "right" in each:
        row["right"] = each["right"]
    if "feedback" in each:
        row["feedback"] = _words(each["feedback"], rich=rich)
    if each.get("tolerance", "0") != "0":
        row["tolerance"] = each["tolerance"]
    return row


def _texts(data: Any) -> list[Any]:
    """Every value in the JSON, however deep."""
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return [data, *(found for each in inner for found in _texts(each))]


def _columns(fields: Fields, *names: str) -> list[tuple[str, ...]]:
    return [
        tuple(value.strip() for value in row) for row in zip_longest(*(fields(name) for name in names), fillvalue="")
    ]


def _one(fields: Fields, name: str) -> str:
    return next(iter(fields(name)), "").strip()


def _text(words: str, *, rich: bool) -> Any:
    return {"html": words} if rich and words else words


def _words(value: Any, *, rich: bool) -> str:
    if isinstance(value, dict):
        return str(value["html"])
    return Text(value).html if rich else str(value)


def _weight(percent: str, default: int) -> str:
    return str(formats.percent(percent.rstrip("%"))) if percent else str(default)


def _figure(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"


def _count(fields: Fields, name: str) -> int | None:
    words = _one(fields, name)
    if words and not (words.isascii() and words.isdigit() and len(words) < 7):
        raise BadQuestion("number.unreadable", words=words)
    return int(words) if words else None


def _short(kind: Kind, words: str) -> str:
    if kind is Kind.CLOZE:
        words = MARK.sub("…", gaps.read(words)[0])
    return Text(words, Form.HTML).words[:60]
