"""Plans as argument lists for ffmpeg, built with ffmpeg-python. Pure: nothing is run here.

Outputs have names relative to the folder the program is started in; `SOUND` and rungs' names are folders.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import ffmpeg

from media.pipeline import containers
from media.pipeline.plan import HEADROOM_DB, KEYFRAME_S, PEAK_DBTP, SEGMENT_S, SHEET, SOUND_BPS

if TYPE_CHECKING:
    from pathlib import Path

    from media.pipeline.plan import Picture, Plan, Rung, Sound
    from media.pipeline.shapes import Loudness

SOUND = "sound"
PEAKS_RATE_HZ = 8000
RAW_PEAKS = "peaks.s8"
# ffmpeg says nothing of its progress before each output has begun: these begin with the first picture, and `stills`
# makes a poster and sheets of them when all is over.
RAW_THUMBNAILS, CANDIDATES = "thumbnails.yuv", "candidate-%02d.jpg"
MOST_PIXELS = 8192 * 4352
# All tracks begin at this time. Encoded pictures with B-frames start decoding earlier than they are shown, copied ones
# perhaps not: from a second on no muxer must move one of them, so rungs agree and players may change between them.
BEGIN_S = 1
CRF, AV1_CRF, AV1_PRESET = 23, 38, 10
STILL = {"f": "image2", "c:v": "mjpeg", "pix_fmt": "yuvj420p", "fps_mode": "passthrough"}
TRANSFERS = {"pq": "smpte2084", "hlg": "arib-std-b67"}
TO_SDR = (
    ("format", {"pix_fmts": "gbrpf32le"}),
    ("zscale", {"p": "bt709"}),
    ("tonemap", {"tonemap": "hable", "desat": 0}),
    ("zscale", {"t": "bt709", "m": "bt709", "r": "tv"}),
)


def measure(plan: Plan, sound: Sound, source: Path, program: str, loudness: Loudness | None = None) -> list[str]:
    """Reads the sound once; its loudness, after what `loudness` asks for, is the end of what the program says."""
    heard = _heard(_input(plan, source), sound, loudness).filter("ebur128", peak="true", framelog="quiet")
    return _arguments(program, ffmpeg.output(heard, "-", f="null"), "info")


def encode(plan: Plan, source: Path, program: str, loudness: Loudness | None) -> list[str]:
    """One process: reads and decodes once, scales in a chain, feeds every output."""
    opened = _input(plan, source)
    outputs: list[Any] = []
    if plan.picture:
        outputs += _pictures(plan.picture, opened, plan.preset)
    if plan.sound:
        outputs += _sounds(plan.sound, opened, loudness)
    return _arguments(program, ffmpeg.merge_outputs(*outputs), "warning")


def stills(picture: Picture, candidates: int, program: str) -> list[str]:
    """Poster and storyboard, of what `encode` put aside. The poster is the most usual: no black, no flash."""
    board = picture.storyboard
    first = 2 if candidates > 1 else 1
    jpegs = ffmpeg.input(CANDIDATES, f="image2", start_number=first, protocol_whitelist="file")
    poster = jpegs.video.filter("thumbnail", max(2, candidates - 1))
    raw = ffmpeg.input(
        RAW_THUMBNAILS, f="rawvideo", pix_fmt="yuv420p", s=f"{board.width}x{board.height}", protocol_whitelist="file"
    )
    sheets = raw.video.filter("tile", f"{SHEET}x{SHEET}")
    outputs = [
        ffmpeg.output(poster, "poster.jpg", update=1, **{**STILL, "frames:v": 1, "q:v": 3}),
        ffmpeg.output(sheets, "storyboard-%03d.jpg", **{**STILL, "q:v": 5}),
    ]
    return _arguments(program, ffmpeg.merge_outputs(*outputs), "warning")


def join(parts: list[str], to: str, program: str) -> list[str]:
    """One MP4 of finished tracks, for download; its index comes first so that it also plays while it loads."""
    opened = [ffmpeg.input(part, f="mov", protocol_whitelist="file") for part in parts]
    out = ffmpeg.output(*opened, to, c="copy", f="mp4", movflags="+faststart")
    return _arguments(program, out, "warning")


def _arguments(program: str, outputs: Any, level: str) -> list[str]:
    words = outputs.global_args("-hide_banner", "-nostdin", "-nostats", "-loglevel", level, "-progress", "pipe:1")
    return [program, *ffmpeg.get_args(words.overwrite_output())]


def _input(plan: Plan, source: Path) -> Any:
    return ffmpeg.input(
        f"file:{source}",
        f=plan.demuxer,
        protocol_whitelist="file,pipe",
        format_whitelist=containers.WHITELIST,
        max_pixels=MOST_PIXELS,
        fflags="+genpts",
    )


def _pictures(picture: Picture, opened: Any, preset: str) -> list[Any]:
    """A chain from large to small; at each size hang the outputs that want it, the stills where they cost least."""
    track = opened[str(picture.index)]
    copies = [_hls(track, rung.name, {"c:v": "copy"}) for rung in picture.rungs if rung.copied]
    outputs: list[Any] = []
    stills: list[Any] = []
    sizes: dict[tuple[int, int], list[partial[Any]]] = {}
    for rung in picture.rungs:
        if not rung.copied:
            sizes.setdefault((rung.width, rung.height), []).append(partial(_encoded, rung, picture, preset))
    stages = sorted(sizes.items(), reverse=True)
    stages = stages or [((picture.poster.width, picture.poster.height), [])]
    large_enough = [hanging for (width, _), hanging in stages if width >= picture.poster.width]
    (large_enough or [stages[0][1]])[-1].append(partial(_candidates, picture))
    stages[-1][1].append(partial(_thumbnails, picture))
    flow = _clean(track, picture)
    for n, ((width, height), hanging) in enumerate(stages):
        flow = flow.filter("scale", width, height)
        if n == 0:
            flow = _colours(flow, picture)
        ways = len(hanging) + (n < len(stages) - 1)
        split = flow.filter_multi_output("split", ways) if ways > 1 else None
        for at, make in enumerate(hanging):
            made = make(split.stream(at) if split else flow)
            (stills if make.func in {_candidates, _thumbnails} else outputs).append(made)
        flow = split.stream(ways - 1) if split else flow
    # ffmpeg reports its progress by the first picture output: not one that is far ahead, nor one of few pictures.
    return [*outputs[::-1], *copies, *stills]


def _clean(track: Any, picture: Picture) -> Any:
    """Whole pictures at even times from zero."""
    if picture.deinterlace:
        track = track.filter("bwdif", mode="send_frame", deint="interlaced")
    if picture.renumber:
        track = track.filter("setpts", f"N/({picture.rate}*TB)")
    if picture.rate is not None:
        track = track.filter("fps", fps=str(picture.rate), start_time=0)
    if picture.hold_s:
        track = track.filter("tpad", stop_mode="clone", stop_duration=round(picture.hold_s, 3))
    return track


def _colours(flow: Any, picture: Picture) -> Any:
    if picture.hdr:
        # Said aloud: files often leave some of this out, and zscale then gives up.
        known = {"tin": TRANSFERS[picture.hdr], "pin": "bt2020", "min": "bt2020nc", "rin": "tv"}
        flow = flow.filter("zscale", **known, t="linear", npl=100)
        for name, options in TO_SDR:
            flow = flow.filter(name, **options)
    return flow.filter("format", pix_fmts="yuv420p").filter("setsar", 1)


def _encoded(rung: Rung, picture: Picture, preset: str, flow: Any) -> Any:
    times = "source" if picture.keyframes_from_source else f"expr:gte(t,n_forced*{KEYFRAME_S})"
    common = {"force_key_frames": times, "g": picture.longest_group, "pix_fmt": "yuv420p", "fps_mode": "passthrough"}
    if rung.codec == "av1":
        tuned = f"mbr={rung.cap_bps // 1000}:keyint={picture.longest_group}:scd=0:enable-force-key-frames=1"
        return _hls(flow, rung.name, {
            **common, "c:v": "libsvtav1", "crf": AV1_CRF, "preset": AV1_PRESET, "svtav1-params": tuned,
        })  # fmt: skip
    return _hls(flow, rung.name, {
        **common, "c:v": "libx264", "preset": preset, "profile:v": "high", "crf": CRF,
        "maxrate": rung.cap_bps, "bufsize": 2 * rung.cap_bps, "sc_threshold": 0, "forced-idr": 1,
        "threads": rung.threads,
    })  # fmt: skip


def _hls(flow: Any, folder: str, options: dict[str, Any]) -> Any:
    return ffmpeg.output(
        flow,
        f"{folder}/index.m3u8",
        **options,
        f="hls",
        hls_time=SEGMENT_S,
        hls_playlist_type="event",
        hls_segment_type="fmp4",
        hls_flags="independent_segments+temp_file",
        hls_fmp4_init_filename="init.mp4",
        hls_segment_filename=f"{folder}/%05d.m4s",
        hls_segment_options="movflags=+frag_discont",
        output_ts_offset=BEGIN_S,
        map_metadata=-1,
        map_chapters=-1,
    )


def _candidates(picture: Picture, flow: Any) -> Any:
    """The first picture and ten from a little later, of which `stills` picks the poster."""
    want = picture.poster
    step = (want.until_s - want.from_s) / 10
    later = f"between(t,{want.from_s:.3f},{want.until_s:.3f})*gte(t,{want.from_s:.3f}+(selected_n-1)*{step:.4f})"
    chosen = flow.filter("select", f"eq(n,0)+gt(n,0)*{later}").filter("scale", want.width, want.height)
    return ffmpeg.output(chosen, CANDIDATES, **{**STILL, "q:v": 2})


def _thumbnails(picture: Picture, flow: Any) -> Any:
    board = picture.storyboard
    small = flow.filter("select", f"gte(t,selected_n*{board.every_s:.4f})").filter("scale", board.width, board.height)
    return ffmpeg.output(small, RAW_THUMBNAILS, f="rawvideo", pix_fmt="yuv420p", fps_mode="passthrough")


def _stereo(track: Any) -> Any:
    """Both passes hear the same: stereo, 48 kHz, from the source's first moment, gaps filled."""
    track = track.filter("aresample", 48000, **{"async": 1, "first_pts": 0})
    return track.filter("aformat", sample_fmts="fltp", channel_layouts="stereo")


