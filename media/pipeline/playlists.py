"""HLS playlists, storyboard maps, peaks: texts made and read. Pure."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from media.pipeline.plan import SHEET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from media.pipeline.plan import Storyboard
    from media.pipeline.shapes import Made

PEAKS_A_SECOND = 20
MOST_PEAKS = 20_000
_SEGMENT = re.compile(r"#EXTINF:([\d.]+),[^\n]*\n([^#\n]+)")


def segments(text: str) -> list[tuple[str, float]]:
    """Name and seconds of each segment that a media playlist lists."""
    return [(name.strip(), float(seconds)) for seconds, name in _SEGMENT.findall(text)]


def is_ended(text: str) -> bool:
    return "#EXT-X-ENDLIST" in text


def finished(text: str) -> str:
    """A growing playlist's last form: nothing will be added."""
    return text.replace("#EXT-X-PLAYLIST-TYPE:EVENT", "#EXT-X-PLAYLIST-TYPE:VOD")


def master(
    pictures: Sequence[Made], sound: Made | None, *, complete: bool, mean_bps: dict[str, int], rate: float
) -> str:
    """The playlist that lists the rungs, smallest first, so that a player begins at once. RFC 8216, 4.3.4."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    if not complete:
        lines.append("#EXT-X-START:TIME-OFFSET=0,PRECISE=YES")  # a growing list would else begin at its end
    group = ""
    if sound and pictures:
        lines.append(
            f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="sound",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="{sound.name}"'
        )
        group = ',AUDIO="sound"'
    for made in pictures or [made for made in (sound,) if made]:
        peak = made.bitrate_bps + (sound.bitrate_bps if sound and pictures else 0)
        mean = mean_bps.get(made.rung, 0) + (mean_bps.get(sound.rung, 0) if sound and pictures else 0)
        codecs = ",".join([made.codecs, *([sound.codecs] if sound and pictures else [])])
        line = f"#EXT-X-STREAM-INF:BANDWIDTH={peak}"
        line += f",AVERAGE-BANDWIDTH={mean}" if mean else ""
        line += f',CODECS="{codecs}"'
        line += f",RESOLUTION={made.width}x{made.height},FRAME-RATE={rate:.3f}" if made.width else ""
        lines += [line + group, made.name]
    return "\n".join([*lines, ""])


def codecs(init: bytes) -> str:
    """The codec of a one-track initialisation segment as RFC 6381 writes it; "" when it is none of ours."""
    if (at := init.find(b"avcC")) > 0:
        return f"avc1.{init[at + 5 : at + 8].hex()}"
    if (at := init.find(b"av1C")) > 0:
        profile, level = init[at + 5] >> 5, init[at + 5] & 31
        high, ten = init[at + 6] >> 6 & 1, "10" if init[at + 6] >> 6 & 1 else "08"
        return f"av01.{profile}.{level:02d}{'H' if init[at + 6] >> 7 else 'M'}.{ten if high else '08'}"
    return "mp4a.40.2" if b"mp4a" in init else ""


def storyboard(board: Storyboard, duration_s: float, sheets: int) -> str:
    """WebVTT that says for each stretch of time which part of which sheet shows it."""
    cues = ["WEBVTT", ""]
    shown = min(board.count, sheets * SHEET * SHEET)
    for n in range(shown):
        begin, end = n * board.every_s, (n + 1) * board.every_s if n + 1 < shown else max(duration_s, n * board.every_s)
        sheet, at = divmod(n, SHEET * SHEET)
        row, column = divmod(at, SHEET)
        x, y = column * board.width, row * board.height
        cues += [
            f"{_clock(begin)} --> {_clock(end)}",
            f"storyboard-{sheet + 1:03d}.jpg#xywh={x},{y},{board.width},{board.height}",
            "",
        ]
    return "\n".join(cues)


def peaks(samples: memoryview, rate_hz: int) -> str:
    """Lowest and highest of each stretch, as audiowaveform writes them (version 2), for wavesurfer and others."""
    each = max(rate_hz // PEAKS_A_SECOND, -(-len(samples) // MOST_PEAKS), 1)
    data: list[int] = []
    for at in range(0, len(samples), each):
        part = samples[at : at + each]
        data += (min(part), max(part))
    said = {
        "version": 2, "channels": 1, "sample_rate": rate_hz, "samples_per_pixel": each, "bits": 8,
        "length": len(data) // 2, "data": data,
    }  # fmt: skip
    return json.dumps(said, separators=(",", ":"))


def _clock(seconds: float) -> str:
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}.{ms % 1000:03d}"
