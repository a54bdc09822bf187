"""A certificate's number: `7k3m-q9xd-4tpa-f`. Pure.

Twelve letters and digits that can't be mistaken for one another, chosen by chance (59 bits: nobody finds another one by
trying), and a thirteenth that checks them: each letter's value times its place, counted from the right, adds up to a
multiple of 31. As 31 is a prime and no two places weigh the same, each single wrong letter and each swap of two is
noticed. (Luhn's method would miss some: it doubles, which in an odd base gives the same sum for two letters.)
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
    whole = body + ALPHABET[-_sum(body, first=2) % len(ALPHABET)]
    return "-".join(whole[at : at + GROUP] for at in range(0, len(whole), GROUP))


def tidy(typed: str) -> str | None:
    """The number as it is kept, however it was typed: capitals, spaces, full-width; None when it can't be one."""
    plain = unicodedata.normalize("NFKC", typed[:100]).lower()
    letters = "".join(each for each in plain if each.isalnum())
    if len(letters) != RANDOM + 1 or any(each not in ALPHABET for each in letters):
        return None
    return with_check(letters[:-1]) if _sum(letters, first=1) % len(ALPHABET) == 0 else None


def _sum(letters: str, *, first: int) -> int:
    return sum(place * ALPHABET.index(letter) for place, letter in enumerate(reversed(letters), first))