def _heard(opened: Any, sound: Sound, loudness: Loudness | None) -> Any:
    track = opened[str(sound.index)]
    if sound.renumber:
        track = track.filter("asetpts", "N/SR/TB")
    heard = _stereo(track)
    if loudness and loudness.gain_db:
        heard = heard.filter("volume", f"{loudness.gain_db}dB")
    if loudness and loudness.limited:
        # Peaks between samples are seen at four times the rate.
        ceiling = round(10 ** ((PEAK_DBTP - HEADROOM_DB) / 20), 4)
        heard = heard.filter("aresample", 192000)
        heard = heard.filter("alimiter", limit=ceiling, attack=3, release=60, level=0, latency=1)
        heard = heard.filter("aresample", 48000)
    return heard


def _sounds(sound: Sound, opened: Any, loudness: Loudness | None) -> list[Any]:
    ways = _heard(opened, sound, loudness).filter_multi_output("asplit", 2)
    peaks = ffmpeg.output(ways.stream(1), RAW_PEAKS, f="s8", **{"c:a": "pcm_s8", "ar": PEAKS_RATE_HZ, "ac": 1})
    return [_hls(ways.stream(0), SOUND, {"c:a": "aac", "b:a": SOUND_BPS, "ar": 48000, "ac": 2}), peaks]
