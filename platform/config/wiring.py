"""Product meets product, here and nowhere else."""

from __future__ import annotations


def connect() -> None:
    """Register what one product offers to others."""
    from config import attendance, imports, publishing  # noqa: F401 registers its job

    imports.connect()
    attendance.connect()
