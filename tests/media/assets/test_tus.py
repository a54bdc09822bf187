"""Uploads by tus 1.0: as the protocol says, and nothing in by the back door."""

from __future__ import annotations

import base64
import hashlib
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from jobs.models import Job
from kernel import clock
from media.assets import services, storage, uploads
from media.assets.errors import FileTooBig, QuotaReached, StorageFull
from media.assets.models import Asset, Part, Upload

pytestmark = pytest.mark.django_db
TUS = {"Tus-Resumable": "1.0.0"}
PART = "application/offset+octet-stream"
DATA = bytes(range(256)) * 8


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def said(**words):
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in words.items())


def begin(client, *, size=2048, filename="lecture.mp4", organisation="libraries", **more):
    words = said(filename=filename, organisation=organisation, **more)
    return client.post("/assets/tus/", headers={**TUS, "Upload-Length": str(size), "Upload-Metadata": words})


def patch(client, address, offset, data, **headers):
    headers = {**TUS, "Upload-Offset": str(offset), **headers}
    return client.patch(address, data, content_type=PART, headers=headers)


@pytest.fixture
def client_of_ada(ada):
    client = Client()
    client.force_login(ada)
    return client


def test_a_file_arrives_in_parts_and_is_queued(client_of_ada, ada):
    begun = begin(client_of_ada, title="第一讲")
    assert begun.status_code == 201
    assert begun["Tus-Resumable"] == "1.0.0"
    assert "Upload-Expires" in begun
    address = begun["Location"]
    first = patch(client_of_ada, address, 0, DATA[:1000])
    assert (first.status_code, first["Upload-Offset"]) == (204, "1000")
    head = client_of_ada.head(address, headers=TUS)
    assert (head["Upload-Offset"], head["Upload-Length"], head["Cache-Control"]) == ("1000", "2048", "no-store")
    assert patch(client_of_ada, address, 1000, DATA[1000:])["Upload-Offset"] == "2048"
    asset = Asset.objects.get()
    assert (asset.title, asset.owner, asset.state, asset.job.kind) == ("第一讲", ada, "queued", "assets.process")
    uploads.assemble(asset)
    assert storage.local_path(asset.original).read_bytes() == DATA
    assert not Part.objects.exists()
    assert storage.folders("uploads") == []


def test_what_is_spoken_is_said_without_signing_in(client):
    answer = client.options("/assets/tus/")
    assert answer["Tus-Version"] == "1.0.0"
    assert answer["Tus-Extension"] == "creation,expiration,checksum,termination"
    assert "sha256" in answer["Tus-Checksum-Algorithm"]
    assert int(answer["Tus-Max-Size"]) > 0


@pytest.mark.parametrize("offset", [0, 999, 1001, 2048])
def test_a_part_for_another_place_is_refused(client_of_ada, offset):
    address = begin(client_of_ada)["Location"]
    patch(client_of_ada, address, 0, DATA[:1000])
    assert patch(client_of_ada, address, offset, b"x").status_code == 409
    assert client_of_ada.head(address, headers=TUS)["Upload-Offset"] == "1000"


def test_of_two_writers_one_is_told(client_of_ada, ada):
    address = begin(client_of_ada)["Location"]
    upload = Upload.objects.get()
    behind = Upload.objects.get()  # read before the other had written
    uploads.add(upload, offset=0, data=DATA[:1000], checksum=None, now=clock.now())
    with pytest.raises(uploads.WrongOffset):
        uploads.add(behind, offset=0, data=b"x" * 1000, checksum=None, now=clock.now())
    patch(client_of_ada, address, 1000, DATA[1000:])
    asset = Asset.objects.get()
    uploads.assemble(asset)
    assert storage.local_path(asset.original).read_bytes() == DATA


def test_a_damaged_part_is_sent_again(client_of_ada):
    address = begin(client_of_ada)["Location"]
    right = base64.b64encode(hashlib.sha1(DATA).digest()).decode()
    wrong = patch(client_of_ada, address, 0, DATA[:-1] + b"!", **{"Upload-Checksum": f"sha1 {right}"})
    assert wrong.status_code == 460
    assert client_of_ada.head(address, headers=TUS)["Upload-Offset"] == "0"
    assert patch(client_of_ada, address, 0, DATA, **{"Upload-Checksum": "crc0 AAAA"}).status_code == 400
    assert patch(client_of_ada, address, 0, DATA, **{"Upload-Checksum": f"sha1 {right}"}).status_code == 204


def test_an_upload_can_be_given_up(client_of_ada):
    address = begin(client_of_ada)["Location"]
    patch(client_of_ada, address, 0, DATA[:1000])
    assert client_of_ada.delete(address, headers=TUS).status_code == 204
    assert client_of_ada.head(address, headers=TUS).status_code == 404
    assert not Asset.objects.exists()
    assert storage.folders("uploads") == storage.folders("assets") == []


def test_an_abandoned_upload_goes(client_of_ada):
    address = begin(client_of_ada)["Location"]
    patch(client_of_ada, address, 0, DATA[:1000])
    later = clock.now() + uploads.KEPT + timedelta(seconds=1)
    assert uploads.expire(now=clock.now()) == 0
    Upload.objects.update(expires=clock.now() - timedelta(seconds=1))
    assert patch(client_of_ada, address, 1000, DATA[1000:]).status_code == 410
    assert uploads.expire(now=later) == 1
    assert not Asset.objects.exists()
    assert storage.folders("uploads") == []


