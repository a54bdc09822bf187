"""What goes into the pipeline and what comes out: plain values, no I/O."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

Kind = Literal["master", "playlist", "init", "segment", "poster", "storyboard", "storyboard_map", "peaks", "download"]


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """The picture track that will be used. `width`, `height` as coded; `shown_*` after pixel shape and rotation."""

    index: int
    codec: str
    profile: str
    pix_fmt: str
    width: int
    height: int
    shown_width: int
    shown_height: int
    rotation: int  # degrees, 0 90 180 270
    rate: Fraction  # pictures a second
    variable_rate: bool
    interlaced: bool
    hdr: str  # "", "pq" or "hlg"
    start_s: float
    duration_s: float
    bitrate_bps: int
    peak_bps: int  # the busiest four seconds
    square_pixels: bool
    closed_groups: bool  # nothing after a keyframe is shown before it
    longest_group_s: float  # from keyframe to keyframe


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """The sound track that will be used."""

    index: int
    codec: str
    rate_hz: int
    channels: int
    start_s: float
    duration_s: float
    bitrate_bps: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What `probe` found. At least one of `video` and `audio` is there."""

    container: str  # the demuxer's short name: mov, matroska, mp3, …
    size_bytes: int
    duration_s: float
    video: VideoFacts | None
    audio: AudioFacts | None
    tracks: int
    broken_timestamps: bool


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller may choose."""

    rungs: tuple[int, ...] = (360, 480, 720, 1080)
    download: bool = False  # also one MP4
    av1: bool = False  # also one AV1 rung
    copy: bool = True  # take over a source that fits, instead of encoding it
    name: str = ""  # the name the file came with; its ending is compared with what is inside
    preset: str = "veryfast"
    most_hours: float = 12
    most_memory_bytes: int = 6 << 30
    most_output_bytes: int = 100 << 30
    slowest: float = 30  # wall time allowed, in durations of the source; never less than ten minutes
    nice: int = 10
    cores: int = field(default_factory=lambda: os.cpu_count() or 1)  # to be kept busy


@dataclass(frozen=True, slots=True)
class Made:
    """One file. `name` is relative to the folder it was made in, with `/`; `bitrate_bps` is the busiest segment's."""

    kind: Kind
    name: str
    bytes: int
    rung: str = ""  # "1080p", "sound", … for playlist, init, segment
    width: int = 0
    height: int = 0
    bitrate_bps: int = 0
    codecs: str = ""  # RFC 6381
    copied: bool = False  # taken over from the source, not encoded


@dataclass(frozen=True, slots=True)
class Loudness:
    """EBU R 128. `before` is measured; `gain_db` was applied, then peaks were limited if `limited`."""

    before_lufs: float
    before_peak_dbtp: float
    gain_db: float
    limited: bool


@dataclass(frozen=True, slots=True)
class Result:
    """All files made so far. `complete` is false in what `playable` gets: more segments will follow."""

    files: tuple[Made, ...]
    duration_s: float
    loudness: Loudness | None
    facts: Facts
    complete: bool

    @property
    def master(self) -> str:
        """The playlist to open in a player."""
        return next(file.name for file in self.files if file.kind == "master")

    def of(self, *kinds: Kind) -> tuple[Made, ...]:
        return tuple(file for file in self.files if file.kind in kinds)
