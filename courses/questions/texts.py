"""Texts in questions: plain words, or HTML that nothing can hide in."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from html.parser import HTMLParser

import nh3

from courses.questions.errors import BadQuestion

MAX_PLAIN = 64_000  # characters
MAX_HTML = 1_500_000  # pictures are inside
MAX_DEPTH = 100  # of one tag in itself
PASSES = 4  # until cleaning changes nothing any more

PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}")
LINK = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_TAGS = """
a abbr b blockquote br caption cite code col colgroup dd del dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i
img ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub sup table tbody td tfoot th thead tr u ul var
"""
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ENDLESS = frozenset(["br", "hr", "img", "input", "wbr", "p", "li", "td", "th", "tr", "dt", "dd", "col", "option"])
_ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}


class Form(StrEnum):
    PLAIN = "plain"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Text:
    """Words of a question. HTML is clean from the moment it is here: there is no Text with a script in it.

    Raises BadQuestion when it is too long.
    """

    value: str = ""
    form: Form = Form.PLAIN

    def __post_init__(self) -> None:
        if len(self.value) > (MAX_HTML if self.form is Form.HTML else MAX_PLAIN):
            raise BadQuestion("text.long", length=len(self.value))
        tidied = tidy(self.value)
        if self.form is Form.HTML:
            tidied = _clean(tidied)
        object.__setattr__(self, "value", tidied)
        if not tidied:  # Nothing is nothing in any form.
            object.__setattr__(self, "form", Form.PLAIN)

    def __bool__(self) -> bool:
        return bool(self.value)

    @property
    def html(self) -> str:
        """Safe to put into a page as it is."""
        if self.form is Form.HTML:
            return self.value
        return escape(self.value).replace("\n", "<br>")

    @property
    def words(self) -> str:
        """What a person reads, without tags; a picture counts by its description."""
        if self.form is Form.PLAIN:
            return self.value
        return read(self.value)


def html(value: str) -> Text:
    return Text(value, Form.HTML)


def tidy(value: str) -> str:
    """One kind of line end, no control characters, nothing around it."""
    return _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def read(markup: str) -> str:
    """The words in HTML, one blank between blocks."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return " ".join("".join(reader.found).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.found.append(dict(attrs).get("alt") or "")
        if tag not in {"a", "b", "em", "i", "img", "s", "span", "strong", "sub", "sup", "u"}:
            self.found.append(" ")

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def _shallow(markup: str) -> bool:
    """No deeper than any page needs: what is nested very deeply takes a browser, and the cleaner, very long."""
    depth: Counter[str] = Counter()
    for close, tag in _TAG.findall(markup):
        name = tag.lower()
        if close:
            depth[name] = max(depth[name] - 1, 0)
        elif name not in _ENDLESS:
            depth[name] += 1
            if depth[name] > MAX_DEPTH:
                return False
    return True


def _clean(markup: str) -> str:
    """Ammonia's work, until it finds nothing more: what is stored is what comes out of cleaning it again."""
    if not _shallow(markup):
        raise BadQuestion("text.markup")
    for _ in range(PASSES):
        cleaned = tidy(
            nh3.clean(
                markup,
                tags=set(_TAGS.split()),
                attributes=_ATTRIBUTES,
                attribute_filter=_attribute,
                url_schemes={"http", "https", "mailto", "data"},
                link_rel="noopener noreferrer nofollow",
                strip_comments=True,
            )
        )
        if cleaned == markup:
            return cleaned
        markup = cleaned
    raise BadQuestion("text.markup")


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Pictures are small data of their own, nothing is loaded from elsewhere; links lead to pages, not into ours."""
    if tag == "img" and name == "src":
        return value if PICTURE.fullmatch(value) else None
    if tag == "a" and name == "href":
        return value if LINK.match(value) else None
    return value


NOTHING = Text()
