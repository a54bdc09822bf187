"""Real clips through the real ffmpeg, judged by PyAV, hls-parser and ffmpeg's own meters."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import av
import pytest

from media.pipeline import Options, transcode
from tests.media.pipeline.conftest import Made, hls_parser, keyframes, make, run_ffmpeg, seconds_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from media.pipeline import Result

    Clip = Callable[..., Path]

FITTING = ("-g", "60", "-b:v", "1M", "-maxrate", "1.2M", "-bufsize", "1M", "-bf", "2", "-preset", "veryfast")


@pytest.fixture(scope="module")
def lecture(clip: Clip, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Nine seconds, 720 lines, keyframes too rare to be taken over."""
    source = clip("lecture.mp4", "-g", "300", size="1280x720", seconds=9)
    return make(source, tmp_path_factory.mktemp("lecture"), download=True)


@pytest.fixture(scope="module")
def copied(clip: Clip, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The same with regular keyframes and a bitrate below the cap."""
    return make(clip("fits.mp4", *FITTING, size="1280x720", seconds=9), tmp_path_factory.mktemp("copied"))


def loudness_of(path: Path) -> tuple[float, float]:
    said = run_ffmpeg("-i", path, "-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-").rpartition("Summary:")[
        2
    ]
    found = re.search(r"I:\s+(\S+) LUFS.*Peak:\s+(\S+) dBFS", said, re.DOTALL)
    assert found
    return float(found[1]), float(found[2])


def brightness(path: Path, at: str = "0") -> float:
    said = run_ffmpeg("-ss", at, "-i", path, "-frames:v", "1", "-vf", "signalstats,metadata=print", "-f", "null", "-")
    return float(said.partition("YAVG=")[2].split()[0])


def test_keyframes_are_at_equal_times_in_all_rungs(lecture: Made) -> None:
    times = [keyframes(path) for path in lecture.pictures()]
    assert len(times) == 3
    assert times[0] == times[1] == times[2]
    assert [round(b - a, 3) for a, b in pairwise(times[0])] == [2.0] * 4


def test_keyframes_also_agree_with_a_rung_that_was_taken_over(copied: Made) -> None:
    times = [keyframes(path) for path in copied.pictures()]
    assert [file.copied for file in copied.result.of("playlist") if file.width] == [False, False, True]
    assert times[0] == times[1] == times[2]


def test_a_rung_that_was_taken_over_is_the_source_bit_for_bit(copied: Made, clip: Clip) -> None:
    def packets(path: Path) -> list[bytes]:
        with av.open(str(path)) as opened:
            return [bytes(packet) for packet in opened.demux(opened.streams.video[0]) if packet.size]

    source = packets(clip("fits.mp4", *FITTING, size="1280x720", seconds=9))
    assert packets(copied.into / "720p/index.m3u8") == source


def test_hls_parser_reads_every_playlist(lecture: Made) -> None:
    master, *lists = hls_parser(lecture.into / "master.m3u8", *lecture.lists())
    assert master["independentSegments"]
    assert [v["uri"] for v in master["variants"]] == ["360p/index.m3u8", "480p/index.m3u8", "720p/index.m3u8"]
    assert {v["audio"][0]["groupId"] for v in master["variants"]} == {"sound"}
    for variant in master["variants"]:
        assert variant["frameRate"] == 30
        assert re.fullmatch(r"avc1\.(42c0|6400)[0-9a-f]{2},mp4a\.40\.2", variant["codecs"])
        assert variant["averageBandwidth"] <= variant["bandwidth"]
    for found in lists:
        assert found["type"] == "VOD"
        assert found["endlist"]
        assert [round(part["duration"], 1) for part in found["segments"]] == [4.0, 4.0, 1.0]
        assert {part["map"] for part in found["segments"]} == {"init.mp4"}


def test_what_a_rung_needs_is_said_and_kept(lecture: Made) -> None:
    """No segment is above the bandwidth its variant promises, sound included."""
    text = (lecture.into / "master.m3u8").read_text()
    promised = {name: int(bits) for bits, name in re.findall(r"BANDWIDTH=(\d+),.*\n(\S+)", text)}
    sound = max(file.bytes for file in lecture.result.of("segment") if file.rung == "sound" and file.bytes > 20_000)
    for file in lecture.result.of("segment"):
        if file.rung != "sound" and file.name.endswith(("00000.m4s", "00001.m4s")):
            assert (file.bytes + sound) * 8 / 4 <= promised[f"{file.rung}/index.m3u8"] * 1.02


def test_the_result_lists_exactly_what_lies_there(lecture: Made) -> None:
    there = {
        str(path.relative_to(lecture.into)): path.stat().st_size for path in lecture.into.rglob("*") if path.is_file()
    }
    assert {file.name: file.bytes for file in lecture.result.files} == there
    assert lecture.result.complete
    assert lecture.result.master == "master.m3u8"


def test_it_can_be_played_while_the_rest_is_made(clip: Clip, tmp_path: Path) -> None:
    seen: list[tuple[bool, list[dict[str, Any]]]] = []

    def playable(result: Result) -> None:
        paths = [tmp_path / file.name for file in result.files if file.kind in {"master", "playlist"}]
        seen.append((result.complete, hls_parser(*paths)))

    result = transcode(
        clip("longer.mp4", "-g", "900", seconds=24),
        tmp_path,
        options=Options(preset="slow", nice=0),
        progress=lambda *_: None,
        cancelled=lambda: False,
        playable=playable,
    )
    complete, (master, *lists) = seen[0]
    assert not complete
    assert len(master["variants"]) == 1
    for found in lists:
        assert (found["type"], found["endlist"]) == ("EVENT", False)
        assert 2 <= len(found["segments"]) < 6
    assert "TIME-OFFSET=0" not in (tmp_path / result.master).read_text()


def test_a_clip_too_short_to_be_watched_meanwhile_is_told_once_before_it_is_complete(lecture: Made) -> None:
    assert lecture.told
    assert not any(result.complete for result in lecture.told)
    final = {file.name for file in lecture.result.files}
    assert all({file.name for file in result.files} <= final for result in lecture.told)


def test_progress_only_grows_and_ends_at_one(lecture: Made) -> None:
    shares = [share for share, _ in lecture.steps]
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert shares[-1] == 1.0
    assert [what for n, (_, what) in enumerate(lecture.steps) if n == 0 or lecture.steps[n - 1][1] != what] == [
        "measuring", "encoding", "finishing",
    ]  # fmt: skip


def test_speech_is_as_loud_as_promised(clip: Clip, tmp_path: Path) -> None:
    for name, change in (("quiet", "volume=-18dB"), ("loud", "volume=9dB")):
        made = make(clip(f"{name}.wav", "-af", change, picture=False, seconds=6), tmp_path / name)
        lufs, peak = loudness_of(made.into / "sound/index.m3u8")
        assert abs(lufs - -16) <= 0.7
        assert peak <= -1.5
        assert made.result.loudness


def test_peaks_are_held_down_where_the_gain_would_raise_them(clip: Clip, tmp_path: Path) -> None:
    """Quiet speech with loud clicks: louder, but the clicks stay below the limit."""
    clicks = "volume=-20dB,volume='if(lt(mod(t,1),0.003),12,1)':eval=frame"
    made = make(clip("clicks.wav", "-af", clicks, picture=False, seconds=6), tmp_path / "made")
    lufs, peak = loudness_of(made.into / "sound/index.m3u8")
    assert made.result.loudness
    assert made.result.loudness.limited
    assert peak <= -1.5
    assert abs(lufs - -16) <= 1.5


def test_silence_stays_silent(tmp_path: Path) -> None:
    run_ffmpeg("-f", "lavfi", "-i", "anullsrc=d=3", tmp_path / "nothing.wav")
    made = make(tmp_path / "nothing.wav", tmp_path / "made")
    assert made.result.loudness
    assert made.result.loudness.gain_db == 0


def test_sound_alone_works(clip: Clip, tmp_path: Path) -> None:
    made = make(clip("talk.mp3", picture=False, seconds=6), tmp_path / "made", download=True)
    master, sound = hls_parser(made.into / "master.m3u8", *made.lists())
    assert [(v["uri"], v["codecs"]) for v in master["variants"]] == [("sound/index.m3u8", "mp4a.40.2")]
    assert sum(part["duration"] for part in sound["segments"]) == pytest.approx(6.0, abs=0.1)
    assert {file.kind for file in made.result.files} == {"master", "playlist", "init", "segment", "peaks", "download"}


def test_a_picture_without_sound_works(clip: Clip, tmp_path: Path) -> None:
    made = make(clip("mute.mp4", sound=False), tmp_path / "made")
    master, *_ = hls_parser(made.into / "master.m3u8", *made.lists())
    assert master["variants"][0]["audio"] == []
    assert made.result.loudness is None
    assert not made.result.of("peaks")


def test_peaks_show_where_somebody_speaks(lecture: Made) -> None:
    peaks = json.loads((lecture.into / "peaks.json").read_text())
    heights = peaks["data"][1::2]
    assert peaks["length"] == len(heights) == pytest.approx(9 * 20, abs=3)
    assert max(heights) > 25
    assert min(heights) <= 2  # the pauses


def test_every_cue_of_the_storyboard_leads_to_a_picture(lecture: Made) -> None:
    text = (lecture.into / "storyboard.vtt").read_text()
    cues = re.findall(r"(\S+) --> (\S+)\n(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)\n", text)
    assert text.startswith("WEBVTT\n\n")
    assert len(cues) == 9
    assert all(end == begin for (_, end, *_), (begin, *_) in pairwise(cues))
    sheet = lecture.result.of("storyboard")[0]
    for _, _, name, x, y, width, height in cues:
        assert name == sheet.name
        assert int(x) + int(width) <= sheet.width
        assert int(y) + int(height) <= sheet.height
    with av.open(str(lecture.into / sheet.name)) as opened:
        frame = next(opened.decode(video=0))
        assert (frame.width, frame.height) == (sheet.width, sheet.height)
        picture = frame.to_image()
    for _, _, _, x, y, width, height in cues:
        part = picture.crop((int(x), int(y), int(x) + int(width), int(y) + int(height)))
        assert max(high for _, high in part.getextrema()) > 100  # not the black of an empty place


def test_the_poster_is_a_picture_of_the_beginning(lecture: Made) -> None:
    poster = lecture.result.of("poster")[0]
    with av.open(str(lecture.into / poster.name)) as opened:
        frame = next(opened.decode(video=0))
        assert (frame.width, frame.height) == (poster.width, poster.height) == (1280, 720)


def test_the_download_is_one_file_that_plays_from_its_beginning(lecture: Made) -> None:
    path = lecture.into / "download.mp4"
    start = path.read_bytes()[:4096]
    assert start.find(b"moov") < 64  # the index comes first
    with av.open(str(path)) as opened:
        assert {stream.type for stream in opened.streams} == {"video", "audio"}
        assert opened.streams.video[0].codec_context.height == 720
        assert opened.duration is not None
        assert opened.duration / 1e6 == pytest.approx(9.0, abs=0.1)


@pytest.mark.parametrize(
    ("name", "how", "options", "size"),
    [
        ("upright.mp4", {"size": "406x720"}, (), (360, 638)),
        ("odd.mkv", {"size": "641x361"}, ("-pix_fmt", "yuv444p"), (640, 360)),
        ("anamorphic.mp4", {"size": "360x288"}, ("-vf", "setsar=16/15"), (384, 288)),
        ("ten-bit.mkv", {}, ("-pix_fmt", "yuv420p10le"), (640, 360)),
        ("ntsc.mp4", {"rate": "30000/1001"}, (), (640, 360)),
        ("screen.webm", {"rate": "30"}, ("-c:v", "libvpx", "-c:a", "libopus", "-deadline", "realtime"), (640, 360)),
        ("old.avi", {}, ("-c:v", "mpeg4", "-c:a", "libmp3lame"), (640, 360)),
        ("camera.ts", {}, ("-g", "60"), (640, 360)),
    ],
)
def test_whatever_people_bring_comes_out_even_square_and_on_time(
    clip: Clip, tmp_path: Path, name: str, how: dict[str, str], options: tuple[str, ...], size: tuple[int, int]
) -> None:
    made = make(clip(name, *options, **how), tmp_path / "made")
    assert size in made.sizes()
    for path in made.pictures():
        marks = keyframes(path)
        assert marks[0] == pytest.approx(1.0, abs=0.05)
        assert [b - a for a, b in pairwise(marks)] == pytest.approx([2.0, 2.0], abs=0.05)
        with av.open(str(path)) as opened:
            frame = next(opened.decode(video=0))
            assert frame.format.name == "yuv420p"
            assert opened.streams.video[0].codec_context.sample_aspect_ratio in {None, 0, 1}


def test_a_phone_held_upright_is_shown_upright(clip: Clip, tmp_path: Path) -> None:
    run_ffmpeg("-display_rotation", "90", "-i", clip("plain.mp4"), "-c", "copy", tmp_path / "turned.mp4")
    assert make(tmp_path / "turned.mp4", tmp_path / "made").sizes() == [(360, 640)]


def test_pictures_at_uneven_times_come_out_even(clip: Clip, tmp_path: Path) -> None:
    uneven = ("-vf", "select='not(between(mod(n,11),3,7))'", "-fps_mode", "vfr")
    made = make(clip("uneven.mp4", *uneven), tmp_path / "made")
    assert made.result.facts.video
    assert made.result.facts.video.variable_rate
    with av.open(str(made.pictures()[0])) as opened:
        times = sorted(p.pts * p.time_base for p in opened.demux(opened.streams.video[0]) if p.pts is not None)
    assert {round(float(b - a), 4) for a, b in pairwise(times)} == {round(1 / 30, 4)}


def test_interlaced_pictures_are_made_whole(clip: Clip, tmp_path: Path) -> None:
    woven = ("-vf", "tinterlace=interleave_top", "-flags", "+ilme+ildct", "-x264opts", "tff=1", "-r", "25")
    made = make(clip("woven.mp4", *woven, rate="50", size="640x480"), tmp_path / "made")
    assert made.result.facts.video
    assert made.result.facts.video.interlaced
    with av.open(str(made.pictures()[0])) as opened:
        assert not next(opened.decode(video=0)).interlaced_frame


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
def test_high_dynamic_range_is_brought_to_ordinary_screens(clip: Clip, tmp_path: Path, transfer: str) -> None:
    tags = ["-color_primaries", "bt2020", "-color_trc", transfer, "-colorspace", "bt2020nc"]
    x265 = f"log-level=error:colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc"
    coded = ("-c:v", "libx265", "-pix_fmt", "yuv420p10le", "-x265-params", x265, *tags)
    source = clip(f"{transfer}.mp4", *coded, seconds=2, size="320x180")
    made = make(source, tmp_path / "made")
    assert made.result.facts.video
    assert made.result.facts.video.hdr
    with av.open(str(made.pictures()[0])) as opened:
        frame = next(opened.decode(video=0))
        assert frame.format.name == "yuv420p"
        assert int(frame.color_trc) in {1, 2}  # BT.709, or not said, which means the same
    assert 20 < brightness(made.pictures()[0]) < 235


def test_sound_that_goes_on_keeps_the_last_picture(clip: Clip, tmp_path: Path) -> None:
    short, long = clip("short.mp4", seconds=3, sound=False), clip("long.wav", picture=False, seconds=7)
    run_ffmpeg("-i", short, "-i", long, "-c:v", "copy", tmp_path / "both.mp4")
    made = make(tmp_path / "both.mp4", tmp_path / "made")
    assert [seconds_of(path) for path in made.lists()] == pytest.approx([7.0, 7.0], abs=0.2)


def test_times_that_jump_are_counted_anew(clip: Clip, tmp_path: Path) -> None:
    """The second half of the packets says it plays a day later: it must not become a day of one picture."""
    jump = "setts=pts='if(gt(N,60),PTS+86400/TB,PTS)':dts='if(gt(N,60),DTS+86400/TB,DTS)'"
    run_ffmpeg("-i", clip("even.mkv", sound=False), "-c", "copy", "-bsf:v", jump, tmp_path / "jump.mkv")
    made = make(tmp_path / "jump.mkv", tmp_path / "made")
    assert made.result.facts.broken_timestamps
    assert seconds_of(made.pictures()[0]) == pytest.approx(5.0, abs=0.3)


def test_av1_is_one_more_rung_with_the_same_keyframes(clip: Clip, tmp_path: Path) -> None:
    made = make(clip("tiny.mp4", size="320x180"), tmp_path / "made", av1=True)
    h264, av1 = [file for file in made.result.of("playlist") if file.width]
    if h264.codecs.startswith("av01"):
        h264, av1 = av1, h264
    assert av1.codecs.startswith("av01.0.")
    assert keyframes(made.into / av1.name) == keyframes(made.into / h264.name)
    master, _ = hls_parser(made.into / "master.m3u8", made.into / av1.name)
    assert [variant["uri"] for variant in master["variants"]] == [h264.name, av1.name]


def test_what_an_earlier_try_left_does_not_come_through(clip: Clip, tmp_path: Path) -> None:
    (tmp_path / "360p").mkdir()
    (tmp_path / "360p/00077.m4s").write_bytes(b"old")
    (tmp_path / "storyboard-009.jpg").write_bytes(b"old")
    made = make(clip("plain.mp4"), tmp_path)
    assert not {"360p/00077.m4s", "storyboard-009.jpg"} & {file.name for file in made.result.files}
    assert not (tmp_path / "storyboard-009.jpg").exists()


@pytest.mark.parametrize("name", ["Vorlesung “Ünï” 讲座 'x':%20,[1]; $(id) %03d.mp4", "a\n\\ \u202e.mp4"])
def test_odd_names_are_only_names(clip: Clip, tmp_path: Path, name: str) -> None:
    into = tmp_path / name.removesuffix(".mp4")
    into.mkdir()
    (tmp_path / name).write_bytes(clip("blink.mp4", size="320x180", seconds=1).read_bytes())
    assert make(tmp_path / name, into, download=True).result.complete
    assert {path.name for path in tmp_path.iterdir()} == {name, into.name}


def test_a_blink_is_enough(clip: Clip, tmp_path: Path) -> None:
    made = make(clip("blink-alone.mp4", sound=False, seconds=0.3), tmp_path)
    assert made.result.of("poster")
    assert len(made.result.of("segment")) == 1
    assert (tmp_path / "storyboard.vtt").read_text().count("-->") == 1
