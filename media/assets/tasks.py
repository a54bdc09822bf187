"""The work on assets: what came in is made playable; uploads left lying go; what lost its job goes on."""

from __future__ import annotations

import dataclasses
import logging
from datetime import timedelta
from errno import EDQUOT, ENOSPC
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jobs.errors import JobStopped
from jobs.registry import kind
from kernel import clock
from kernel.errors import StoaError
from media import pipeline
from media.assets import looking, naming, selectors, services, storage, uploads
from media.assets.errors import NotMade, StorageFull
from media.assets.models import Asset, Rendition
from media.assets.services import Made
from media.assets.states import State

if TYPE_CHECKING:
    from jobs.running import Running

logger = logging.getLogger(__name__)

SAY_EVERY_MS = 500
TRIES_OF_THE_PIPELINE = 3
NO_ROOM = {ENOSPC, EDQUOT}
KINDS = {
    "poster": Rendition.Kind.POSTER,
    "storyboard": Rendition.Kind.STORYBOARD,
    "storyboard_map": Rendition.Kind.STORYBOARD,
    "peaks": Rendition.Kind.WAVEFORM,
    "download": Rendition.Kind.MP4,
    "master": Rendition.Kind.HLS,
}


def words(step: str) -> str:
    return {
        "measuring": gettext("Measuring the sound"),
        "encoding": gettext("Making the qualities"),
        "finishing": gettext("Finishing"),
    }.get(step, "")


@kind(services.KIND_OF_JOB, _("Preparing a media file"), tries=12, first_pause=timedelta(seconds=2))
def process(running: Running, *, asset: str) -> dict[str, Any] | None:
    claimed = services.claim(asset)
    if claimed is None:
        return None
    found, number = claimed
    return _Work(running, found, number).do()


