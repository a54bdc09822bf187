"""One value of the environment each, strictly read: what it must look like, and a line that says so.

`given` are the settings that have a value, by name. Each reader raises SettingError, whose text names the setting and
never shows a secret. Standard library only, as in `config.env`.
"""

from __future__ import annotations

import os
from contextlib import suppress
from hashlib import sha256
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_SOCKET_PATH = 100


class SettingError(ValueError):
    """A setting that can't be used; the message names it and says what would do."""


def flag(given: Mapping[str, str], name: str) -> bool:
    value = given.get(name, "0")
    if value not in {"0", "1"}:
        raise SettingError(f"{name} must be 0 or 1, not {value!r}")
    return value == "1"


def is_port(value: str) -> bool:
    return value.isascii() and value.isdigit() and 0 < int(value) < 65536


def port(given: Mapping[str, str], name: str, default: int) -> int:
    value = given.get(name, str(default))
    if not is_port(value):
        raise SettingError(f"{name} must be a port number from 1 to 65535, not {value!r}")
    return int(value)


def words(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in given.get(name, "").split(",") if word.strip())


def origin(name: str, value: str) -> str:
    """`https://meet.example.org[:port]`, without a path."""
    value = value.rstrip("/")
    try:
        parts = urlsplit(value)
        right = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        right = False
    if not right or value != f"{parts.scheme}://{parts.netloc}" or "@" in value or any(map(str.isspace, value)):
        raise SettingError(f"{name} must look like https://meet.example.org, not {value!r}")
    return value


def url(given: Mapping[str, str], name: str, *schemes: str) -> str:
    """The value is not shown: it may hold a password."""
    value = secret(given, name)
    if not value:
        return ""
    try:
        right = urlsplit(value).scheme in schemes and (urlsplit(value).port or 1) > 0
    except ValueError:
        right = False
    if not right:
        raise SettingError(
            f"{name} must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}, with a valid port"
        )
    return value


def addresses(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    found = words(given, name)
    for word in found:
        try:
            ip_address(word)
        except ValueError as error:
            raise SettingError(f"{name} must be IP addresses with commas between them, not {word!r}") from error
    return found


def networks(given: Mapping[str, str], name: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """`10.0.0.0/8` or a single address. All of the internet can't be trusted."""
    found = []
    for word in words(given, name):
        try:
            network = ip_network(word)
        except ValueError as error:
            raise SettingError(
                f"{name} must be IP addresses or networks like 10.1.0.0/16 with commas between them, not {word!r}"
            ) from error
        if network.prefixlen == 0:
            raise SettingError(f"{name} must not be {word!r}: then everybody could claim any address")
        found.append(network)
    return tuple(found)


def link(given: Mapping[str, str], name: str, data: Path) -> str:
    """A socket file's path must be short (unix(7): 108 bytes); far down, it lies in the machine's own folder."""
    own = data / "run" / "node.sock"
    if len(bytes(own)) > LONGEST_SOCKET_PATH:
        own = Path(gettempdir()) / f"stoa-{sha256(bytes(data)).hexdigest()[:16]}.sock"
    value = given.get(name) or f"unix:{own}"
    kind, _, rest = value.partition(":")
    host, _, port = rest.rpartition(":")
    if not (kind == "unix" and 0 < len(rest.encode()) <= LONGEST_SOCKET_PATH) and not (
        kind == "tcp" and host and is_port(port)
    ):
        raise SettingError(f"{name} must be unix:/path (a short one) or tcp:host:port, not {value!r}")
    return value


def gigabytes(given: Mapping[str, str], name: str, default: int) -> int:
    """In bytes. 0: no limit."""
    value = given.get(name, str(default))
    if not (value.isascii() and value.isdigit() and len(value) <= 6):
        raise SettingError(f"{name} must be a whole number of gigabytes, not {value!r}")
    return int(value) * 10**9


def accel(given: Mapping[str, str], name: str) -> str:
    """The proxy's internal place for the media folder, such as `/protected-media/`."""
    value = given.get(name, "")
    if value and not (value.startswith("/") and value.endswith("/") and len(value) > 2):
        raise SettingError(f"{name} must begin and end with a slash, like /protected-media/, not {value!r}")
    return value


def turn(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    found = words(given, name)
    for word in found:
        kind, _, rest = word.partition(":")
        if kind not in {"turn", "turns", "stun", "stuns"} or not rest or rest.startswith("/"):
            raise SettingError(f"{name} must be addresses like turn:turn.example.org:3478, not {word!r}")
    return found


def time_zone(given: Mapping[str, str], name: str, default: str) -> str:
    from zoneinfo import ZoneInfo, available_timezones

    value = given.get(name, default)
    if value == default:  # also where the machine has no time zones of its own: the `tzdata` package brings them
        return value
    try:
        ZoneInfo(value)
    except (LookupError, ValueError, OSError) as error:
        if available_timezones():
            raise SettingError(f"{name} must be a time zone like Europe/Berlin, not {value!r}") from error
    return value


def together(values: Mapping[str, str]) -> None:
    if any(values.values()) and not all(values.values()):
        lacking = next(name for name, value in values.items() if not value)
        raise SettingError(f"{lacking} is missing; it is needed with {' and '.join(n for n in values if n != lacking)}")


def web_address(name: str, value: str) -> None:
    if value and not value.startswith(("https://", "http://")):
        raise SettingError(f"{name} must begin with https://, not {value!r}")


def secret(given: Mapping[str, str], name: str) -> str:
    """The setting itself, or the content of the file that `<name>_FILE` names."""
    file = given.get(f"{name}_FILE")
    if not file:
        return given.get(name, "")
    if name in given:
        raise SettingError(f"{name} and {name}_FILE are both set; one of them is enough")
    try:
        return Path(file).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"{name}_FILE: {file} can't be read ({why(error)})") from error


def long_secret(given: Mapping[str, str], name: str, kept: Path) -> str:
    value = secret(given, name)
    if value and len(value) < 32:
        raise SettingError(f"{name} must have at least 32 characters")
    return value or kept_secret(kept)


def kept_secret(path: Path) -> str:
    """A secret made once and kept in the data folder, readable by its owner only."""
    from secrets import token_urlsafe

    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Written whole beside it, then linked: nobody ever reads half a secret.
            whole = path.with_name(f"{path.name}.{os.getpid()}")
            with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(token_urlsafe(48))
            with suppress(FileExistsError):  # another process was first
                path.hardlink_to(whole)
            whole.unlink()
        return path.read_text().strip()
    except OSError as error:
        raise SettingError(f"STOA_DATA: {path} can't be read or written ({why(error)})") from error


def why(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
