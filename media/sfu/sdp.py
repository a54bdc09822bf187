"""Reading a browser's offer, writing our answer: ICE-lite, DTLS passive, one bundle. RFC 8829, 8843, 8853."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from media.sfu import rtp
from media.sfu.shapes import RIDS, Kind, OfferRefused

LONGEST = 512 * 1024  # characters, as rooms.shapes.Sdp: a hundred sections of Chromium's are 300,000
LONGEST_SECTION = 32 * 1024
SECTIONS = 512
KNOWN = {*rtp.FORWARDED, rtp.MID, rtp.RID}
BEGIN = re.compile(r"m=(\w+) (\d{1,5}) \S+([^\r\n]*)", re.ASCII)
UFRAG = re.compile(r"(?m)^a=ice-ufrag:(\S{4,256})\s*$")
FINGERPRINT = re.compile(r"(?m)^a=fingerprint:(\S{1,16}) ([0-9A-Fa-f:]{8,256})\s*$")
VIDEO = ("VP8", "VP9", "H264", "AV1")


@dataclass(frozen=True, slots=True)
class Codec:
    """One payload type of one section. `key` is what must be equal for a packet to be understood by another peer."""

    name: str  # "opus", "VP8", …
    key: str
    fmtp: str


@dataclass(frozen=True, slots=True)
class Section:
    """One m= section of an offer."""

    mid: str
    kind: Kind
    codecs: Mapping[int, Codec]  # payload type → codec, in the offer's order
    extensions: Mapping[str, int]  # uri → id
    rids: tuple[str, ...]
    ssrcs: tuple[int, ...]  # announced for sending; without those of retransmissions
    rejected: bool  # port 0, or a kind we don't carry


@dataclass(frozen=True, slots=True)
class Described:
    """A whole offer."""

    ufrag: str
    fingerprints: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    reduced_rtcp: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """How one section is answered."""

    direction: str  # recvonly, sendonly, inactive
    ssrc: int = 0  # of what we send by it
    stream: str = ""
    track: str = ""
    rids: tuple[str, ...] = field(default=())


def read(text: str) -> Described:
    """Raises OfferRefused with the reason."""
    if len(text) > LONGEST:
        raise OfferRefused("the offer is too long")
    head, *blocks = re.split(r"(?m)^(?=m=)", text)
    if not blocks:
        raise OfferRefused("the offer has no sections")
    if len(blocks) > SECTIONS or any(len(block) > LONGEST_SECTION for block in (head, *blocks)):
        raise OfferRefused("the offer has too many sections, or one that is too long")
    sections = tuple(_section(block) for block in blocks)
    if len({section.mid for section in sections}) != len(sections):
        raise OfferRefused("two sections have the same mid")
    # In a bundle all sections say the same; what one does not say stands before them.
    blocks.append(head)
    ufrag = next((found[1] for found in map(UFRAG.search, blocks) if found), "")
    fingerprints = next(filter(None, map(FINGERPRINT.findall, blocks)), [])
    if not ufrag or not fingerprints:
        raise OfferRefused("the offer has no ICE user name or no certificate fingerprint")
    return Described(
        ufrag=ufrag,
        fingerprints=tuple((algorithm.lower(), value) for algorithm, value in fingerprints[:8]),
        sections=sections,
        reduced_rtcp="a=rtcp-rsize" in text,
    )


def _section(block: str) -> Section:
    begins = BEGIN.match(block)
    if begins is None:
        raise OfferRefused("a section begins wrongly")
    media, port, formats = begins.groups()
    mid = re.search(r"(?m)^a=mid:(\S+)\s*$", block)
    if mid is None or len(mid[1]) > 16:
        raise OfferRefused("a section has no mid")
    kind: Kind = "audio" if media == "audio" else "video"
    # Whatever is written into packets must fit there: a number that does not would break the packet for everybody.
    fmtp = {pt: text.strip() for pt, text in re.findall(r"(?m)^a=fmtp:(\d{1,3}) ([^\r\n]*)", block)}
    order = [int(pt) for pt in re.findall(r"\b\d{1,3}\b", formats)]
    names = {int(pt): name for pt, name in re.findall(r"(?m)^a=rtpmap:(\d{1,3}) ([^/\s]+)/", block)}
    codecs: dict[int, Codec] = {}
    for pt in order:
        codec = _codec(names.get(pt, ""), fmtp.get(str(pt), ""))
        if codec is not None and pt < 128 and (codec.name == "opus") == (kind == "audio"):
            codecs[pt] = codec
    extensions = {
        uri: int(number)
        for number, uri in re.findall(r"(?m)^a=extmap:(\d{1,3})(?:/\S+)? (\S+)", block)
        if uri in KNOWN and 0 < int(number) < 256
    }
    repairs = {int(second) for second in re.findall(r"(?m)^a=ssrc-group:FID \d+ (\d{1,10})", block)}
    ssrcs = dict.fromkeys(int(ssrc) for ssrc in re.findall(r"(?m)^a=ssrc:(\d{1,10}) ", block))
    return Section(
        mid=mid[1],
        kind=kind,
        codecs=codecs,
        extensions=extensions,
        rids=tuple(dict.fromkeys(r for r in re.findall(r"(?m)^a=rid:(\S+) send", block) if r in RIDS)),
        ssrcs=tuple(ssrc for ssrc in ssrcs if ssrc not in repairs),
        # Port 0 means a stopped section, unless it only says that it is nothing outside the bundle. RFC 8843, 6.
        rejected=media not in {"audio", "video"} or not codecs or (int(port) == 0 and "a=bundle-only" not in block),
    )


def _codec(name: str, fmtp: str) -> Codec | None:
    lower = name.lower()
    if lower == "opus":
        return Codec("opus", "opus", fmtp)
    known = next((v for v in VIDEO if v.lower() == lower), None)
    if known is None:
        return None
    parameters = {name.strip(): value.strip() for name, _, value in (p.partition("=") for p in fmtp.split(";"))}
    if known == "H264":
        if parameters.get("packetization-mode") != "1":
            return None
        # RFC 6184, 8.1: profile and constraints must match, the level need not.
        return Codec(known, "H264/" + parameters.get("profile-level-id", "42e01f")[:4].lower(), fmtp)
    if known == "VP9":
        return Codec(known, "VP9/" + parameters.get("profile-id", "0"), fmtp)
    if known == "AV1":
        return Codec(known, "AV1/" + parameters.get("profile", "0"), fmtp)
    return Codec(known, known, fmtp)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What every section of an answer shares."""

    ufrag: str
    password: str
    fingerprint: str  # sha-256
    addresses: Sequence[str]
    port: int
    version: int = 1  # of the answer; grows with each. RFC 8866, 5.2


