"""`./stoa manage room create "Title" --open`: a room from the command line. Prints one JSON object."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from kernel import clock
from kernel.errors import StoaError
from organisations.models import Organisation
from rooms.models import Room
from rooms.services.rooms import Settings, create_room


class Command(BaseCommand):
    help = "Make a room, and say by which link it opens."

    def add_arguments(self, parser: CommandParser) -> None:
        create = parser.add_subparsers(dest="what", required=True).add_parser("create", help="make a room")
        create.add_argument("title")
        create.add_argument("--open", action="store_true", help="whoever has the link enters, without signing in")
        create.add_argument("--access", choices=Room.Access.values, help="who enters without asking")
        create.add_argument("--lobby", action="store_true", help="everybody but hosts waits until admitted")
        create.add_argument("--passcode", default="")
        create.add_argument("--organisation", metavar="SLUG", help="the office, when left out")
        create.add_argument("--owner", metavar="USERNAME")
        create.add_argument("--capacity", type=int, default=100)
        create.add_argument("--start-muted", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        access = options["access"] or (Room.Access.LINK if options["open"] else Room.Access.MEMBERS)
        if options["lobby"]:
            access = Room.Access.ADMITTED
        settings = Settings(
            title=options["title"],
            access=access,
            lobby=options["lobby"] or access == Room.Access.MEMBERS,
            passcode=options["passcode"],
            organisation=self._organisation(options["organisation"]),
            owner=self._owner(options["owner"]),
            capacity=options["capacity"],
            start_muted=options["start_muted"],
        )
        try:
            room = create_room(settings=settings, now=clock.now())
        except StoaError as refusal:
            raise CommandError(str(refusal)) from refusal
        said = {"slug": room.slug, "join_url": room.join_url, "title": room.title, "access": room.access}
        self.stdout.write(json.dumps(said, ensure_ascii=False))

    def _organisation(self, slug: str | None) -> Organisation | None:
        if slug is None:
            office: Organisation | None = Organisation.objects.filter(depth=1).first()
            return office
        found: Organisation | None = Organisation.objects.filter(slug=slug).first()
        if found is None:
            raise CommandError(f"There is no organisation {slug!r}.")
        return found

    def _owner(self, username: str | None) -> User | None:
        if username is None:
            return None
        found = User.objects.filter(username=username).first()
        if found is None:
            raise CommandError(f"There is nobody called {username!r}.")
        return found
