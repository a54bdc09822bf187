"""A machine without Chromium: browser tests are skipped by name, and fail where CI=true."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ONE = "tests/e2e/test_doors.py"


@pytest.mark.parametrize(("ci", "status", "says"), [("", 0, "no Chromium on this machine"), ("true", 1, "Chromium")])
def test_without_chromium(tmp_path: Path, ci: str, status: int, says: str) -> None:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "TESTS_STOA"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n0", "-x", "-m", "browser", ONE],
        cwd=ROOT,
        env={**env, "PATH": str(tmp_path), "CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stdout[-3000:]
    assert says in done.stdout
    assert ONE in done.stdout
    assert " passed" not in done.stdout
