"""Translations without GNU gettext: `python -m tools.messages extract | compile | check`.

extract: collects the texts of Python and templates into locale/zh_Hans/LC_MESSAGES/django.po (needs Babel, dev).
compile: makes the .mo beside each .po.
check: fails when a text has no translation, or is not in the file at all.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
FOLDERS = ("platform", "rooms", "portals", "courses", "media", "templates")
TAG = re.compile(
    r"{%\s*(?:trans|translate)\s+(?P<q>[\"'])(?P<text>.*?)(?P=q)(?:\s+context\s+[\"'](?P<context>.*?)[\"'])?.*?%}",
    re.DOTALL,
)
BLOCK = re.compile(r"{%\s*blocktrans(?:late)?\b(?P<head>.*?)%}(?P<body>.*?){%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
PLURAL = re.compile(r"{%\s*plural\s*%}")
VARIABLE = re.compile(r"{{\s*(\w+)\s*}}")
Key = tuple[str | None, str, str]  # context, text, plural


def templates() -> dict[Key, str]:
    found: dict[Key, str] = {}
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix not in {".html", ".txt"}:
            continue
        text, where = path.read_text(), str(path.relative_to(ROOT))
        for match in TAG.finditer(text):
            found.setdefault((match["context"], match["text"], ""), where)
        for match in BLOCK.finditer(text):
            body = match["body"]
            if "trimmed" in match["head"]:
                body = " ".join(line.strip() for line in body.strip().splitlines() if line.strip())
            parts = [VARIABLE.sub(r"%(\1)s", part.replace("%", "%%")) for part in PLURAL.split(body)]
            if "trimmed" in match["head"]:
                parts = [part.strip() for part in parts]
            found.setdefault((None, parts[0], parts[1] if len(parts) > 1 else ""), where)
    return found


def python() -> dict[Key, str]:
    from babel.messages.extract import extract_from_dir

    names = {
        "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
        "ngettext": (1, 2), "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    }  # fmt: skip
    found: dict[Key, str] = {}
    for folder in FOLDERS[:-1]:
        rows = extract_from_dir(str(ROOT / folder), [("**.py", "python")], keywords=names)
        for name, _line, message, _comments, context in rows:
            text, plural = message if isinstance(message, tuple) else (message, "")
            if text:
                found.setdefault((context, str(text), str(plural)), f"{folder}/{name}")
    return found


def refusals() -> dict[Key, str]:
    """The `text` of every error class: the edge translates it when it answers."""
    found: dict[Key, str] = {}
    for folder in FOLDERS[:-1]:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "text" not in (source := path.read_text()) or not (path.name == "errors.py" or "StoaError" in source):
                continue
            for node in ast.walk(ast.parse(source)):
                if not isinstance(node, ast.ClassDef):
                    continue
                for line in node.body:
                    target = line.target if isinstance(line, ast.AnnAssign) else getattr(line, "targets", [None])[0]
                    value = getattr(line, "value", None)
                    if getattr(target, "id", "") == "text" and isinstance(value, ast.Constant):
                        found.setdefault((None, str(value.value), ""), str(path.relative_to(ROOT)))
    return found


def wanted() -> dict[Key, str]:
    return {**python(), **refusals(), **templates()}


def extract() -> int:
    old = polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else polib.POFile()
    known = {(entry.msgctxt, entry.msgid): entry for entry in old}
    new = polib.POFile(wrapwidth=0)
    new.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": "zh_Hans",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for (context, text, plural), where in sorted(wanted().items(), key=lambda row: (row[1], row[0][1])):
        before = known.get((context, text))
        entry = polib.POEntry(msgid=text, msgctxt=context, occurrences=[(where, "")])
        if plural:
            entry.msgid_plural = plural
            entry.msgstr_plural = before.msgstr_plural if before and before.msgstr_plural else {0: ""}
        else:
            entry.msgstr = before.msgstr if before else ""
        new.append(entry)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    new.save(str(CATALOGUE))
    return 0


def compile_all() -> int:
    """One .mo for each language: our own texts, and what Wagtail's catalogue lacks (studio.po, kept by hand)."""
    for folder in sorted((ROOT / "locale").glob("*/LC_MESSAGES")):
        together = polib.pofile(str(folder / "django.po"))
        own = {(entry.msgctxt, entry.msgid) for entry in together}
        for path in sorted(folder.glob("*.po")):
            together.extend(entry for entry in polib.pofile(str(path)) if (entry.msgctxt, entry.msgid) not in own)
        together.save_as_mofile(str(folder / "django.mo"))
    return 0


def missing() -> list[str]:
    """The texts without a translation, one line each."""
    known = {(e.msgctxt, e.msgid): e for e in polib.pofile(str(CATALOGUE))} if CATALOGUE.exists() else {}
    lines = []
    for (context, text, plural), where in wanted().items():
        entry = known.get((context, text))
        done = entry is not None and (all(entry.msgstr_plural.values()) if plural else bool(entry.msgstr))
        if not done or (entry is not None and "fuzzy" in entry.flags):
            lines.append(f"{where}: {text!r}")
    return lines


def check() -> int:
    lines = missing()
    print("\n".join(lines) if lines else "every text has its translation")
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit({"extract": extract, "compile": compile_all, "check": check}[sys.argv[1]]())
