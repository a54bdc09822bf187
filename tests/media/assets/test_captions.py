"""Captions as people bring them: read kindly, written plainly, and nothing but words gets through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.assets import captions
from media.assets.errors import CaptionsWrong

SRT = "1\r\n00:00:01,500 --> 00:00:03,000\r\n你好\r\n第二行\r\n\r\n2\r\n01:00:00,000 --> 01:00:01,000\r\n<b>Bye</b>\r\n"


def said(text):
    return captions.written(captions.read(text if isinstance(text, bytes) else text.encode()))


def test_subrip_becomes_webvtt():
    assert said(SRT) == (
        "WEBVTT\n\n00:00:01.500 --> 00:00:03.000\n你好\n第二行\n\n01:00:00.000 --> 01:00:01.000\n<b>Bye</b>\n"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_the_encodings_people_have(encoding):
    assert "你好" in said(SRT.encode(encoding))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("<script>alert(1)</script>", "alert(1)"),
        ("<img src=x onerror=alert(1)>a", "a"),
        ("<b onclick=x>a</b>", "<b>a</b>"),
        ("<v Ada>a</v>", "a"),
        ("<<b>script>a", "&lt;<b>script&gt;a"),
        ("a & b &lt;b", "a &amp; b &lt;b"),
    ],
)
def test_marks_that_could_do_something_go(text, kept):
    assert said(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{text}\n").split("\n")[3] == kept


def test_styles_regions_and_notes_go():
    text = "WEBVTT\n\nSTYLE\n::cue { background: url(http://x) }\n\nNOTE a\n\n00:01.000 --> 00:02.000 line:0\na\n"
    assert said(text) == "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\na\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", captions.NO_CUES),
        (b"\x89PNG\r\n\x00\xff", captions.NOT_TEXT),
        (b"WEBVTT\n\n00:02.000 --> 00:01.000\na\n", "3: "),
        (b"WEBVTT\n\n00:xx.000 --> 00:01.000\na\n", "3: "),
        (b"a" * (captions.MOST_BYTES + 1), captions.TOO_LONG),
    ],
)
def test_a_fault_is_named(text, says):
    with pytest.raises(CaptionsWrong) as wrong:
        captions.read(text)
    assert str(wrong.value).startswith(says)


@given(st.text(max_size=200))
def test_what_is_written_reads_back_the_same(words):
    try:
        cues = captions.parse(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{words}\n")
    except CaptionsWrong:
        return
    written = captions.written(cues)
    assert "-->" not in "".join(cue.text for cue in cues)
    assert captions.parse(written) == cues


@pytest.mark.parametrize("tag", ["", "e", "en_GB", "en-", '"><script>', "zh-Hans-CN-x-y-z-w"])
def test_a_language_is_a_tag(tag):
    with pytest.raises(CaptionsWrong):
        captions.language(tag)
    assert captions.language("zh-Hans") == "zh-Hans"
