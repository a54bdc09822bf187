"""`asset import FILE --wait`: a file of this machine becomes an asset; prints one JSON object."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from jobs import services as jobs
from jobs.models import Job
from jobs.running import worker_name
from jobs.tasks import attempt_at
from kernel import clock
from kernel.errors import StoaError
from media.assets import services, shown
from media.assets.models import Asset
from organisations.models import Organisation

if TYPE_CHECKING:
    from uuid import UUID

LOOK_EVERY_S = 0.3
LEFT_TO_A_WORKER = timedelta(seconds=3)  # a worker takes a job within half a second; nobody: we do it ourselves


class Command(BaseCommand):
    help = "Media files: import one."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        importing = actions.add_parser("import", help="take in a file of this machine")
        importing.add_argument("file", type=Path)
        importing.add_argument("--wait", action="store_true", help="until it is ready, then say how to play it")
        importing.add_argument("--public", action="store_true", help="everybody may play it without signing in")
        importing.add_argument("--download", action="store_true", help="make one MP4 to download too")
        importing.add_argument("--title", default="")
        importing.add_argument("--organisation", default="", help="its slug; otherwise the office")
        importing.add_argument("--owner", default="", help="a user name")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"{path} is no file")
        try:
            asset = services.import_file(
                path=path.absolute(),
                organisation=_organisation(options["organisation"]),
                owner=_owner(options["owner"]),
                title=options["title"],
                public=options["public"],
                download=options["download"],
                now=clock.now(),
            )
        except StoaError as refused:
            raise CommandError(str(refused)) from refused
        if options["wait"]:
            asset = wait(asset.pk)
        said = shown.asset(asset, now=clock.now()) | {"tracks": []}
        self.stdout.write(json.dumps(said, default=str))
        if asset.state in {Asset.State.REFUSED, Asset.State.FAILED}:
            raise CommandError(asset.problem or "it failed")


def _organisation(slug: str) -> Organisation:
    found: Organisation | None
    found = Organisation.objects.filter(slug=slug).first() if slug else Organisation.objects.order_by("path").first()
    if found is None:
        raise CommandError(f"there is no organisation {slug!r}" if slug else "there is no organisation yet")
    return found


def _owner(username: str) -> User | None:
    if not username:
        return None
    found = User.objects.filter(username=username).first()
    if found is None:
        raise CommandError(f"there is nobody called {username!r}")
    return found


def wait(pk: UUID) -> Asset:
    """Until it is over. A running worker does the work; when none takes it, this process does."""
    while True:
        asset = Asset.objects.select_related("organisation", "owner", "job").get(pk=pk)
        if not asset.busy:
            return asset
        job = asset.job
        now = clock.now()
        if job is not None and job.state == Job.State.QUEUED and now - job.due > LEFT_TO_A_WORKER:
            taken = jobs.take(pk=job.pk, attempt=job.attempt + 1, worker=worker_name(), now=now)
            if taken is not None:
                attempt_at(taken)
                continue
        if job is None or job.over:
            services.mind(now=now)
        jobs.pick_up(now=now)
        time.sleep(LOOK_EVERY_S)
