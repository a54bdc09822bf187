"""The one reader of the environment: every `STOA_…` setting, strictly parsed.

`docs/settings.md` lists what stands here; a test compares the two. Standard library only: `./stoa` reads it too,
before anything is installed.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from hashlib import sha256
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROOT = Path(__file__).resolve().parents[2]

PLAIN = (
    "STOA_DATA",
    "STOA_DEBUG",
    "STOA_EMAIL_FROM",
    "STOA_FAULTS",
    "STOA_MEDIA_ACCEL",
    "STOA_MEDIA_ADDRESSES",
    "STOA_MEDIA_UDP_PORT",
    "STOA_NODE_LINK",
    "STOA_OIDC_CLIENT_ID",
    "STOA_OIDC_ISSUER",
    "STOA_OIDC_NAME",
    "STOA_ORIGINS",
    "STOA_PUBLIC_ADDRESS",
    "STOA_QUOTA_GB",
    "STOA_S3_BUCKET",
    "STOA_S3_ENDPOINT",
    "STOA_S3_KEY_ID",
    "STOA_S3_PREFIX",
    "STOA_S3_REDIRECT",
    "STOA_S3_REGION",
    "STOA_SAML_ENTITY_ID",
    "STOA_SAML_METADATA_URL",
    "STOA_SAML_NAME",
    "STOA_TIME_ZONE",
    "STOA_TRUSTED_PROXIES",
    "STOA_TURN_URLS",
    "STOA_UPLOAD_GB",
)
# These may also come from a file: STOA_SECRET_KEY_FILE=/run/secrets/key
SECRET = (
    "STOA_DATABASE_URL",
    "STOA_EMAIL_URL",
    "STOA_NODE_SECRET",
    "STOA_OIDC_CLIENT_SECRET",
    "STOA_REDIS_URL",
    "STOA_S3_SECRET",
    "STOA_SECRET_KEY",
    "STOA_TURN_SECRET",
)
LONGEST_SOCKET_PATH = 100
KNOWN = frozenset({*PLAIN, *SECRET, *(f"{name}_FILE" for name in SECRET)})


class SettingError(ValueError):
    """A setting that can't be used; the message names it and says what would do."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody else's sign-in, offered beside our own. `address` is empty where it isn't set up."""

    name: str
    address: str
    id: str
    secret: str = ""


@dataclass(frozen=True, slots=True)
class S3:
    """A bucket for media; `bucket` is empty where a local disk serves. `redirect`: browsers read from it themselves."""

    bucket: str
    address: str
    region: str
    key: str
    secret: str
    prefix: str
    redirect: bool

    @property
    def origins(self) -> tuple[str, ...]:
        """What pages may load from, when browsers are sent there."""
        if not (self.bucket and self.redirect):
            return ()
        return (self.address,) if self.address else ("https://*.amazonaws.com",)


@dataclass(frozen=True, slots=True)
class Env:
    """What the environment asks for. Paths are absolute, ports 1..65535, secrets never logged."""

    data: Path
    secret_key: str
    debug: bool
    time_zone: str
    database_url: str
    redis_url: str
    public_address: str
    origins: tuple[str, ...]
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    media_udp_port: int
    media_addresses: tuple[str, ...]
    node_link: str
    node_secret: str
    turn_urls: tuple[str, ...]
    turn_secret: str
    email_url: str
    email_from: str
    oidc: SignIn
    saml: SignIn
    s3: S3
    media_accel: str
    upload_bytes: int
    quota_bytes: int
    faults: bool


