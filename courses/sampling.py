"""A random sample that anybody can repeat: decisions only, no I/O.

A seed is kept before the population is written down. The population is a list of lines in alphabetical order, one for
each thing that can be drawn; its SHA-256 is kept. Each line's place in the draw is the HMAC-SHA256 of the line under
the seed; the first ones are drawn. docs/gradebook.md repeats a draw in ten lines.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

RULE = "hmac-sha256/1"


def line(key: UUID, text: str) -> str:
    """What stands for one thing: its name, and what it said when the population was written down."""
    return f"{key} {hashlib.sha256(text.encode()).hexdigest()}"


def frozen(lines: Iterable[str]) -> list[str]:
    """The population in its order, each line once."""
    return sorted(set(lines))


def fingerprint(population: Sequence[str]) -> str:
    """SHA-256 of the lines as UTF-8, each with a line feed after it."""
    return hashlib.sha256("".join(f"{each}\n" for each in population).encode()).hexdigest()


def how_many(population: int, *, number: int | None, percent: int | None) -> int:
    """A number, or a share rounded up; never more than there are, and one at least where there is one."""
    wanted = number if number is not None else -(-population * (percent or 0) // 100)
    return min(population, max(1, wanted))


def draw(seed: str, population: Iterable[str], size: int) -> list[str]:
    """`size` lines in the order they were drawn. The order the population comes in changes nothing."""
    key = bytes.fromhex(seed)
    places = {each: hmac.new(key, each.encode(), hashlib.sha256).digest() for each in population}
    return sorted(places, key=places.__getitem__)[:size]


@dataclass(frozen=True, slots=True)
class Proof:
    """What a repeated draw shows."""

    list_unchanged: bool  # the kept list has the kept fingerprint
    same_draw: bool  # seed and list give the kept sample again
    changed: tuple[str, ...]  # lines that are no longer what they were: the text was changed, or is gone

    @property
    def holds(self) -> bool:
        return self.list_unchanged and self.same_draw and not self.changed


def repeat(
    *, seed: str, population: Sequence[str], kept_fingerprint: str, drawn: Sequence[str], today: Iterable[str]
) -> Proof:
    """`today`: the lines as they would be written now."""
    return Proof(
        list_unchanged=fingerprint(population) == kept_fingerprint and list(population) == frozen(population),
        same_draw=draw(seed, population, len(drawn)) == list(drawn),
        changed=tuple(sorted(set(population) - set(today))),
    )
