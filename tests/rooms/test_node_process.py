"""The media node as a process: starts without Django, says what is wrong, ends at once."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from media.node.client import NodeClient
from media.node.link import Address, Link
from tests.media.node.test_link import Notebook

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]


def environment(data: Path, **more: str) -> dict[str, str]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}",
        "STOA_DATA": str(data),
        "STOA_NODE_LINK": f"unix:{data / 'node.sock'}",
        "STOA_NODE_SECRET": "between us, and nobody else knows it",
        "STOA_MEDIA_UDP_PORT": port,
        **more,
    }


def command() -> list[str]:
    return [sys.executable, "-m", "config.node"]


@pytest.fixture
def process(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(command(), env=environment(tmp_path), stderr=subprocess.PIPE, text=True, cwd=ROOT) as found:
        assert found.stderr is not None
        for line in found.stderr:
            if "media node ready" in line:
                break
        yield found
        found.kill()


async def test_a_web_process_links_to_it_and_sigterm_ends_it_at_once(
    process: subprocess.Popen[str], tmp_path: Path
) -> None:
    web = Notebook()
    client = NodeClient(Address(path=str(tmp_path / "node.sock")), "between us, and nobody else knows it", web)
    link: Link = await client.ready(timeout_s=5)
    assert await link.call("load", {}) == {"rooms": 0, "sockets": 0}
    assert (tmp_path / "node.sock").stat().st_mode & 0o777 == 0o600
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=5) == 0
    assert await web.closes.get() is link
    assert not (tmp_path / "node.sock").exists()
    await client.close()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("STOA_NODE_LINK", "carrier pigeon", "unix:/path (a short one) or tcp:host:port"),
        ("STOA_MEDIA_UDP_PORT", "many", "STOA_MEDIA_UDP_PORT"),
    ],
)
def test_a_wrong_setting_is_one_clear_line_and_exit_2(name: str, value: str, said: str, tmp_path: Path) -> None:
    ended = subprocess.run(
        command(), env=environment(tmp_path, **{name: value}), stderr=subprocess.PIPE, text=True, check=False
    )
    assert ended.returncode == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


def test_the_process_loads_no_django(tmp_path: Path) -> None:
    code = "import config.node, sys; print({m.split('.')[0] for m in sys.modules} & {'django', 'channels'})"
    found = subprocess.run(
        [sys.executable, "-c", code], env=environment(tmp_path), capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "set()"
