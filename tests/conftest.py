"""What tests share.

- `db`, `transactional_db` (pytest-django): the real PostgreSQL that tests/services.py started.
- `server`: a whole Stoa (web, node, worker) on free ports with demonstration content, PostgreSQL and Valkey; one for
  each test process. `.url`, `.manage(*words)` → what the command printed, as JSON where it is JSON.
- `new_context(**options)`: a fresh browser context with camera and microphone allowed; closed after the test.
- `sign_in(context, username)`: the context, signed in as one of the demonstration people.
- `screenshot(page, name)`: keeps a picture in tests/output/screens/.

Browser tests carry the mark `browser`. Without Chromium they are skipped by name, and fail where CI=true.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests import services

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = services.ROOT
SCREENS = ROOT / "tests" / "output" / "screens"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream", "--allow-loopback-in-peer-connection",
    "--auto-select-desktop-capture-source=Entire screen", "--autoplay-policy=no-user-gesture-required",
    "--disable-dev-shm-usage",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM is None and os.environ.get("CI") != "true":
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if CHROMIUM is None and item.get_closest_marker("browser") and os.environ.get("CI") == "true":
        pytest.fail("browser tests need Chromium: apt-get install chromium", pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[object]:
    """Playwright leaves its event loop marked as running in this thread, which every async test would stumble over."""
    if not inspect.iscoroutinefunction(getattr(item, "obj", None)):
        return (yield)
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        return (yield)
    finally:
        asyncio._set_running_loop(loop)


@dataclass(slots=True)
class Server:
    """A running Stoa."""

    url: str
    environ: dict[str, str]
    processes: dict[str, subprocess.Popen[bytes]]
    commands: dict[str, list[str]]
    log: Path

    def manage(self, *words: str) -> Any:
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{words}: {done.stderr[-3000:]}"
        last = (done.stdout.strip().splitlines() or [""])[-1]
        return json.loads(last) if last.startswith("{") else done.stdout

    def start(self, name: str) -> None:
        with self.log.open("ab") as log:
            self.processes[name] = subprocess.Popen(
                self.commands[name], cwd=ROOT, env=self.environ, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, name: str) -> None:
        """As a crash would."""
        self.processes[name].send_signal(signal.SIGKILL)
        self.processes[name].wait()

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def wait(self, seconds: float = 60) -> None:
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            try:
                with urllib.request.urlopen(self.url + "/health/", timeout=5):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        raise AssertionError(f"the server did not start:\n{self.log.read_text()[-4000:]}")


@pytest.fixture(scope="session")
def built() -> None:
    """The front end's build: made when missing, so that pytest alone works too."""
    if not (ROOT / "frontend" / "dist" / "manifest.json").exists():
        from tools import setup

        setup.frontend(quiet=True)


@pytest.fixture(scope="session")
def server(built: None) -> Iterator[Server]:
    import socket

    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    number = 1 + int(worker.removeprefix("gw")) if worker.startswith("gw") else 1
    data = services.folder() / f"server-{worker}"
    data.mkdir()
    port, udp = services.free_port(), services.free_port(socket.SOCK_DGRAM)
    environ = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("STOA_", "DJANGO_"))},
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'platform'}",
        "STOA_DATA": str(data),
        "STOA_DATABASE_URL": services.database(f"server_{worker}"),
        # A number of its own: two servers that share one would place rooms on each other's nodes.
        "STOA_REDIS_URL": os.environ["TESTS_STOA_REDIS"].removesuffix("/0") + f"/{number}",
        "STOA_PUBLIC_ADDRESS": f"http://localhost:{port}",
        "STOA_MEDIA_UDP_PORT": str(udp),
        "STOA_FAULTS": "1",
    }
    running = Server(
        url=f"http://localhost:{port}",
        environ=environ,
        processes={},
        commands={
            "node": [sys.executable, "-m", "config.node"],
            "web": [sys.executable, "-m", "config.web", "-b", "127.0.0.1", "-p", str(port)],
            "worker": [sys.executable, "manage.py", "worker"],
        },
        log=data / "stoa.log",
    )
    running.manage("prepare")
    try:
        for name in running.commands:
            running.start(name)
        running.wait()
        yield running
    finally:
        running.stop()
        keep = ROOT / "tests" / "output"
        keep.mkdir(exist_ok=True)
        shutil.copy(running.log, keep / f"server-{worker}.log")


@pytest.fixture(scope="session")
def camera() -> Path:
    """A short moving picture as camera: small, because everybody's browser here encodes it in software."""
    import imageio_ffmpeg

    clip = services.folder() / f"camera-{os.getpid()}.y4m"
    subprocess.run(
        [
            imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-loglevel", "error", "-f", "lavfi",
            "-i", "testsrc2=size=320x180:rate=15:duration=4", "-pix_fmt", "yuv420p", str(clip),
        ],
        check=True,
    )  # fmt: skip
    return clip


@pytest.fixture(scope="session")
def browser(camera: Path) -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        flags = [*FLAGS, f"--use-file-for-fake-video-capture={camera}"]
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        loop = asyncio._get_running_loop()
        yield chromium
        asyncio._set_running_loop(loop)  # the last test may have been an async one: see pytest_runtest_protocol
        chromium.close()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        options.setdefault("locale", "en-GB")
        made.append(browser.new_context(**options))
        return made[-1]

    yield make
    for context in made:
        context.close()


@pytest.fixture
def sign_in(server: Server) -> Callable[[BrowserContext, str], BrowserContext]:
    """Through a session made on the server: the sign-in page has its own tests, and its rate limits."""

    def signed(context: BrowserContext, username: str) -> BrowserContext:
        key = server.manage("test_session", username)["session"]
        host = urlsplit(server.url).hostname or "localhost"
        context.add_cookies([{"name": "sessionid", "value": key, "domain": host, "path": "/"}])
        return context

    return signed


@pytest.fixture
def screenshot() -> Callable[[Page, str], Path]:
    def take(page: Page, name: str) -> Path:
        SCREENS.mkdir(parents=True, exist_ok=True)
        path = SCREENS / f"{name}.png"
        page.screenshot(path=path, animations="disabled")
        return path

    return take
