"""Programs in their cage, with real processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from media.pipeline import Cancelled, DiskFull, Failed, Options, commands, runner, transcode
from media.pipeline.errors import TooMuchWork
from media.pipeline.transcode import ffmpeg
from tests.media.pipeline.conftest import VOICE, make

if TYPE_CHECKING:
    from collections.abc import Callable

    Clip = Callable[..., Path]

ROOT = Path(__file__).resolve().parents[3]
LIMITS = runner.Limits(wall_s=20, memory_bytes=1 << 30, file_bytes=1 << 20, nice=0)
PYTHON = [Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve(), Path(sys.executable).resolve()]
SLOW = {"preset": "veryslow", "copy": False}


def python(code: str, into: Path, **more: Any) -> str:
    """What the code prints when it is run in the cage."""
    said: list[str] = []
    limits = more.pop("limits", LIMITS)
    command = [sys.executable, "-I", "-c", code]
    runner.run(command, cwd=into, limits=limits, write=[into], run=PYTHON, line=said.append, **more)
    return "\n".join(said)


def inside(folder: Path) -> list[int]:
    """Processes that work in a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == folder and (process / "stat").read_text().split()[2] != "Z":
                found.append(int(process.name))
        except OSError:
            continue  # it ended while we looked
    return found


def until(true: Callable[[], Any], most_s: float = 20) -> Any:
    end = time.monotonic() + most_s
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come to that")


def python_sees_landlock() -> bool:
    import ctypes

    return bool(ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1) > 0)


def test_no_connection_leaves_the_cage(tmp_path: Path) -> None:
    """Not even to this machine: the second wall, behind ffmpeg's own list of protocols."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = f"import socket\ntry: socket.create_connection(('127.0.0.1', {port}), 2)\nexcept OSError as e: print(e)"
        assert "unreachable" in python(code, tmp_path)
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_ffmpeg_is_allowed_files_and_pipes_only(clip: Clip, tmp_path: Path) -> None:
    from media.pipeline import probe
    from media.pipeline.plan import plan

    source = clip("plain.mp4")
    words = commands.encode(plan(probe(source), Options()), source, "ffmpeg", None)
    at = words.index("-i")
    assert words[words.index("-protocol_whitelist") + 1] == "file,pipe"
    assert words[words.index("-format_whitelist") + 1].startswith("mov,matroska")
    assert "hls" not in words[words.index("-format_whitelist") + 1].split(",")
    assert words[:at].count("-f") == 1
    assert words[words.index("-f") + 1] == "mov"


@pytest.mark.skipif(not python_sees_landlock(), reason="this kernel has no Landlock")
def test_only_the_promised_files_can_be_read_and_written(tmp_path: Path) -> None:
    (tmp_path / "into").mkdir()
    (tmp_path / "other").write_text("private")
    code = f"""
for path, how in (({str(tmp_path / "other")!r}, "r"), ("/etc/passwd", "r"), ({str(tmp_path / "new")!r}, "w")):
    try: open(path, how); print("opened", path)
    except OSError as e: print(e.strerror)
open("mine", "w").write("x"); print(open("mine").read())
"""
    assert python(code, tmp_path / "into").splitlines() == ["Permission denied"] * 3 + ["x"]


def test_a_program_gets_no_new_powers_and_none_of_our_environment(tmp_path: Path) -> None:
    code = """
import os
print(*[line.split()[1] for line in open("/proc/self/status") if line.startswith(("NoNewPrivs", "CapEff"))])
print(sorted(set(os.environ) - {"LC_CTYPE"}))
"""
    assert python(code, tmp_path).splitlines() == ["0000000000000000 1", "['HOME', 'LANG', 'PATH']"]


def test_memory_has_an_end(tmp_path: Path) -> None:
    with pytest.raises(Failed) as caught:
        python("x = bytearray(3 << 30)", tmp_path)
    assert "MemoryError" in caught.value.said


def test_a_file_has_an_end(tmp_path: Path) -> None:
    with pytest.raises(TooMuchWork):
        python("open('large', 'wb').write(b'x' * (3 << 20))", tmp_path)
    assert (tmp_path / "large").stat().st_size <= 1 << 20


def test_time_has_an_end(tmp_path: Path) -> None:
    with pytest.raises(TooMuchWork):
        python("while True: pass", tmp_path, limits=runner.Limits(0.5, 1 << 30, 1 << 20, nice=0))
    assert inside(tmp_path) == []


def test_computing_has_an_end(tmp_path: Path) -> None:
    with pytest.raises(TooMuchWork):
        python("while True: pass", tmp_path, limits=runner.Limits(60, 1 << 30, 1 << 20, cpu_s=1, nice=0))


def test_whatever_a_program_writes_only_the_end_is_kept(tmp_path: Path) -> None:
    code = """
