"""What the repository promises about itself."""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))


def test_platform_is_a_source_root_and_hides_nothing() -> None:
    """A package of that name would hide the standard library's module."""
    assert not (ROOT / "platform" / "__init__.py").exists()
    own = {path.parent.name for path in (ROOT / "platform").glob("*/__init__.py")} | {
        "media",
        "rooms",
        "portals",
        "courses",
    }
    installed = importlib.metadata.packages_distributions()
    assert not own & ({name for name in installed if "stoa" not in installed[name]} | set(sys.stdlib_module_names))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_what_is_locked_has_a_hash_and_names_no_registry(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    entries = re.split(r"\n(?=\S)", text.strip())
    assert entries
    assert all("--hash=sha256:" in entry and "==" in entry.split()[0] for entry in entries if not entry.startswith("#"))


def test_the_front_ends_lock_names_no_registry() -> None:
    packages = json.loads((ROOT / "frontend" / "package-lock.json").read_text())["packages"]
    assert not [name for name, entry in packages.items() if "resolved" in entry]
    assert all("integrity" in entry for name, entry in packages.items() if name.startswith("node_modules/"))


def test_stoa_itself_needs_nothing_but_the_standard_library() -> None:
    """It runs before anything is installed: -S leaves every installed package out, -I the caller's environment."""
    code = "import sys; sys.path[:0] = sys.argv[1:]; import tools.cli, tools.up, tools.test, tools.check, tools.setup"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(ROOT)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_links_in_the_documents_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} → {target}"
