"""Packet headers: what is read is what stands there, and lies about lengths are noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.sfu import codecs, rtp


def packet(extension: bytes = b"", payload: bytes = b"xy", csrcs: int = 0) -> memoryview:
    head = rtp.HEADER.pack(0x80 | csrcs | (0x10 if extension else 0), 96, 1, 2, 3)
    return memoryview(head + bytes(4 * csrcs) + extension + payload)


@pytest.mark.parametrize(
    ("seq", "last", "expected"), [(1, 0, 1), (0, 65535, 1), (65535, 0, -1), (5, 5, 0), (32767, 0, 32767)]
)
def test_ahead_goes_round(seq, last, expected):
    assert rtp.ahead(seq, last) == expected


@given(st.dictionaries(st.integers(1, 14), st.binary(min_size=1, max_size=16), max_size=6))
def test_short_extensions_come_back_as_written(values):
    found = packet(rtp.pack_extensions(list(values.items())))
    places = rtp.extensions(found, len(found))
    assert {i: bytes(found[at : at + n]) for i, (at, n) in places.items()} == values


@given(st.dictionaries(st.integers(1, 255), st.binary(min_size=1, max_size=80), min_size=1, max_size=6))
def test_long_extensions_come_back_as_written(values):
    found = packet(rtp.pack_extensions(list(values.items())))
    places = rtp.extensions(found, len(found))
    assert {i: bytes(found[at : at + n]) for i, (at, n) in places.items()} == values
    assert bytes(found[rtp.payload_at(found, len(found)) :]) == b"xy"


@pytest.mark.parametrize(
    "broken",
    [
        b"\x40" + bytes(11),  # version 1
        b"\x8f" + bytes(11),  # fifteen contributing sources, none there
        b"\x90" + bytes(11),  # an extension, none there
        b"\x90" + bytes(11) + b"\xbe\xde\xff\xff",  # longer than the packet
    ],
)
def test_lengths_that_lie_are_malformed(broken):
    with pytest.raises(rtp.Malformed):
        rtp.payload_at(memoryview(broken), len(broken))


@given(st.binary(min_size=12, max_size=80))
def test_any_bytes_are_read_inside_their_bounds(data):
    view = memoryview(data)
    for at, n in rtp.extensions(view, len(data)).values():
        assert at >= 12
        assert at + n <= len(data)
    try:
        assert rtp.payload_at(view, len(data)) <= len(data)
    except rtp.Malformed:
        assert data[0] >> 6 != 2 or data[0] & 0x1F


@pytest.mark.parametrize(
    ("codec", "payload", "keyframe"),
    [
        ("VP8", b"\x10\x00", True),
        ("VP8", b"\x10\x01", False),
        ("VP8", b"\x00\x00", False),  # not the frame's first packet
        ("VP8", b"\x11\x00", False),  # second partition
        ("VP8", b"\x90\x80\x11\x00", True),  # short picture id
        ("VP8", b"\x90\xe0\x91\x22\x05\x60\x00", True),  # long id, TL0, temporal layer
        ("VP8", b"\x90\xe0\x91\x22\x05\x60\x01", False),
        ("VP8", b"\x90\x80", False),  # ends in the descriptor
        ("VP9", b"\x88\x05\x00", True),
        ("VP9", b"\xc8\x05\x00", False),  # predicts from another
        ("VP9", b"\x80\x05\x00", False),  # goes on with a frame
        ("VP9", b"\xa8\x05\x02\x07\x00", False),  # a higher spatial layer
        ("H264", b"\x67\x42", True),
        ("H264", b"\x65\x88", True),
        ("H264", b"\x41\x9a", False),
        ("H264", b"\x78\x00\x02\x67\x42\x00\x02\x68\xce", True),
        ("H264", b"\x78\x00\x02\x41\x42", False),
        ("H264", b"\x7c\x85", True),
        ("H264", b"\x7c\x05", False),  # the middle of one
        ("AV1", b"\x18\x0a", True),
        ("AV1", b"\x10\x32", False),
    ],
)
def test_keyframes_are_recognised(codec, payload, keyframe):
    assert codecs.READERS[codec](memoryview(payload)).keyframe is keyframe


@given(st.sampled_from(sorted(codecs.READERS)), st.binary(max_size=40))
def test_any_payload_is_read_inside_its_bounds(codec, data):
    marks = codecs.READERS[codec](memoryview(data))
    if marks.picture_id_at >= 0:
        assert marks.picture_id_at + marks.picture_id_long < len(data)
    assert marks.tl0_at < len(data)
