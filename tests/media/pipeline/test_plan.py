"""What is made of what: the decisions, without a file."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from media.pipeline.plan import CAPS_BPS, fits, gain, ladder, plan
from media.pipeline.shapes import AudioFacts, Facts, Options, VideoFacts

VIDEO = VideoFacts(
    index=0, codec="h264", profile="High", pix_fmt="yuv420p", width=1920, height=1080, shown_width=1920,
    shown_height=1080, rotation=0, rate=Fraction(30), variable_rate=False, interlaced=False, hdr="", start_s=0.0,
    duration_s=60.0, bitrate_bps=2_000_000, peak_bps=4_000_000, square_pixels=True, closed_groups=True,
    longest_group_s=2.0,
)  # fmt: skip
AUDIO = AudioFacts(index=1, codec="aac", rate_hz=48000, channels=2, start_s=0.0, duration_s=60.0, bitrate_bps=128_000)
FACTS = Facts("mov", 1_000_000, 60.0, VIDEO, AUDIO, 2, broken_timestamps=False)
ALL = tuple(CAPS_BPS)


def shown(width: int, height: int, **more: Any) -> VideoFacts:
    return replace(VIDEO, width=width, height=height, shown_width=width, shown_height=height, **more)


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        ((1920, 1080), [(1920, 1080), (1280, 720), (854, 480), (640, 360)]),
        ((3840, 2160), [(1920, 1080), (1280, 720), (854, 480), (640, 360)]),
        ((1280, 720), [(1280, 720), (854, 480), (640, 360)]),
        ((640, 360), [(640, 360)]),
        ((320, 240), [(320, 240)]),  # smaller than every rung: as it is
        ((1080, 1920), [(1080, 1920), (720, 1280), (480, 854), (360, 640)]),  # upright
        ((1919, 1079), [(1918, 1078), (1280, 720), (854, 480), (640, 360)]),  # odd
        ((1366, 768), [(1280, 720), (854, 480), (640, 360)]),  # hardly larger than 720: no rung of its own
        ((1600, 900), [(1600, 900), (1280, 720), (854, 480), (640, 360)]),
        ((1920, 800), [(1920, 800), (1280, 534), (854, 356), (640, 266)]),  # cinema: width counts
        ((640, 480), [(640, 480), (480, 360)]),
    ],
)
def test_the_ladder_never_upscales(size: tuple[int, int], wanted: list[tuple[int, int]]) -> None:
    rungs = ladder(shown(*size), ALL, copied=False)
    assert [(rung.width, rung.height) for rung in rungs] == wanted
    assert all(rung.width <= size[0] and rung.height <= size[1] for rung in rungs)
    assert all(rung.width % 2 == rung.height % 2 == 0 for rung in rungs)


@pytest.mark.parametrize("width", range(16, 2200, 97))
@pytest.mark.parametrize("height", range(16, 2200, 119))
def test_whatever_the_size_there_is_a_rung_and_none_above_the_source(width: int, height: int) -> None:
    for copied in (False, True):
        rungs = ladder(shown(width, height), ALL, copied=copied and width <= 1920 and height <= 1080)
        assert rungs
        assert all(0 < rung.width <= width and 0 < rung.height <= height for rung in rungs)
        assert len({rung.name for rung in rungs}) == len(rungs)


def test_a_source_that_fits_is_taken_over_as_the_top_rung_only() -> None:
    made = plan(FACTS, Options())
    assert made.picture
    assert [(rung.name, rung.copied) for rung in made.picture.rungs] == [
        ("1080p", True), ("720p", False), ("480p", False), ("360p", False),
    ]  # fmt: skip
    assert made.picture.keyframes_from_source


@pytest.mark.parametrize(
    "change",
    [
        {"codec": "hevc"},
        {"profile": "High 10"},
        {"pix_fmt": "yuv444p"},
        {"interlaced": True},
        {"hdr": "pq"},
        {"rotation": 90},
        {"variable_rate": True},
        {"square_pixels": False},
        {"closed_groups": False},
        {"longest_group_s": 8.3},
        {"bitrate_bps": 9_000_000},
        {"peak_bps": 20_000_000},
        {"rate": Fraction(120)},
        {"start_s": 0.5},
        {"duration_s": 50.0},  # the sound goes on for ten seconds: the last picture must stay
        {"width": 1919},
        {"shown_width": 3840, "shown_height": 2160},
    ],
)
def test_a_source_that_does_not_fit_is_encoded(change: dict[str, Any]) -> None:
    assert fits(VIDEO, FACTS)
    assert not fits(replace(VIDEO, **change), FACTS)


def test_broken_times_are_never_taken_over() -> None:
    assert not fits(VIDEO, replace(FACTS, broken_timestamps=True))


@pytest.mark.parametrize(
    ("rate", "varies", "wanted"),
    [
        (Fraction(30000, 1001), False, Fraction(30000, 1001)),
        (Fraction(25), False, Fraction(25)),
        (Fraction(17), True, Fraction(30)),
        (Fraction(45), True, Fraction(60)),
        (Fraction(200), True, Fraction(60)),
        (Fraction(120), False, Fraction(60)),
        (Fraction(100), False, Fraction(50)),
    ],
)
def test_pictures_come_at_even_times_and_at_most_sixty_a_second(rate: Fraction, varies: bool, wanted: Fraction) -> None:
    made = plan(replace(FACTS, video=replace(VIDEO, rate=rate, variable_rate=varies, codec="vp9")), Options())
    assert made.picture
    assert made.picture.rate == wanted


@pytest.mark.parametrize(
    ("cores", "copy", "wanted"),
    [
        (2, False, [2, 1, 1, 1]),  # of 1080, 720, 480 and 360 lines
        (2, True, [0, 2, 1, 1]),
        (8, False, [7, 3, 1, 1]),
    ],
)
def test_encoders_share_the_cores_by_size(cores: int, copy: bool, wanted: list[int]) -> None:
    made = plan(FACTS, Options(cores=cores, copy=copy))
    assert made.picture
    assert [rung.threads for rung in made.picture.rungs] == wanted


def test_loudness_is_brought_to_the_target_but_noise_is_not_blown_up() -> None:
    assert gain(-23.0, -12.0) == (7.0, False)
    assert gain(-10.0, 0.5) == (-6.0, False)
    assert gain(-26.0, -5.0) == (10.0, True)  # peaks would rise to +5
    assert gain(-58.0, -40.0) == (24.0, False)
    assert gain(-99.0, -99.0) == (0.0, False)


def test_a_small_source_keeps_to_the_limit_of_its_size_whatever_is_asked_for() -> None:
    assert [rung.cap_bps for rung in ladder(shown(640, 360), (720, 1080), copied=False)] == [CAPS_BPS[360]]


@pytest.mark.parametrize("rungs", [(), (500,), (360, 2160)])
def test_a_rung_nobody_knows_is_a_mistake(rungs: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="360, 480, 720, 1080"):
        plan(FACTS, Options(rungs=rungs))


def test_rungs_can_be_chosen_and_av1_added() -> None:
    made = plan(FACTS, Options(rungs=(360, 720), av1=True, copy=False))
    assert made.picture
    assert [rung.name for rung in made.picture.rungs] == ["720p", "360p", "720p-av1"]
    assert made.picture.lowest.name == "360p"
