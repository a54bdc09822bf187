"""Files meant to harm: each is refused in a clear word, nothing is left behind and no request leaves the machine."""

from __future__ import annotations

import socket
import struct
import threading
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest

from media.pipeline import Options, Refused, probe, transcode
from media.pipeline.errors import (
    REFUSALS,
    CutOff,
    EmptyFile,
    NothingInside,
    NotMedia,
    PictureTooLarge,
    PlaylistFile,
    TooLong,
    TooManyTracks,
    WrongExtension,
)
from tests.media.pipeline.conftest import X264, run_ffmpeg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Clip = Callable[..., Path]


class Listener:
    """A server on this machine that should never hear anything."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        self.heard = 0
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.heard += 1
            connection.close()

    def close(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(5)


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


def refused(path: Path, kind: type[Refused], tmp_path: Path) -> Refused:
    """The refusal, which must be the same from both doors and leave nothing behind."""
    with pytest.raises(kind):
        probe(path)
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(kind) as caught:
        transcode(
            path, into, options=Options(), progress=lambda *_: None, cancelled=lambda: False, playable=lambda _: None
        )
    assert list(into.iterdir()) == []
    assert str(caught.value) == caught.value.text % caught.value.params
    assert "%(" not in str(caught.value)
    error: Refused = caught.value
    return error


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    refused(tmp_path / "empty.mp4", EmptyFile, tmp_path)


@pytest.mark.parametrize(
    ("name", "options", "share"),
    [
        ("index-last.mp4", (), 0.6),
        ("index-first.mp4", ("-movflags", "+faststart"), 0.6),
        ("half.mkv", (), 0.5),
        ("half.avi", ("-c:v", "mpeg4", "-c:a", "mp3"), 0.5),
        ("head.mp4", (), 0.001),
    ],
)
def test_a_file_that_ends_too_early(
    clip: Clip, tmp_path: Path, name: str, options: tuple[str, ...], share: float
) -> None:
    whole = clip(name, *options, seconds=6).read_bytes()
    (tmp_path / name).write_bytes(whole[: int(len(whole) * share)])
    refused(tmp_path / name, CutOff, tmp_path)


def test_a_recording_whose_container_never_knew_its_length_is_not_called_cut_off(clip: Clip, tmp_path: Path) -> None:
    """Browsers record WebM without a length."""
    with (tmp_path / "live.mkv").open("wb") as out:
        out.write(clip("live.mkv", "-f", "matroska", "-live", "1").read_bytes())
    assert probe(tmp_path / "live.mkv").duration_s == pytest.approx(5, abs=0.1)


@pytest.mark.parametrize("content", [b"hello, this is my holiday film\n" * 50, b"\x00" * 50_000, b"%PDF-1.7\n" * 99])
def test_what_is_no_media_at_all(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "film.mp4").write_bytes(content)
    refused(tmp_path / "film.mp4", NotMedia, tmp_path)


def test_an_archive_called_a_film(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "film.mp4", "w") as archive:
        archive.writestr("film.mp4", b"\x00" * 100_000)
    refused(tmp_path / "film.mp4", NotMedia, tmp_path)


def test_a_still_picture_is_no_video(tmp_path: Path) -> None:
    run_ffmpeg("-f", "lavfi", "-i", "testsrc2", "-frames:v", "1", tmp_path / "still.png")
    refused(tmp_path / "still.png", NotMedia, tmp_path)


def test_an_ending_that_says_something_else(clip: Clip, tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(clip("film.mkv").read_bytes())
    error = refused(tmp_path / "film.mp4", WrongExtension, tmp_path)
    assert error.params == {"extension": "mp4", "found": "Matroska/WebM", "better": "mkv"}


def test_the_name_it_came_with_counts_not_the_one_it_is_kept_under(clip: Clip, tmp_path: Path) -> None:
    (tmp_path / "blob").write_bytes(clip("film.mkv").read_bytes())
    assert probe(tmp_path / "blob").container == "matroska"
    assert probe(tmp_path / "blob", name="Film.MKV").container == "matroska"
    with pytest.raises(WrongExtension):
        probe(tmp_path / "blob", name="film.mp4")


def png(width: int, height: int) -> bytes:
    """A one-bit picture: 32 MB of zeros in 32 kB, 768 MB when it is unfolded to colours."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(b"\x00" * ((width // 8 + 1) * height), 9)
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_a_picture_bomb(tmp_path: Path) -> None:
    (tmp_path / "bomb.png").write_bytes(png(16_000, 16_000))
    run_ffmpeg("-max_pixels", "2147483647", "-i", tmp_path / "bomb.png", "-c", "copy", tmp_path / "bomb.mkv")
    error = refused(tmp_path / "bomb.mkv", PictureTooLarge, tmp_path)
    assert error.params == {"width": 16_000, "height": 16_000}


def test_a_picture_bomb_behind_a_harmless_label(tmp_path: Path) -> None:
    """The container says 640 × 360; only what is inside says otherwise."""
    (tmp_path / "large.png").write_bytes(png(16_000, 16_000))
    run_ffmpeg("-max_pixels", "2147483647", "-i", tmp_path / "large.png", "-c", "copy", tmp_path / "bomb.mov")
    film = bytearray((tmp_path / "bomb.mov").read_bytes())
    at = film.find(b"png ", film.find(b"stsd"))
    assert struct.unpack(">HH", film[at + 28 : at + 32]) == (16_000, 16_000)
    film[at + 28 : at + 32] = struct.pack(">HH", 640, 360)
    (tmp_path / "bomb.mov").write_bytes(film)
    refused(tmp_path / "bomb.mov", Refused, tmp_path)


