"""What will be made of a file: decisions only, no I/O."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from media.pipeline.shapes import AudioFacts, Facts, Options, VideoFacts

CAPS_BPS = {360: 700_000, 480: 1_100_000, 720: 2_500_000, 1080: 4_500_000}
SOUND_BPS = 128_000
KEYFRAME_S, SEGMENT_S = 2, 4
LIKE = 1.15  # two rungs nearer than this look alike; one of them is enough
AS_IT_IS = 1.25  # a source this much above the rung below gets a rung of its own size
USUAL_RATES = (Fraction(24), Fraction(25), Fraction(30), Fraction(50), Fraction(60))
TARGET_LUFS = -16.0
PEAK_DBTP = -1.5
HEADROOM_DB = 0.7  # AAC puts peaks back that were taken off
MOST_GAIN_DB = 24.0  # louder than that is noise
SILENCE_LUFS = -60.0
THUMBNAIL_WIDTH, SHEET = 160, 5  # pixels; 5 × 5 pictures on a sheet
POSTER_BOX = 720


@dataclass(frozen=True, slots=True)
class Rung:
    name: str
    width: int
    height: int
    cap_bps: int
    copied: bool = False
    codec: str = "h264"
    threads: int = 0  # of its encoder; 0: as many as that likes


@dataclass(frozen=True, slots=True)
class Storyboard:
    every_s: float
    width: int
    height: int
    count: int


@dataclass(frozen=True, slots=True)
class Poster:
    width: int
    height: int
    from_s: float
    until_s: float


@dataclass(frozen=True, slots=True)
class Picture:
    """`rungs` from the largest down; the AV1 one, if any, is last and has the size of the largest encoded."""

    index: int
    rungs: tuple[Rung, ...]
    rate: Fraction | None  # None: every picture keeps its time
    renumber: bool  # its times are worthless: count pictures instead
    deinterlace: bool
    hdr: str  # "", "pq" or "hlg": brought to what every screen shows
    keyframes_from_source: bool
    hold_s: float  # the last picture stays, because the sound goes on
    longest_group: int  # pictures
    storyboard: Storyboard
    poster: Poster

    @property
    def lowest(self) -> Rung:
        return next(rung for rung in reversed(self.rungs) if rung.codec == "h264")


@dataclass(frozen=True, slots=True)
class Sound:
    index: int
    renumber: bool


@dataclass(frozen=True, slots=True)
class Plan:
    demuxer: str
    duration_s: float
    picture: Picture | None
    sound: Sound | None
    preset: str


def plan(facts: Facts, options: Options) -> Plan:
    if not options.rungs or not set(options.rungs) <= set(CAPS_BPS):
        raise ValueError(f"rungs are some of {', '.join(map(str, CAPS_BPS))}, not {options.rungs}")
    sound = Sound(facts.audio.index, facts.broken_timestamps) if facts.audio else None
    picture = _picture(facts.video, facts, options) if facts.video else None
    return Plan(facts.container, facts.duration_s, picture, sound, options.preset)


def fits(video: VideoFacts, facts: Facts) -> bool:
    """Whether browsers play this picture track as it is, at once and at every segment's start."""
    slot = _slot(video)
    return (
        video.codec == "h264"
        and video.profile
        in {"Constrained Baseline", "Baseline", "Main", "High", "Progressive High", "Constrained High"}
        and video.pix_fmt == "yuv420p"
        and not (video.interlaced or video.hdr or video.rotation or video.variable_rate or facts.broken_timestamps)
        and video.square_pixels
        and video.closed_groups
        and video.longest_group_s <= SEGMENT_S + 0.01
        and slot is not None
        and video.bitrate_bps <= CAPS_BPS[slot]
        and video.peak_bps <= 2 * CAPS_BPS[slot]
        and video.rate <= 60
        and abs(video.start_s) < 0.05
        and _silence_after(video, facts.audio) == 0
        and video.width % 2 == video.height % 2 == 0
    )


def ladder(video: VideoFacts, wanted: tuple[int, ...], *, copied: bool) -> tuple[Rung, ...]:
    """H.264 rungs, largest first, none larger than the source. Rung N fits into N lines of 16:9, upright or lying."""
    own = 1.0
    smaller = [(scale, n) for n in sorted(wanted) if (scale := _scale(video, n)) < own]
    made = [_rung(f"{n}p", video, scale, CAPS_BPS[n]) for scale, n in smaller]
    above = own / smaller[-1][0] if smaller else 99.0
    slot = _slot(video)
    if slot is not None and _scale(video, max(wanted)) >= own:
        if copied and made and above < LIKE:
            made.pop()
        if copied or above >= AS_IT_IS:
            made.append(_rung(_own_name(video), video, own, CAPS_BPS[slot], copied=copied))
    return tuple(reversed(made))


