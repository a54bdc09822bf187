"""Show certificates, on a page or to a program: to whom, and how often within a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses.errors import NoSuchCertificate
from courses.selectors.certificates import by_number
from courses.selectors.courses import learner
from organisations.policies import Scope, may
from web import ratelimit

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from courses.models import Certificate

TRIES = (60, 600)  # numbers looked up from one address, within seconds
MADE = (60, 600)  # papers or badges made for one person


def look_up(typed: str, *, caller: str) -> Certificate | None:
    """For anybody who has a number. Raises TooMany."""
    ratelimit.hit(f"certificate:{caller}", *TRIES)
    return by_number(typed)


def to_take_away(user: User | AnonymousUser, number: str, *, what: str) -> Certificate:
    """For its owner and who teaches there. Raises NoSuchCertificate, TooMany."""
    found = by_number(number)
    if found is None or not may_see(user, found):
        raise NoSuchCertificate
    ratelimit.hit(f"certificate-{what}:{user.pk}", *MADE)
    return found


def may_see(user: User | AnonymousUser, found: Certificate) -> bool:
    course = found.enrolment.course_class.course
    owner = str(found.enrolment.person.public_id)
    scope = Scope(path=course.scope.path, owner=owner, key=course.key)
    return may(learner(user, course), "certificate.see", scope)