def test_a_hundred_sound_tracks(tmp_path: Path) -> None:
    run_ffmpeg("-f", "lavfi", "-i", "sine=d=1", "-f", "lavfi", "-i", "testsrc2=d=1", *X264, tmp_path / "one.mkv")
    tracks = [word for _ in range(100) for word in ("-map", "0:a")]
    run_ffmpeg("-i", tmp_path / "one.mkv", "-map", "0:v", *tracks, "-c", "copy", tmp_path / "many.mkv")
    assert refused(tmp_path / "many.mkv", TooManyTracks, tmp_path).params == {"count": 101, "most": 32}


def test_subtitles_alone_are_neither_picture_nor_sound(tmp_path: Path) -> None:
    (tmp_path / "words.srt").write_text("1\n00:00:00,000 --> 00:00:02,000\nhello\n")
    run_ffmpeg("-i", tmp_path / "words.srt", tmp_path / "words.mkv")
    refused(tmp_path / "words.mkv", NothingInside, tmp_path)


def test_a_recording_of_days(clip: Clip, tmp_path: Path) -> None:
    path = clip("days.mkv", "-c:v", "copy", picture=False, seconds=4)
    with pytest.raises(TooLong):
        probe(path, most_hours=0.001)


LISTS = {
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{target}\n#EXT-X-ENDLIST\n",
    "hls-key": '#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXT-X-KEY:METHOD=AES-128,URI="{target}"\n#EXTINF:5,\nx.ts\n',
    "hls-map": '#EXTM3U\n#EXT-X-MAP:URI="{target}"\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{target}\n#EXT-X-ENDLIST\n',
    "concat": "ffconcat version 1.0\nfile '{target}'\n",
    "concat-bare": "file '{target}'\n",
    "dash": '<?xml version="1.0"?>\n<MPD type="static"><Period><BaseURL>{target}</BaseURL></Period></MPD>\n',
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n",
    "pls": "[playlist]\nFile1={target}\nNumberOfEntries=1\n",
    "mov-reference": "RTSPtext\r{target}\r",
    "bare": "{target}\n",
}


@pytest.mark.parametrize("ending", ["mp4", "m3u8", "avi"])
@pytest.mark.parametrize("kind", LISTS)
def test_lists_that_point_to_a_file(clip: Clip, tmp_path: Path, kind: str, ending: str) -> None:
    secret = clip("secret.ts", "-g", "30", seconds=2)
    (tmp_path / f"list.{ending}").write_text(LISTS[kind].format(target=secret))
    refused(tmp_path / f"list.{ending}", Refused, tmp_path)


@pytest.mark.parametrize("kind", LISTS)
def test_lists_that_point_to_a_host(tmp_path: Path, kind: str, listener: Listener) -> None:
    (tmp_path / "list.mp4").write_text(LISTS[kind].format(target=f"http://{listener.address}/a.ts"))
    refused(tmp_path / "list.mp4", Refused, tmp_path)
    assert listener.heard == 0


def gab2(playlist: str) -> bytes:
    """An AVI whose subtitle track is a playlist: ffmpeg opens it by itself. CVE-2017-9993 and its kin."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return name + struct.pack("<I", len(data)) + data + b"\x00" * (len(data) % 2)

    def many(name: bytes, *parts: bytes) -> bytes:
        return chunk(b"LIST", name + b"".join(parts))

    text = (
        b"GAB2\x00\x02\x00" + struct.pack("<I", 2) + b"x\x00" + struct.pack("<HI", 4, len(playlist)) + playlist.encode()
    )
    head = struct.pack("<14I", 40_000, 0, 0, 0x10, 1, 0, 1, 0, 320, 240, 0, 0, 0, 0)
    stream = b"txts" + struct.pack("<4s11I", b"\x00" * 4, 0, 0, 0, 1, 25, 0, 1, 0, 0, 0, 0) + b"\x00" * 4
    strl = many(b"strl", chunk(b"strh", stream), chunk(b"strf", b"\x00" * 40))
    movi = many(b"movi", chunk(b"00tx", text))
    return chunk(b"RIFF", b"AVI " + many(b"hdrl", chunk(b"avih", head), strl) + movi)


def test_a_playlist_inside_an_avi(tmp_path: Path, clip: Clip, listener: Listener) -> None:
    secret = clip("secret.ts", "-g", "30", seconds=2)
    for n, target in enumerate((str(secret), f"http://{listener.address}/a.ts", f"concat:{secret}|{secret}")):
        path = tmp_path / f"inside{n}.avi"
        path.write_bytes(gab2(LISTS["hls"].format(target=target)))
        (tmp_path / str(n)).mkdir()
        refused(path, Refused, tmp_path / str(n))
    assert listener.heard == 0


def test_every_refusal_has_a_word_of_its_own() -> None:
    texts = [kind.text for kind in REFUSALS.values()]
    assert len(set(texts)) == len(texts)
    assert all(code.startswith("media.") for code in REFUSALS)
    assert {PlaylistFile, CutOff, NotMedia} <= set(REFUSALS.values())
