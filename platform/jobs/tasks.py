"""The one task behind every job, and the work that jobs themselves need."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from jobs import registry, services
from jobs.errors import JobStopped
from jobs.registry import kind
from jobs.running import Running, worker_name
from kernel import clock
from kernel.errors import StoaError

if TYPE_CHECKING:
    from jobs.models import Job

logger = logging.getLogger(__name__)


@registry.runs_jobs
@task()
def run(pk: int, attempt: int) -> None:
    """One attempt at one job. Which of several workers comes first does it; the others find it taken."""
    job = services.take(pk=pk, attempt=attempt, worker=worker_name(), now=clock.now())
    if job is not None:
        attempt_at(job)


def attempt_at(job: Job) -> None:
    """Do the work and write down how it ended. Nothing escapes: the job's row is where people look."""
    language = job.owner.language if job.owner else ""
    with translation.override(language or settings.LANGUAGE_CODE):
        try:
            with Running(job) as running:
                result = registry.find(job.kind).work(running, **job.args)
        except JobStopped:
            logger.info("stopped job=%s", job.public_id)
        except StoaError as refusal:  # refused by a rule: trying again would be refused again
            services.fail(job, error=str(refusal), for_people=gettext(str(refusal)), now=clock.now(), again=False)
        except Exception as error:
            logger.exception("attempt broke job=%s attempt=%d", job.public_id, job.attempt)
            words = gettext("Something broke here. It was written down for the administrators.")
            services.fail(job, error=f"{type(error).__name__}: {error}", for_people=words, now=clock.now())
        else:
            services.finish(job, result=result, now=clock.now())


@kind("mail", _("Sending a message"), tries=6, first_pause=timedelta(seconds=30))
def mail(running: Running, *, to: list[str], subject: str, text: str, html: str = "", **more: Any) -> None:
    """One e-mail, tried for about two hours while the mail server is away."""
    message = EmailMultiAlternatives(" ".join(subject.split()), text, to=to, headers=more.get("headers"))
    if html:
        message.attach_alternative(html, "text/html")
    for name, content, mimetype in more.get("attachments", ()):
        message.attach(name, content, mimetype)
    message.send()


@kind("jobs.tidy", _("Forgetting old jobs"), every=timedelta(days=1))
def tidy(running: Running) -> dict[str, int]:
    return {"forgotten": services.tidy(now=clock.now())}
