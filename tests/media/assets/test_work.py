"""The job on an asset: published once, whatever happens to workers, disks and files."""

from __future__ import annotations

import shutil
from datetime import timedelta

import pytest

from jobs import services as jobs
from jobs.models import Job
from jobs.tasks import attempt_at
from kernel import clock
from media import pipeline
from media.assets import selectors, services, storage, tasks
from media.assets.models import Asset, Rendition
from tests.media.assets.conftest import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def result(into, facts, *, complete):
    files = []
    kinds = [("master", "master.m3u8", ""), ("playlist", "360p/index.m3u8", "360p"), ("segment", "360p/1.m4s", "360p")]
    if complete:
        kinds += [("playlist", "720p/index.m3u8", "720p"), ("poster", "poster.jpg", ""), ("peaks", "peaks.json", "")]
    for kind, name, rung in kinds:
        (into / name).parent.mkdir(exist_ok=True)
        (into / name).write_bytes(b"x" * 10)
        files.append(pipeline.Made(kind, name, 10, rung))
    return pipeline.Result(tuple(files), 12.5, None, facts, complete)


FACTS = pipeline.Facts("mov", 100, 12.5, None, None, 1, False)


class Pipeline:
    """In the pipeline's place: does what the test says at each step."""

    def __init__(self, monkeypatch):
        self.calls = []
        self.then = lambda source, into, told: None
        monkeypatch.setattr(pipeline, "transcode", self.transcode)

    def transcode(self, source, into, *, options, progress, cancelled, playable):
        self.calls.append((source.read_bytes(), into))
        progress(0.1, "measuring")
        playable(result(into, FACTS, complete=False))
        self.then(source, into, cancelled)
        if cancelled():
            raise pipeline.Cancelled
        progress(1.0, "finishing")
        return result(into, FACTS, complete=True)


@pytest.fixture
def fake(monkeypatch):
    return Pipeline(monkeypatch)


@pytest.fixture
def queued(unit, ada, tmp_path):
    path = tmp_path / "lecture.mp4"
    path.write_bytes(b"bytes")
    return services.import_file(path=path, organisation=unit, owner=ada, now=clock.now())


def run(asset, worker="one"):
    asset.refresh_from_db()
    job = jobs.take(pk=asset.job_id, attempt=asset.job.attempt + 1, worker=worker, now=clock.now())
    attempt_at(job)
    asset.refresh_from_db()
    job.refresh_from_db()
    return job


def folders(asset):
    return storage.generations(asset.pk)


def test_what_came_in_is_playable_early_and_ready_at_the_end(queued, fake):
    seen = {}

    def look(source, into, cancelled):
        now = Asset.objects.get()
        seen.update(state=now.state, playback=selectors.playback(now, now=NOW))

    fake.then = look
    job = run(queued)
    assert job.state == "ready"
    assert seen["state"] == "playable"
    assert seen["playback"].hls_url
    assert not seen["playback"].complete
    playback = selectors.playback(queued, now=NOW)
    assert (queued.state, queued.generation, queued.duration) == ("ready", 1, 12.5)
    assert playback.complete
    assert playback.poster_url
    assert playback.waveform_url
    assert Rendition.objects.get(name="360p").bytes == 20  # with its segments
    assert fake.calls[0][0] == b"bytes"


def test_a_killed_worker_leaves_it_to_another_who_publishes_once(queued, fake):
    class Killed(BaseException):
        pass

    def kill(source, into, cancelled):
        raise Killed

    fake.then = kill
    with pytest.raises(Killed):
        run(queued)
    queued.refresh_from_db()
    assert (queued.state, queued.generation) == ("playable", 1)
    fake.then = lambda source, into, cancelled: None
    later = clock.now() + timedelta(minutes=2)
    assert jobs.pick_up(now=later) == 1
    job = run(queued, "two")
    assert (job.state, queued.state, queued.generation) == ("ready", "ready", 2)
    assert folders(queued) == [2]
    assert set(Rendition.objects.values_list("generation", flat=True)) == {2}


def test_a_worker_that_was_only_slow_publishes_nothing(queued, fake):
    def overtaken(source, into, cancelled):
        fake.then = lambda *_: None
        services.claim(str(queued.pk))

    fake.then = overtaken
    run(queued)
    assert (queued.state, queued.generation, queued.claimed) == ("working", 1, 2)
    claimed = queued
    made = [services.Made(kind="hls", name="master", path="master.m3u8")]
    assert not services.publish(claimed, 1, made=made, complete=True)
    assert services.publish(claimed, 2, made=made, complete=True)
    assert not services.publish(claimed, 2, made=made, complete=True)


def test_a_full_disk_is_said_and_it_goes_on_when_there_is_room(queued, fake, monkeypatch):
    def full(source, into, cancelled):
        raise pipeline.DiskFull

    fake.then = full
    job = run(queued)
    assert job.state == "ready"
    assert queued.state == "queued"
    assert "disk is full" in queued.problem
    assert storage.local_path(queued.original).read_bytes() == b"bytes"
    later = clock.now() + timedelta(minutes=3)
    monkeypatch.setattr(storage, "room", lambda: 0)
    assert services.mind(now=later)["again"] == 0
    monkeypatch.undo()
    fake = Pipeline(monkeypatch)
    assert services.mind(now=later)["again"] == 1
    assert services.mind(now=later)["again"] == 0
    run(queued)
    assert (queued.state, queued.problem, len(fake.calls)) == ("ready", "", 1)


