"""The one reader of the environment: every `STOA_…` setting, strictly parsed.

`docs/settings.md` lists what stands here; a test compares the two. Standard library only: `./stoa` reads it too,
before anything is installed.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import TYPE_CHECKING

from config import values
from config.values import SettingError

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
KNOWN = frozenset({*PLAIN, *SECRET, *(f"{name}_FILE" for name in SECRET)})


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
        secret_key=values.long_secret(given, "STOA_SECRET_KEY", data / "keys" / "secret-key"),
        debug=values.flag(given, "STOA_DEBUG"),
        time_zone=values.time_zone(given, "STOA_TIME_ZONE", "Asia/Shanghai"),
        database_url=values.url(given, "STOA_DATABASE_URL", "postgresql", "postgres"),
        redis_url=values.url(given, "STOA_REDIS_URL", "redis", "rediss", "unix"),
        public_address=values.origin("STOA_PUBLIC_ADDRESS", given.get("STOA_PUBLIC_ADDRESS", "http://localhost:8000")),
        origins=tuple(values.origin("STOA_ORIGINS", word) for word in values.words(given, "STOA_ORIGINS")),
        trusted_proxies=values.networks(given, "STOA_TRUSTED_PROXIES"),
        media_udp_port=values.port(given, "STOA_MEDIA_UDP_PORT", 8443),
        media_addresses=values.addresses(given, "STOA_MEDIA_ADDRESSES") or ("127.0.0.1",),
        node_link=values.link(given, "STOA_NODE_LINK", data),
        node_secret=values.long_secret(given, "STOA_NODE_SECRET", data / "keys" / "node-secret"),
        turn_urls=values.turn(given, "STOA_TURN_URLS"),
        turn_secret=values.secret(given, "STOA_TURN_SECRET"),
        email_url=values.url(given, "STOA_EMAIL_URL", "smtp", "smtps"),
        email_from=given.get("STOA_EMAIL_FROM", ""),
        oidc=_oidc(given),
        saml=_saml(given),
        s3=_s3(given),
        media_accel=values.accel(given, "STOA_MEDIA_ACCEL"),
        upload_bytes=values.gigabytes(given, "STOA_UPLOAD_GB", 20),
        quota_bytes=values.gigabytes(given, "STOA_QUOTA_GB", 0),
        faults=values.flag(given, "STOA_FAULTS"),
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


def _s3(given: Mapping[str, str]) -> S3:
    endpoint = given.get("STOA_S3_ENDPOINT", "")
    bucket = given.get("STOA_S3_BUCKET", "")
    secret = values.secret(given, "STOA_S3_SECRET")
    key = given.get("STOA_S3_KEY_ID", "")
    if (endpoint or key or secret) and not bucket:
        raise SettingError("STOA_S3_BUCKET must name the bucket when another STOA_S3_ setting is given")
    if bool(key) != bool(secret):
        raise SettingError("STOA_S3_KEY_ID and STOA_S3_SECRET must be given both or neither")
    return S3(
        bucket=bucket,
        address=values.origin("STOA_S3_ENDPOINT", endpoint) if endpoint else "",
        region=given.get("STOA_S3_REGION", ""),
        key=key,
        secret=secret,
        prefix=given.get("STOA_S3_PREFIX", "").strip("/"),
        redirect=values.flag(given, "STOA_S3_REDIRECT"),
    )


def _oidc(given: Mapping[str, str]) -> SignIn:
    found = SignIn(
        name=given.get("STOA_OIDC_NAME", "OpenID Connect"),
        address=given.get("STOA_OIDC_ISSUER", ""),
        id=given.get("STOA_OIDC_CLIENT_ID", ""),
        secret=values.secret(given, "STOA_OIDC_CLIENT_SECRET"),
    )
    values.together({"STOA_OIDC_ISSUER": found.address, "STOA_OIDC_CLIENT_ID": found.id})
    values.web_address("STOA_OIDC_ISSUER", found.address)
    return found


def _saml(given: Mapping[str, str]) -> SignIn:
    found = SignIn(
        name=given.get("STOA_SAML_NAME", "SAML"),
        address=given.get("STOA_SAML_METADATA_URL", ""),
        id=given.get("STOA_SAML_ENTITY_ID", ""),
    )
    values.together({"STOA_SAML_METADATA_URL": found.address, "STOA_SAML_ENTITY_ID": found.id})
    values.web_address("STOA_SAML_METADATA_URL", found.address)
    return found
