"""`./stoa`: what can't be done is one clear line and status 2."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def stoa(tmp_path: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "stoa", *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "STOA_DATA": str(tmp_path), **settings},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "settings", "says"),
    [
        (["up"], {"STOA_MEDIA_UDP_PORT": "many"}, "STOA_MEDIA_UDP_PORT must be a port number"),
        (["up"], {"STOA_PUBLIC_ADRESS": "http://x"}, "did you mean STOA_PUBLIC_ADDRESS?"),
        (["up", "--lan"], {"STOA_DEBUG": "2"}, "STOA_DEBUG must be 0 or 1"),
        (["fly"], {}, "there is no command 'fly'"),
        (["bench"], {}, "needs a name"),
        (["bench", "../up"], {}, "no benchmark"),
        (["manage", "room", "create", "Monday", "--open"], {}, "start Stoa there once with ./stoa up"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, words: list[str], settings: dict[str, str], says: str) -> None:
    done = stoa(tmp_path, *words, **settings)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert not done.stdout


@pytest.mark.parametrize("port", ["0", "65536", "web"])
def test_a_port_that_is_none_is_refused(tmp_path: Path, port: str) -> None:
    done = stoa(tmp_path, "up", "--port", port)
    assert done.returncode == 2
    assert "--port" in done.stderr


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (socket.SOCK_STREAM, "choose another with --port"),
        (socket.SOCK_DGRAM, "choose another with STOA_MEDIA_UDP_PORT"),
    ],
)
def test_a_busy_port_is_named(tmp_path: Path, kind: socket.SocketKind, says: str) -> None:
    with socket.socket(socket.AF_INET, kind) as busy, socket.socket(socket.AF_INET, kind) as free:
        busy.bind(("127.0.0.1", 0))
        free.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            busy.listen()
        taken = str(busy.getsockname()[1])
        tcp = kind == socket.SOCK_STREAM
        port = taken if tcp else str(free.getsockname()[1])
        done = stoa(tmp_path, "up", "--port", port, **({} if tcp else {"STOA_MEDIA_UDP_PORT": taken}))
    assert done.returncode == 2
    assert f"port {taken} is in use" in done.stderr
    assert says in done.stderr
