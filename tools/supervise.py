"""Keeps processes running: starts them, says when one died, starts it again, ends them all quickly."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

BACK_OFF_S = (0.5, 1, 2, 5, 10)
STEADY_S = 30  # who ran this long begins again with the shortest wait
PATIENCE_S = 5


@dataclass(slots=True)
class Process:
    name: str
    command: list[str]
    child: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    started: float = field(default=0)
    start_at: float = field(default=0)


class Supervisor:
    """One per `./stoa up`. `run` returns when somebody asks to end, with everything ended."""

    def __init__(self, *, cwd: Path, env: Mapping[str, str], log: Path) -> None:
        self._cwd, self._env, self._log = cwd, dict(env), log
        self._processes: list[Process] = []
        self._ending = threading.Event()

    def start(self, name: str, command: list[str]) -> None:
        process = Process(name, command)
        self._processes.append(process)
        self._spawn(process)

    def run(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self._ending.set())
        while not self._ending.wait(0.2):
            self.look(time.monotonic())
        self.end()

    def wait_until(self, ready: Callable[[], bool], timeout_s: float) -> bool:
        """False when `timeout_s` went by, or something died, before `ready()`."""
        limit = time.monotonic() + timeout_s
        while time.monotonic() < limit:
            if ready():
                return True
            if any(p.child is not None and p.child.poll() is not None for p in self._processes):
                return False
            time.sleep(0.05)
        return False

    def look(self, now: float) -> None:
        for process in self._processes:
            if process.child is None:
                if now >= process.start_at:
                    self._spawn(process)
                continue
            status = process.child.poll()
            if status is None:
                continue
            if now - process.started > STEADY_S:
                process.deaths = 0
            wait_s = BACK_OFF_S[min(process.deaths, len(BACK_OFF_S) - 1)]
            process.deaths += 1
            process.child, process.start_at = None, now + wait_s
            print(
                f"  {process.name} ended ({describe(status)}); starting it again in {wait_s:g} s — see {self._log}",
                flush=True,
            )

    def end(self) -> None:
        alive = [p for p in self._processes if p.child is not None and p.child.poll() is None]
        for process in alive:
            _signal_group(process, signal.SIGTERM)
        limit = time.monotonic() + PATIENCE_S
        for process in alive:
            child = process.child
            if child is None:
                continue
            try:
                child.wait(max(0.0, limit - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal_group(process, signal.SIGKILL)
                child.wait()

    def _spawn(self, process: Process) -> None:
        with self._log.open("ab") as log:
            process.child = subprocess.Popen(
                process.command,
                cwd=self._cwd,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        process.started = time.monotonic()


def die_with_parent() -> None:
    """Linux: the child gets SIGTERM when the supervisor is gone, however it went. prctl(2), PR_SET_PDEATHSIG."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def describe(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"


def _signal_group(process: Process, number: signal.Signals) -> None:
    if process.child is None:
        return
    try:
        os.killpg(process.child.pid, number)
    except ProcessLookupError:
        return
