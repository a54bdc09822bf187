"""Who is speaking, from the levels that senders put on their packets (RFC 6464). Pure: time is passed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SPEECH = 12  # of 100: below is room noise
RISE, FALL = 0.35, 0.08  # how fast the smoothed level follows: up at once, down slowly
SILENT_MS = 400  # no packet for this long counts as silence (DTX)


@dataclass(slots=True)
class Voice:
    level: float = 0.0  # 0..100, smoothed
    heard_ms: int = 0


def loudness(dbov: int) -> float:
    """0..100 of a level in −dBov (0 loudest, 127 silence): −60 dBov and softer is nothing."""
    return max(0.0, (60 - dbov) * 100 / 60)


class Speakers:
    """The voices of one room."""

    def __init__(self) -> None:
        self._voices: dict[str, Voice] = {}

    def hear(self, publication: str, dbov: int, now_ms: int) -> None:
        voice = self._voices.get(publication)
        if voice is None:
            voice = self._voices[publication] = Voice()
        now = loudness(dbov)
        voice.level += (now - voice.level) * (RISE if now > voice.level else FALL)
        voice.heard_ms = now_ms

    def knows(self, publication: str) -> bool:
        """Whether its sender tells levels at all."""
        return publication in self._voices

    def speaks(self, publication: str) -> bool:
        voice = self._voices.get(publication)
        return voice is not None and voice.level >= SPEECH

    def forget(self, publication: str) -> None:
        self._voices.pop(publication, None)

    def speaking(self, now_ms: int) -> list[tuple[str, int]]:
        """Publications at speech level, loudest first."""
        for voice in self._voices.values():
            if now_ms - voice.heard_ms > SILENT_MS:
                voice.level *= 0.5
        return sorted(
            ((name, round(v.level)) for name, v in self._voices.items() if v.level >= SPEECH),
            key=lambda row: -row[1],
        )

    def loudest(self, count: int, held: Iterable[str]) -> set[str]:
        """The `count` voices to forward. Who is forwarded already keeps the place against a voice less than
        a quarter louder, so that two equal voices don't chop each other."""
        kept = set(held)
        levels = {name: voice.level * (1.25 if name in kept else 1.0) for name, voice in self._voices.items()}
        ranked = sorted(levels, key=lambda name: (-levels[name], name not in kept))  # in silence nobody moves
        return set(ranked[:count])
