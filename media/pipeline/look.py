"""Opens one file with PyAV and prints what is inside as JSON. Run by `probe` in the runner's cage, never imported.

    python -I look.py FILE WHITELIST

It reads every packet once, so that what the index promises is compared with what is there, and decodes a few pictures.
PyAV and the standard library only. It prints {"facts": …} or {"refused": code, "params": {…}}.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
from av.stream import Discard, Disposition

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_TRACKS = 32
MOST_SIDE, MOST_PIXELS = 8192, 8192 * 4352
DECODED = 6  # pictures: enough to see interlacing and colours
TRIED_PACKETS = 240
STANDARD_RATES = [Fraction(n * 1000, 1001) for n in (24, 30, 60, 120)]
STANDARD_RATES += [Fraction(n) for n in (10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 90, 100, 120)]
HDR = {16: "pq", 18: "hlg"}  # ITU-T H.273, transfer characteristics
HONEST = {"mov", "matroska", "avi", "wav", "flac", "asf", "w64"}  # containers that write down how long they are
WINDOW_S = 4
SHORTEST_S = 0.1


class Refusal(Exception):
    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


class Track:
    """What the packets of one track say."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.base = float(stream.time_base or 0)
        self.times: list[float] = []
        self.keys: list[float] = []
        self.per_second: dict[int, int] = defaultdict(int)
        self.last_dts: int | None = None
        self.backwards = self.missing = self.size = 0
        self.open_groups = False
        self.last_length = self.all_lengths = 0.0

    def take(self, packet: Any) -> None:
        self.size += packet.size
        if packet.is_discard:  # decoded, but outside of what the edit list shows
            return
        if packet.pts is None:
            self.missing += 1
            return
        time = packet.pts * self.base
        self.times.append(time)
        self.last_length = (packet.duration or 0) * self.base
        self.all_lengths += self.last_length
        self.per_second[int(time // 1)] += packet.size
        if packet.dts is not None:
            self.backwards += self.last_dts is not None and packet.dts < self.last_dts
            self.last_dts = packet.dts
        if packet.is_keyframe:
            self.keys.append(time)
        elif self.keys and time < self.keys[-1]:
            self.open_groups = True

    def done(self) -> None:
        self.times.sort()

    @property
    def start_s(self) -> float:
        return self.times[0] if self.times else 0.0

    @property
    def length_s(self) -> float:
        return self.times[-1] - self.times[0] + self.last_length if self.times else 0.0

    @property
    def bitrate_bps(self) -> int:
        return int(self.size * 8 / max(self.length_s, 0.1))

    @property
    def peak_bps(self) -> int:
        seconds = sorted(self.per_second)
        sums = [sum(self.per_second.get(s + n, 0) for n in range(WINDOW_S)) for s in seconds]
        return max(self.bitrate_bps, *(int(total * 8 / WINDOW_S) for total in sums)) if sums else self.bitrate_bps

    @property
    def longest_group_s(self) -> float:
        marks = [*self.keys, self.start_s + self.length_s]
        return max((b - a for a, b in pairwise(marks)), default=self.length_s)

    def rate(self) -> tuple[Fraction, bool]:
        """Pictures a second, and whether the distance between them varies."""
        if len(self.times) < 2:
            return Fraction(self.stream.average_rate or 25).limit_denominator(1001), False
        gaps = [b - a for a, b in pairwise(self.times)]
        middle = sorted(gaps)[len(gaps) // 2]
        tick = 1.5 * self.base if self.base < 0.25 * middle else 0.0  # times are rounded to ticks
        like = [gap for gap in gaps if abs(gap - middle) <= max(0.2 * middle, tick, 0.0015)]
        varies = len(gaps) - len(like) > max(1, len(gaps) * 0.01)
        per_second = 1 / (sum(gaps) / len(gaps) if varies else sum(like) / len(like) or 1.0)
        near = min(STANDARD_RATES, key=lambda r: abs(float(r) - per_second))
        named = self.stream.average_rate
        if named and abs(float(named) - per_second) < 0.005 * per_second:
            near = Fraction(named)
        if abs(float(near) - per_second) < 0.005 * per_second:
            return near.limit_denominator(1001), varies
        return Fraction(per_second).limit_denominator(1001) or Fraction(1), varies


def choose(container: Any) -> tuple[Any, Any]:
    """The picture and the sound to use: the marked default, else the first that can be."""
    if len(container.streams) > MOST_TRACKS:
        raise Refusal("media.too_many_tracks", count=len(container.streams), most=MOST_TRACKS)
    pictures = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    for stream in container.streams.video:
        context = stream.codec_context
        width, height = (context.width, context.height) if context else (0, 0)
        if max(width, height) > MOST_SIDE or width * height > MOST_PIXELS:
            raise Refusal("media.picture_too_large", width=width, height=height)
    video, audio = first(pictures), first(list(container.streams.audio))
    if video is None and audio is None:
        raise Refusal("media.nothing_inside")
    return video, audio


def first(streams: list[Any]) -> Any:
    return next((s for s in streams if s.disposition & Disposition.default), next(iter(streams), None))


def opened(path: str, options: dict[str, str]) -> Any:
    """Titles and the like may be in any encoding, GBK in many an old AVI; nobody reads them here."""
    return av.open(path, options=options, metadata_errors="replace")


def packets(container: Any, chosen: Any) -> Iterator[Any]:
    """All packets of the tracks that were chosen."""
    try:
        yield from container.demux(chosen)
    except IndexError:
        # PyAV at the end of a file in which a track appeared on the way: everything was read by then.
        return


def try_to_decode(path: str, options: dict[str, str], index: int) -> Any:
    """The first pictures or sounds of a track. Refuses when nothing comes out."""
    frames: list[Any] = []
    with opened(path, options) as container:
        stream = container.streams[index]
        name = stream.codec_context.name if stream.codec_context else "?"
        if stream.codec_context is None:
            raise Refusal("media.unknown_coding", codec=name)
        stream.codec_context.thread_count = 1
        try:
            for tried, packet in enumerate(packets(container, stream)):
                try:
                    frames += packet.decode()
                except av.error.InvalidDataError:
                    frames += []  # one bad packet; the next may be good
                if len(frames) >= DECODED or tried > TRIED_PACKETS:
                    break
        except (av.error.FFmpegError, MemoryError) as error:
            raise Refusal("media.unknown_coding", codec=name) from error
    if not frames:
        raise Refusal("media.unknown_coding", codec=name)
    return frames


def picture(track: Track, frames: list[Any]) -> dict[str, Any]:
    stream, frame = track.stream, frames[0]
    if max(frame.width, frame.height) > MOST_SIDE or frame.width * frame.height > MOST_PIXELS:
        raise Refusal("media.picture_too_large", width=frame.width, height=frame.height)
    if min(frame.width, frame.height) < 16:
        raise Refusal("media.nothing_inside")
    shape = stream.codec_context.sample_aspect_ratio or Fraction(1)
    shape = Fraction(shape) if Fraction(1, 4) <= shape <= 4 else Fraction(1)
    width, height = round(frame.width * shape), frame.height
    rotation = round(frame.rotation / 90) * 90 % 360
    if rotation % 180:
        width, height = height, width
    rate, varies = track.rate()
    return {
        "index": stream.index, "codec": stream.codec_context.name, "profile": stream.profile or "",
        "pix_fmt": frame.format.name, "width": frame.width, "height": frame.height,
        "shown_width": width, "shown_height": height, "rotation": rotation, "rate": str(rate), "variable_rate": varies,
        "interlaced": any(f.interlaced_frame for f in frames), "hdr": HDR.get(int(frame.color_trc), ""),
        "start_s": track.start_s, "duration_s": track.length_s, "bitrate_bps": track.bitrate_bps,
        "peak_bps": track.peak_bps, "square_pixels": shape == 1, "closed_groups": not track.open_groups,
        "longest_group_s": track.longest_group_s,
    }  # fmt: skip


def sound(track: Track, frames: list[Any]) -> dict[str, Any]:
    frame = frames[0]
    return {
        "index": track.stream.index, "codec": track.stream.codec_context.name, "rate_hz": frame.sample_rate,
        "channels": frame.layout.nb_channels, "start_s": track.start_s, "duration_s": track.length_s,
        "bitrate_bps": track.bitrate_bps,
    }  # fmt: skip


def look(path: str, whitelist: str) -> dict[str, Any]:
    options = {"protocol_whitelist": "file", "format_whitelist": whitelist}
    with opened(path, options) as container:
        name = container.format.name.split(",")[0]
        chosen = [s for s in choose(container) if s is not None]
        promised_s = (container.duration or 0) / 1e6
        tracks = {s.index: Track(s) for s in chosen}
        for stream in container.streams:
            if stream.index not in tracks:
                stream.discard = Discard.all
        cut = False
        try:
            for packet in packets(container, chosen):
                if packet.size:
                    tracks[packet.stream_index].take(packet)
        except av.error.FFmpegError:
            cut = True
        for track in tracks.values():
            track.done()
        video = next((t for t in tracks.values() if t.stream.type == "video"), None)
        audio = next((t for t in tracks.values() if t.stream.type == "audio"), None)
        filled = [t for t in tracks.values() if t.times]
        if not filled:
            raise Refusal("media.cut_off")
        begin = min(t.start_s for t in filled)
        end = max(t.start_s + t.length_s for t in filled)
        if (
            cut
            or end - begin < SHORTEST_S
            or (name in HONEST and promised_s - (end - begin) > max(1.0, 0.1 * promised_s))
        ):
            raise Refusal("media.cut_off")
        rate = float(video.rate()[0]) if video else 0.0
        counted_s = (len(video.times) + video.missing) / max(rate, 1.0) if video else 0.0
        heard_s = audio.all_lengths or audio.length_s if audio else 0.0
        broken = (
            any(t.missing or t.backwards for t in tracks.values()) or end - begin > 3 * max(counted_s, heard_s) + 10
        )
        duration_s = max(counted_s, heard_s) if broken else end - begin
        facts: dict[str, Any] = {
            "container": name, "size_bytes": Path(path).stat().st_size, "duration_s": duration_s,
            "tracks": len(container.streams), "broken_timestamps": bool(broken), "video": None, "audio": None,
        }  # fmt: skip
        if video and video.times:
            facts["video"] = picture(video, try_to_decode(path, options, video.stream.index))
        if audio and audio.times:
            facts["audio"] = sound(audio, try_to_decode(path, options, audio.stream.index))
        for found in filter(None, (facts["video"], facts["audio"])):
            found["start_s"] = 0.0 if broken else round(found["start_s"] - begin, 6)
            found["duration_s"] = min(found["duration_s"], duration_s)
        return facts


def main() -> None:
    try:
        said: dict[str, Any] = {"facts": look(sys.argv[1], sys.argv[2])}
    except Refusal as refusal:
        said = {"refused": refusal.code, "params": refusal.params}
    except av.error.FFmpegError as error:
        said = {"refused": "", "params": {"said": str(error)[:200]}}
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main()
