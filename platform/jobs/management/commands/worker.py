"""The worker process: runs queued work until it is told to end."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Run queued work."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("db_worker", reload=False, verbosity=1)
