"""Which kinds of files are let in, and which endings belong to them. All else, playlists first, stays out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Container:
    demuxer: str  # what ffmpeg calls it, first of its names
    spoken: str
    endings: tuple[str, ...]  # the best first


CONTAINERS = (
    Container("mov", "MP4", ("mp4", "mov", "m4a", "m4v", "m4b", "3gp", "3g2", "f4v", "mj2", "qt")),
    Container("matroska", "Matroska/WebM", ("mkv", "webm", "mka", "weba", "mk3d")),
    Container("avi", "AVI", ("avi", "divx")),
    Container("mpegts", "MPEG-TS", ("ts", "mts", "m2ts", "m2t")),
    Container("mpeg", "MPEG", ("mpg", "mpeg", "vob", "m2p", "mod")),
    Container("asf", "Windows Media", ("wmv", "wma", "asf")),
    Container("flv", "Flash Video", ("flv",)),
    Container("mxf", "MXF", ("mxf",)),
    Container("ogg", "Ogg", ("ogg", "oga", "ogv", "opus", "spx")),
    Container("mp3", "MP3", ("mp3", "mp2", "mpga")),
    Container("wav", "WAV", ("wav", "wave")),
    Container("w64", "Wave64", ("w64",)),
    Container("flac", "FLAC", ("flac",)),
    Container("aac", "AAC", ("aac",)),
    Container("aiff", "AIFF", ("aiff", "aif", "aifc")),
    Container("caf", "Core Audio", ("caf",)),
    Container("amr", "AMR", ("amr",)),
)
BY_DEMUXER = {kind.demuxer: kind for kind in CONTAINERS}
BY_ENDING = {ending: kind for kind in CONTAINERS for ending in kind.endings}
# ffmpeg compares this with a demuxer's whole name, such as "mov,mp4,m4a,3gp,3g2,mj2", name by name.
WHITELIST = ",".join(BY_DEMUXER)

_LISTS = (
    b"#EXTM3U",
    b"#EXT-X",
    b"ffconcat",
    b"[playlist]",
    b"<?xml",
    b"<MPD",
    b"<smil",
    b"<asx",
    b"v=0\r",
    b"v=0\n",
    b"[Reference]",
)
_KNOWN_STARTS = (
    b"RIFF",
    b"RF64",
    b"\x1aE\xdf\xa3",
    b"OggS",
    b"fLaC",
    b"ID3",
    b"FLV\x01",
    b"FORM",
    b"caff",
    b"0&\xb2u",
    b"#!AMR",
)


def is_list(start: bytes) -> bool:
    """Whether a file's first bytes are those of a playlist, a manifest or the like."""
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if any(text[: len(word)].lower() == word.lower() for word in _LISTS):
        return True
    first = text.split(b"\n", 1)[0].strip().lower()
    return first.startswith((b"file ", b"file:", b"http://", b"https://", b"concat:", b"rtsp://"))


def promised_bytes(start: bytes) -> int:
    """How long the file's own head says it is; 0 when it does not say."""
    if start[:4] != b"RIFF" or len(start) < 8:
        return 0
    length = int.from_bytes(start[4:8], "little")
    return length + 8 if 0 < length < 0xFFFFFF00 else 0  # all ones: written to a pipe, nobody knew


def looks_like_media(start: bytes) -> bool:
    """Whether the first bytes promise a container, so that one that can't be read is damaged and not something else."""
    return start.startswith(_KNOWN_STARTS) or start[4:8] in {b"ftyp", b"moov", b"mdat", b"free", b"wide"}