def parse(environ: Mapping[str, str]) -> Env:
    """Raises SettingError for the first setting that can't be used. An empty value is no value."""
    given = {name: value.strip() for name, value in environ.items() if name.startswith("STOA_") and value.strip()}
    _refuse_unknown(name for name in environ if name.startswith("STOA_"))
    data = Path(given.get("STOA_DATA", ROOT / "var")).expanduser().absolute()
    return Env(
        data=data,
        secret_key=_long_secret(given, "STOA_SECRET_KEY", data / "keys" / "secret-key"),
        debug=_flag(given, "STOA_DEBUG"),
        time_zone=_time_zone(given, "STOA_TIME_ZONE", "Asia/Shanghai"),
        database_url=_url(given, "STOA_DATABASE_URL", "postgresql", "postgres"),
        redis_url=_url(given, "STOA_REDIS_URL", "redis", "rediss", "unix"),
        public_address=_origin("STOA_PUBLIC_ADDRESS", given.get("STOA_PUBLIC_ADDRESS", "http://localhost:8000")),
        origins=tuple(_origin("STOA_ORIGINS", word) for word in _words(given, "STOA_ORIGINS")),
        trusted_proxies=_networks(given, "STOA_TRUSTED_PROXIES"),
        media_udp_port=_port(given, "STOA_MEDIA_UDP_PORT", 8443),
        media_addresses=_addresses(given, "STOA_MEDIA_ADDRESSES") or ("127.0.0.1",),
        node_link=_link(given, "STOA_NODE_LINK", data),
        node_secret=_long_secret(given, "STOA_NODE_SECRET", data / "keys" / "node-secret"),
        turn_urls=_turn(given, "STOA_TURN_URLS"),
        turn_secret=_secret(given, "STOA_TURN_SECRET"),
        email_url=_url(given, "STOA_EMAIL_URL", "smtp", "smtps"),
        email_from=given.get("STOA_EMAIL_FROM", ""),
        oidc=_oidc(given),
        saml=_saml(given),
        s3=_s3(given),
        media_accel=_accel(given, "STOA_MEDIA_ACCEL"),
        upload_bytes=_gigabytes(given, "STOA_UPLOAD_GB", 20),
        quota_bytes=_gigabytes(given, "STOA_QUOTA_GB", 0),
        faults=_flag(given, "STOA_FAULTS"),
    )


def load() -> Env:
    return parse(os.environ)


def load_or_exit() -> Env:
    """For programs: a wrong setting is one clear line and status 2."""
    try:
        return load()
    except SettingError as error:
        sys.stderr.write(f"stoa: {error}\n")
        raise SystemExit(2) from None


def _refuse_unknown(names: Iterable[str]) -> None:
    for name in sorted(names):
        if name not in KNOWN:
            near = get_close_matches(name, KNOWN, n=1, cutoff=0.6)
            hint = f"did you mean {near[0]}?" if near else "docs/settings.md lists all"
            raise SettingError(f"{name} is no setting of Stoa; {hint}")


def _flag(given: Mapping[str, str], name: str) -> bool:
    value = given.get(name, "0")
    if value not in {"0", "1"}:
        raise SettingError(f"{name} must be 0 or 1, not {value!r}")
    return value == "1"


def _is_port(value: str) -> bool:
    return value.isascii() and value.isdigit() and 0 < int(value) < 65536


def _port(given: Mapping[str, str], name: str, default: int) -> int:
    value = given.get(name, str(default))
    if not _is_port(value):
        raise SettingError(f"{name} must be a port number from 1 to 65535, not {value!r}")
    return int(value)


def _words(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in given.get(name, "").split(",") if word.strip())


def _origin(name: str, value: str) -> str:
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


def _url(given: Mapping[str, str], name: str, *schemes: str) -> str:
    """The value is not shown: it may hold a password."""
    value = _secret(given, name)
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


