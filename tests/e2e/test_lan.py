"""`./stoa up --lan`: people at another machine meet over HTTPS and wss, with camera and microphone."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from tests import conftest, network
from tests.e2e.people import Person

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[2]
PORT = 8443
PATIENCE_S = 120


@pytest.mark.browser
def test_another_machine_meets_over_https(built: None, browser: Browser, tmp_path: Path) -> None:
    if why := network.why_not():
        pytest.skip(why)
    with network.machines() as (server, client):
        env = {k: v for k, v in os.environ.items() if not k.startswith(("STOA_", "TESTS_STOA", "DJANGO_"))}
        env["STOA_DATA"] = str(tmp_path / "data")
        log = tmp_path / "log"
        inside = ["ip", "netns", "exec", server]
        command = [*inside, sys.executable, "stoa", "up", "--lan", "--no-demo", "--port", str(PORT)]
        with log.open("wb") as out:
            stoa = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out, start_new_session=True)
        try:
            limit = time.monotonic() + PATIENCE_S
            while "Ctrl-C ends it" not in log.read_text():
                assert stoa.poll() is None, log.read_text()
                assert time.monotonic() < limit, log.read_text()
                time.sleep(0.2)
            address = f"https://{network.SERVER}:{PORT}"
            assert f"Stoa is at    {address}/" in log.read_text()
            env["STOA_PUBLIC_ADDRESS"] = address
            command = [*inside, sys.executable, "stoa", "manage", "room", "create", "Next door", "--open"]
            made = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
            url = json.loads(made.stdout.splitlines()[-1])["join_url"]
            meet(browser, client, url, tmp_path)
        finally:
            stoa.send_signal(signal.SIGINT)
            stoa.wait(20)


def meet(browser: Browser, client: str, url: str, tmp_path: Path) -> None:
    """Two contexts in a Chromium that runs in the client's network and trusts this one certificate and no other."""
    chain = x509.load_pem_x509_certificates((tmp_path / "data" / "lan" / "chain.pem").read_bytes())
    info = (
        chain[0].public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    pin = base64.b64encode(hashlib.sha256(info).digest()).decode()
    there = tmp_path / "chromium"
    there.write_text(f'#!/bin/sh\nexec ip netns exec {client} {conftest.CHROMIUM} "$@"\n')
    there.chmod(0o755)
    other = browser.browser_type.launch(
        executable_path=there, args=[*conftest.FLAGS, f"--ignore-certificate-errors-spki-list={pin}"]
    )
    try:
        people = [Person(other.new_context(locale="en-GB").new_page(), name) for name in ("Ann", "Ben")]
        for person in people:
            person.open(url).join().wait_in()
        for person in people:
            person.wait_pictures(2).wait_sound(1)
            assert person.page.evaluate("isSecureContext")
    finally:
        other.close()
