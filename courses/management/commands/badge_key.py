"""`badge_key replace`: sign badges with a new key from now on."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from courses.services.badges import rotate
from kernel import clock


class Command(BaseCommand):
    help = "The key that signs badges."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("replace", help="make a new key; badges signed before can still be verified")

    def handle(self, *args: Any, **options: Any) -> None:
        made, _secret = rotate(now=clock.now())
        self.stdout.write(f"badges are signed with {made.name} from now on")
