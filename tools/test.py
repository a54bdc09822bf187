"""`./stoa test`: the same set-up, then every test. Ends with pytest's own closing line."""

from __future__ import annotations

import os
import shutil
import subprocess
from ctypes.util import find_library

from tools import setup
from tools.console import step

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
# ip and nft make the networks that some tests run in; Pango draws certificates.
PACKAGES = [
    "chromium", "fonts-noto-cjk", "iproute2", "nftables", "libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0",
]  # fmt: skip
TOOLS = ("ip", "nft")
LIBRARIES = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")


def run(arguments: list[str]) -> int:
    setup.everything(dev=True)
    setup.packages()
    chromium()
    failed = False
    if not arguments:  # a chosen part of the Python tests needs neither of these
        for name, command, cwd in front_end():
            with step(name):
                done = subprocess.run(
                    command, cwd=cwd, env=setup.with_node(command[0]), text=True, capture_output=True, check=False
                )
            if done.returncode:
                failed = True
                print(done.stdout[-8000:] + done.stderr[-4000:])
    workers = [] if any(a.startswith(("-n", "-p")) for a in arguments) else ["-n", "2"]
    # Playwright's own Node wants libatomic, which a bare Debian lacks; the one that tests the front end does not.
    driver = {"PLAYWRIGHT_NODEJS_PATH": setup.node(setup.NODE_TO_TEST)[0]}
    status = setup.become([str(setup.PYTHON), "-m", "pytest", *workers, *arguments], **driver)
    return status or int(failed)


def front_end() -> list[tuple[str, list[str], str]]:
    command, _ = setup.node(setup.NODE_TO_TEST)
    return [
        ("Testing the front end", [command, "node_modules/vitest/vitest.mjs", "run"], str(setup.FRONTEND)),
    ]


def chromium() -> None:
    """Debian's Chromium and network tools, where apt may be used; otherwise the tests that need them say so by name."""
    there = (
        any(shutil.which(name) for name in CHROMIUM)
        and all(shutil.which(name) for name in TOOLS)
        and all(find_library(name) for name in LIBRARIES)
    )
    if there or not shutil.which("apt-get") or os.geteuid() != 0:
        return
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    with step("Installing Chromium, Pango and network tools for the tests"):
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", *PACKAGES]):
            subprocess.run(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
