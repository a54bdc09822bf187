"""What courses do beside requests."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from courses.models import CourseClass
from courses.services import certificates, class_lists, notices, quizzes, reminders, reports
from jobs.registry import kind
from kernel import clock

if TYPE_CHECKING:
    from jobs.running import Running


@kind(notices.JOB, _("Sending a notice"), tries=6, first_pause=timedelta(seconds=30))
def mail(running: Running, *, person: int, notice: int | None = None) -> dict[str, int]:
    return {"notices": notices.mail(person=person, notice=notice, now=clock.now())}


@kind("courses.remind", _("Reminding of dates"), every=timedelta(minutes=30))
def remind(running: Running) -> dict[str, int]:
    now = clock.now()
    return {"reminded": reminders.remind(now=now), "mails": notices.mail_what_is_due(now=now)}


@kind(class_lists.LOOK, _("Looking at a list"))
def look(running: Running, *, pk: int) -> None:
    class_lists.look(pk, now=clock.now())


@kind(class_lists.CARRY_OUT, _("Enrolling by list"))
def carry_out(running: Running, *, pk: int) -> None:
    class_lists.carry_out(pk, now=clock.now())


@kind("courses.tidy", _("Forgetting old tables"), every=timedelta(hours=6))
def tidy(running: Running) -> dict[str, int]:
    now = clock.now()
    return {"forgotten": class_lists.tidy(now=now), "reports": reports.tidy(now=now)}


@kind("courses.quizzes", _("Closing quizzes whose time is over"), every=timedelta(minutes=5))
def close_quizzes(running: Running) -> dict[str, int]:
    return {"closed": quizzes.settle_all(now=clock.now())}


@kind(certificates.ISSUE_ALL, _("Issuing certificates"))
def issue_certificates(running: Running, *, pk: int, by: int) -> dict[str, int]:
    held, teacher = CourseClass.objects.select_related("course").get(pk=pk), User.objects.get(pk=by)
    issued = certificates.issue_all(held=held, by=teacher, now=clock.now(), told=running.say)
    return {"issued": issued}


@kind("courses.certify", _("Issuing certificates by rule"), every=timedelta(hours=1))
def certify(running: Running) -> dict[str, int]:
    return {"issued": certificates.catch_up(now=clock.now())}


@kind(reports.WRITE, _("Writing a report"))
def write_report(running: Running, *, key: str) -> dict[str, int]:
    return reports.write(key)