def write(offer: Described, replies: Mapping[str, Reply], ground: Ground) -> str:
    """The answer: a section for each of the offer's, in its order."""
    bundled = [s.mid for s in offer.sections if not s.rejected]
    first = ground.addresses[0]
    lines = ["v=0", f"o=- 1 {ground.version} IN IP4 {first}", "s=-", "t=0 0", "a=ice-lite"]
    if bundled:
        lines.append("a=group:BUNDLE " + " ".join(bundled))
    lines.append("a=msid-semantic: WMS *")
    for section in offer.sections:
        lines += _answer(section, replies.get(section.mid, Reply(direction="inactive")), ground, offer)
    return "\r\n".join(lines) + "\r\n"


def _answer(section: Section, reply: Reply, ground: Ground, offer: Described) -> list[str]:
    kind = section.kind
    if section.rejected:
        return [f"m={kind} 0 UDP/TLS/RTP/SAVPF 0", "c=IN IP4 0.0.0.0", f"a=mid:{section.mid}", "a=inactive"]
    lines = [
        f"m={kind} {ground.port} UDP/TLS/RTP/SAVPF {' '.join(map(str, section.codecs))}",
        f"c=IN IP4 {ground.addresses[0]}",
        f"a=mid:{section.mid}",
        f"a={reply.direction}",
        "a=rtcp-mux",
        f"a=ice-ufrag:{ground.ufrag}",
        f"a=ice-pwd:{ground.password}",
        f"a=fingerprint:sha-256 {ground.fingerprint}",
        "a=setup:passive",
    ]
    if offer.reduced_rtcp:
        lines.append("a=rtcp-rsize")
    for pt, codec in section.codecs.items():
        if codec.name == "opus":
            lines.append(f"a=rtpmap:{pt} opus/48000/2")
            lines.append(f"a=fmtp:{pt} minptime=10;useinbandfec=1;usedtx=1")
            continue
        lines.append(f"a=rtpmap:{pt} {codec.name}/90000")
        if codec.fmtp:
            lines.append(f"a=fmtp:{pt} {codec.fmtp}")
        lines += [f"a=rtcp-fb:{pt} {what}" for what in ("goog-remb", "ccm fir", "nack", "nack pli")]
    # MID and RID also where we only send: Chromium offers no extension again that one answer left out, and could
    # then send no simulcast in this connection.
    wanted = (*rtp.FORWARDED, rtp.MID, rtp.RID)
    lines += [f"a=extmap:{section.extensions[uri]} {uri}" for uri in wanted if uri in section.extensions]
    if reply.direction == "recvonly" and reply.rids:
        lines += [f"a=rid:{rid} recv" for rid in reply.rids]
        lines.append("a=simulcast:recv " + ";".join(reply.rids))
    if reply.direction == "sendonly":
        lines += [
            f"a=msid:{reply.stream} {reply.track}",
            f"a=ssrc:{reply.ssrc} cname:{reply.stream}",
            f"a=ssrc:{reply.ssrc} msid:{reply.stream} {reply.track}",
        ]
    for number, address in enumerate(ground.addresses, 1):
        # RFC 8445, 5.1.2.1: host candidates, the first address preferred.
        priority = (126 << 24) + ((65_536 - number) << 8) + 255
        lines.append(f"a=candidate:{number} 1 udp {priority} {address} {ground.port} typ host")
    lines.append("a=end-of-candidates")
    return lines
