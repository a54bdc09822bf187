"""The same on a bucket: moto's server speaks S3 over a real socket."""

from __future__ import annotations

import asyncio
import dataclasses
import urllib.request

import boto3
import pytest
from moto.server import ThreadedMotoServer

from jobs import services as jobs
from jobs.tasks import attempt_at
from kernel import clock
from media.assets import selectors, services, storage, uploads
from media.assets.models import Asset
from tests import services as machine
from tests.media.assets import test_work
from tests.media.assets.test_files import get

pytestmark = pytest.mark.django_db(transaction=True)
fake = test_work.fake


@pytest.fixture(scope="module")
def endpoint():
    server = ThreadedMotoServer("127.0.0.1", machine.free_port(), verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def bucket(endpoint, settings, tmp_path):
    name = f"stoa-{machine.free_port()}"
    keys = {"aws_access_key_id": "k", "aws_secret_access_key": "s", "region_name": "us-east-1"}
    bucket = boto3.resource("s3", endpoint_url=endpoint, **keys).create_bucket(Bucket=name)
    options = {
        "bucket_name": name, "endpoint_url": endpoint, "access_key": "k", "secret_key": "s", "region_name": "us-east-1",
        "location": "site", "default_acl": None, "file_overwrite": True, "querystring_auth": True,
    }  # fmt: skip
    settings.STORAGES = {
        **settings.STORAGES,
        "assets": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options},
    }
    settings.ENV = dataclasses.replace(settings.ENV, data=tmp_path)
    return bucket


def names(bucket):
    return sorted(each.key for each in bucket.objects.all())


@pytest.fixture
def ready(unit, ada, fake):
    upload = uploads.begin(organisation=unit, owner=ada, name="lecture.mp4", size=5, now=clock.now())
    uploads.add(upload, offset=0, data=b"by", checksum=None, now=clock.now())
    upload = uploads.upload_of(ada, upload.pk, now=clock.now())
    uploads.add(upload, offset=2, data=b"tes", checksum=None, now=clock.now())
    asset = Asset.objects.get()
    attempt_at(jobs.take(pk=asset.job_id, attempt=1, worker="one", now=clock.now()))
    asset.refresh_from_db()
    return asset


def test_an_upload_becomes_a_stream_in_the_bucket(ready, bucket, fake, tmp_path):
    assert (ready.state, fake.calls[0][0]) == ("ready", b"bytes")
    base = f"site/assets/{ready.pk}"
    assert names(bucket) == [
        f"{base}/1/360p/1.m4s", f"{base}/1/360p/index.m3u8", f"{base}/1/720p/index.m3u8", f"{base}/1/master.m3u8",
        f"{base}/1/peaks.json", f"{base}/1/poster.jpg", f"{base}/original/file.mp4",
    ]  # fmt: skip
    assert list((tmp_path / "work").iterdir()) == []


def test_made_anew_and_deleted_nothing_stays(ready, bucket):
    services.retry(ready, now=clock.now())
    ready.refresh_from_db()
    attempt_at(jobs.take(pk=ready.job_id, attempt=1, worker="one", now=clock.now()))
    ready.refresh_from_db()
    assert (ready.generation, storage.generations(ready.pk)) == (2, [2])
    services.delete_asset(ready, now=clock.now())
    assert names(bucket) == []


def fetched(address: str) -> bytes:
    with urllib.request.urlopen(address) as there:
        return there.read()


@pytest.fixture
def folder(ready):
    return selectors.folder_url(ready, now=clock.now())


async def test_files_are_served_by_ranges(folder):
    answer, body = await get(folder + "360p/1.m4s", Range="bytes=2-4")
    assert (answer.status_code, body, answer["Content-Range"]) == (206, b"xxx", "bytes 2-4/10")
    assert (await get(folder + "360p/1.m4s", If_None_Match=answer["ETag"]))[0].status_code == 304
    assert (await get(folder + "360p/2.m4s"))[0].status_code == 404


async def test_browsers_may_be_sent_to_the_bucket(folder, settings):
    s3 = dataclasses.replace(settings.ENV.s3, bucket="x", redirect=True)
    settings.ENV = dataclasses.replace(settings.ENV, s3=s3)
    answer, _ = await get(folder + "360p/1.m4s")
    assert answer.status_code == 302
    assert "Signature" in answer["Location"]
    assert await asyncio.to_thread(fetched, answer["Location"]) == b"x" * 10
    playlist, body = await get(folder + "master.m3u8")  # relative addresses must come back to us
    assert (playlist.status_code, body) == (200, b"x" * 10)
