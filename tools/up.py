"""`./stoa up`: set everything up, serve it, say where."""

from __future__ import annotations

import json
import os
import socket
import sys
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

from tools import setup
from tools.console import Stop, step
from tools.console import run as call
from tools.supervise import Supervisor

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

sys.path.insert(0, str(setup.ROOT / "platform"))
from config import env as settings

READY_S = 60
DATABASE = "stoa.sqlite3"
DEMO_LINE = "  demo people: ada (administrator), grace (host), bob (member) … all with the password {password}"


def run(options: argparse.Namespace) -> int:
    place = address(options)
    env = parsed(place)
    check_ports(options.port, env.media_udp_port, everywhere=options.lan)
    setup.everything()
    data: Path = env.data
    data.mkdir(parents=True, exist_ok=True)
    (data / "run").mkdir(exist_ok=True, mode=0o700)
    log = data / "stoa.log"
    environ = setup.python_env(**place, STOA_DATA=str(data))
    prepare = [str(setup.PYTHON), "manage.py", "prepare", *(["--no-demo"] if options.no_demo else [])]
    prepared = setup.Stamp(f"prepared-{digest(str(data) + env.database_url)}", preparing())
    again = prepared.current and (bool(env.database_url) or (data / DATABASE).exists())
    said = ""
    if not again:
        with step("Preparing the database" + ("" if options.no_demo else " and demonstration content")):
            said = call(prepare, cwd=setup.ROOT, env=environ)
            prepared.set()
    certificate = lan_certificate(options, environ)
    supervisor = Supervisor(cwd=setup.ROOT, env=environ, log=log)
    python = str(setup.PYTHON)
    try:
        with step("Starting web, media node and worker"):
            supervisor.start("node", [python, "-m", "config.node"])
            supervisor.start("web", web_command(options, certificate))
            supervisor.start("worker", [python, "manage.py", "worker"])
            if not supervisor.wait_until(lambda: answers(options.port, secure=bool(certificate)), READY_S):
                raise Stop(f"Stoa did not start; the end of {log}:\n{tail(log)}")
        if again:
            said = call(prepare, cwd=setup.ROOT, env=environ)
        announce(options, json.loads(said.strip().splitlines()[-1]), place["STOA_PUBLIC_ADDRESS"], certificate)
        supervisor.run()
    finally:
        supervisor.end()
    print("  Stoa has ended.")
    return 0


def address(options: argparse.Namespace) -> dict[str, str]:
    """What the options say, as settings. A setting in the environment wins over the default, not over an option."""
    if options.lan:
        own = lan_addresses()
        return {
            "STOA_PUBLIC_ADDRESS": f"https://{own[0]}:{options.port}",
            "STOA_ORIGINS": ",".join(f"https://{name}:{options.port}" for name in (*own[1:], "localhost")),
            "STOA_MEDIA_ADDRESSES": ",".join((*own, "127.0.0.1")),
        }
    given = os.environ.get("STOA_PUBLIC_ADDRESS")
    return {"STOA_PUBLIC_ADDRESS": given or f"http://localhost:{options.port}"}


def parsed(place: dict[str, str]) -> settings.Env:
    try:
        return settings.parse({**os.environ, **place})
    except settings.SettingError as error:
        raise Stop(str(error), 2) from error


def check_data() -> None:
    """Whoever asks for a room before the first start reads what to do, not that a table is missing."""
    env = parsed({})
    if not env.database_url and not (env.data / DATABASE).exists():
        raise Stop(f"there is nothing in {env.data} yet; start Stoa there once with ./stoa up", 2)


def lan_addresses() -> tuple[str, ...]:
    """This machine's address towards the network; no packet is sent to learn it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # RFC 5737: an address for documentation
        except OSError as error:
            raise Stop("--lan: this machine has no network address", 2) from error
        return (probe.getsockname()[0],)


def lan_certificate(options: argparse.Namespace, environ: dict[str, str]) -> dict[str, str]:
    if not options.lan:
        return {}
    with step("Making a certificate for this network"):
        names = [*lan_addresses(), "localhost", "127.0.0.1", socket.gethostname()]
        return dict(json.loads(call([str(setup.PYTHON), "-m", "config.lan", *names], cwd=setup.ROOT, env=environ)))


def check_ports(tcp: int, udp: int, *, everywhere: bool) -> None:
    host = "0.0.0.0" if everywhere else "127.0.0.1"  # noqa: S104 --lan asks for it
    for kind, port, option in (
        (socket.SOCK_STREAM, tcp, "--port"),
        (socket.SOCK_DGRAM, udp, "STOA_MEDIA_UDP_PORT"),
    ):
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                name = "TCP" if kind == socket.SOCK_STREAM else "UDP"
                raise Stop(f"{name} port {port} is in use already; choose another with {option}", 2) from error


def web_command(options: argparse.Namespace, certificate: dict[str, str]) -> list[str]:
    daphne = [str(setup.PYTHON), "-m", "config.web"]
    if certificate:
        where = f"ssl:{options.port}:privateKey={certificate['key']}:certKey={certificate['chain']}:interface=0.0.0.0"
        return [*daphne, "-e", where]
    return [*daphne, "-b", "127.0.0.1", "-p", str(options.port)]


def answers(port: int, *, secure: bool) -> bool:
    """Whether the first request is answered; plain connecting is enough where the certificate is our own."""
    try:
        if secure:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=5):
            return True
    except urllib.error.HTTPError as answer:
        return answer.code < 500
    except OSError:
        return False


def announce(options: argparse.Namespace, said: dict[str, str], public: str, certificate: dict[str, str]) -> None:
    print(f"\n  Stoa is at    {public}/")
    print(f"  the Studio    {public}/studio/")
    if said.get("first_link"):
        print(f"  administrator {said['first_link']}   (signs in once, within a day)")
    if said.get("demo_password"):
        print(DEMO_LINE.format(password=said["demo_password"]))
    if certificate:
        print(
            f"\n  Other machines must trust this installation's own authority once: open {public}/ca.pem there,\n"
            "  or copy the file, and import it as a trusted authority (Windows: double-click, Trusted Root;\n"
            f"  macOS: Keychain, Always Trust; Android, iOS: install profile). The file: {certificate['ca']}"
        )
    print("\n  Ctrl-C ends it.\n", flush=True)


def preparing() -> list[Path]:
    """What preparing depends on: models' migrations and the demonstration content."""
    found = [p for d in ("platform", "rooms", "portals") for p in (setup.ROOT / d).rglob("*.py")]
    return sorted(p for p in found if "migrations" in p.parts or p.name == "demo.py")


def digest(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()[:16]


def tail(log: Path, lines: int = 20) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else "(nothing)"
