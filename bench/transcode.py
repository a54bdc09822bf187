"""What making a recording playable costs, against doing it rung by rung and against the least it could cost.

    ./stoa bench transcode [--json] [--seconds 60] [--times 1] [--source FILE …]

Rows, for a source of 1080 and one of 720 lines (made here, or yours):
  stoa      the whole pipeline, every rung encoded; poster, storyboard, waveform and loudness included
  copied    the same, the source taken over as top rung; only for a source that fits
  per-rung  one ffmpeg after another: a rung each, then the sound, measured as ours is; no poster, no storyboard
  decode    reading picture and sound, nothing else
  encodes   each rung and the sound encoded from raw frames and samples: the sum
Settings of the encoders are the same everywhere, but in `per-rung` each has the whole machine to itself; SSIM says
whether quality is the same too. Only ratios between rows of one run mean
anything elsewhere. Needs room for the raw frames of the largest rung (186 MB a second at 1080 lines and 60 pictures).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ffmpeg

from media.pipeline import Options, Result, commands, probe, runner, transcode
from media.pipeline.plan import Picture, Plan, plan
from media.pipeline.transcode import ffmpeg as program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from media.pipeline.shapes import Facts, Loudness

LIMITS = runner.Limits(wall_s=7200, memory_bytes=16 << 30, file_bytes=64 << 30, nice=0)
SIZES = {"1080p": "1920x1080", "720p": "1280x720"}
# Colours that flow, things that move, grain: a picture that keeps an encoder as busy as a lecture hall does.
PICTURE = "testsrc2=s={size}:r=25:d={s},noise=alls=6:allf=t"
FLOW = "gradients=s={size}:r=25:d={s}:speed=0.02:n=6:seed=7"
VOICE = "aevalsrc='0.2*sin(2*PI*140*t+3*sin(2*PI*5*t))*gt(sin(2*PI*2.3*t),-0.2)':s=48000:d={s}"
COMPARED_EVERY = 5  # pictures


@dataclass
class Row:
    """`wall_s`, `cpu_s`: of each run. `first_s`: until something could be played."""

    wall_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    first_s: list[float] = field(default_factory=list)

    @property
    def cpu(self) -> float:
        return min(self.cpu_s)

    @property
    def wall(self) -> float:
        return min(self.wall_s)


def used_s() -> float:
    """Of this process and of all it has waited for."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in both)


@contextmanager
def measured(row: Row) -> Iterator[None]:
    cpu, wall = used_s(), time.monotonic()
    yield
    row.wall_s.append(time.monotonic() - wall)
    row.cpu_s.append(used_s() - cpu)


