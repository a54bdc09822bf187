"""The one door to other programs: argument lists in, progress out, limits all around.

Programs run in `guard.py`'s cage: no network, only the files they were promised, limits on time, memory and output, and
they die with the process that started them.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from kernel import clock
from media.pipeline.errors import Cancelled, DiskFull, Failed, TooMuchWork

if TYPE_CHECKING:
    import resource
    from collections.abc import Callable, Sequence

logger = logging.getLogger(__name__)

GUARD = Path(__file__).with_name("guard.py")
TICK_S = 0.2
ASKED_EVERY_MS = 500  # whether it is cancelled: the answer may cost a query
KEPT_LINES = 60  # the end of what a program said
LONGEST_LINE = 4000
DISK_FULL = (os.strerror(errno.ENOSPC), os.strerror(errno.EDQUOT))
TOO_MUCH = (os.strerror(errno.EFBIG), os.strerror(errno.ENOMEM))
LIMIT_SIGNALS = (signal.SIGXCPU, signal.SIGXFSZ)


@dataclass(frozen=True, slots=True)
class Limits:
    wall_s: float
    memory_bytes: int  # of addresses, not of pages in use
    file_bytes: int  # for each file
    cpu_s: int = 0  # 0: as much as the time allows
    nice: int = 10


@dataclass(frozen=True, slots=True)
class Done:
    """How it went. `said` is the end of standard error."""

    said: str
    wall_s: float
    cpu_s: float
    memory_bytes: int  # the most that was in use


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    limits: Limits,
    read: Sequence[Path] = (),
    write: Sequence[Path] = (),
    run: Sequence[Path] = (),
    cancelled: Callable[[], bool] = lambda: False,
    line: Callable[[str], None] = lambda _: None,
    tick: Callable[[], None] = lambda: None,
) -> Done:
    """Run a program to its end; `line` gets each line of its standard output, `tick` is called a few times a second.

    It can read `read`, write in `write`, and needs `run` to start. Raises Cancelled, DiskFull, TooMuchWork or Failed;
    whatever the reason, also when a callback raises, the program is gone when this returns.
    """
    asked = {
        "parent": os.getpid(), "nice": limits.nice, "cpu_s": limits.cpu_s, "memory_bytes": limits.memory_bytes,
        "file_bytes": limits.file_bytes, "read": [str(p) for p in read], "write": [str(p) for p in write],
        "run": [str(p) for p in run],
    }  # fmt: skip
    begun_ms = ask_ms = clock.monotonic_ms()
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", str(GUARD), json.dumps(asked), *map(str, command)],
        cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        env={},
    )  # fmt: skip
    out, err = cast("IO[bytes]", process.stdout), cast("IO[bytes]", process.stderr)
    said: deque[str] = deque(maxlen=KEPT_LINES)
    usage = None
    try:
        with selectors.DefaultSelector() as waiting:
            waiting.register(out, selectors.EVENT_READ, _Lines(out, line))
            waiting.register(err, selectors.EVENT_READ, _Lines(err, said.append))
            while usage is None:
                # A program may close its outputs and go on; then this only waits a little.
                for key, _ in waiting.select(TICK_S) if waiting.get_map() else _pause():
                    if not key.data.take():
                        waiting.unregister(key.fileobj)
                now_ms = clock.monotonic_ms()
                if now_ms >= ask_ms:
                    ask_ms = now_ms + ASKED_EVERY_MS
                    if cancelled():
                        raise Cancelled
                if now_ms - begun_ms > limits.wall_s * 1000:
                    raise TooMuchWork
                tick()
                if not waiting.get_map():
                    usage = _ended(process)
    finally:
        if usage is None:
            _end(process)
        out.close()
        err.close()
    text = "\n".join(said)
    if process.returncode != 0 or any(word in text for word in DISK_FULL):
        raise _why(process.returncode, text)
    return Done(text, (clock.monotonic_ms() - begun_ms) / 1000, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def _pause() -> Sequence[Any]:
    time.sleep(TICK_S / 20)
    return ()


def _ended(process: subprocess.Popen[bytes]) -> resource.struct_rusage | None:
    """What it used, once it has ended."""
    pid, status, usage = os.wait4(process.pid, os.WNOHANG)
    if pid == 0:
        return None
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        logger.debug("already gone pid=%s", process.pid)
    process.wait()


def _why(status: int, said: str) -> Exception:
    if any(word in said for word in DISK_FULL):
        return DiskFull()
    if -status in LIMIT_SIGNALS or any(word in said for word in TOO_MUCH):
        return TooMuchWork()
    return Failed(said, status)


class _Lines:
    """Cuts a pipe into lines, none longer than LONGEST_LINE: a program may write for ever without a line's end."""

    def __init__(self, pipe: IO[bytes], to: Callable[[str], None]) -> None:
        self.pipe = pipe
        self.to = to
        self.rest = b""

    def take(self) -> bool:
        """Read what is there; False at the end."""
        new = os.read(self.pipe.fileno(), 65536)
        *whole, self.rest = (self.rest + new).replace(b"\r", b"\n").split(b"\n")
        if len(self.rest) > LONGEST_LINE or (not new and self.rest):
            whole, self.rest = [*whole, self.rest], b""
        for part in whole:
            self.to(part[:LONGEST_LINE].decode(errors="replace"))
        return bool(new)
