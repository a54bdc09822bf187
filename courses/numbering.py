"""A certificate's number: `7k3m-q9xd-4tpa-c`. Pure.

Twelve letters and digits that can't be mistaken for one another, chosen by chance (59 bits: nobody finds another one by
trying), and a thirteenth that checks them: Luhn's method in base 31 (ISO/IEC 7812-1 annex B, generalised), which
notices each single wrong letter and nearly every swap of neighbours.
"""

from __future__ import annotations

import secrets
import unicodedata

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no 0/o, 1/i/l
RANDOM = 12
GROUP = 4


def new() -> str:
    return with_check("".join(secrets.choice(ALPHABET) for _ in range(RANDOM)))


def with_check(body: str) -> str:
    whole = body + ALPHABET[-_sum(body, first_factor=2) % len(ALPHABET)]
    return "-".join(whole[at : at + GROUP] for at in range(0, len(whole), GROUP))


def tidy(typed: str) -> str | None:
    """The number as it is kept, however it was typed: capitals, spaces, full-width; None when it can't be one."""
    plain = unicodedata.normalize("NFKC", typed[:100]).lower()
    letters = "".join(each for each in plain if each.isalnum())
    if len(letters) != RANDOM + 1 or any(each not in ALPHABET for each in letters):
        return None
    return with_check(letters[:-1]) if _sum(letters, first_factor=1) % len(ALPHABET) == 0 else None


def _sum(letters: str, *, first_factor: int) -> int:
    """From the right, every second one doubled, its digits in base n added."""
    total, factor = 0, first_factor
    for letter in reversed(letters):
        value = factor * ALPHABET.index(letter)
        total += value // len(ALPHABET) + value % len(ALPHABET)
        factor = 3 - factor
    return total
