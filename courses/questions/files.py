"""A file of questions, whatever it is: GIFT, Moodle XML or one cloze, in the letters that people's computers write."""

from __future__ import annotations

import re
from fractions import Fraction

from courses.questions import formats, gaps, gift, moodle
from courses.questions.errors import BadQuestion
from courses.questions.faults import MAX_BYTES, Fault, Findings, Parsed
from courses.questions.shapes import Cloze

MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
DECLARATION = re.compile(r"\s*<\?xml[^>]{0,400}?\?>")
# Python knows others that are no letters of a file: "unicode_escape", "punycode".
KNOWN = re.compile(r"(?:iso-?8859|windows-?125|cp125|latin|utf-?(?:8|16)|us-ascii|big5|shift|euc|koi8|gb|hz|cp936).*")
CHINESE = {"gb2312", "gbk", "gb18030", "cp936", "hz"}
BEGINS_XML = re.compile(r"\s*<(?:\?xml|!--|!doctype|quiz\b|question\b)", re.IGNORECASE)
GIFT_SIGNS = re.compile(r"[{}]|^::|^\$CATEGORY:|^//", re.MULTILINE)


def read(name: str, data: bytes) -> Parsed:
    """All questions in the file, or why not one of them is imported. The content decides what it is, not the name."""
    if len(data) > MAX_BYTES:
        return _refused("file.large", most=str(MAX_BYTES // 1024 // 1024))
    words = letters(data)
    if words is None:
        return _refused("file.encoding")
    if BEGINS_XML.match(words) or name.lower().endswith(".xml"):
        # The letters are known by now; what the file says of them would only contradict.
        return moodle.parse(DECLARATION.sub(lambda said: "\n" * said[0].count("\n"), words, count=1))
    if gaps.KNOWN.search(words):
        return _cloze(name, words)
    if words.strip() and not GIFT_SIGNS.search(words):
        return _refused("file.format")
    return gift.parse(words)


def _cloze(name: str, words: str) -> Parsed:
    """Moodle's "embedded answers": the whole file is one text with gaps."""
    found = Findings()
    title = formats.short(name.rpartition(".")[0] or name) or "1"
    try:
        marked, gaps_ = gaps.read(words)
        points = Fraction(sum(gap.weight for gap in gaps_))
        found.add(Cloze(name=title, text=formats.text(marked, "moodle"), points=points, gaps=gaps_))
    except BadQuestion as error:
        found.refused(1, title, error)
    return found.parsed()


def letters(data: bytes) -> str | None:
    """UTF-8, with a mark or without; what the XML says; GB18030; Western European. None for what is no text."""
    marked = next((encoding for mark, encoding in MARKS.items() if data.startswith(mark)), None)
    if marked:
        return _decoded(data, marked)
    if b"\0" in data:
        return None
    declared = DECLARED.match(data[:400])
    said = declared[1].decode().lower() if declared else ""
    said = said if KNOWN.fullmatch(said) else ""
    guesses = ["utf-8", said if said not in CHINESE else "gb18030", "cp1252" if _western(data) else "gb18030", "cp1252"]
    return next((found for guess in guesses if guess and (found := _decoded(data, guess)) is not None), None)


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _western(data: bytes) -> bool:
    """Chinese bytes come in pairs and runs; an accented letter stands alone among plain ones."""
    runs = re.findall(rb"[\x80-\xff]+", data)
    return bool(runs) and sum(len(run) == 1 for run in runs) * 2 > len(runs)


def _refused(code: str, **values: str) -> Parsed:
    return Parsed(faults=(Fault(0, "", code, values),))
