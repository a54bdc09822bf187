"""Makes everything from one source: measures the sound, then one ffmpeg writes it all, then the texts around it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import imageio_ffmpeg

from kernel import clock
from media.pipeline import commands, playlists, runner
from media.pipeline.errors import Failed, TooMuchWork
from media.pipeline.plan import MOST_GAIN_DB, PEAK_DBTP, SHEET, SOUND_BPS, TARGET_LUFS, Plan, Sound, gain, plan
from media.pipeline.probe import probe
from media.pipeline.shapes import Facts, Kind, Loudness, Made, Options, Result

Progress = Callable[[float, str], None]
MEASURING, ENCODING, FINISHING = "measuring", "encoding", "finishing"
MEASURED, ENCODED = 0.04, 0.97  # shares of the whole when these are over
PLAYABLE_SEGMENTS = 2
TOLD_AGAIN_S = 10.0  # of the recording, between two calls of `playable`
SHORTEST_WALL_S = 600.0
EACH_CORE_BYTES = 256 << 20  # of addresses: every core brings threads, with stacks and pictures of their own
WEIGHED_EVERY_MS = 20_000
MUCH_LIMITED_DB = 2.0
MADE_UP = 1.1  # of the loudness that limiting took: some of what is given back is cut off again
_SUMMARY = re.compile(r"I:\s+(-?[\d.]+|-inf) LUFS.*Peak:\s+(-?[\d.]+|-inf) dBFS", re.DOTALL)


def ffmpeg() -> Path:
    """The ffmpeg that came with the packages."""
    return Path(imageio_ffmpeg.get_ffmpeg_exe()).resolve()


def transcode(
    source: Path,
    into: Path,
    *,
    options: Options,
    progress: Progress,
    cancelled: Callable[[], bool],
    playable: Callable[[Result], None],
    facts: Facts | None = None,
) -> Result:
    """Make all renditions of `source` in `into`, a folder that is emptied first; nothing is written elsewhere.

    `progress` gets the share done (0..1) and `measuring`, `encoding` or `finishing`. `playable` is called when the
    first seconds of every rung are there, and again each time there is more; at least once in all. Files only come,
    and of those that were told only playlists change. Raises Refused, Cancelled, DiskFull or Failed; what lies in
    `into` then is worthless.
    """
    source = source.resolve()
    facts = facts or probe(source, name=options.name, most_hours=options.most_hours, cancelled=cancelled)
    work = _Work(source, into.resolve(), facts, plan(facts, options), options, progress, cancelled, playable)
    work.clear()
    loudness = work.measure()
    work.encode(loudness)
    return work.finish(loudness)


class _Work:
    def __init__(
        self, source: Path, into: Path, facts: Facts, made_plan: Plan, options: Options,
        progress: Progress, cancelled: Callable[[], bool], playable: Callable[[Result], None],
    ) -> None:  # fmt: skip
        self.source, self.into, self.facts, self.plan, self.options = source, into, facts, made_plan, options
        self.progress, self.cancelled, self.playable = progress, cancelled, playable
        self.program = ffmpeg()
        self.told_s = 0.0
        self.since_look = 0
        self.weighed_ms = clock.monotonic_ms()
        self.limits = runner.Limits(
            wall_s=max(SHORTEST_WALL_S, options.slowest * facts.duration_s),
            memory_bytes=options.most_memory_bytes + options.cores * EACH_CORE_BYTES,
            file_bytes=options.most_output_bytes,
            nice=options.nice,
        )

    def clear(self) -> None:
        """Begin from nothing, whatever an earlier try left."""
        for old in self.into.iterdir():
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        for folder in self.folders():
            (self.into / folder).mkdir()

    @property
    def rate(self) -> float:
        """Pictures a second of what is made; 0 without pictures."""
        given = self.facts.video.rate if self.facts.video else 0
        return float((self.plan.picture and self.plan.picture.rate) or given)

    def folders(self) -> list[str]:
        rungs = [rung.name for rung in self.plan.picture.rungs] if self.plan.picture else []
        return [*rungs, commands.SOUND] if self.plan.sound else rungs

    def measure(self) -> Loudness | None:
        if self.plan.sound is None:
            return None
        lufs, peak = self.meter(self.plan.sound, None, 0.0)
        db, limited = gain(lufs, peak)
        loudness = Loudness(lufs, peak, db, limited)
        if limited and peak + db > PEAK_DBTP + MUCH_LIMITED_DB:
            # What is cut off was part of the loudness: hear how much is missing, and give it back.
            after, _ = self.meter(self.plan.sound, loudness, MEASURED / 2)
            missing = TARGET_LUFS - after
            loudness = replace(loudness, gain_db=round(min(db + missing * MADE_UP, MOST_GAIN_DB), 2))
        return loudness

    def meter(self, sound: Sound, loudness: Loudness | None, begin: float) -> tuple[float, float]:
        """LUFS and dBTP of the whole, after what `loudness` asks for."""
        command = commands.measure(self.plan, sound, self.source, str(self.program), loudness)
        done = self.run(command, MEASURING, begin, begin + MEASURED / 2)
        found = _SUMMARY.search(done.said.rpartition("Summary:")[2])
        if found is None:
            raise Failed(done.said)
        lufs, peak = (max(float(value), -99.0) for value in found.groups())
        return lufs, peak

    def encode(self, loudness: Loudness | None) -> None:
        command = commands.encode(self.plan, self.source, str(self.program), loudness)

        def tick() -> None:
            self.tell(loudness)
            if clock.monotonic_ms() - self.weighed_ms > WEIGHED_EVERY_MS:
                self.weigh()

        self.run(command, ENCODING, MEASURED, ENCODED, tick=tick)
        self.weigh()
        if not self.told_s:  # it was over before anybody looked
            self.playable(self.result(loudness, complete=False))

    def weigh(self) -> None:
        """Refuse what grows beyond what is allowed; a single file's size is limited by the system."""
        total = 0
        for path in self.into.rglob("*"):
            with suppress(FileNotFoundError):  # a segment got its final name meanwhile
                total += path.stat().st_size
        if total > self.options.most_output_bytes:
            raise TooMuchWork
        self.weighed_ms = clock.monotonic_ms()

    def run(
        self, command: list[str], what: str, begin: float, end: float, tick: Callable[[], None] = lambda: None
    ) -> runner.Done:
        def line(text: str) -> None:
            # Times are not known before every output has something, and a storyboard's sheet is late.
            name, _, value = text.partition("=")
            if name in whole and value.strip().lstrip("-").isdigit():
                share = min(max(int(value) / max(whole[name], 1.0), 0.0), 1.0)
                reached[0] = max(reached[0], begin + (end - begin) * share)
                self.progress(reached[0], what)

        whole = {"out_time_us": self.plan.duration_s * 1e6}
        if self.plan.picture and what == ENCODING:
            whole = {"frame": self.plan.duration_s * self.rate}
        reached = [begin]
        self.progress(begin, what)
        return runner.run(
            command, cwd=self.into, limits=self.limits, read=[self.source], write=[self.into],
            cancelled=self.cancelled, line=line, tick=tick,
        )  # fmt: skip

    def tell(self, loudness: Loudness | None) -> None:
        """Say what can be played by now, when that is more than last time."""
        self.since_look += 1
        if self.since_look % 3:  # reading lists is cheap, but not that cheap
            return
        lists = [self.list_of(folder) for folder in self.folders()]
        if not all(len(parts) >= PLAYABLE_SEGMENTS for parts in lists):
            return
        reached_s = min(sum(seconds for _, seconds in parts) for parts in lists)
        if self.told_s and reached_s < self.told_s + TOLD_AGAIN_S:
            return
        self.told_s = reached_s
        self.playable(self.result(loudness, complete=False))

    def list_of(self, folder: str) -> list[tuple[str, float]]:
        path = self.into / folder / "index.m3u8"
        return playlists.segments(path.read_text()) if path.exists() else []

    def finish(self, loudness: Loudness | None) -> Result:
        self.progress(ENCODED, FINISHING)
        for folder in self.folders():
            path = self.into / folder / "index.m3u8"
            text = path.read_text() if path.exists() else ""
            reached_s = sum(seconds for _, seconds in playlists.segments(text))
            if not playlists.is_ended(text) or reached_s < 0.8 * self.expected_s(folder) - 1:
                raise Failed(f"{folder} ends after {reached_s:.1f} s of {self.plan.duration_s:.1f} s")
            _replace(path, playlists.finished(text))
        if (raw := self.into / commands.RAW_PEAKS).exists():
            samples = memoryview(raw.read_bytes()).cast("b")
            (self.into / "peaks.json").write_text(playlists.peaks(samples, commands.PEAKS_RATE_HZ))
            raw.unlink()
        if self.plan.picture:
            aside = sorted(self.into.glob("candidate-*.jpg"))
            self.run(commands.stills(self.plan.picture, len(aside), str(self.program)), FINISHING, ENCODED, 0.98)
            for path in (*aside, self.into / commands.RAW_THUMBNAILS):
                path.unlink()
            sheets = len(list(self.into.glob("storyboard-*.jpg")))
            text = playlists.storyboard(self.plan.picture.storyboard, self.plan.duration_s, sheets)
            (self.into / "storyboard.vtt").write_text(text)
        if self.options.download:
            self.download()
        result = self.result(loudness, complete=True)
        self.progress(1.0, FINISHING)
        return result

    def expected_s(self, folder: str) -> float:
        track = self.facts.audio if folder == commands.SOUND else self.facts.video
        return track.duration_s if track else 0.0

    def download(self) -> None:
        """The largest H.264 rung and the sound as one file, out of the finished segments."""
        rungs = [rung.name for rung in self.plan.picture.rungs if rung.codec == "h264"][:1] if self.plan.picture else []
        parts = []
        for folder in [*rungs, *([commands.SOUND] if self.plan.sound else [])]:
            parts.append(f"{folder}.part.mp4")
            with (self.into / parts[-1]).open("wb") as whole:
                for name in ["init.mp4", *(name for name, _ in self.list_of(folder))]:
                    with (self.into / folder / name).open("rb") as piece:
                        shutil.copyfileobj(piece, whole, 1 << 20)
        self.run(commands.join(parts, "download.mp4", str(self.program)), FINISHING, 0.98, 0.99)
        for part in parts:
            (self.into / part).unlink()

    def result(self, loudness: Loudness | None, *, complete: bool) -> Result:
        files: list[Made] = []
        heads: list[Made] = []
        means: dict[str, int] = {}
        for folder in reversed(self.folders()):
            head, rest, means[folder] = self.rung(folder, complete=complete)
            heads.append(head)
            files += [head, *rest]
        # AV1 last: a player that does not choose takes the first.
        pictures = [head for head in heads if head.rung != commands.SOUND]
        pictures.sort(key=lambda head: (head.codecs.startswith("av01"), head.width * head.height))
        sound = next((head for head in heads if head.rung == commands.SOUND), None)
        _replace(
            self.into / "master.m3u8",
            playlists.master(pictures, sound, complete=complete, mean_bps=means, rate=self.rate),
        )
        if complete:
            files += self.others()
        files.insert(0, self.made("master", "master.m3u8"))
        return Result(tuple(files), self.plan.duration_s, loudness, self.facts, complete)

    def rung(self, folder: str, *, complete: bool) -> tuple[Made, list[Made], int]:
        """Playlist, its pieces, and mean bit/s (0 while it grows: until then the cap stands for the peak)."""
        parts = self.list_of(folder)
        codecs = playlists.codecs((self.into / folder / "init.mp4").read_bytes())
        picked = self.plan.picture.rungs if self.plan.picture else ()
        plan_rung = next((rung for rung in picked if rung.name == folder), None)
        cap = plan_rung.cap_bps if plan_rung else SOUND_BPS
        pieces = [self.made("segment", f"{folder}/{name}", folder) for name, _ in parts]
        pairs = list(zip(pieces, (seconds for _, seconds in parts), strict=True))
        busiest = max((int(piece.bytes * 8 / max(seconds, 0.5)) for piece, seconds in pairs), default=cap)
        mean = int(sum(piece.bytes for piece in pieces) * 8 / max(sum(s for _, s in parts), 0.1))
        head = replace(
            self.made("playlist", f"{folder}/index.m3u8", folder),
            width=plan_rung.width if plan_rung else 0,
            height=plan_rung.height if plan_rung else 0,
            bitrate_bps=busiest if complete else max(cap, busiest),
            codecs=codecs,
            copied=bool(plan_rung and plan_rung.copied),
        )
        return head, [self.made("init", f"{folder}/init.mp4", folder), *pieces], mean if complete else 0

    def others(self) -> list[Made]:
        files = []
        if self.plan.picture:
            poster, board = self.plan.picture.poster, self.plan.picture.storyboard
            if (self.into / "poster.jpg").exists():
                files.append(replace(self.made("poster", "poster.jpg"), width=poster.width, height=poster.height))
            for sheet in sorted(self.into.glob("storyboard-*.jpg")):
                made = self.made("storyboard", sheet.name)
                files.append(replace(made, width=board.width * SHEET, height=board.height * SHEET))
            files.append(self.made("storyboard_map", "storyboard.vtt"))
        if self.plan.sound:
            files.append(self.made("peaks", "peaks.json"))
        if self.options.download:
            files.append(self.made("download", "download.mp4"))
        return files

    def made(self, kind: Kind, name: str, rung: str = "") -> Made:
        return Made(kind, name, (self.into / name).stat().st_size, rung)


def _replace(path: Path, text: str) -> None:
    """Write so that a reader sees the old or the new, never half."""
    new = path.with_name(f".{path.name}.new")
    new.write_text(text)
    new.replace(path)
