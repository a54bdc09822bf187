"""What an answer accepts decides what the browser may offer later in the same connection."""

from __future__ import annotations

from media.sfu import rtp, sdp
from media.sfu.sdp import Described, Ground, Reply, Section

GROUND = Ground(ufrag="u", password="p" * 22, fingerprint="AB", addresses=["127.0.0.1"], port=9)


def test_a_camera_can_be_started_in_three_sizes_after_one_only_watched():
    section = Section(
        mid="0", kind="video", codecs={}, extensions={rtp.MID: 4, rtp.RID: 10}, rids=(), ssrcs=(), rejected=False
    )
    lines = sdp._answer(section, Reply(direction="sendonly"), GROUND, _described(section))
    assert f"a=extmap:4 {rtp.MID}" in lines
    assert f"a=extmap:10 {rtp.RID}" in lines


def _described(section: Section) -> Described:
    return Described(ufrag="x", fingerprints=(("sha-256", "z"),), sections=(section,), reduced_rtcp=True)