def test_folders_without_a_row_go(client_of_ada):
    begin(client_of_ada)
    kept = Upload.objects.get()
    uploads.add(kept, offset=0, data=b"x", checksum=None, now=clock.now())
    storage.keep("uploads/0000/part", b"x")
    storage.keep("assets/0000/1/master.m3u8", b"x")
    assert uploads.tidy() == 2
    assert storage.folders("uploads") == [str(kept.pk)]


def test_another_person_finds_nothing(client_of_ada, bob, eve):
    address = begin(client_of_ada)["Location"]
    for person in (bob, eve):
        client = Client()
        client.force_login(person)
        assert client.head(address, headers=TUS).status_code == 404
        assert patch(client, address, 0, DATA).status_code == 404
        assert client.delete(address, headers=TUS).status_code == 404
        assert begin(client).status_code == 403
    assert Client().head(address, headers=TUS).status_code == 401


def test_nothing_comes_from_another_site(ada):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    assert begin(client).status_code == 403
    assert not Asset.objects.exists()


@pytest.mark.parametrize(
    ("filename", "size", "status"),
    [
        ("lecture.mp4", 0, 422),
        ("lecture.exe", 10, 415),
        ("lecture.m3u8", 10, 415),
        ("lecture.svg", 10, 415),
        ("lecture.html", 10, 415),
        ("lecture", 10, 415),
        ("", 10, 415),
        ("lecture.mp4", 10**14, 413),
        ("lecture.mp4", "-1", 400),
        ("lecture.mp4", "٣", 400),
        ("lecture.mp4", "9" * 40, 400),
        ("lecture.mp4\u202e.exe", 10, 415),
    ],
)
def test_what_can_not_come_in_is_refused_before_a_byte_moves(client_of_ada, filename, size, status):
    size = size if isinstance(size, int) else size.encode("utf-8").decode("latin-1")
    answer = begin(client_of_ada, filename=filename, size=size)
    assert answer.status_code == status
    assert answer.json()["error"]["text"]
    assert not Asset.objects.exists()


def test_names_are_made_safe(client_of_ada):
    begin(client_of_ada, filename="../../etc/讲座\x00\u202e 一.mp4")
    asset = Asset.objects.get()
    assert asset.original_name == "讲座 一.mp4"
    assert services.original_name(asset) == f"assets/{asset.pk}/original/file.mp4"


def limit(settings, **given):
    import dataclasses

    settings.ENV = dataclasses.replace(settings.ENV, **given)


def test_a_quota_counts_what_is_on_its_way(client_of_ada, settings):
    limit(settings, quota_bytes=3000)
    assert begin(client_of_ada).status_code == 201
    answer = begin(client_of_ada)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, QuotaReached.code)


@pytest.mark.django_db(transaction=True)
def test_a_quota_holds_for_uploads_that_begin_at_once(unit, ada, settings):
    limit(settings, quota_bytes=3000)
    gate, said = threading.Barrier(6), []

    def begin_one():
        try:
            gate.wait()
            uploads.begin(organisation=unit, owner=ada, name="a.mp4", size=2000, now=clock.now())
            said.append("begun")
        except QuotaReached:
            said.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=begin_one) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(said) == ["begun"] + ["refused"] * 5


def test_a_file_may_be_too_large(client_of_ada, settings):
    limit(settings, upload_bytes=2000)
    assert begin(client_of_ada).json()["error"]["code"] == FileTooBig.code


def test_a_full_disk_takes_nothing_and_goes_on_later(client_of_ada, monkeypatch):
    address = begin(client_of_ada)["Location"]
    monkeypatch.setattr(storage, "room", lambda: 0)
    answer = patch(client_of_ada, address, 0, DATA)
    assert (answer.status_code, answer.json()["error"]["code"]) == (507, StorageFull.code)
    monkeypatch.undo()


def test_a_part_is_at_most_8_mb_and_never_more_than_announced(client_of_ada):
    address = begin(client_of_ada)["Location"]
    assert patch(client_of_ada, address, 0, DATA + b"x").status_code == 413
    large = begin(client_of_ada, size=20 << 20)["Location"]
    assert patch(client_of_ada, large, 0, bytes((8 << 20) + 1)).status_code == 413
    assert patch(client_of_ada, large, 0, bytes(8 << 20)).status_code == 204


@pytest.mark.parametrize("given", ["filename !!!", "filename", "a" * 9000])
def test_odd_metadata_is_refused(client_of_ada, given):
    headers = {**TUS, "Upload-Length": "10", "Upload-Metadata": given}
    assert client_of_ada.post("/assets/tus/", headers=headers).status_code in {400, 403}
    assert not Asset.objects.exists()


def test_another_version_is_not_spoken(client_of_ada):
    answer = client_of_ada.post("/assets/tus/", headers={"Tus-Resumable": "0.2.2", "Upload-Length": "1"})
    assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")


def test_a_part_of_another_type_is_refused(client_of_ada):
    address = begin(client_of_ada)["Location"]
    answer = client_of_ada.patch(address, DATA, content_type="text/plain", headers={**TUS, "Upload-Offset": "0"})
    assert answer.status_code == 415


def test_what_arrived_whole_is_queued_once(client_of_ada):
    address = begin(client_of_ada)["Location"]
    patch(client_of_ada, address, 0, DATA)
    assert patch(client_of_ada, address, 2048, b"x").status_code == 413
    assert client_of_ada.delete(address, headers=TUS).status_code == 404
    assert Job.objects.filter(kind="assets.process").count() == 1
