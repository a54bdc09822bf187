"""Files under signed addresses: who gets in, and what HTTP promises."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import AsyncClient

from kernel import clock
from media.assets import selectors, signing, storage
from web import files

BODY = bytes(range(256)) * 1200  # more than two pieces


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def asset(make_asset):
    asset = make_asset()
    for name, content in (("master.m3u8", b"#EXTM3U\n"), ("360p/00001.m4s", BODY), ("secret.html", b"<script>")):
        storage.keep(storage.folder(asset.pk, 1) + name, content)
    return asset


@pytest.fixture
def folder(asset):
    return selectors.folder_url(asset, now=clock.now())


async def get(address, method="get", **headers):
    answer = await getattr(AsyncClient(), method)(address, headers={k.replace("_", "-"): v for k, v in headers.items()})
    body = b"".join([part async for part in answer.streaming_content]) if answer.streaming else answer.content
    return answer, body


pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_segment_is_sent_whole_with_what_players_need(folder):
    answer, body = await get(folder + "360p/00001.m4s")
    assert (answer.status_code, body) == (200, BODY)
    assert answer["Content-Length"] == str(len(BODY))
    assert answer["Content-Type"] == "video/iso.segment"
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"].startswith("private")
    playlist, _ = await get(folder + "master.m3u8")
    assert playlist["Content-Type"] == "application/vnd.apple.mpegurl"
    assert "no-cache" in playlist["Cache-Control"]


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [("bytes=0-0", 0, 0), ("bytes=10-19", 10, 19), ("bytes=307190-", 307190, 307199), ("bytes=-5", 307195, 307199),
     ("bytes=0-999999999", 0, 307199), ("bytes=-999999999", 0, 307199), ("bytes=131000-140000", 131000, 140000)],
)  # fmt: skip
async def test_a_range(folder, wanted, first, last):
    answer, body = await get(folder + "360p/00001.m4s", Range=wanted)
    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes {first}-{last}/{len(BODY)}"
    assert body == BODY[first : last + 1]
    assert answer["Content-Length"] == str(len(body))


@pytest.mark.parametrize("wanted", ["bytes=307200-", "bytes=999999-1000000", "bytes=-0"])
async def test_a_range_that_is_not_there(folder, wanted):
    answer, body = await get(folder + "360p/00001.m4s", Range=wanted)
    assert (answer.status_code, answer["Content-Range"], body) == (416, f"bytes */{len(BODY)}", b"")


@pytest.mark.parametrize(
    "wanted", ["bytes=5-2", "bytes=a-b", "bytes=0-1,4-5", "lines=0-1", "bytes=-", "bytes=٣-٤", "x"]
)
async def test_a_range_that_is_not_understood_gets_everything(folder, wanted):
    answer, body = await get(folder + "360p/00001.m4s", Range=wanted.encode().decode("latin-1"))
    assert (answer.status_code, body) == (200, BODY)


async def test_conditions(folder):
    address = folder + "360p/00001.m4s"
    first, _ = await get(address)
    etag, modified = first["ETag"], first["Last-Modified"]
    for headers in ({"If_None_Match": etag}, {"If_None_Match": f'"x", W/{etag}'}, {"If_Modified_Since": modified}):
        answer, body = await get(address, **headers)
        assert (answer.status_code, body, answer["ETag"]) == (304, b"", etag), headers
    assert (await get(address, If_None_Match='"x"'))[0].status_code == 200
    assert (await get(address, If_Match='"x"'))[0].status_code == 412
    old = "Thu, 01 Jan 2015 00:00:00 GMT"
    assert (await get(address, If_Unmodified_Since=old))[0].status_code == 412
    for same in (etag, modified):
        assert (await get(address, Range="bytes=0-1", If_Range=same))[0].status_code == 206
    for other in ('"x"', f"W/{etag}", old):
        assert (await get(address, Range="bytes=0-1", If_Range=other))[0].status_code == 200


async def test_head_says_it_all_and_sends_nothing(folder):
    answer, body = await get(folder + "360p/00001.m4s", method="head", Range="bytes=0-1")
    assert (answer.status_code, body, answer["Content-Length"]) == (200, b"", str(len(BODY)))


async def test_the_token_covers_the_folder_and_nothing_beside_it(asset, folder, make_asset):
    token = folder.rstrip("/").rpartition("/")[2]
    other = str(asset.pk)[:-1] + ("0" if str(asset.pk)[-1] != "0" else "1")
    for address in (
        f"/media/a/{asset.pk}/2/{token}/master.m3u8",
        f"/media/a/{other}/1/{token}/master.m3u8",
        f"/media/a/{asset.pk}/1/public/master.m3u8",
        f"/media/a/{asset.pk}/1/{token[:-1]}/master.m3u8",
        f"/media/a/{asset.pk}/1/x/master.m3u8",
    ):
        assert (await get(address))[0].status_code == 404, address
    for path in ("../2/x.m4s", "..%2f..%2foriginal/file.mp4", "secret.html", "nothing.m4s", "360p", "original", ""):
        assert (await get(folder + path))[0].status_code == 404, path


async def test_an_expired_address_opens_nothing(asset):
    past = clock.now() - timedelta(days=1)
    token = signing.token(asset.pk, 1, now=past)
    answer, body = await get(f"/media/a/{asset.pk}/1/{token}/360p/00001.m4s")
    assert answer.status_code == 403
    assert BODY[:100] not in body


async def test_public_is_public_until_it_is_not(asset):
    address = f"/media/a/{asset.pk}/1/public/360p/00001.m4s"
    type(asset).objects.filter(pk=asset.pk)
    await type(asset).objects.filter(pk=asset.pk).aupdate(public=True)
    answer, body = await get(address)
    assert (body, answer["Cache-Control"].split(",")[0]) == (BODY, "public")
    await type(asset).objects.filter(pk=asset.pk).aupdate(public=False)
    assert (await get(address))[0].status_code == 404


async def test_a_document_is_sandboxed_under_its_own_name(make_asset_async):
    asset = await make_asset_async(kind="document", original_name='讲义 "1".pdf', original="assets/x/original/file.pdf")
    storage.keep("assets/x/original/file.pdf", b"%PDF-1.7")
    answer, body = await get(selectors.folder_url(asset, now=clock.now()) + "original")
    assert body == b"%PDF-1.7"
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert answer["Content-Type"] == "application/pdf"
    assert "filename*=UTF-8''%E8%AE%B2%E4%B9%89" in answer["Content-Disposition"]
    assert "\n" not in answer["Content-Disposition"]


@pytest.fixture
def make_asset_async(make_asset):
    from asgiref.sync import sync_to_async

    return sync_to_async(make_asset)


async def test_a_proxy_may_send_the_bytes(folder, asset, settings):
    import dataclasses

    settings.ENV = dataclasses.replace(settings.ENV, media_accel="/protected/")
    answer, body = await get(folder + "360p/00001.m4s")
    assert answer["X-Accel-Redirect"] == f"/protected/assets/{asset.pk}/1/360p/00001.m4s"
    assert body == b""
    assert answer["Content-Type"] == "video/iso.segment"


async def test_an_empty_file_is_empty(tmp_path, rf):
    (tmp_path / "nothing").write_bytes(b"")
    found = files.local(tmp_path / "nothing")
    answer = files.answer(rf.get("/"), found, files.Serving(content_type="text/plain", etag="x"))
    assert (answer.status_code, answer["Content-Length"]) == (200, "0")
