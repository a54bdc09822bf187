"""Demonstration content: every part that has a `demo.py` makes its own. Running it again changes nothing."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.core.management.base import BaseCommand

from kernel import clock

PARTS = ("organisations", "rooms", "pages", "portals", "courses")


class Command(BaseCommand):
    help = "Make the demonstration content."

    def handle(self, *args: Any, **options: Any) -> None:
        for part in PARTS:
            if find_spec(f"{part}.demo"):
                import_module(f"{part}.demo").make(now=clock.now())
