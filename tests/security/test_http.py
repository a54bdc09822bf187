"""What the running web process answers to hostile bytes, and which rules it gives to browsers."""

from __future__ import annotations

import base64
import json
import os
import re
import socket
import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Server

PATIENCE_S = 30


def talk(server: Server, *parts: bytes, until: bytes = b"\r\n\r\n") -> bytes:
    """What the server said until `until`, or until it closed."""
    place = urlsplit(server.url)
    said = b""
    with socket.create_connection(("127.0.0.1", place.port or 80), PATIENCE_S) as wire:
        try:
            for part in parts:
                wire.sendall(part)
            while until not in said and (more := wire.recv(65536)):
                said += more
        except (ConnectionResetError, BrokenPipeError):
            return said
    return said


def status(said: bytes) -> int:
    return int(said.split(b" ", 2)[1]) if said.startswith(b"HTTP/") else 0


def page(server: Server, path: str = "/") -> tuple[dict[str, str], str]:
    with urllib.request.urlopen(server.url + path) as answer:
        return {name.lower(): value for name, value in answer.headers.items()}, answer.read().decode()


@pytest.mark.parametrize("byte", [b"\x0b", b"\x0c", b"\x1c", b"\x1d", b"\x1e", b"\x85"])
def test_a_header_cannot_smuggle_another(server: Server, byte: bytes) -> None:
    """daphne's CVE-2026-44546: such bytes end a line for some readers and not for others."""
    said = talk(server, b"GET /health/ HTTP/1.1\r\nHost: localhost\r\nX-A: a" + byte + b"Cookie: x=1\r\n\r\n")
    assert status(said) == 400


def test_a_body_without_length_is_bounded(server: Server) -> None:
    """Django's CVE-2026-33034: Content-Length is absent, and the body longer than is kept in memory."""
    token = "a" * 32
    start = (
        b"POST /theme/ HTTP/1.1\r\nHost: localhost:%d\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\nCookie: csrftoken=%s\r\nX-CSRFToken: %s\r\n\r\n"
        % (urlsplit(server.url).port, token.encode(), token.encode())
    )
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    assert status(talk(server, start, b"6\r\ntheme=\r\n", *[chunk] * 9, b"0\r\n\r\n")) == 413
    assert status(talk(server, start, b"a\r\ntheme=dark\r\n0\r\n\r\n")) == 302


def test_a_long_message_closes_its_socket_and_no_other(server: Server) -> None:
    """daphne's CVE-2026-44545: 2 MiB in one frame."""
    room = server.manage("room", "create", "Long messages", "--open")["slug"]
    key = base64.b64encode(os.urandom(16))
    hello = (
        f"GET /ws/rooms/{room}/ HTTP/1.1\r\nHost: {urlsplit(server.url).netloc}\r\nOrigin: {server.url}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {key.decode()}\r\n\r\n"
    ).encode()
    place = urlsplit(server.url)
    with socket.create_connection(("127.0.0.1", place.port or 80), PATIENCE_S) as wire:
        wire.sendall(hello)
        assert status(wire.recv(65536)) == 101
        said = b""
        try:
            wire.sendall(b"\x81\xff" + (2 * 1024 * 1024).to_bytes(8, "big") + b"\0\0\0\0")
            wire.sendall(b"x" * 2 * 1024 * 1024)
            while more := wire.recv(65536):
                said += more
        except (ConnectionResetError, BrokenPipeError):
            said += b""
        else:
            assert said[:1] in {b"\x88", b""}  # a close frame, or nothing at all
    assert status(talk(server, b"GET /health/ HTTP/1.1\r\nHost: localhost\r\n\r\n")) == 200


def test_only_our_own_names_are_answered(server: Server) -> None:
    assert status(talk(server, b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")) == 400


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/rooms/"])
def test_pages_run_no_script_that_stands_in_them(server: Server, path: str) -> None:
    headers, text = page(server, path)
    policy = headers["content-security-policy"]
    assert "unsafe-inline" not in policy
    assert "'unsafe-eval'" not in policy
    for directive in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors"):
        assert directive in policy
    assert not re.search(r"<script(?![^>]*\b(?:src|nonce|type=\"application/json\"))", text)
    assert not re.search(r"<[^>]+\s(?:style|on[a-z]+)=\"", text)


def test_pages_load_nothing_from_elsewhere(server: Server) -> None:
    for path in ("/", "/accounts/login/"):
        _, text = page(server, path)
        for address in re.findall(r"(?:src|href|action)=\"(https?://[^\"]*)", text):
            assert address.startswith(server.url), address


def test_browsers_are_told_not_to_guess(server: Server) -> None:
    headers, _ = page(server)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] in {"SAMEORIGIN", "DENY"}
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "daphne" not in headers.get("server", "").lower()


def settings(tmp_path: Path, address: str, *names: str) -> dict[str, Any]:
    """Some of Django's settings, as a process of its own has them under that public address."""
    code = f"import json; from config import settings as s; print(json.dumps({{n: getattr(s, n) for n in {names!r}}}))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": os.pathsep.join(sys.path), "STOA_DATA": str(tmp_path), "STOA_PUBLIC_ADDRESS": address},
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


COOKIES = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE")


def test_cookies_stay_with_https_where_there_is_https(tmp_path: Path) -> None:
    given = settings(tmp_path, "https://meet.example.org", *COOKIES, "SECURE_HSTS_SECONDS", "SESSION_COOKIE_HTTPONLY")
    assert all(given[name] for name in COOKIES)
    assert given["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert given["SESSION_COOKIE_HTTPONLY"]


def test_a_local_network_does_not_bind_localhost_to_https(tmp_path: Path) -> None:
    given = settings(tmp_path, "https://192.0.2.7:8000", *COOKIES, "SECURE_HSTS_SECONDS")
    assert given.pop("SECURE_HSTS_SECONDS") == 0
    assert all(given.values())


def test_a_plain_localhost_can_sign_in(tmp_path: Path) -> None:
    given = settings(tmp_path, "http://localhost:8000", *COOKIES, "SECURE_HSTS_SECONDS", "DEBUG")
    assert not any(given.values())