class _Work:
    """One attempt at one generation. Whatever ends it, the asset's row says how it stands."""

    def __init__(self, running: Running, asset: Asset, number: int) -> None:
        self.running, self.asset, self.number = running, asset, number
        self.into = storage.generation_folder(asset.pk, number)
        self.finished_before = selectors.is_finished(asset)
        self.sent: set[str] = set()
        self.said_ms = 0
        self.stopped = False

    def do(self) -> dict[str, Any] | None:
        try:
            uploads.assemble(self.asset)
            services.sweep(self.asset)  # what dead workers left
            if self.asset.kind in {Asset.Kind.VIDEO, Asset.Kind.AUDIO}:
                self.transcode()
            else:
                self.take_over()
        except (pipeline.Cancelled, JobStopped):
            self.stop()
            raise JobStopped from None
        except (pipeline.DiskFull, StorageFull):
            return self.wait_for_room()
        except pipeline.Failed as failed:
            self.try_again(failed)
        except StoaError as refused:
            params = getattr(refused, "params", {})
            problem = gettext(type(refused).text) % params if params else gettext(type(refused).text)
            services.let_go(self.asset, self.number, State.REFUSED, problem=problem)
            raise
        except OSError as error:
            if error.errno in NO_ROOM:
                return self.wait_for_room()
            raise
        finally:
            storage.forget_work(self.asset.pk, self.number)
        storage.forget_work(self.asset.pk)
        return {"asset": str(self.asset.pk), "generation": self.number}

    def transcode(self) -> None:
        source = storage.original_path(self.asset.pk, self.asset.original, self.asset.bytes)
        result = pipeline.transcode(
            source,
            self.into,
            options=pipeline.Options(name=self.asset.original_name, download=self.asset.download),
            progress=self.progress,
            cancelled=self.cancelled,
            playable=self.playable,
        )
        storage.send(self.asset.pk, self.number, [file.name for file in result.files], sent=self.sent)
        self.show(result)

    def take_over(self) -> None:
        """A picture or a document is served as it came, once it was looked at."""
        path, ending = (
            storage.original_path(self.asset.pk, self.asset.original, self.asset.bytes),
            naming.ending(self.asset.original_name),
        )
        looked, made = looking.Looked(), []
        if self.asset.kind == Asset.Kind.IMAGE:
            poster = self.into / "poster.jpg"
            looked = looking.picture(path, ending, poster)
            made = [Made(kind="poster", name="poster", path=poster.name, bytes=poster.stat().st_size)]
        else:
            looking.document(path, ending)
        storage.send(self.asset.pk, self.number, [each.path for each in made], sent=self.sent)
        self.publish(made, complete=True, width=looked.width, height=looked.height)

    # ------------------------------------------------------------ told by the pipeline

    def progress(self, done: float, step: str) -> None:
        now_ms = clock.monotonic_ms()
        if self.stopped or now_ms - self.said_ms < SAY_EVERY_MS:
            return
        self.said_ms = now_ms
        try:
            self.running.say(done, words(step))
        except JobStopped:
            self.stopped = True

    def cancelled(self) -> bool:
        return self.stopped

    def playable(self, result: pipeline.Result) -> None:
        storage.send(self.asset.pk, self.number, [file.name for file in result.files], sent=self.sent)
        # What was finished before plays on until this is finished too.
        if self.asset.generation != self.number and not self.finished_before:
            self.show(result)

    def show(self, result: pipeline.Result) -> None:
        video = result.facts.video
        self.publish(
            rows(result),
            complete=result.complete,
            duration=round(result.duration_s, 3),
            width=video.shown_width if video else 0,
            height=video.shown_height if video else 0,
            facts=plain(result.facts),
        )

    def publish(self, made: list[Made], *, complete: bool, **fields: Any) -> None:
        if not services.publish(self.asset, self.number, made=made, complete=complete, **fields):
            self.stopped = True
            if complete:
                raise JobStopped

    # ------------------------------------------------------------ ended otherwise

    def stop(self) -> None:
        """Cancelled by a person; or another worker has the asset, or it was deleted: then the row is not ours."""
        self.running.job.refresh_from_db()
        if self.running.job.state == "cancelled":
            services.let_go(self.asset, self.number, State.FAILED, problem=gettext("This was cancelled."))
        else:
            services.sweep(self.asset)

    def wait_for_room(self) -> dict[str, Any]:
        problem = gettext("The server's disk is full. It goes on by itself when there is room.")
        services.let_go(self.asset, self.number, State.QUEUED, problem=problem)
        return {"asset": str(self.asset.pk), "waiting": "disk"}

    def try_again(self, failed: pipeline.Failed) -> NoReturn:
        """Two more times; what fails thrice would fail for ever."""
        logger.warning("failed asset=%s generation=%d said=%s", self.asset.pk, self.number, failed)
        if self.running.job.attempt >= TRIES_OF_THE_PIPELINE:
            services.let_go(self.asset, self.number, State.FAILED, problem=gettext(NotMade.text))
            raise NotMade
        services.let_go(self.asset, self.number, State.QUEUED, problem="")
        raise RuntimeError("the pipeline failed")


def rows(result: pipeline.Result) -> list[Made]:
    """A row for each file but segments, which are many: their bytes count with their playlist."""
    weights: dict[str, int] = {}
    for file in result.of("init", "segment"):
        weights[file.rung] = weights.get(file.rung, 0) + file.bytes
    return [row(file, weights.get(file.rung, 0)) for file in result.files if file.kind not in {"init", "segment"}]


def row(file: pipeline.Made, more_bytes: int) -> Made:
    if file.kind == "playlist":
        sort = Rendition.Kind.AUDIO if file.rung == "sound" else Rendition.Kind.HLS
    else:
        sort = KINDS[file.kind]
    return Made(
        kind=sort,
        name=file.rung or Path(file.name).stem + ("-map" if file.kind == "storyboard_map" else ""),
        path=file.name,
        bytes=file.bytes + (more_bytes if file.kind == "playlist" else 0),
        width=file.width,
        height=file.height,
        bitrate=file.bitrate_bps,
        codec=file.codecs,
    )


def plain(facts: pipeline.Facts) -> dict[str, Any]:
    """For JSON."""

    def value(given: Any) -> Any:
        if isinstance(given, dict):
            return {name: value(each) for name, each in given.items()}
        return float(given) if isinstance(given, Fraction) else given

    return dict(value(dataclasses.asdict(facts)))


@kind("assets.mind", _("Looking after media files"), every=timedelta(minutes=5))
def mind(running: Running) -> dict[str, int]:
    now = clock.now()
    return {"expired": uploads.expire(now=now), **services.mind(now=now)}


@kind("assets.tidy", _("Removing what belongs to no media file"), every=timedelta(days=1))
def tidy(running: Running) -> dict[str, int]:
    return {"removed": uploads.tidy()}
