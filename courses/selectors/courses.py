"""Which courses there are for whom, and what stands in one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from courses.errors import ClassOver, NotEnrolled
from courses.models import Completion, CourseClass, CoursePage, Enrolment, Lesson, LiveLesson, SectionPage
from courses.models.classes import today
from courses.policies import with_grants
from kernel.errors import NotAllowed
from organisations.models import Organisation
from organisations.policies import Scope, may
from organisations.selectors import actor_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import AnonymousUser

    from organisations.policies import Actor


@dataclass(frozen=True, slots=True)
class Step:
    """A lesson in somebody's course."""

    lesson: Lesson
    number: int
    done: bool
    closed: str = ""  # why it is not open: "date", "before"


@dataclass(frozen=True, slots=True)
class Part:
    section: SectionPage
    steps: tuple[Step, ...]

    @property
    def done(self) -> bool:
        return bool(self.steps) and all(step.done for step in self.steps)


@dataclass(frozen=True, slots=True)
class Outline:
    parts: tuple[Part, ...]

    @property
    def steps(self) -> list[Step]:
        return [step for part in self.parts for step in part.steps]

    @property
    def done(self) -> int:
        return sum(step.done for step in self.steps)

    @property
    def share(self) -> int:
        return round(100 * self.done / len(self.steps)) if self.steps else 0

    @property
    def portion(self) -> float:
        return self.share / 100

    @property
    def minutes(self) -> int:
        return sum(step.lesson.minutes for step in self.steps)

    @property
    def next(self) -> Step | None:
        return next((step for step in self.steps if not step.done and not step.closed), None)


def classes_of(course: CoursePage) -> QuerySet[CourseClass]:
    """In whatever language the class was set up."""
    return CourseClass.objects.filter(course__translation_key=course.translation_key)


def learner(user: User | AnonymousUser, course: CoursePage) -> Actor:
    """The actor with what they are in this course's classes."""
    actor = actor_for(user)
    if actor.person is None:
        return actor
    classes = classes_of(course)
    enrolled = Enrolment.objects.filter(
        course_class__in=classes, person_id=user.pk, state=Enrolment.State.ACTIVE
    ).exists()
    teaches = classes.filter(teachers=user.pk).exists()
    return with_grants(actor, key=course.key, enrolled=enrolled, teaches=teaches)


def demand(user: User | AnonymousUser, course: CoursePage, verb: str) -> Actor:
    """Raises NotAllowed."""
    actor = learner(user, course)
    if not may(actor, verb, course.scope):
        raise NotAllowed
    return actor


def enrolment_in(user: User | AnonymousUser, course: CoursePage, *, now: datetime) -> Enrolment | None:
    """The newest occurrence that goes on: what is learned now counts for it. None goes on: the newest that is over."""
    if not user.is_authenticated:
        return None
    rows = Enrolment.objects.filter(
        course_class__course__translation_key=course.translation_key, person=user, state=Enrolment.State.ACTIVE
    )
    found = list(rows.select_related("course_class__course").order_by("-course_class__starts_on", "-pk"))
    going = [each for each in found if not each.course_class.over(today(now))]
    return next(iter(going or found), None)


def counting_in(user: User | AnonymousUser, course: CoursePage, *, now: datetime) -> Enrolment:
    """Where what is learned now counts. Raises NotEnrolled, ClassOver."""
    found = enrolment_in(user, course, now=now)
    if found is None:
        raise NotEnrolled
    if found.course_class.over(today(now)):
        raise ClassOver
    return found


def outline(course: CoursePage, enrolment: Enrolment | None, *, now: datetime) -> Outline:
    """Sections and lessons in their order, four queries whatever their number."""
    sections = list(SectionPage.objects.child_of(course).live().order_by("path"))
    lessons = list(Lesson.objects.descendant_of(course).live().order_by("path").specific())
    done: set[UUID] = set()
    if enrolment is not None:
        done = set(Completion.objects.filter(enrolment=enrolment).values_list("lesson", flat=True))
    parts, number, before = [], 0, True
    for section in sections:
        steps = []
        for lesson in lessons:
            if not lesson.path.startswith(section.path):
                continue
            number += 1
            closed = ""
            if lesson.opens_at is not None and lesson.opens_at > now:
                closed = "date"
            elif lesson.after_previous and not before:
                closed = "before"
            before = lesson.translation_key in done
            steps.append(Step(lesson, number, before, closed))
        parts.append(Part(section, tuple(steps)))
    return Outline(tuple(parts))


