"""A meeting over a lossy Wi-Fi, with packets really lost by the kernel between the server and real browsers."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from bench import loss
from tests.conftest import CHROMIUM, ROOT

LACKING = loss.missing()
WATCHED = ("5 % lost at bob", "10 % lost at bob", "20 % lost at bob", "no loss again", "10 % lost at ada")


@pytest.fixture(scope="module")
def rows():
    if CHROMIUM is None:
        pytest.fail("browser tests need Chromium: apt-get install chromium")
    if LACKING and os.environ.get("CI") == "true" and os.geteuid() == 0 and "no nft" in LACKING:
        pytest.fail(f"{LACKING}: apt-get install nftables")
    if LACKING:
        pytest.skip(LACKING)
    # The browsers' estimates of their lines judge by delay, and so the machine when it has no core to spare.
    command = loss.inside("--short", "--loss-alone", "--json")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    return {row["phase"]: row for row in json.loads(done.stdout)}


@pytest.mark.browser
def test_pictures_go_on_through_loss(rows):
    for phase in WATCHED:
        assert rows[phase]["bob"]["fps"] > 4, rows[phase]
    for phase in WATCHED[:3]:
        assert rows[phase]["bob"]["asked_again"] > 0, "the loss is real"
        assert rows[phase]["cem"]["asked_again"] == 0, "and only bob's"


@pytest.mark.browser
def test_the_voice_goes_on_through_loss_and_gets_redundancy(rows):
    for phase in WATCHED:
        assert rows[phase]["bob"]["voice_packets"] > 30, rows[phase]
    last = rows["20 % lost at bob"]["bob"]
    assert last["voice_concealed"] < 0.15, f"a fifth is lost, and the encoder can add redundancy: {last}"


@pytest.mark.browser
def test_the_layer_falls_for_the_lossy_line_alone_and_rises_when_it_ends(rows):
    assert rows["no loss"]["bob"]["layer"] == "f", rows
    fallen = rows["20 % lost at bob"]["bob"]
    assert (fallen["layer"], fallen["reason"]) in {("h", "bandwidth"), ("q", "bandwidth")}
    assert "qhf".index(rows["no loss again"]["bob"]["layer"]) > "qhf".index(fallen["layer"])
    for row in rows.values():
        assert row["cem"]["reason"] != "bandwidth", row


@pytest.mark.browser
def test_what_a_sender_loses_costs_nobody_a_layer(rows):
    found = rows["10 % lost at ada"]["cem"]
    assert found["reason"] != "bandwidth", found
    assert found["asked_again"] > 0, "the loss is real"
    assert found["fps"] > 4, found
