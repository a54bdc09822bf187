"""The worker process: runs queued work until it is told to end, and minds what is due or was left by the dead."""

from __future__ import annotations

import logging
import threading
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections, connection

from jobs import services
from kernel import clock

logger = logging.getLogger(__name__)

TICK_S = 5


class Command(BaseCommand):
    help = "Run queued work."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", action="store_true", help="do what is queued, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        ended = threading.Event()
        minder = threading.Thread(target=mind, args=(ended,), name="jobs-minder", daemon=True)
        if not options["batch"]:
            minder.start()
        try:
            call_command(
                "db_worker", reload=False, verbosity=1, batch=options["batch"], startup_delay=False, interval=0.5
            )
        finally:
            ended.set()


def mind(ended: threading.Event) -> None:
    while True:
        close_old_connections()
        try:
            services.tick(now=clock.now())
        except DatabaseError:  # the database is away or busy: the next tick tries again
            logger.exception("the minder could not look after the jobs")
            connection.close()
        if ended.wait(TICK_S):
            connection.close()
            return