def sends_people(user: User | AnonymousUser) -> bool:
    """Whether they enrol people of an organisation of theirs: a verb about each person, asked again for each."""
    actor = actor_for(user)
    return actor.superuser or any(may(actor, "person.enrol", Scope(path=held.path)) for held in actor.roles)


def own_people(user: User) -> QuerySet[User]:
    """Those about whom they may `person.enrol`."""
    actor = actor_for(user)
    people = User.objects.filter(is_active=True)
    if actor.superuser:
        return people
    wanted = Q(pk=None)
    for held in actor.roles:
        if may(actor, "person.enrol", Scope(path=held.path)):
            wanted |= Q(memberships__organisation__path__startswith=held.path)
    return people.filter(pk__in=people.filter(wanted).values("pk"))


def to_enrol(user: User, course_class: CourseClass, *, sought: str = "") -> QuerySet[User]:
    """One's own people who are not in the class."""
    people = own_people(user)
    inside = course_class.enrolments.exclude(state=Enrolment.State.LEFT).values("person")
    people = people.exclude(pk__in=inside)
    for word in sought.split()[:5]:
        said = Q(display_name__icontains=word) | Q(username__icontains=word) | Q(email__icontains=word)
        people = people.filter(said)
    return people.order_by("display_name", "username")


def live_lessons(course: CoursePage) -> QuerySet[LiveLesson]:
    """In the order of the course."""
    found: QuerySet[LiveLesson] = LiveLesson.objects.descendant_of(course).live().order_by("path")
    return found


def visible(user: User | AnonymousUser) -> QuerySet[CoursePage]:
    """Where this person may `course.see`, as a query. A test compares the two."""
    actor = actor_for(user)
    courses: QuerySet[CoursePage] = CoursePage.objects.live().select_related("organisation", "locale", "picture")
    if actor.superuser:
        return courses
    wanted = Q(audience="public")
    if actor.person is not None:
        wanted |= Q(audience="signed_in")
        wanted |= Q(classes__enrolments__person_id=user.pk, classes__enrolments__state=Enrolment.State.ACTIVE)
        wanted |= Q(classes__teachers=user.pk)
        above: set[str] = set()  # a member below sees what is offered above
        for held in actor.roles:
            everything = may(actor, "course.learn", Scope(path=held.path))
            wanted |= Q(organisation__path__startswith=held.path, **({} if everything else {"audience": "members"}))
            above |= {
                held.path[:length] for length in range(Organisation.steplen, len(held.path), Organisation.steplen)
            }
        wanted |= Q(audience="members", organisation__path__in=above)
    return courses.filter(pk__in=courses.filter(wanted).values("pk"))


def catalogue(
    user: User | AnonymousUser, *, language: str, sought: str = "", organisation: str = "", topic: str = ""
) -> QuerySet[CoursePage]:
    """Each course once, in the reader's language where it exists in it."""
    courses = visible(user)
    if sought:
        courses = courses.filter(Q(title__icontains=sought) | Q(summary__icontains=sought))
    if organisation:
        courses = courses.filter(organisation__slug=organisation)
    if topic:
        courses = courses.filter(topic=topic)
    twins = courses.filter(translation_key=OuterRef("translation_key"))
    better = twins.filter(Q(locale__language_code=language) | Q(pk__lt=OuterRef("pk")))
    once = courses.filter(Q(locale__language_code=language) | ~Exists(better))
    return once.order_by("title", "pk")


def one_of_each(courses: Sequence[CoursePage], language: str) -> list[CoursePage]:
    found: dict[UUID, CoursePage] = {}
    for course in courses:
        known = found.get(course.translation_key)
        if known is None or course.locale.language_code == language:
            found[course.translation_key] = course
    return list(found.values())