def test_a_refused_file_says_why_and_leaves_nothing(queued, fake):
    def refuse(source, into, cancelled):
        raise pipeline.errors.WrongExtension(extension="mp4", found="a picture", better="png")

    fake.then = refuse
    job = run(queued)
    assert (job.state, queued.state) == ("failed", "refused")
    assert "a picture" in queued.problem
    assert folders(queued) == []
    assert queued.original == ""
    assert not selectors.playback(queued, now=NOW).hls_url


def test_what_fails_thrice_has_failed_and_can_be_tried_again(queued, fake):
    def fail(source, into, cancelled):
        raise pipeline.Failed("ffmpeg said no")

    fake.then = fail
    for state in ("queued", "queued", "failed"):
        run(queued)
        assert queued.state == state
    assert "administrators" in queued.problem
    assert folders(queued) == []
    fake.then = lambda *_: None
    services.retry(queued, now=clock.now())
    run(queued)
    assert queued.state == "ready"


def test_cancelling_stops_it(queued, fake, monkeypatch):
    monkeypatch.setattr(tasks, "SAY_EVERY_MS", 0)

    def cancel(source, into, cancelled):
        jobs.cancel(Job.objects.get(), now=clock.now())

    fake.then = cancel
    original = fake.transcode

    def transcode(source, into, *, progress, cancelled, **more):
        def then(s, i, c):
            cancel(s, i, c)
            progress(0.5, "encoding")

        fake.then = then
        return original(source, into, progress=progress, cancelled=cancelled, **more)

    monkeypatch.setattr(pipeline, "transcode", transcode)
    run(queued)
    assert queued.state == "failed"
    assert folders(queued) == []


def test_deleting_while_it_is_made_leaves_nothing(queued, fake):
    fake.then = lambda *_: services.delete_asset(Asset.objects.get(), now=clock.now())
    queued.refresh_from_db()
    job = jobs.take(pk=queued.job_id, attempt=1, worker="one", now=clock.now())
    attempt_at(job)
    assert not Asset.objects.exists()
    assert storage.folders("assets") == []


def test_made_anew_the_old_plays_until_the_new_is_there(queued, fake):
    run(queued)
    services.retry(queued, now=clock.now())
    assert selectors.playback(queued, now=NOW).hls_url
    fake.then = lambda *_: seen.append(Asset.objects.get().generation)
    seen = []
    run(queued)
    assert seen == [1]
    assert (queued.generation, folders(queued)) == (2, [2])


def test_a_lost_job_is_found_again(queued, fake):
    Asset.objects.update(state="working", claimed=1)
    Job.objects.update(state="ready", finished=clock.now() - timedelta(hours=1))
    assert services.mind(now=clock.now())["again"] == 1
    run(queued)
    assert queued.state == "ready"


def test_a_real_clip_becomes_a_stream(unit, ada, tmp_path):
    import subprocess

    from media.pipeline.transcode import ffmpeg

    clip = tmp_path / "讲座.mp4"
    subprocess.run(
        [ffmpeg(), "-loglevel", "error", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25:duration=6", "-f", "lavfi",
         "-i", "sine=duration=6", "-pix_fmt", "yuv420p", "-shortest", clip], check=True,
    )  # fmt: skip
    asset = services.import_file(path=clip, organisation=unit, owner=ada, now=clock.now())
    assert run(asset).state == "ready"
    assert (asset.title, asset.state, asset.width, asset.height) == ("讲座", "ready", 640, 360)
    assert abs(asset.duration - 6) < 0.2
    playback = selectors.playback(asset, now=NOW)
    assert all([playback.hls_url, playback.poster_url, playback.storyboard_url, playback.waveform_url])
    for made in asset.renditions.all():
        assert (storage.local_path(storage.folder(asset.pk, 1)) / made.path).exists()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "not what the name promises"),
        ("a.jpg", b"<script>alert(1)</script>", "not what the name promises"),
        ("a.pdf", b"MZ\x90", "not what the name promises"),
        ("a.docx", b"PK\x03\x04", "not what the name promises"),
        ("a.txt", b"a\0b", "not what the name promises"),
        ("a.mp4", b"#EXTM3U\nhttp://example.org/a.ts\n", "list that points to other files"),
        ("a.mp4", b"nothing", "neither a video nor a sound"),
    ],
)
def test_hostile_files_are_refused_in_words(unit, ada, tmp_path, name, content, says):
    path = tmp_path / name
    path.write_bytes(content)
    asset = services.import_file(path=path, organisation=unit, owner=ada, now=clock.now())
    run(asset)
    assert asset.state == "refused"
    assert says in asset.problem
    assert folders(asset) == []


def test_bombs_are_refused(unit, ada, tmp_path):
    import zipfile

    from PIL import Image

    Image.new("1", (20_000, 20_000)).save(tmp_path / "bomb.png")
    with (
        zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a", "w", force_zip64=True) as member,
    ):
        piece = bytes(1 << 24)
        for _ in range(130):
            member.write(piece)
    for name, says in (("bomb.png", "100 million"), ("bomb.zip", "far larger")):
        asset = services.import_file(path=tmp_path / name, organisation=unit, owner=ada, now=clock.now())
        run(asset)
        assert (asset.state, says in asset.problem) == ("refused", True), name


def test_a_picture_and_a_document_are_served_as_they_came(unit, ada, tmp_path):
    from PIL import Image

    Image.new("RGB", (3000, 2000), "teal").save(tmp_path / "a.jpg")
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\n")
    for name in ("a.jpg", "a.pdf"):
        asset = services.import_file(path=tmp_path / name, organisation=unit, owner=ada, now=clock.now())
        run(asset)
        assert asset.state == "ready"
        assert selectors.playback(asset, now=NOW).download_url.endswith("/original")
    assert Asset.objects.get(kind="image").width == 3000
    shutil.rmtree(storage.local_path("assets"))
