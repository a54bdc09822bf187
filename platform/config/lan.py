"""HTTPS for a local network: an authority of this installation's own, and a certificate from it.

`python -m config.lan NAME…` prints one JSON object with the paths `ca`, `chain` and `key`. The authority is made once
and kept, so that other machines trust it once; the certificate is made anew when names change or it grows old.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from config.env import load_or_exit
from kernel import clock

if TYPE_CHECKING:
    from pathlib import Path

AUTHORITY_LASTS = timedelta(days=3650)
LASTS = timedelta(days=397)  # the longest that Apple's and Google's browsers accept
RENEW_BEFORE = timedelta(days=30)
SKEW = timedelta(hours=1)  # other machines' clocks may be slow


def certificate(folder: Path, names: list[str], *, now: datetime) -> dict[str, str]:
    """Paths of the authority's certificate, of the chain and of its key. `names` are host names and IP addresses."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ca, chain, key = folder / "ca.pem", folder / "chain.pem", folder / "key.pem"
    authority, authority_key = _authority(ca, folder / "ca-key.pem", now=now)
    if not (chain.exists() and key.exists() and _still_good(chain, names, authority, now=now)):
        private = ec.generate_private_key(ec.SECP256R1())
        leaf = (
            _builder(names[0], authority.subject, private.public_key(), lasts=LASTS, now=now)
            .add_extension(x509.SubjectAlternativeName([_name(name) for name in names]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False
            )
            .sign(authority_key, hashes.SHA256())
        )
        _write(key, _key_pem(private))
        _write(chain, _pem(leaf) + _pem(authority))
    return {"ca": str(ca), "chain": str(chain), "key": str(key)}


def _authority(path: Path, key_path: Path, *, now: datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    if path.exists() and key_path.exists():
        kept = x509.load_pem_x509_certificate(path.read_bytes())
        key = serialization.load_pem_private_key(key_path.read_bytes(), password=None)
        if isinstance(key, ec.EllipticCurvePrivateKey) and kept.not_valid_after_utc - LASTS > now:
            return kept, key
    key = ec.generate_private_key(ec.SECP256R1())
    name = f"Stoa local authority {now:%Y-%m-%d}"
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = dict.fromkeys(
        (
            "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
            "encipher_only", "decipher_only",
        ),
        False,
    )  # fmt: skip
    made = (
        _builder(name, subject, key.public_key(), lasts=AUTHORITY_LASTS, now=now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(**usage, key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(key_path, _key_pem(key))
    _write(path, _pem(made))
    return made, key


def _still_good(path: Path, names: list[str], authority: x509.Certificate, *, now: datetime) -> bool:
    kept = x509.load_pem_x509_certificate(path.read_bytes())
    held = kept.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return (
        kept.issuer == authority.subject
        and kept.not_valid_after_utc - RENEW_BEFORE > now
        and {_name(name) for name in names} <= set(held)
    )


def _builder(
    name: str, issuer: x509.Name, key: ec.EllipticCurvePublicKey, *, lasts: timedelta, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])]))
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(now - SKEW + lasts)
    )


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _pem(made: x509.Certificate) -> bytes:
    return made.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes) -> None:
    whole = path.with_suffix(".new")
    with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    whole.replace(path)


if __name__ == "__main__":
    made = certificate(load_or_exit().data / "lan", sys.argv[1:], now=clock.now())
    sys.stdout.write(json.dumps(made) + "\n")
