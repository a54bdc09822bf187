"""Transcodes onto a disk with no room, then onto the same with room. Run in a mount namespace of its own.

python small_disk.py SOURCE FOLDER
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from media.pipeline import MediaError, Options, transcode


def attempt(source: Path, into: Path) -> str:
    try:
        result = transcode(
            source, into, options=Options(preset="ultrafast"), progress=lambda *_: None, cancelled=lambda: False,
            playable=lambda _: None,
        )  # fmt: skip
    except MediaError as error:
        return type(error).__name__
    return "complete" if result.complete else "half"


def main() -> None:
    source, into = Path(sys.argv[1]), Path(sys.argv[2])
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=700k", "none", str(into)], check=True)
    print(attempt(source, into))
    subprocess.run(["mount", "-o", "remount,size=60m", str(into)], check=True)
    print(attempt(source, into))


if __name__ == "__main__":
    main()
