"""Files as they come from old programs and damaged disks. Most of this was found by changing bytes at random."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from media.pipeline import errors, probe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Clip = Callable[..., Path]

FLV_HEAD = 9 + 4  # the header and the size of the tag before the first
PICTURE, DATA, TAG_HEAD = 9, 18, 11


def tag(kind: int, at_ms: int, body: bytes) -> bytes:
    head = bytes([kind]) + len(body).to_bytes(3, "big") + at_ms.to_bytes(3, "big") + bytes(4)
    return head + body + (TAG_HEAD + len(body)).to_bytes(4, "big")


def test_a_chinese_title_of_an_old_program_is_no_reason_to_fail(clip: Clip, tmp_path: Path) -> None:
    """AVI says nothing about the encoding of its texts; programs of their time wrote GBK."""
    plain = clip("titled.avi", "-metadata", "title=0123456789", "-c:v", "mpeg4", "-c:a", "mp3", seconds=1)
    old = tmp_path / "old.avi"
    written = plain.read_bytes().replace(b"0123456789", "第一课概论".encode("gbk"))
    assert written != plain.read_bytes()
    old.write_bytes(written)
    assert probe(old).duration_s == pytest.approx(1, abs=0.2)


def test_a_track_that_appears_on_the_way_does_no_harm(clip: Clip, tmp_path: Path) -> None:
    plain = clip("plain.flv", "-c:v", "flv", "-c:a", "mp3", "-ar", "44100", seconds=2)
    text = b"\x02\x00\x0aonTextData" + b"\x03" + b"\x00\x04text\x02\x00\x02hi" + b"\x00\x00\x09"
    late = tmp_path / "late.flv"
    late.write_bytes(plain.read_bytes() + 40 * tag(DATA, 1950, text))
    facts = probe(late)
    assert facts.video
    assert facts.audio


def test_a_single_picture_left_of_a_film_is_called_cut_off(clip: Clip, tmp_path: Path) -> None:
    plain = clip("plain.flv", "-c:v", "flv", "-c:a", "mp3", "-ar", "44100", seconds=2).read_bytes()
    at = FLV_HEAD
    while plain[at] != PICTURE:
        at += TAG_HEAD + int.from_bytes(plain[at + 1 : at + 4], "big") + 4
    rest = tmp_path / "rest.flv"
    rest.write_bytes(plain[: at + 5000])
    with pytest.raises(errors.CutOff):
        probe(rest)
