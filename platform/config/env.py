"""The one reader of the environment: every `STOA_…` setting, strictly parsed.

`docs/settings.md` lists what stands here; a test compares the two.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]


class SettingError(ValueError):
    """A setting that can't be used; the message names it and says what would do."""


@dataclass(frozen=True, slots=True)
class Env:
    """What the environment asks for. Paths are absolute, ports 1..65535, secrets never logged."""

    data: Path
    secret_key: str
    debug: bool
    database_url: str
    redis_url: str
    public_address: str
    origins: tuple[str, ...]
    media_udp_port: int
    media_addresses: tuple[str, ...]
    node_link: str
    node_secret: str
    turn_urls: tuple[str, ...]
    turn_secret: str
    email_url: str
    faults: bool


def parse(environ: Mapping[str, str]) -> Env:
    """Raises SettingError for the first setting that can't be used."""
    data = Path(environ.get("STOA_DATA") or ROOT / "var").expanduser().absolute()
    public = environ.get("STOA_PUBLIC_ADDRESS", "http://localhost:8000").rstrip("/")
    if not public.startswith(("http://", "https://")):
        raise SettingError("STOA_PUBLIC_ADDRESS must begin with http:// or https://")
    secret = _secret(environ, "STOA_SECRET_KEY") or _kept_secret(data / "keys" / "secret-key")
    return Env(
        data=data,
        secret_key=secret,
        debug=_flag(environ, "STOA_DEBUG"),
        database_url=_secret(environ, "STOA_DATABASE_URL"),
        redis_url=_secret(environ, "STOA_REDIS_URL"),
        public_address=public,
        origins=_words(environ, "STOA_ORIGINS"),
        media_udp_port=_port(environ, "STOA_MEDIA_UDP_PORT", 8443),
        media_addresses=_words(environ, "STOA_MEDIA_ADDRESSES") or ("127.0.0.1",),
        node_link=environ.get("STOA_NODE_LINK", "") or f"unix:{data / 'run' / 'node.sock'}",
        node_secret=_secret(environ, "STOA_NODE_SECRET") or _kept_secret(data / "keys" / "node-secret"),
        turn_urls=_words(environ, "STOA_TURN_URLS"),
        turn_secret=_secret(environ, "STOA_TURN_SECRET"),
        email_url=_secret(environ, "STOA_EMAIL_URL"),
        faults=_flag(environ, "STOA_FAULTS"),
    )


def _flag(environ: Mapping[str, str], name: str) -> bool:
    value = environ.get(name, "0")
    if value not in {"0", "1"}:
        raise SettingError(f"{name} must be 0 or 1, not {value!r}")
    return value == "1"


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name, str(default))
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 65536):
        raise SettingError(f"{name} must be a port number from 1 to 65535, not {value!r}")
    return int(value)


def _words(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in environ.get(name, "").split(",") if word.strip())


def _secret(environ: Mapping[str, str], name: str) -> str:
    """The setting itself, or the content of the file that `<name>_FILE` names."""
    file = environ.get(f"{name}_FILE")
    if not file:
        return environ.get(name, "")
    try:
        return Path(file).read_text().strip()
    except OSError as error:
        raise SettingError(f"{name}_FILE: {file} can't be read ({error.strerror})") from error


def _kept_secret(path: Path) -> str:
    """A secret made once and kept in the data folder, readable by its owner only."""
    from secrets import token_urlsafe

    if path.exists():
        return path.read_text().strip()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secret := token_urlsafe(48))
    except FileExistsError:  # another process was first
        return path.read_text().strip()
    return secret


def load() -> Env:
    return parse(os.environ)
