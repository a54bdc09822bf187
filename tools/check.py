"""`./stoa check`: style, layers, types, translations, deployment settings. One line each, all of them run."""

from __future__ import annotations

import subprocess
import tempfile

from tools import setup
from tools.console import step


def run(arguments: list[str]) -> int:
    """Runs every check, or those named."""
    setup.everything(dev=True, quiet=True)
    setup.packages(quiet=True)
    python = str(setup.PYTHON)
    binary = setup.PYTHON.parent
    node, _ = setup.node()
    deploy = {
        "STOA_PUBLIC_ADDRESS": "https://stoa.example.org",
        "STOA_SECRET_KEY": "only-for-this-check-" + "x" * 60,
        "STOA_DATA": tempfile.mkdtemp(prefix="stoa-check-"),
    }
    checks = {
        "ruff": ([str(binary / "ruff"), "check", "."], {}),
        "format": ([str(binary / "ruff"), "format", "--check", "--quiet", "."], {}),
        "layers": ([str(binary / "lint-imports"), "--no-cache"], {}),
        "types": ([python, "-m", "mypy"], deploy),
        "typescript": ([node, "frontend/node_modules/typescript/bin/tsc", "--noEmit", "-p", "frontend"], {}),
        "deployment": ([python, "manage.py", "check", "--deploy", "--fail-level", "WARNING"], deploy),
        "migrations": ([python, "manage.py", "makemigrations", "--check", "--dry-run"], deploy),
        "translations": ([python, "-m", "tools.messages", "check"], {}),
        "generated": ([python, "-m", "rooms.generate", "--check"], {}),
    }
    failed = []
    for name, (command, more) in checks.items():
        if arguments and name not in arguments:
            continue
        with step(name):
            done = subprocess.run(
                command, cwd=setup.ROOT, env=setup.python_env(**more), text=True, capture_output=True, check=False
            )
        if done.returncode:
            failed.append(name)
            print((done.stdout + done.stderr).strip()[-6000:])
    print("Everything is in order." if not failed else f"Not in order: {', '.join(failed)}")
    return int(bool(failed))