def _addresses(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    words = _words(given, name)
    for word in words:
        try:
            ip_address(word)
        except ValueError as error:
            raise SettingError(f"{name} must be IP addresses with commas between them, not {word!r}") from error
    return words


def _networks(given: Mapping[str, str], name: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """`10.0.0.0/8` or a single address. All of the internet can't be trusted."""
    found = []
    for word in _words(given, name):
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


def _link(given: Mapping[str, str], name: str, data: Path) -> str:
    """A socket file's path must be short (unix(7): 108 bytes); far down, it lies in the machine's own folder."""
    own = data / "run" / "node.sock"
    if len(bytes(own)) > LONGEST_SOCKET_PATH:
        own = Path(gettempdir()) / f"stoa-{sha256(bytes(data)).hexdigest()[:16]}.sock"
    value = given.get(name) or f"unix:{own}"
    kind, _, rest = value.partition(":")
    host, _, port = rest.rpartition(":")
    if not (kind == "unix" and 0 < len(rest.encode()) <= LONGEST_SOCKET_PATH) and not (
        kind == "tcp" and host and _is_port(port)
    ):
        raise SettingError(f"{name} must be unix:/path (a short one) or tcp:host:port, not {value!r}")
    return value


def _gigabytes(given: Mapping[str, str], name: str, default: int) -> int:
    """In bytes. 0: no limit."""
    value = given.get(name, str(default))
    if not (value.isascii() and value.isdigit() and len(value) <= 6):
        raise SettingError(f"{name} must be a whole number of gigabytes, not {value!r}")
    return int(value) * 10**9


def _accel(given: Mapping[str, str], name: str) -> str:
    """The proxy's internal place for the media folder, such as `/protected-media/`."""
    value = given.get(name, "")
    if value and not (value.startswith("/") and value.endswith("/") and len(value) > 2):
        raise SettingError(f"{name} must begin and end with a slash, like /protected-media/, not {value!r}")
    return value


def _s3(given: Mapping[str, str]) -> S3:
    endpoint = given.get("STOA_S3_ENDPOINT", "")
    bucket = given.get("STOA_S3_BUCKET", "")
    secret = _secret(given, "STOA_S3_SECRET")
    key = given.get("STOA_S3_KEY_ID", "")
    if (endpoint or key or secret) and not bucket:
        raise SettingError("STOA_S3_BUCKET must name the bucket when another STOA_S3_ setting is given")
    if bool(key) != bool(secret):
        raise SettingError("STOA_S3_KEY_ID and STOA_S3_SECRET must be given both or neither")
    return S3(
        bucket=bucket,
        address=_origin("STOA_S3_ENDPOINT", endpoint) if endpoint else "",
        region=given.get("STOA_S3_REGION", ""),
        key=key,
        secret=secret,
        prefix=given.get("STOA_S3_PREFIX", "").strip("/"),
        redirect=_flag(given, "STOA_S3_REDIRECT"),
    )


def _turn(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    words = _words(given, name)
    for word in words:
        kind, _, rest = word.partition(":")
        if kind not in {"turn", "turns", "stun", "stuns"} or not rest or rest.startswith("/"):
            raise SettingError(f"{name} must be addresses like turn:turn.example.org:3478, not {word!r}")
    return words


def _time_zone(given: Mapping[str, str], name: str, default: str) -> str:
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


def _oidc(given: Mapping[str, str]) -> SignIn:
    found = SignIn(
        name=given.get("STOA_OIDC_NAME", "OpenID Connect"),
        address=given.get("STOA_OIDC_ISSUER", ""),
        id=given.get("STOA_OIDC_CLIENT_ID", ""),
        secret=_secret(given, "STOA_OIDC_CLIENT_SECRET"),
    )
    _together({"STOA_OIDC_ISSUER": found.address, "STOA_OIDC_CLIENT_ID": found.id})
    _web_address("STOA_OIDC_ISSUER", found.address)
    return found


def _saml(given: Mapping[str, str]) -> SignIn:
    found = SignIn(
        name=given.get("STOA_SAML_NAME", "SAML"),
        address=given.get("STOA_SAML_METADATA_URL", ""),
        id=given.get("STOA_SAML_ENTITY_ID", ""),
    )
    _together({"STOA_SAML_METADATA_URL": found.address, "STOA_SAML_ENTITY_ID": found.id})
    _web_address("STOA_SAML_METADATA_URL", found.address)
    return found


def _together(values: Mapping[str, str]) -> None:
    if any(values.values()) and not all(values.values()):
        lacking = next(name for name, value in values.items() if not value)
        raise SettingError(f"{lacking} is missing; it is needed with {' and '.join(n for n in values if n != lacking)}")


def _web_address(name: str, value: str) -> None:
    if value and not value.startswith(("https://", "http://")):
        raise SettingError(f"{name} must begin with https://, not {value!r}")


def _secret(given: Mapping[str, str], name: str) -> str:
    """The setting itself, or the content of the file that `<name>_FILE` names."""
    file = given.get(f"{name}_FILE")
    if not file:
        return given.get(name, "")
    if name in given:
        raise SettingError(f"{name} and {name}_FILE are both set; one of them is enough")
    try:
        return Path(file).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"{name}_FILE: {file} can't be read ({_why(error)})") from error


def _long_secret(given: Mapping[str, str], name: str, kept: Path) -> str:
    value = _secret(given, name)
    if value and len(value) < 32:
        raise SettingError(f"{name} must have at least 32 characters")
    return value or _kept_secret(kept)


def _kept_secret(path: Path) -> str:
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
        raise SettingError(f"STOA_DATA: {path} can't be read or written ({_why(error)})") from error


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
