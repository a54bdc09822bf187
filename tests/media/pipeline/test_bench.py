"""The benchmark compares like with like; it uses the pipeline's own parts and must not outlive a change of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.transcode import Source, measure, text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_every_way_makes_the_same_rungs_equally_well(clip: Callable[..., Path], tmp_path: Path) -> None:
    # A keyframe every two seconds: it fits, and is also taken over.
    source = clip("measured.mp4", "-g", "60", "-maxrate", "500k", "-bufsize", "500k", size="640x360", seconds=4)
    figures = measure(Source("clip", source, tmp_path), 1, quality=True)
    assert set(figures["rows"]) == {"stoa", "per-rung", "decode", "encodes", "copied"}
    assert all(row["cpu_s"] > 0 for row in figures["rows"].values())
    ours, others = figures["quality"]["stoa"], figures["quality"]["per-rung"]
    assert set(ours) == set(others) == set(figures["rungs"])
    for rung, made in ours.items():
        assert made["ssim"] > 0.8
        assert abs(made["ssim"] - others[rung]["ssim"]) < 0.01
    assert "copied" in text({"cores": 1, "load_before": 0, "load_after": 0, "sources": {"clip": figures}})