import sys
for n in range(20000): sys.stderr.write(f"line {n} " + "x" * 50 + "\\n")
sys.stderr.write("y" * 500000)
sys.exit(3)
"""
    with pytest.raises(Failed) as caught:
        python(code, tmp_path)
    assert caught.value.exit_status == 3
    assert len(caught.value.said) < 300_000
    assert "line 0 " not in caught.value.said


def test_a_callback_that_raises_ends_the_program(tmp_path: Path) -> None:
    def line(_: str) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        runner.run(
            [sys.executable, "-I", "-u", "-c", "print(1)\nwhile True: pass"],
            cwd=tmp_path, limits=LIMITS, write=[tmp_path], run=PYTHON, line=line,
        )  # fmt: skip
    assert inside(tmp_path) == []


def test_a_full_disk_has_a_name_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(DiskFull):
        runner.run(
            [ffmpeg(), "-y", "-v", "error", "-f", "lavfi", "-i", VOICE.format(s=5), "-f", "wav", "/dev/full"],
            cwd=tmp_path, limits=LIMITS, write=[tmp_path, Path("/dev/full")],
        )  # fmt: skip


def test_a_disk_that_fills_up_on_the_way_and_has_room_later(clip: Clip, tmp_path: Path) -> None:
    """On a real file system of 700 kB, then of 60 MB."""
    source = clip("large.mp4", "-g", "300", size="1280x720", seconds=6)
    script = Path(__file__).with_name("small_disk.py")
    alone = ["unshare", "--user", "--map-root-user", "--mount"]
    said = subprocess.run(
        [*alone, sys.executable, str(script), str(source), str(tmp_path)],
        check=False, capture_output=True, text=True, cwd=ROOT,
        env={"PYTHONPATH": ".:platform", "PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert said.stdout.split() == ["DiskFull", "complete"], said.stderr


def start(source: Path, into: Path) -> subprocess.Popen[str]:
    """A worker that transcodes slowly, in a process of its own."""
    into.mkdir()
    code = (
        "import sys; from pathlib import Path; from media.pipeline import *\n"
        "transcode(Path(sys.argv[1]), Path(sys.argv[2]), options=Options(preset='veryslow', copy=False),"
        " progress=lambda *_: None, cancelled=lambda: False, playable=lambda _: None)"
    )
    environ = {"PYTHONPATH": ".:platform"}
    return subprocess.Popen([sys.executable, "-c", code, str(source), str(into)], cwd=ROOT, env=environ, text=True)


def encoding(into: Path) -> bool:
    return any(into.glob("*/init.mp4")) or any(into.glob("*/*.tmp"))


def test_ffmpeg_dies_with_its_worker(clip: Clip, tmp_path: Path) -> None:
    into = tmp_path / "into"
    worker = start(clip("slow.mp4", "-g", "300", size="1280x720", seconds=20), into)
    until(lambda: encoding(into) and inside(into))
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    until(lambda: not inside(into), 5)


def test_ffmpeg_killed_is_a_failure_and_the_next_try_is_whole(clip: Clip, tmp_path: Path) -> None:
    source = clip("slow.mp4", "-g", "300", size="1280x720", seconds=20)
    killed: list[int] = []

    def progress(share: float, what: str) -> None:
        if what == "encoding" and not killed and (found := inside(tmp_path)):
            killed.extend(found)
            os.kill(found[0], signal.SIGKILL)

    with pytest.raises(Failed) as caught:
        transcode(
            source,
            tmp_path,
            options=Options(**SLOW),
            progress=progress,
            cancelled=lambda: False,
            playable=lambda _: None,
        )
    assert killed
    assert caught.value.exit_status == -signal.SIGKILL
    assert inside(tmp_path) == []
    assert make(clip("plain.mp4"), tmp_path).result.complete


def test_cancelled_means_gone_at_once(clip: Clip, tmp_path: Path) -> None:
    steps: list[str] = []
    with pytest.raises(Cancelled):
        transcode(
            clip("slow.mp4", "-g", "300", size="1280x720", seconds=20),
            tmp_path,
            options=Options(**SLOW),
            progress=lambda _, what: steps.append(what),
            cancelled=lambda: "encoding" in steps,
            playable=lambda _: None,
        )
    assert inside(tmp_path) == []
    assert "finishing" not in steps


def test_a_program_that_closes_its_outputs_is_still_watched(tmp_path: Path) -> None:
    code = "import os\nos.close(1); os.close(2)\nwhile True: pass"
    with pytest.raises(TooMuchWork):
        python(code, tmp_path, limits=runner.Limits(0.5, 1 << 30, 1 << 20, nice=0))
    assert inside(tmp_path) == []


def test_all_that_is_made_together_has_an_end(clip: Clip, tmp_path: Path) -> None:
    """No file alone is too large; their sum is."""
    with pytest.raises(TooMuchWork):
        make(clip("large.mp4", "-g", "300", size="1280x720", seconds=6), tmp_path, most_output_bytes=2_400_000)
    files = [path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()]
    assert max(files) < 2_400_000 < sum(files)


def test_looking_at_a_file_can_be_cancelled(clip: Clip, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        transcode(
            clip("plain.mp4"),
            tmp_path,
            options=Options(),
            progress=lambda *_: None,
            cancelled=lambda: True,
            playable=lambda _: None,
        )
    assert list(tmp_path.iterdir()) == []
