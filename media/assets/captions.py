"""Captions as people bring them (WebVTT, SubRip) to plain WebVTT. Nothing but times and words gets through. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from media.assets.errors import CaptionsWrong

MOST_BYTES = 2 << 20
MOST_CUES = 20_000
_TIME = r"(?:(\d{1,3}):)?([0-5]?\d):([0-5]?\d)[.,](\d{3})"
_ARROW = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?", re.ASCII)
_TAG = re.compile(r"</?(\w*)[^<>]*>")
_KEPT = {"b", "i", "u", "ruby", "rt"}
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", re.ASCII)

NOT_TEXT = _("This is no text file. Captions are WebVTT (.vtt) or SubRip (.srt).")
TOO_LONG = _("These captions are too long.")
NO_CUES = _("There are no captions in this file. Captions are WebVTT (.vtt) or SubRip (.srt).")


@dataclass(frozen=True, slots=True)
class Cue:
    """From `start_ms` to `end_ms`; `text` may hold <b> <i> <u> <ruby> <rt>, all else is escaped."""

    start_ms: int
    end_ms: int
    text: str


def read(data: bytes) -> list[Cue]:
    """Raises CaptionsWrong, with the line where it is known."""
    if len(data) > MOST_BYTES:
        raise CaptionsWrong(TOO_LONG)
    return parse(_decoded(data))


def parse(text: str) -> list[Cue]:
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n")
    cues: list[Cue] = []
    at = 0
    while at < len(lines):
        found = _ARROW.fullmatch(lines[at])
        if found is None:
            if "-->" in lines[at] and not lines[at].startswith("NOTE"):
                raise CaptionsWrong(f"{at + 1}: {lines[at][:80]}")
            at += 1
            continue
        times = found.groups()
        start, end = _ms(times[:4]), _ms(times[4:])
        if end <= start:
            raise CaptionsWrong(f"{at + 1}: {lines[at][:80]}")
        at += 1
        words = []
        while at < len(lines) and lines[at].strip():
            words.append(lines[at].strip())
            at += 1
        if words:
            cues.append(Cue(start, end, "\n".join(_clean(line) for line in words)))
        if len(cues) > MOST_CUES:
            raise CaptionsWrong(TOO_LONG)
    if not cues:
        raise CaptionsWrong(NO_CUES)
    return sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms))


def written(cues: list[Cue]) -> str:
    """WebVTT."""
    blocks = [f"{_clock(cue.start_ms)} --> {_clock(cue.end_ms)}\n{cue.text}" for cue in cues]
    return "WEBVTT\n\n" + "\n\n".join(blocks) + "\n"


def language(given: str) -> str:
    """A BCP 47 tag such as `en` or `zh-Hans`. Raises CaptionsWrong."""
    if not _LANGUAGE.fullmatch(given):
        raise CaptionsWrong(given[:20])
    return given


def _decoded(data: bytes) -> str:
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise CaptionsWrong(NOT_TEXT)


def _ms(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, ms = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms


def _clock(ms: int) -> str:
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def _clean(line: str) -> str:
    """Only harmless marks stay, without attributes; `-->` would end the cue."""
    kept: list[str] = []
    at = 0
    for tag in _TAG.finditer(line):
        kept.append(_escaped(line[at : tag.start()]))
        if tag[1].lower() in _KEPT:
            kept.append(f"<{'/' if tag[0].startswith('</') else ''}{tag[1].lower()}>")
        at = tag.end()
    kept.append(_escaped(line[at:]))
    return "".join(kept)


def _escaped(text: str) -> str:
    for old, new in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(old, new)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
