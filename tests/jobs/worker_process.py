"""What test_workers.py runs as processes of their own: `migrate`, `queue`, `work`, `pick-up-later`, `tell`."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django_tasks_db.models import DBTaskResult  # noqa: E402

from jobs import registry, services  # noqa: E402
from jobs.models import Attempt, Job  # noqa: E402
from jobs.states import LEASE  # noqa: E402
from kernel import clock  # noqa: E402

if TYPE_CHECKING:
    from jobs.running import Running

RAN = Path(sys.argv[-1])


def mark(running: Running, *, n: int) -> None:
    """A file for each run: a second run of the same job leaves a second file."""
    (RAN / f"{n}-{os.getpid()}-{running.job.attempt}").touch()
    running.say(0.5, "half")


def hang(running: Running) -> dict[str, Any]:
    (RAN / f"hang-{os.getpid()}").touch()
    if running.job.attempt == 1:
        threading.Event().wait()
    return {"attempt": running.job.attempt}


registry.kind("tests.mark", "Mark")(mark)
registry.kind("tests.hang", "Hang", first_pause=timedelta(0))(hang)

match sys.argv[1]:
    case "migrate":
        call_command("migrate", verbosity=0)
    case "forget":
        Job.objects.all().delete()
        DBTaskResult.objects.all().delete()
        for path in RAN.iterdir():
            path.unlink()
    case "queue":
        with transaction.atomic():
            for n in range(int(sys.argv[2])):
                services.start(kind="tests.mark", args={"n": n}, owner=None, now=clock.now())
    case "queue-hanging":
        services.start(kind="tests.hang", args={}, owner=None, now=clock.now())
    case "work":
        call_command("worker", batch=True)
    case "pick-up-later":
        print(services.pick_up(now=clock.now() + LEASE + timedelta(seconds=1)))
        DBTaskResult.objects.filter(status="READY").update(run_after=clock.now())  # the pause is over
    case "tell":
        print(
            json.dumps(
                {
                    "states": Counter(Job.objects.values_list("state", flat=True)),
                    "attempts": Attempt.objects.count(),
                    **(
                        {"results": list(Job.objects.values_list("result", flat=True))}
                        if Job.objects.filter(kind="tests.hang").exists()
                        else {}
                    ),
                }
            )
        )