class Source:
    """One recording, and the folder where everything is made of it."""

    def __init__(self, name: str, path: Path, folder: Path) -> None:
        self.name, self.path, self.folder = name, path, folder
        self.facts: Facts = probe(path)
        self.options = Options(copy=False, nice=0, most_memory_bytes=LIMITS.memory_bytes)
        self.plan: Plan = plan(self.facts, self.options)
        if self.plan.picture is None or self.plan.sound is None:
            raise SystemExit(f"{path.name}: needs picture and sound")
        self.picture: Picture = self.plan.picture
        self.sound = self.plan.sound
        self.loudness: Loudness | None = None
        self.rows: dict[str, Row] = {}

    def row(self, name: str) -> Row:
        return self.rows.setdefault(name, Row())

    def into(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        return folder

    def run(self, words: list[str], into: Path, *read: Path) -> str:
        return runner.run(words, cwd=into, limits=LIMITS, read=[self.path, *read], write=[into]).said

    def stoa(self, name: str, *, copy: bool) -> Result:
        row, first, begun = self.row(name), [], time.monotonic()
        with measured(row):
            result = transcode(
                self.path, self.into(name), options=replace(self.options, copy=copy), progress=lambda *_: None,
                cancelled=lambda: False, playable=lambda _: first.append(time.monotonic() - begun),
            )  # fmt: skip
        row.first_s.append(first[0] if first else row.wall_s[-1])
        self.loudness = result.loudness
        return result

    def per_rung(self) -> None:
        into = self.into("per-rung")
        for rung in self.picture.rungs:
            (into / rung.name).mkdir(exist_ok=True)
        (into / commands.SOUND).mkdir(exist_ok=True)
        with measured(self.row("per-rung")):
            for rung in self.picture.rungs:
                opened = commands._input(self.plan, self.path)
                flow = commands._clean(opened[str(self.picture.index)], self.picture)
                flow = commands._colours(flow.filter("scale", rung.width, rung.height), self.picture)
                alone = replace(rung, threads=0)  # it has the machine for itself
                self.run(self.words(commands._encoded(alone, self.picture, self.plan.preset, flow)), into)
            sound = replace(self.plan, picture=None)
            self.run(commands.measure(sound, self.sound, self.path, str(program())), into)
            self.run(commands.encode(sound, self.path, str(program()), self.loudness), into)

    def decode(self) -> None:
        into, opened = self.into("decode"), commands._input(self.plan, self.path)
        tracks = (opened[str(self.picture.index)], opened[str(self.sound.index)])
        with measured(self.row("decode")):
            self.run(self.words(ffmpeg.output(*tracks, "-", f="null", fps_mode="passthrough")), into)

    def encodes(self) -> None:
        into, total = self.into("encodes"), Row()
        opened = commands._input(self.plan, self.path)
        heard = commands._heard(opened, self.sound, self.loudness)
        raw = into / "raw.wav"
        self.run(self.words(ffmpeg.output(heard, raw.name, f="wav", **{"c:a": "pcm_f32le"})), into)
        (into / commands.SOUND).mkdir(exist_ok=True)
        sound = ffmpeg.input(raw.name, f="wav")
        aac = commands._hls(sound, commands.SOUND, {"c:a": "aac", "b:a": 128_000, "ar": 48000, "ac": 2})
        with measured(total):
            self.run(self.words(aac), into)
        raw.unlink()
        for rung in self.picture.rungs:
            (into / rung.name).mkdir(exist_ok=True)
            raw = into / "raw.yuv"
            flow = commands._clean(opened[str(self.picture.index)], self.picture)
            flow = commands._colours(flow.filter("scale", rung.width, rung.height), self.picture)
            self.run(self.words(ffmpeg.output(flow, raw.name, f="rawvideo", pix_fmt="yuv420p")), into)
            frames = ffmpeg.input(
                raw.name,
                f="rawvideo",
                s=f"{rung.width}x{rung.height}",
                pix_fmt="yuv420p",
                r=str(self.picture.rate),
            )
            with measured(total):
                self.run(self.words(commands._encoded(rung, self.picture, self.plan.preset, frames)), into)
            raw.unlink()
        row = self.row("encodes")
        row.wall_s.append(sum(total.wall_s))
        row.cpu_s.append(sum(total.cpu_s))

    def words(self, output: Any) -> list[str]:
        return commands._arguments(str(program()), output, "warning")

    def quality(self, name: str) -> dict[str, dict[str, float]]:
        """For each rung: SSIM with the source, at the source's size, and bit/s."""
        found = {}
        for rung in self.picture.rungs:
            folder = self.folder / name / rung.name
            whole = folder / "whole.mp4"
            pieces = [folder / "init.mp4", *sorted(folder.glob("*.m4s"))]
            whole.write_bytes(b"".join(piece.read_bytes() for piece in pieces))
            video = self.facts.video
            assert video is not None
            size = (video.shown_width, video.shown_height)
            every = f"not(mod(n,{COMPARED_EVERY}))"
            source = commands._clean(commands._input(self.plan, self.path)[str(self.picture.index)], self.picture)
            made = ffmpeg.input(f"file:{whole}", f="mov", protocol_whitelist="file,pipe").video
            made = made.filter("setpts", "PTS-STARTPTS").filter("select", every).filter("scale", *size)
            kept = source.filter("select", every).filter("format", pix_fmts="yuv420p")
            both = ffmpeg.filter([made, kept], "ssim")
            said = self.run(commands._arguments(str(program()), ffmpeg.output(both, "-", f="null"), "info"), folder)
            score = re.search(r"SSIM .*All:([\d.]+)", said)
            if score is None:
                raise SystemExit(f"no SSIM in: {said}")
            found[rung.name] = {
                "ssim": float(score[1]),
                "kbit_s": round(sum(piece.stat().st_size for piece in pieces) * 8 / self.facts.duration_s / 1000),
            }
        return found


def made_here(name: str, seconds: int, folder: Path) -> Path:
    """A recording that fits: it can be copied as top rung, and is encoded when asked to."""
    path, size = folder / f"source-{name}.mp4", SIZES[name]
    cap_bps = 4_000_000 if name == "1080p" else 2_100_000
    inputs = [ffmpeg.input(text.format(size=size, s=seconds), f="lavfi") for text in (PICTURE, FLOW, VOICE)]
    picture = ffmpeg.filter([inputs[0], inputs[1]], "blend", all_mode="average").filter("format", pix_fmts="yuv420p")
    out = ffmpeg.output(
        picture, inputs[2], path.name, f="mp4", movflags="+faststart",
        **{
            "c:v": "libx264", "preset": "veryfast", "crf": 18, "maxrate": cap_bps, "bufsize": cap_bps, "g": 50,
            "keyint_min": 50, "sc_threshold": 0, "c:a": "aac", "b:a": 160_000,
        },
    )  # fmt: skip
    words = commands._arguments(str(program()), out, "warning")
    runner.run(words, cwd=folder, limits=LIMITS, write=[folder])
    return path


def main() -> int:
    parser = argparse.ArgumentParser(prog="./stoa bench transcode", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.add_argument("--seconds", type=int, default=60, help="length of the sources made here (60)")
    parser.add_argument("--times", type=int, default=1, help="runs of everything; the least counts (1)")
    parser.add_argument("--source", type=Path, action="append", help="a recording of yours, instead; may be repeated")
    parser.add_argument("--no-quality", action="store_true", help="without SSIM")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="stoa-bench-") as place:
        top = Path(place)
        given = [(path.name, path.resolve()) for path in chosen.source or []]
        sources = given or [(name, made_here(name, chosen.seconds, top)) for name in SIZES]
        found: dict[str, Any] = {"load_before": os.getloadavg()[0], "cores": os.cpu_count(), "sources": {}}
        for n, (name, path) in enumerate(sources):
            folder = top / str(n)
            folder.mkdir()
            found["sources"][name] = measure(Source(name, path, folder), chosen.times, quality=not chosen.no_quality)
        found["load_after"] = os.getloadavg()[0]
    print(json.dumps(found, indent=1) if chosen.json else text(found))
    return 0


def measure(source: Source, times: int, *, quality: bool) -> dict[str, Any]:
    copies = any(rung.copied for rung in (plan(source.facts, Options()).picture or source.picture).rungs)
    for _ in range(times):
        source.stoa("stoa", copy=False)
        source.per_rung()
        source.decode()
        source.encodes()
        if copies:
            source.stoa("copied", copy=True)
    row = source.rows
    least = row["decode"].cpu + row["encodes"].cpu
    figures: dict[str, Any] = {
        "seconds": round(source.facts.duration_s, 1),
        "rungs": [rung.name for rung in source.picture.rungs],
        "rows": {name: {"wall_s": round(r.wall, 2), "cpu_s": round(r.cpu, 2)} for name, r in row.items()},
        "cpu_over_least": round(row["stoa"].cpu / least, 3),
        "times_faster_than_per_rung": round(row["per-rung"].wall / row["stoa"].wall, 2),
        "times_less_cpu_than_per_rung": round(row["per-rung"].cpu / row["stoa"].cpu, 2),
        "first_playable_share": round(statistics.median(row["stoa"].first_s) / row["stoa"].wall, 3),
    }
    if copies:
        figures["copied_times_faster_than_per_rung"] = round(row["per-rung"].wall / row["copied"].wall, 2)
        figures["copied_times_less_cpu_than_per_rung"] = round(row["per-rung"].cpu / row["copied"].cpu, 2)
    if quality:
        figures["quality"] = {name: source.quality(name) for name in ("stoa", "per-rung")}
    return figures


def text(found: dict[str, Any]) -> str:
    lines = [f"{found['cores']} cores, load {found['load_before']:.1f} before, {found['load_after']:.1f} after"]
    for name, figures in found["sources"].items():
        lines.append(f"\n{name}, {figures['seconds']} s → {', '.join(figures['rungs'])}")
        lines += [
            f"  {row:<9} {of['wall_s']:8.1f} s  {of['cpu_s']:8.1f} s of CPU" for row, of in figures["rows"].items()
        ]
        lines += [f"  {key.replace('_', ' ')}: {value}" for key, value in figures.items() if isinstance(value, float)]
        for rung, ours in figures.get("quality", {}).get("stoa", {}).items():
            other = figures["quality"]["per-rung"][rung]
            lines.append(
                f"  {rung}: SSIM {ours['ssim']:.4f} at {ours['kbit_s']:.0f} kbit/s, "
                f"per rung {other['ssim']:.4f} at {other['kbit_s']:.0f} kbit/s"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
