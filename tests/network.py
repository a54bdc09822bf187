"""Two machines on one wire: network namespaces that a test makes and takes down again.

`machines()` gives the name of a server's namespace and of a client's; nothing in them reaches any other network.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVER, CLIENT = "10.77.0.1", "10.77.0.2"


def why_not() -> str:
    """Why this machine makes no namespaces; empty where it does."""
    if os.geteuid() != 0 or not shutil.which("ip"):
        return "network namespaces need root and iproute2"
    probe = f"stoa-probe-{os.getpid()}"
    done = subprocess.run(["ip", "netns", "add", probe], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        subprocess.run(["ip", "netns", "del", probe], check=True)
    return f"the kernel refuses network namespaces: {done.stderr.strip()}" if done.returncode else ""


@contextmanager
def machines() -> Iterator[tuple[str, str]]:
    server, client = (f"stoa-{os.getpid()}-{name}" for name in ("s", "c"))
    made: list[str] = []
    try:
        for name in (server, client):
            _ip("netns", "add", name)
            made.append(name)
        _ip("link", "add", "wire0", "netns", server, "type", "veth", "peer", "name", "wire0", "netns", client)
        for name, own, other in ((server, SERVER, CLIENT), (client, CLIENT, SERVER)):
            _ip("-n", name, "address", "add", f"{own}/24", "dev", "wire0")
            for device in ("lo", "wire0"):
                _ip("-n", name, "link", "set", device, "up")
            _ip("-n", name, "route", "add", "default", "via", other)
        yield server, client
    finally:
        for name in made:
            _ip("netns", "del", name)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)
