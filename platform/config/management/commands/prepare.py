"""Brings the database up to date, fills in demonstration content, and makes the first administrator's link.

Prints one JSON object as its last line.
"""

from __future__ import annotations

import json
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from accounts.services import first_link
from courses.services.review import lay_review
from kernel import clock
from portals.models import HomePage
from portals.services import lay_site


class Command(BaseCommand):
    help = "Prepare the database for serving."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-demo", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        if not HomePage.objects.exists():
            lay_site()
        said: dict[str, str] = {}
        if not options["no_demo"]:
            from organisations.demo import PASSWORD

            call_command("demo")
            said["demo_password"] = PASSWORD
        lay_review()
        said["first_link"] = first_link(now=clock.now())
        self.stdout.write(json.dumps(said))
