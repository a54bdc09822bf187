"""The library in a real browser: an upload survives a killed server, plays, is captioned; pictured in four looks."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from tests.e2e.test_screens import LOOKS, examine

pytestmark = pytest.mark.browser
PATIENCE_MS = 90_000


@pytest.fixture(scope="session")
def imported(server, lecture) -> dict[str, object]:
    return server.manage("asset", "import", str(lecture), "--wait", "--title", "Columns and roof", "--owner", "ada")


def test_an_upload_goes_on_after_the_server_was_killed(server, new_context, sign_in, lecture):
    page = sign_in(new_context(), "ada").new_page()
    page.goto(server.url + "/assets/")
    page.locator("stoa-upload").evaluate("element => { element.chunk = 262144 }")
    page.locator("stoa-upload input[type=file]").set_input_files(lecture)
    row = page.locator("stoa-upload li")
    bar = row.get_by_role("progressbar")
    expect(bar).to_have_attribute("aria-valuenow", re.compile(r"[1-9]\d"), timeout=PATIENCE_MS)
    server.kill("web")
    expect(row).to_contain_text("Trying again", timeout=PATIENCE_MS)
    before = int(bar.get_attribute("aria-valuenow") or 0)
    assert before < 100
    server.start("web")
    server.wait()
    row.get_by_role("button", name="Pause").click()
    expect(row).to_contain_text("Paused")
    row.get_by_role("button", name="Go on").click()
    row.get_by_role("link", name="Open").click(timeout=PATIENCE_MS)
    expect(page.get_by_role("heading", name="第一讲 Columns", level=1)).to_be_visible()
    expect(page.locator(".badge", has_text="Ready").first).to_be_visible(timeout=PATIENCE_MS)


def test_it_plays_in_the_browser_and_is_captioned(server, new_context, sign_in, imported, tmp_path):
    page = sign_in(new_context(), "ada").new_page()
    page.goto(f"{server.url}/assets/{imported['id']}/")
    video = page.locator("stoa-recording video")
    expect(video).to_have_js_property("readyState", 4, timeout=PATIENCE_MS)
    played = (
        "video => new Promise(done => { video.ontimeupdate = () => video.currentTime > 1 && done(true); video.play() })"
    )
    assert video.evaluate(played)
    srt = tmp_path / "words.srt"
    srt.write_text("1\n00:00:01,000 --> 00:00:03,000\n柱与顶 <script>alert(1)</script>\n", encoding="utf-8")
    page.get_by_text("Add captions").click()
    page.get_by_label("Language").select_option("zh-Hans")
    page.get_by_label("File").set_input_files(srt)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="简体中文")).to_be_visible()
    cues = page.evaluate(
        "async () => { const track = document.querySelector('video').textTracks[0]; track.mode = 'hidden';"
        " for (let n = 0; n < 100 && !track.cues?.length; n++) await new Promise(r => setTimeout(r, 100));"
        " return [...track.cues].map(c => [c.startTime, c.endTime, c.text]) }"
    )
    assert cues == [[1, 3, "柱与顶 alert(1)"]]


def test_the_printed_address_works_as_printed_and_not_otherwise(server, imported):
    assert imported["status"] == "ready"
    with urllib.request.urlopen(str(imported["hls_url"])) as answer:
        assert answer.read().startswith(b"#EXTM3U")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(str(imported["hls_url"]).replace(".", "0.", 3))
    assert refused.value.code in {400, 404}


def test_without_a_worker_the_command_does_the_work(server, lecture):
    server.kill("worker")
    try:
        made = server.manage("asset", "import", str(lecture), "--wait", "--public")
    finally:
        server.start("worker")
    assert made["status"] == "ready"
    assert "/public/" in made["hls_url"]
    with urllib.request.urlopen(made["hls_url"]) as answer:
        assert answer.headers["Content-Type"] == "application/vnd.apple.mpegurl"
    json.dumps(made)


def test_another_organisation_sees_nothing(server, new_context, sign_in, imported):
    page = sign_in(new_context(), "bob").new_page()
    answer = page.goto(f"{server.url}/assets/{imported['id']}/")
    assert answer is not None
    assert answer.status == 404


@pytest.mark.parametrize("look", LOOKS)
def test_screens(server, new_context, sign_in, screenshot, look, request, imported, tmp_path):
    page = sign_in(new_context(**look, bypass_csp=True), "ada").new_page()
    page.goto(server.url + "/assets/")
    wrong = tmp_path / "notes.exe"
    wrong.write_bytes(b"MZ")
    page.locator("stoa-upload input[type=file]").set_input_files(wrong)
    expect(page.locator("stoa-upload [role=alert]")).to_be_visible()
    examine(page, f"library-{request.node.callspec.id}", screenshot)
    page.goto(f"{server.url}/assets/{imported['id']}/")
    expect(page.locator("stoa-recording video")).to_have_js_property("readyState", 4, timeout=PATIENCE_MS)
    examine(page, f"library-file-{request.node.callspec.id}", screenshot)
