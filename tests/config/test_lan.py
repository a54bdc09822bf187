"""The certificate for a local network: trusted once, checked by a real TLS client."""

from __future__ import annotations

import socket
import ssl
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.lan import LASTS, certificate

NOW = datetime.now(UTC)
NAMES = ["192.0.2.7", "localhost", "127.0.0.1"]


def shake_hands(made: dict[str, str], name: str) -> None:
    """Raises ssl.SSLError when the client does not trust what it is shown."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(made["chain"], made["key"])
    client = ssl.create_default_context(cafile=made["ca"])
    ours, theirs = socket.socketpair()

    def serve() -> None:
        try:
            server.wrap_socket(theirs, server_side=True).close()
        except OSError:
            theirs.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        client.wrap_socket(ours, server_hostname=name).close()
    finally:
        ours.close()
        thread.join()


@pytest.mark.parametrize("name", NAMES)
def test_who_trusts_the_authority_trusts_the_server(tmp_path: Path, name: str) -> None:
    shake_hands(certificate(tmp_path, NAMES, now=NOW), name)


def test_another_name_is_not_trusted(tmp_path: Path) -> None:
    with pytest.raises(ssl.SSLError):
        shake_hands(certificate(tmp_path, NAMES, now=NOW), "192.0.2.8")


def test_a_new_address_needs_no_new_trust(tmp_path: Path) -> None:
    before = Path(certificate(tmp_path, NAMES, now=NOW)["ca"]).read_bytes()
    made = certificate(tmp_path, ["192.0.2.9", *NAMES], now=NOW)
    shake_hands(made, "192.0.2.9")
    assert Path(made["ca"]).read_bytes() == before


def test_the_certificate_is_kept_until_it_grows_old(tmp_path: Path) -> None:
    first = Path(certificate(tmp_path, NAMES, now=NOW)["chain"]).read_bytes()
    assert Path(certificate(tmp_path, NAMES, now=NOW + timedelta(days=300))["chain"]).read_bytes() == first
    assert Path(certificate(tmp_path, NAMES, now=NOW + LASTS)["chain"]).read_bytes() != first


def test_only_the_owner_reads_the_keys(tmp_path: Path) -> None:
    certificate(tmp_path, NAMES, now=NOW)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
