"""Ends what a test run leaves behind, however it ended: `tests/guard.py FOLDER`. The run holds its standard input.

Everything that the run starts names its folder, on its command line or in its environment, or works in it.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from pathlib import Path

PATIENCE_S = 5.0


def of(folder: str) -> dict[int, bytes]:
    """The processes that name `folder`: pid → command line."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command, environment = (entry / "cmdline").read_bytes(), (entry / "environ").read_bytes()
            works_in = str((entry / "cwd").readlink())
        except OSError:  # it ended meanwhile, or is somebody else's
            continue
        named = folder.encode() in command + environment or works_in.startswith(folder)
        if command and named and int(entry.name) != os.getpid():
            found[int(entry.name)] = command
    return found


def gone(folder: str, patience_s: float) -> bool:
    limit = time.monotonic() + patience_s
    while of(folder):
        if time.monotonic() > limit:
            return False
        time.sleep(0.05)
    return True


def end(folder: str, how: signal.Signals | None) -> None:
    for pid, command in of(folder).items():
        # PostgreSQL waits for its clients on SIGTERM, and does not on SIGINT.
        chosen = how or (signal.SIGINT if b"/postgres" in command else signal.SIGTERM)
        try:
            os.kill(pid, chosen)
        except ProcessLookupError:
            continue


def main(folder: str) -> None:
    sys.stdin.buffer.read()  # ends when the run does
    if not gone(folder, 1):
        end(folder, None)
        if not gone(folder, PATIENCE_S):
            end(folder, signal.SIGKILL)
            gone(folder, PATIENCE_S)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1])
