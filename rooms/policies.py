"""What a room's settings mean: which facts open it, and who waits. Pure."""

from __future__ import annotations

from enum import StrEnum


class Access(StrEnum):
    """Who enters without asking. The values are facts of `organisations.policies.Scope`."""

    LINK = "link"
    SIGNED_IN = "signed_in"
    MEMBERS = "members"
    ADMITTED = "admitted"  # nobody but hosts and invited people


def facts(access: Access, *, lobby: bool) -> frozenset[str]:
    """What the room itself allows; "ask" when everybody else may wait at its door."""
    return frozenset({access.value} | ({"ask"} if lobby else set()))


def somebody_waits(access: Access, *, lobby: bool) -> bool:
    """Whether people wait to be admitted. Nobody is left to wait where the link is enough."""
    return lobby and access is not Access.LINK
