"""A test run that is killed leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import guard, services

TEST = """
import os, subprocess, sys
from tests import guard

def test_that_waits():
    subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    print("folder", os.environ["TESTS_STOA_FOLDER"], flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="no /proc on this machine")
def test_a_killed_run_leaves_no_process_and_no_folder(tmp_path, how):
    (tmp_path / "test_waits.py").write_text(TEST)
    ours = ("TESTS_STOA_", "PYTEST_", "STOA_")
    run = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-s", "-q", "-c", "pyproject.toml", str(tmp_path / "test_waits.py")],
        cwd=services.ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith(ours)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert run.stdout is not None
    folder = next(line.split()[-1] for line in run.stdout if "folder" in line)
    commands = b" ".join(guard.of(folder).values())
    assert b"valkey" in commands
    assert b"postgres" in commands
    run.send_signal(how)
    run.wait(10)
    assert guard.gone(folder, 15), guard.of(folder)
    assert not Path(folder).exists()
    for pipe in (run.stdin, run.stdout):
        assert pipe is not None
        pipe.close()
