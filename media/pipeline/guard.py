"""Gives up everything a program does not need, then becomes that program. Run by the runner, never imported.

    python -I -S guard.py '{"parent": 1, …}' program argument …

A process of its own, because a thread of a busy server can't safely do this between fork and exec. Each step is taken
as far as the system allows: a container may forbid namespaces, an old kernel has no Landlock. Standard library only.
"""

from __future__ import annotations

import ctypes
import json
import os
import platform
import resource
import signal
import stat
import struct
import sys
from contextlib import suppress

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWIPC = 0x10000000, 0x40000000, 0x08000000
LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT, LANDLOCK_PATH_BENEATH = 444, 445, 446, 1  # the same on every machine
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
FILES_V1 = (1 << 13) - 1  # all rights of Landlock's first version
TRUNCATE = 1 << 14  # third version
SYSTEM = ("/lib", "/lib64", "/usr", "/etc/ld.so.cache", "/proc", "/sys/devices", "/sys/fs/cgroup")
DEVICES = ("/dev/null", "/dev/urandom", "/dev/random", "/dev/zero")


def no_network(libc: ctypes.CDLL) -> None:
    """A network with nothing in it. The user namespace lets an ordinary account do it, and takes root's powers."""
    if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC) != 0:
        libc.unshare(CLONE_NEWNET)


def only_these_files(libc: ctypes.CDLL, read: list[str], write: list[str], run: list[str]) -> None:
    version = libc.syscall(LANDLOCK_CREATE, None, ctypes.c_size_t(0), 1)
    if version < 1 or platform.machine() not in {"x86_64", "aarch64"}:
        return
    handled = FILES_V1 | (TRUNCATE if version >= 3 else 0)
    rules = libc.syscall(LANDLOCK_CREATE, struct.pack("Q", handled), ctypes.c_size_t(8), 0)
    if rules < 0:
        return
    everything = handled & ~EXECUTE
    asked = [(path, READ_FILE | READ_DIR) for path in read]
    asked += [(path, READ_FILE | READ_DIR | EXECUTE) for path in (*SYSTEM, *run)]
    asked += [(path, READ_FILE | WRITE_FILE) for path in DEVICES]
    asked += [(path, everything) for path in write]
    for path, rights in asked:
        with suppress(OSError):
            where = os.open(path, os.O_PATH | os.O_CLOEXEC)
            if not stat.S_ISDIR(os.fstat(where).st_mode):
                rights &= READ_FILE | WRITE_FILE | EXECUTE | TRUNCATE
            libc.syscall(LANDLOCK_ADD, rules, LANDLOCK_PATH_BENEATH, struct.pack("=Qi", rights & handled, where), 0)
            os.close(where)
    libc.syscall(LANDLOCK_RESTRICT, rules, 0)
    os.close(rules)


def limit(which: int, most: int, at_last: int | None = None) -> None:
    _, hard = resource.getrlimit(which)
    highest = at_last or most
    if hard != resource.RLIM_INFINITY:
        highest = min(highest, hard)
    resource.setrlimit(which, (min(most, highest), highest))


def main() -> None:
    asked, program = json.loads(sys.argv[1]), sys.argv[2:]
    os.nice(asked["nice"])
    if asked["cpu_s"]:
        limit(resource.RLIMIT_CPU, asked["cpu_s"], asked["cpu_s"] + 5)  # first the signal that says why
    limit(resource.RLIMIT_FSIZE, asked["file_bytes"])
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_NOFILE, 512)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a file too large is an error to report, not a death
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        no_network(libc)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # after the namespace: a change of credentials clears it
        if os.getppid() != asked["parent"]:  # it died before the line above
            sys.exit(1)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        only_these_files(libc, asked["read"], asked["write"], [program[0], *asked["run"]])
        limit(resource.RLIMIT_AS, asked["memory_bytes"])
    os.execve(program[0], program, {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent"})  # noqa: S606


if __name__ == "__main__":
    main()
