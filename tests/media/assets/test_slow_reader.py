"""A large file to a slow reader through the real daphne: the whole file, in little memory."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import services

SIZE = 208 << 20
MOST_GROWTH = 32 << 20

APPLICATION = """
import sys
from pathlib import Path
from web import files, pressure
pressure.install()
import django
from django.conf import settings
settings.configure(SECRET_KEY="x" * 40, ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"])
django.setup()
from django.urls import path

def send(request):
    found = files.local(Path({path!r}))
    return files.answer(request, found, files.Serving(content_type="video/mp4", etag=files.etag_of(found)))

urlpatterns = [path("", send)]
from django.core.asgi import get_asgi_application
application = get_asgi_application()
from daphne.cli import CommandLineInterface
CommandLineInterface().run(["-b", "127.0.0.1", "-p", "{port}", "--http-timeout", "{limit}", "serving:application"])
"""


def resident(pid: int) -> int:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) * 1024


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    path = tmp_path_factory.mktemp("large") / "film.mp4"
    piece = os.urandom(1 << 20)
    with path.open("wb") as file:
        for n in range(SIZE >> 20):
            file.write(n.to_bytes(4, "big") + piece[4:])
    yield path
    path.unlink()


@pytest.fixture
def daphne(large, tmp_path):
    port = services.free_port()
    module = tmp_path / "serving.py"
    module.write_text(APPLICATION.format(path=str(large), port=port, limit=4))
    folders = [str(tmp_path), str(services.ROOT), str(services.ROOT / "platform")]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(folders)}
    code = "import sys, serving"  # under its own name, so that daphne finds the application it imports
    process = subprocess.Popen([sys.executable, "-c", code], env=environ, cwd=tmp_path, stderr=subprocess.DEVNULL)
    limit = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            assert time.monotonic() < limit
            assert process.poll() is None
            time.sleep(0.1)
    yield process.pid, port
    process.kill()
    process.wait()


def asked(port: int, headers: str = "") -> socket.socket:
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 10)
    reader.settimeout(30)
    reader.connect(("127.0.0.1", port))
    reader.sendall(f"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n".encode())
    return reader


def test_a_slow_reader_gets_it_all_and_costs_little(daphne, large):
    pid, port = daphne
    asked(port, "Range: bytes=0-0\r\n").recv(1 << 16)  # whatever is loaded once
    before = resident(pid)
    slow = [asked(port) for _ in range(3)]
    got, most = 0, 0
    while piece := slow[0].recv(1 << 20):  # the other two read nothing at all meanwhile
        got += len(piece)
        most = max(most, resident(pid))
    assert got > SIZE  # with the head
    growth = most - before
    print(f"file={SIZE >> 20} MB readers=3 growth={growth / (1 << 20):.1f} MB")
    assert growth < MOST_GROWTH
    for each in slow:
        each.close()


def test_who_reads_on_is_served_longer_than_the_limit_and_who_stops_is_not(daphne, large):
    _pid, port = daphne
    reading, stopped = asked(port), asked(port)
    begun, got = time.monotonic(), 0
    while time.monotonic() - begun < 9:  # daphne's limit is 4 s here, and looked at every 2 s
        got += len(reading.recv(1 << 20))
        time.sleep(0.02)
    rest = 0
    while piece := reading.recv(1 << 20):
        rest += len(piece)
    assert got + rest > SIZE
    with pytest.raises(ConnectionResetError):
        drain(stopped)


def drain(reader: socket.socket) -> None:
    while reader.recv(1 << 20):
        continue
