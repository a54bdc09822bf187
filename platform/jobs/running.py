"""A job while it is worked on: what the work is given to say how far it is."""

from __future__ import annotations

import logging
import socket
import threading
from os import getpid
from typing import TYPE_CHECKING

from django.db import close_old_connections, connection

from jobs import services
from jobs.errors import JobStopped
from jobs.states import BEAT_S
from kernel import clock

if TYPE_CHECKING:
    from jobs.models import Job

logger = logging.getLogger(__name__)


def worker_name() -> str:
    return f"{socket.gethostname()[:60]}:{getpid()}"


class Running:
    """Handed to the work. While it is open a thread keeps the lease; a killed process keeps nothing."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep_beating, name="job-beat", daemon=True)

    def __enter__(self) -> Running:
        self._thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self._ended.set()
        self._thread.join()

    def say(self, done: float, text: str = "") -> None:
        """How far the work is, 0..1, with a few words. Raises JobStopped when it was cancelled or taken away."""
        share = min(1.0, max(0.0, done))
        if not services.beat(self.job, now=clock.now(), done=share, text=text[:300]):
            raise JobStopped

    def _keep_beating(self) -> None:
        try:
            while not self._ended.wait(BEAT_S):
                close_old_connections()
                if not services.beat(self.job, now=clock.now()):
                    return
        finally:
            connection.close()
