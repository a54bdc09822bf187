"""The commands of `./stoa` and their options."""

from __future__ import annotations

import argparse
import sys

from tools import setup
from tools.console import Stop

COMMANDS = {
    "up": "set everything up and serve it",
    "test": "set everything up and run every test (arguments go to pytest)",
    "check": "lint, layers, types, translations, deployment settings",
    "bench": "run one benchmark: sfu, join, loss, transcode, reports",
    "manage": "Django's management commands",
}
BENCHMARKS = ("sfu", "join", "loss", "transcode", "reports")
WITHOUT_DATA = {"help", "check", "makemigrations", "migrate", "prepare"}  # of Django's commands


def main(arguments: list[str]) -> int:
    """0 well, 1 something failed, 2 asked for something that can't be."""
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        width = max(map(len, COMMANDS))
        print("usage: ./stoa COMMAND [options]\n")
        print("\n".join(f"  {name:<{width}}  {what}" for name, what in COMMANDS.items()))
        return 0 if arguments else 2
    command, rest = arguments[0], arguments[1:]
    if command not in COMMANDS:
        print(f"stoa: there is no command {command!r}; ./stoa --help lists them", file=sys.stderr)
        return 2
    try:
        if command == "up":
            from tools import up

            return up.run(options(rest))
        if command == "test":
            from tools import test

            return test.run(rest)
        if command == "check":
            from tools import check

            return check.run(rest)
        if command == "bench":
            if not rest:
                raise Stop(f"./stoa bench needs a name: {', '.join(BENCHMARKS)}", 2)
            if rest[0] not in BENCHMARKS:
                raise Stop(f"there is no benchmark {rest[0]!r}; there are {', '.join(BENCHMARKS)}", 2)
            setup.everything(quiet=True, dev=True)
            return setup.become([str(setup.PYTHON), "-m", f"bench.{rest[0]}", *rest[1:]])
        setup.everything(quiet=True)
        if rest and not rest[0].startswith("-") and rest[0] not in WITHOUT_DATA:
            from tools import up

            up.check_data()
        return setup.become([str(setup.PYTHON), "manage.py", *rest])
    except Stop as stop:
        print(f"stoa: {stop}", file=sys.stderr)
        return stop.status
    except KeyboardInterrupt:
        return 130


def options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./stoa up", description="Set Stoa up and serve it.")
    parser.add_argument("--port", type=int, default=8000, help="where to serve (8000)")
    parser.add_argument("--lan", action="store_true", help="HTTPS for other machines in this network")
    parser.add_argument("--no-demo", action="store_true", help="without demonstration content")
    chosen = parser.parse_args(arguments)
    if not 0 < chosen.port < 65536:
        parser.error(f"--port must be from 1 to 65535, not {chosen.port}")
    return chosen
