"""Questions as a form, and the form's fields as answers. Works on what `courses.questions.shown` lets out, no more.

A field of question 3 is called `q3`; of its matching, ordering or cloze `q3:<left, item or gap>`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Shown = dict[str, Any]
Fields = Callable[[str], Sequence[str]]  # every value that was sent under a name
Laid = dict[str, Any]


def read(place: int, shown: Shown, fields: Fields) -> Any:
    """The answer in the JSON that `courses.questions.responses` reads; None for nothing."""
    name, kind = f"q{place}", shown["kind"]
    if kind == "multiple":
        return list(fields(name)) or None
    if kind == "matching":
        chosen = {each["id"]: _one(fields, f"{name}:{each['id']}") for each in shown["lefts"]}
        return {left: option for left, option in chosen.items() if option} or None
    if kind == "ordering":
        said = [(_one(fields, f"{name}:{each['id']}"), each["id"]) for each in shown["items"]]
        if not any(place for place, _item in said):
            return None
        return [item for _place, item in sorted(said, key=lambda each: _number(each[0]))]
    if kind == "cloze":
        filled = {}
        for part in shown["parts"]:
            if "gap" in part:
                values = list(fields(f"{name}:{part['gap']}"))
                filled[part["gap"]] = values if part["kind"] == "multiple" else (values or [""])[0]
        return {gap: value for gap, value in filled.items() if value} or None
    return _one(fields, name) or None


def read_all(shown: dict[int, Shown], fields: Fields) -> dict[int, Any]:
    return {place: read(place, each, fields) for place, each in shown.items() if each["kind"] != "description"}


def laid(place: int, shown: Shown, response: Any) -> Laid:
    """What a template needs to draw the fields with what was answered."""
    name, kind = f"q{place}", shown["kind"]
    base: Laid = {**shown, "place": place, "name": name, "value": response if isinstance(response, str) else ""}
    if kind in {"single", "multiple"}:
        base["choices"] = _checked(shown["choices"], response)
    elif kind == "true_false":
        base["value"] = {True: "true", False: "false"}.get(response, "") if isinstance(response, bool) else ""
    elif kind == "matching":
        chosen = response if isinstance(response, dict) else {}
        base["lefts"] = [
            {**each, "name": f"{name}:{each['id']}", "chosen": chosen.get(each["id"], "")} for each in shown["lefts"]
        ]
    elif kind == "ordering":
        base["items"] = _ordered(name, shown["items"], response)
    elif kind == "cloze":
        filled = response if isinstance(response, dict) else {}
        base["parts"] = [_gap(name, part, filled.get(part.get("gap", ""))) for part in shown["parts"]]
    elif kind == "essay":
        base["value"] = response or shown["template"]
    return base


def answered(shown: Shown, response: Any) -> bool:
    return shown["kind"] == "description" or response is not None


def words(shown: Shown, response: Any) -> list[str]:
    """An answer for people to read, as lines of clean HTML; typed text is escaped by the template: see `typed`."""
    kind = shown["kind"]
    if response is None:
        return []
    if kind in {"single", "multiple"}:
        return [each["html"] for each in _checked(shown["choices"], response) if each["checked"]]
    if kind == "ordering":
        htmls = {each["id"]: each["html"] for each in shown["items"]}
        return [htmls[item] for item in response if item in htmls]
    return []


def pairs(shown: Shown, response: Any) -> list[dict[str, str]]:
    """Left sides with what was matched to them."""
    options = {each["id"]: each["text"] for each in shown.get("options", ())}
    chosen = response if isinstance(response, dict) else {}
    return [
        {"id": each["id"], "html": each["html"], "text": options.get(chosen.get(each["id"], ""), "")}
        for each in shown.get("lefts", ())
    ]


def filled(shown: Shown, response: Any) -> list[dict[str, Any]]:
    """A cloze's text with what stands in its gaps: `html` parts and `gap` parts with `lines` or `value`."""
    said = response if isinstance(response, dict) else {}
    found = []
    for part in shown.get("parts", ()):
        if "gap" not in part:
            found.append(part)
            continue
        value = said.get(part["gap"])
        lines = [each["html"] for each in _checked(part.get("choices", ()), value) if each["checked"]]
        found.append({"gap": part["gap"], "lines": lines, "value": "" if lines or value is None else str(value)})
    return found


def _one(fields: Fields, name: str) -> str:
    return next(iter(fields(name)), "")


def _number(said: str) -> int:
    return int(said) if said.isdecimal() and len(said) < 6 else 10**6


def _checked(choices: Sequence[dict[str, Any]], response: Any) -> list[dict[str, Any]]:
    chosen = response if isinstance(response, list) else [response]
    return [{**each, "checked": each["id"] in chosen} for each in choices]


def _ordered(name: str, items: Sequence[dict[str, Any]], response: Any) -> list[dict[str, Any]]:
    by_id = {each["id"]: each for each in items}
    order = response if isinstance(response, list) and set(response) == set(by_id) else list(by_id)
    return [{**by_id[key], "name": f"{name}:{key}", "position": number} for number, key in enumerate(order, 1)]


def _gap(name: str, part: dict[str, Any], value: Any) -> dict[str, Any]:
    if "gap" not in part:
        return part
    laid = {**part, "name": f"{name}:{part['gap']}", "value": value if isinstance(value, str) else ""}
    if "choices" in part:
        laid["choices"] = _checked(part["choices"], value)
    return laid
