"""How long it takes to be in: from the click on “Join now” to the first decoded picture of somebody else.

    ./stoa bench join [--json] [--times 8]

A real Stoa and real Chromium on this machine; one person is in already, another joins again and again.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream", "--allow-loopback-in-peer-connection",
]  # fmt: skip


def free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stoa:
    """A whole Stoa for the time of the measurement, in a folder that goes with it."""

    def __enter__(self) -> Stoa:
        self.data = Path(tempfile.mkdtemp(prefix="stoa-bench-"))
        port = free_port(socket.SOCK_STREAM)
        self.url = f"http://localhost:{port}"
        self.environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("STOA_")},
            "STOA_DATA": str(self.data),
            "STOA_PUBLIC_ADDRESS": self.url,
            "STOA_MEDIA_UDP_PORT": str(free_port(socket.SOCK_DGRAM)),
        }
        self.manage("prepare")
        web = ["-m", "config.web", "-b", "127.0.0.1", "-p", str(port)]
        self.processes = [self._start("-m", "config.node"), self._start(*web)]
        for _ in range(300):
            try:
                urllib.request.urlopen(self.url + "/health/", timeout=2).close()
                return self
            except OSError:
                time.sleep(0.1)
        raise TimeoutError("Stoa did not start")

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        quiet = subprocess.DEVNULL
        return subprocess.Popen([sys.executable, *words], cwd=ROOT, env=self.environ, stdout=quiet, stderr=quiet)

    def manage(self, *words: str) -> str:
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.environ, capture_output=True, text=True, check=True)
        return done.stdout.strip().splitlines()[-1]

    def __exit__(self, *_: Any) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
            process.wait(10)
        shutil.rmtree(self.data, ignore_errors=True)


def join(page: Any, url: str, name: str) -> None:
    page.goto(url)
    page.get_by_label("Your name").fill(name)
    page.wait_for_timeout(500)  # the camera opens; it is not part of what is measured
    page.evaluate(
        "addEventListener('click', () => { window.__clicked = performance.now(); }, {capture: true, once: true})"
    )
    page.get_by_role("button", name="Join now").click()


def measure(times: int) -> list[float]:
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    found: list[float] = []
    with Stoa() as stoa, sync_playwright() as playwright:
        url = json.loads(stoa.manage("room", "create", "Bench", "--open"))["join_url"]
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        join(browser.new_context(locale="en-GB").new_page(), url, "There")
        for n in range(times):
            context = browser.new_context(locale="en-GB")
            page = context.new_page()
            join(page, url, f"Comes {n}")
            page.wait_for_function(
                "() => [...document.querySelectorAll('[data-participant]')].filter(t =>"
                " [...t.querySelectorAll('video')].some(v => v.getVideoPlaybackQuality().totalVideoFrames > 0))"
                ".length >= 2",
                polling="raf",
                timeout=30_000,
            )
            found.append(page.evaluate("performance.now() - window.__clicked"))
            context.close()
        browser.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="./stoa bench join", description="From the click to the first picture.")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--times", type=int, default=8)
    chosen = parser.parse_args()
    found = sorted(measure(chosen.times))
    said = {
        "joins": len(found),
        "min_ms": round(found[0]),
        "p50_ms": round(statistics.median(found)),
        "p95_ms": round(found[min(len(found) - 1, int(len(found) * 0.95))]),
        "max_ms": round(found[-1]),
    }
    print(json.dumps(said) if chosen.json else "  ".join(f"{name}={value}" for name, value in said.items()))


if __name__ == "__main__":
    main()
