"""The web process: daphne with our limits. `python -m config.web -b 127.0.0.1 -p 8000`."""

from __future__ import annotations

import sys

from daphne.cli import CommandLineInterface

from config.env import load_or_exit
from web import pressure

LIMITS = [
    "--application-close-timeout", "10",
    "--websocket_timeout", "-1",
    "--http-timeout", "120",
    "--server-name", "",
]  # fmt: skip


def main(arguments: list[str]) -> None:
    load_or_exit()
    pressure.install()
    CommandLineInterface().run([*LIMITS, *arguments, "asgi:application"])


if __name__ == "__main__":
    main(sys.argv[1:])
