"""Product meets product, here and nowhere else."""

from __future__ import annotations


def connect() -> None:
    """Register what one product offers to others."""
    from config import attendance, imports

    imports.connect()
    attendance.connect()
