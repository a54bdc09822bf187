"""Real worker processes on a real PostgreSQL and on SQLite: no job runs twice, none is lost with its worker."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests import services

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = services.ROOT / "tests" / "jobs" / "worker_process.py"
JOBS = 30


class House:
    """An installation of its own: a database, and processes that run `worker_process.py`."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.environ = {
            **{k: v for k, v in os.environ.items() if not k.startswith("STOA_")},
            "PYTHONPATH": f"{services.ROOT}{os.pathsep}{services.ROOT / 'platform'}",
            "STOA_DATA": str(folder / "data"),
            "STOA_DATABASE_URL": database_url,
        }
        (folder / "ran").mkdir()

    def begin(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(PROGRAM), *words, str(self.folder / "ran")],
            cwd=services.ROOT, env=self.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, *words: str) -> str:
        process = self.begin(*words)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err[-3000:]
        return out

    @property
    def ran(self) -> list[str]:
        return sorted(path.name.split("-")[0] for path in (self.folder / "ran").iterdir())


@pytest.fixture(params=["postgres", "sqlite"], scope="module")
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> House:
    on = str(request.param)
    url = services.database(f"jobs_{os.getpid()}") if on == "postgres" else ""
    house = House(tmp_path_factory.mktemp(on), url)
    house.run("migrate")
    return house


@pytest.fixture(autouse=True)
def nothing_queued(house: House) -> None:
    house.run("forget")


def test_two_workers_run_each_job_once(house: House) -> None:
    house.run("queue", str(JOBS))
    assert house.ran == []
    both = [house.begin("work"), house.begin("work")]
    for process in both:
        _out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err[-3000:]
    assert house.ran == sorted(str(n) for n in range(JOBS))
    told = json.loads(house.run("tell"))
    assert told["states"] == {"ready": JOBS}
    assert told["attempts"] == JOBS


def test_when_a_worker_is_killed_another_finishes_its_job_once(house: House) -> None:
    house.run("queue-hanging")
    first = house.begin("work")
    while not house.ran and first.poll() is None:
        time.sleep(0.05)  # for the other process to be inside the work; nothing here measures time
    first.kill()
    first.communicate()
    assert house.run("pick-up-later").strip() == "1"
    house.run("work")
    told = json.loads(house.run("tell"))
    assert told == {"states": {"ready": 1}, "attempts": 2, "results": [{"attempt": 2}]}
