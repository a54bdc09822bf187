"""One line per step, with how long it took."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path


class Stop(Exception):
    """Ends the command with one clear line and a status."""

    def __init__(self, line: str, status: int = 1) -> None:
        super().__init__(line)
        self.status = status


@contextmanager
def step(what: str, *, quiet: bool = False) -> Iterator[None]:
    """`what … 1.2 s`; on a terminal the seconds count while it runs."""
    began = time.monotonic()
    live = sys.stdout.isatty() and not quiet
    done = threading.Event()

    def count() -> None:
        while not done.wait(0.5):
            print(f"\r  {what} … {time.monotonic() - began:.0f} s", end="", flush=True)

    if live:
        threading.Thread(target=count, daemon=True).start()
    try:
        yield
    except BaseException:
        done.set()
        if not quiet:
            print(f"{chr(13) if live else ''}  {what} … failed", flush=True)
        raise
    done.set()
    if not quiet:
        print(f"{chr(13) if live else ''}  {what} … {time.monotonic() - began:.1f} s ", flush=True)


def run(command: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None = None) -> str:
    """The command's output. Raises Stop with the end of what it said when it fails."""
    done = subprocess.run(command, cwd=cwd, env=env, text=True, capture_output=True, check=False)
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-25:])
        raise Stop(f"{' '.join(command[:6])} failed:\n{tail}")
    return done.stdout