def gain(before_lufs: float, before_peak_dbtp: float) -> tuple[float, bool]:
    """How many dB bring it to the target, and whether its peaks must then be held down."""
    if before_lufs < SILENCE_LUFS:
        return 0.0, False
    db = min(TARGET_LUFS - before_lufs, MOST_GAIN_DB)
    return round(db, 2), before_peak_dbtp + db > PEAK_DBTP - HEADROOM_DB


def _picture(video: VideoFacts, facts: Facts, options: Options) -> Picture:
    rungs = ladder(video, options.rungs, copied=options.copy and fits(video, facts))
    copied = any(rung.copied for rung in rungs)
    if options.av1:
        top = next((rung for rung in rungs if not rung.copied), rungs[0])
        rungs = (*rungs, Rung(f"{top.name}-av1", top.width, top.height, int(top.cap_bps * 0.6), codec="av1"))
    rate = None if copied else _rate(video)
    width, height = _even(video.shown_width, video.shown_height, _scale(video, POSTER_BOX))
    from_s = min(0.1 * video.duration_s, 30.0)
    return Picture(
        index=video.index,
        rungs=_threaded(rungs, options.cores),
        rate=rate,
        renumber=facts.broken_timestamps,
        deinterlace=video.interlaced,
        hdr=video.hdr,
        keyframes_from_source=copied,
        hold_s=0.0 if copied else _silence_after(video, facts.audio),
        longest_group=ceil((SEGMENT_S + 1 if copied else KEYFRAME_S) * float(rate or video.rate)) + 1,
        storyboard=_storyboard(video, facts),
        poster=Poster(width, height, from_s, from_s + min(5.0, max(video.duration_s - from_s, 0.1))),
    )


def _threaded(rungs: tuple[Rung, ...], cores: int) -> tuple[Rung, ...]:
    """Half as many threads again as there are cores, shared by size.

    Left to themselves, encoders that work side by side take as many each: about 5 % more CPU on two cores.
    """
    encoded = [rung for rung in rungs if not rung.copied and rung.codec == "h264"]
    pixels = sum(rung.width * rung.height for rung in encoded)
    return tuple(
        replace(rung, threads=max(1, round(1.5 * cores * rung.width * rung.height / pixels)))
        if rung in encoded
        else rung
        for rung in rungs
    )


def _scale(video: VideoFacts, lines: int) -> float:
    long, short = max(video.shown_width, video.shown_height), min(video.shown_width, video.shown_height)
    return min(1.0, lines / short, lines * 16 / 9 / long)


def _slot(video: VideoFacts) -> int | None:
    return next((n for n in sorted(CAPS_BPS) if _scale(video, n) >= 1.0), None)


def _own_name(video: VideoFacts) -> str:
    """1918×1078 is called what everybody calls it, 1080p; 1600×900 is called 900p."""
    lines = max(min(video.shown_width, video.shown_height), round(max(video.shown_width, video.shown_height) * 9 / 16))
    near = min(CAPS_BPS, key=lambda n: abs(n - lines))
    return f"{near if abs(near - lines) <= 0.02 * near else lines}p"


def _rung(name: str, video: VideoFacts, scale: float, cap_bps: int, *, copied: bool = False) -> Rung:
    width, height = _even(video.shown_width, video.shown_height, scale)
    return Rung(name, width, height, cap_bps, copied)


def _even(width: int, height: int, scale: float) -> tuple[int, int]:
    """4:2:0 needs even sizes; the nearest, but never above the source."""
    most_width, most_height = width // 2 * 2, height // 2 * 2
    return (
        max(2, min(most_width, round(width * scale / 2) * 2)),
        max(2, min(most_height, round(height * scale / 2) * 2)),
    )


def _rate(video: VideoFacts) -> Fraction:
    rate = video.rate
    if video.variable_rate:
        return next((usual for usual in (Fraction(30), Fraction(60)) if rate <= usual + 1), Fraction(60))
    while rate > 60:
        rate /= 2
    return rate


def _silence_after(video: VideoFacts, audio: AudioFacts | None) -> float:
    """Seconds that the sound goes on after the last picture; 0 when it is hardly longer."""
    rest = audio.start_s + audio.duration_s - video.start_s - video.duration_s if audio else 0.0
    return rest if rest > 1 else 0.0


def _storyboard(video: VideoFacts, facts: Facts) -> Storyboard:
    every_s = min(max(facts.duration_s / 100, 1.0), 10.0)
    height = max(2, round(THUMBNAIL_WIDTH * video.shown_height / video.shown_width / 2) * 2)
    last_s = video.start_s + video.duration_s + _silence_after(video, facts.audio)
    count = max(1, ceil((last_s - 0.5 / float(video.rate)) / every_s))
    return Storyboard(every_s, THUMBNAIL_WIDTH, min(height, 2 * THUMBNAIL_WIDTH), count)
