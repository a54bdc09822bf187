"""Who is sent which layer, and which voices: rules with the clock passed in."""

from __future__ import annotations

import pytest

from media.sfu.layers import CALM_MS, Estimates, Layer, LossCap, choose
from media.sfu.speakers import Speakers

Q, H, F = (Layer(rid, height, True) for rid, height in (("q", 180), ("h", 360), ("f", 720)))
ALL = (Q, H, F)


def dead(layer: Layer) -> Layer:
    return Layer(layer.rid, layer.height, False)


@pytest.mark.parametrize(
    ("layers", "wanted", "cap", "muted", "expected"),
    [
        (ALL, 720, 2, False, (2, "wanted")),
        (ALL, 361, 2, False, (2, "wanted")),
        (ALL, 360, 2, False, (1, "wanted")),
        (ALL, 1, 2, False, (0, "wanted")),
        (ALL, 2000, 2, False, (2, "wanted")),
        (ALL, 720, 1, False, (1, "bandwidth")),
        (ALL, 180, 1, False, (0, "wanted")),
        (ALL, 720, 2, True, (None, "muted")),
        (ALL, 0, 2, False, (None, "paused")),
        ((), 720, 2, False, (None, "source")),
        ((Q, H, dead(F)), 720, 2, False, (1, "source")),
        ((dead(Q), H, F), 100, 2, False, (1, "source")),
        ((dead(Q), dead(H), dead(F)), 360, 2, False, (1, "source")),
    ],
)
def test_the_smallest_layer_that_fills_the_picture(layers, wanted, cap, muted, expected):
    assert choose(layers, wanted, cap, muted) == expected


def test_a_subscriber_falls_at_lasting_loss_and_climbs_back_slowly():
    cap = LossCap(2)
    assert not cap.report(0.2, 0), "one bad report is no trend"
    assert cap.report(0.2, 1_000)
    assert cap.cap == 1
    assert not cap.report(0.0, 2_000)
    assert not cap.report(0.0, 2_000 + CALM_MS - 1)
    assert cap.report(0.0, 2_000 + CALM_MS)
    assert cap.cap == 2


def test_a_climb_that_failed_makes_the_next_wait_longer():
    cap = LossCap(1)
    cap.report(0.2, 0), cap.report(0.2, 500)
    cap.report(0.0, 1_000)
    assert cap.report(0.0, 1_000 + CALM_MS)
    cap.report(0.3, 10_000), cap.report(0.3, 11_000)
    assert cap.cap == 0
    cap.report(0.0, 12_000)
    assert not cap.report(0.0, 12_000 + CALM_MS)
    assert cap.report(0.0, 12_000 + 2 * CALM_MS)


def test_it_never_falls_below_the_lowest():
    cap = LossCap(1)
    for now_ms in range(0, 10_000, 500):
        cap.report(0.9, now_ms)
    assert cap.cap == 0
    assert not cap.below(0, 11_000)


def test_an_estimate_that_only_lags_costs_no_layer():
    estimates = Estimates()
    assert not any(estimates.report(bps, 1_500_000, n * 1_000) for n, bps in enumerate((200_000, 250_000, 300_000)))


def test_an_estimate_that_keeps_falling_below_what_is_sent_costs_a_layer():
    estimates = Estimates()
    assert not estimates.report(2_000_000, 1_500_000, 0)
    assert not estimates.report(1_200_000, 1_500_000, 1_000)
    assert estimates.report(900_000, 1_500_000, 2_000)


def test_two_falls_far_apart_are_two_beginnings():
    estimates = Estimates()
    estimates.report(2_000_000, 1_500_000, 0)
    assert not estimates.report(1_200_000, 1_500_000, 1_000)
    assert not estimates.report(900_000, 1_500_000, 9_000)


def test_who_speaks_is_named_loudest_first_and_silence_is_not():
    speakers = Speakers()
    for n in range(20):
        speakers.hear("ada", 20, n * 20)
        speakers.hear("bob", 35, n * 20)
        speakers.hear("eve", 100, n * 20)
    names = [name for name, _ in speakers.speaking(400)]
    assert names == ["ada", "bob"]


def test_two_equal_voices_do_not_take_turns():
    speakers = Speakers()
    for n in range(50):
        speakers.hear("ada", 30, n * 20)
        speakers.hear("bob", 28, n * 20)
    assert speakers.loudest(1, ["ada"]) == {"ada"}
    assert speakers.loudest(1, ["bob"]) == {"bob"}


def test_a_much_louder_voice_takes_the_place():
    speakers = Speakers()
    for n in range(50):
        speakers.hear("ada", 50, n * 20)
        speakers.hear("bob", 10, n * 20)
    assert speakers.loudest(1, ["ada"]) == {"bob"}


def test_in_silence_nobody_loses_the_place():
    speakers = Speakers()
    for name in ("ada", "bob", "cem"):
        speakers.hear(name, 127, 0)
    assert speakers.loudest(2, ["bob", "cem"]) == {"bob", "cem"}


def test_who_falls_silent_without_a_packet_stops_speaking():
    speakers = Speakers()
    for n in range(20):
        speakers.hear("ada", 10, n * 20)
    assert speakers.speaking(400)
    for now_ms in range(1_000, 2_000, 200):
        left = speakers.speaking(now_ms)
    assert left == []
