"""Issue certificates, by rule, singly or for a whole class, and revoke them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from courses import numbering
from courses.errors import NotEarned
from courses.models import Certificate, CertificateRule, CourseClass, Enrolment
from courses.selectors.certificates import earned, rule_of
from courses.selectors.courses import outline
from courses.selectors.learning import in_language
from courses.services.notices import notify

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from accounts.models import User

ISSUE_ALL = "courses.certificates"


def issue(*, enrolment: Enrolment, by: User | None, now: datetime) -> Certificate:
    """The one that holds, or a new one. Raises NotEarned."""
    if not earned(enrolment, now=now) or enrolment.completed_at is None:
        raise NotEarned
    held = Certificate.objects.filter(enrolment=enrolment, revoked_at=None).first()
    if held is not None:
        return held
    person = enrolment.person
    with translation.override(person.language or settings.LANGUAGE_CODE):
        course = in_language(enrolment.course_class.course)
    owner = course.organisation
    try:
        with transaction.atomic():
            made = Certificate.objects.create(
                number=numbering.new(),
                enrolment=enrolment,
                language=course.locale.language_code,
                person_name=person.name[:200],
                course_title=course.title,
                class_title=enrolment.course_class.title,
                organisation_name=owner.called(course.locale.language_code)[:200] if owner else "",
                minutes=outline(course, None, now=now).minutes,
                completed_on=timezone.localdate(enrolment.completed_at, timezone.get_default_timezone()),
                issued_at=now,
                issued_by=by,
            )
    except IntegrityError:  # somebody else issued it in the same moment
        return Certificate.objects.get(enrolment=enrolment, revoked_at=None)
    notify(
        person,
        kind="certificate",
        key=made.number,
        subject=_("Your certificate: %(course)s"),
        text=_("You completed %(course)s. Your certificate has the number %(number)s."),
        now=now,
        path=reverse("certificates:mine"),
        course=course.title,
        number=made.number,
    )
    return made


def issue_by_rule(*, enrolment: Enrolment, now: datetime) -> Certificate | None:
    """For whoever just completed. One that was revoked is not issued again by itself."""
    if not rule_of(enrolment.course_class).by_itself or enrolment.certificates.exists():
        return None
    return issue(enrolment=enrolment, by=None, now=now) if earned(enrolment, now=now) else None


def catch_up(*, now: datetime) -> int:
    """Whoever completed before and has reached what the class asks for since. How many."""
    waiting = Enrolment.objects.filter(completed_at__isnull=False, certificates=None).select_related(
        "course_class__course", "person"
    )
    asked = waiting.filter(course_class__certificate_rule__by_itself=True)
    return sum(issue_by_rule(enrolment=each, now=now) is not None for each in asked.iterator())


def issue_all(
    *, held: CourseClass, by: User, now: datetime, told: Callable[[float, str], None] = lambda share, words: None
) -> int:
    """To everybody who earned one and never had one. How many were new; `told` hears how far it is."""
    waiting = list(
        held.enrolments.filter(completed_at__isnull=False, certificates=None).select_related(
            "person", "course_class__course"
        )
    )
    new = 0
    for number, each in enumerate(waiting):
        told(number / len(waiting), each.person.name)
        if earned(each, now=now):
            issue(enrolment=each, by=by, now=now)
            new += 1
    return new


def revoke(*, certificate: Certificate, reason: str, by: User, now: datetime) -> bool:
    """Once; False when it was revoked before."""
    rows = Certificate.objects.filter(pk=certificate.pk, revoked_at=None)
    return rows.update(revoked_at=now, revoked_by=by, reason=reason[:200]) == 1


def set_rule(*, held: CourseClass, by_itself: bool, least: int | None) -> None:
    CertificateRule.objects.update_or_create(course_class=held, defaults={"by_itself": by_itself, "least": least})


def address(certificate: Certificate) -> str:
    """Where anybody can check it; stands in the QR code."""
    return settings.ENV.public_address + reverse("certificates:verify", args=[certificate.number])
