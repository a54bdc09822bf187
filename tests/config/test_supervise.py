"""What keeps Stoa's processes running, tried on small programs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.supervise import BACK_OFF_S, STEADY_S, Supervisor, describe

ROOT = Path(__file__).resolve().parents[2]
SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
STUBBORN = [
    sys.executable, "-c",
    "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)",
]  # fmt: skip
SOON_S = 20


@pytest.fixture
def supervisor(tmp_path: Path) -> Supervisor:
    return Supervisor(cwd=tmp_path, env=os.environ, log=tmp_path / "log")


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_who_dies_is_started_again_and_named(supervisor: Supervisor, capsys: pytest.CaptureFixture[str]) -> None:
    supervisor.start("node", SLEEP)
    process = supervisor._processes[0]
    try:
        assert process.child is not None
        first = process.child.pid
        process.child.kill()
        process.child.wait()
        now = time.monotonic()
        supervisor.look(now)
        assert "node ended (signal SIGKILL); starting it again in 0.5 s" in capsys.readouterr().out
        supervisor.look(now + BACK_OFF_S[0] - 0.01)
        assert process.child is None
        supervisor.look(now + BACK_OFF_S[0])
        assert process.child is not None
        assert process.child.pid != first
    finally:
        supervisor.end()


def test_who_dies_again_and_again_waits_longer(supervisor: Supervisor, capsys: pytest.CaptureFixture[str]) -> None:
    supervisor.start("web", [sys.executable, "-c", "raise SystemExit(3)"])
    process = supervisor._processes[0]
    waits = []
    for _ in range(len(BACK_OFF_S) + 1):
        assert process.child is not None
        process.child.wait()
        now = process.started + 1
        supervisor.look(now)
        waits.append(process.start_at - now)
        supervisor.look(process.start_at)
    supervisor.end()
    assert waits == pytest.approx([*BACK_OFF_S, BACK_OFF_S[-1]])
    assert "web ended (status 3)" in capsys.readouterr().out


def test_who_ran_long_is_forgiven(supervisor: Supervisor) -> None:
    supervisor.start("web", [sys.executable, "-c", ""])
    process = supervisor._processes[0]
    assert process.child is not None
    process.child.wait()
    process.deaths = 4
    now = process.started + STEADY_S + 1
    supervisor.look(now)
    assert process.start_at - now == pytest.approx(BACK_OFF_S[0])


def test_who_does_not_listen_is_ended_all_the_same(supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.supervise.PATIENCE_S", 0.2)
    supervisor.start("worker", STUBBORN)
    process = supervisor._processes[0]
    assert supervisor.wait_until(lambda: "up" in supervisor._log.read_text(), SOON_S)
    supervisor.end()
    assert process.child is not None
    assert process.child.returncode == -signal.SIGKILL


def test_waiting_for_a_start_ends_when_something_dies(supervisor: Supervisor) -> None:
    supervisor.start("web", [sys.executable, "-c", "raise SystemExit(1)"])
    began = time.monotonic()
    assert not supervisor.wait_until(lambda: False, 600)
    assert time.monotonic() - began < SOON_S


def test_nobody_outlives_a_supervisor_that_was_killed(tmp_path: Path) -> None:
    code = (
        "import os, sys, time; from pathlib import Path; from tools.supervise import Supervisor;"
        f"s = Supervisor(cwd={str(tmp_path)!r}, env=os.environ, log=Path({str(tmp_path / 'log')!r}));"
        f"s.start('web', {SLEEP!r}); print(s._processes[0].child.pid, flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert alive(child)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    limit = time.monotonic() + SOON_S
    while alive(child) and time.monotonic() < limit:
        os.sched_yield()
    assert not alive(child)


def test_a_status_is_said_in_words() -> None:
    assert describe(-9) == "signal SIGKILL"
    assert describe(2) == "status 2"
