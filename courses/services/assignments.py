"""Write, attach, hand in; review, accept or return. What was handed in and what was said of it stays for ever."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import asdict
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.services import audit
from courses import assigning, filetypes
from courses.assigning import Judged, State, Why
from courses.errors import AlreadyReviewed, FileNotTaken, NotAllJudged, NotHandedIn
from courses.models import AssignmentLesson, Completion, Enrolment, Review, Submission, Work, WorkFile
from courses.selectors.assignments import due_of
from courses.services.notices import notify
from courses.services.watching import complete
from media.assets import storage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from decimal import Decimal

    from accounts.models import User

LONGEST_TEXT = 100_000


@transaction.atomic
def write(*, enrolment: Enrolment, lesson: AssignmentLesson, text: str, now: datetime) -> Work:
    """The draft as it is now. Raises NotHandedIn when there is nothing to write any more."""
    work = _work(enrolment, lesson, now)
    writable = [state.value for state in State if assigning.writable(state)]
    rows = Work.objects.filter(pk=work.pk, state__in=writable)
    if not rows.update(text=text[:LONGEST_TEXT], changed=now):
        raise NotHandedIn(Why.STATE)
    work.refresh_from_db()
    return work


@transaction.atomic
def attach(*, enrolment: Enrolment, lesson: AssignmentLesson, name: str, data: bytes, now: datetime) -> WorkFile:
    """Raises FileNotTaken (too many, too large, of another kind), NotHandedIn, StorageFull."""
    work = Work.objects.select_for_update().get(pk=_work(enrolment, lesson, now).pk)
    if not assigning.writable(State(work.state)):
        raise NotHandedIn(Why.STATE)
    if work.files.filter(in_draft=True).count() >= lesson.files_most:
        raise FileNotTaken("many")
    if len(data) > lesson.file_mb << 20:
        raise FileNotTaken("large")
    name = filetypes.clean_name(name)
    if not data or not filetypes.is_what_it_says(name, data, lesson.kinds):
        raise FileNotTaken("kind")
    key = uuid.uuid4()
    # Our own name without an ending: what somebody called it never reaches the disk.
    stored = storage.keep(f"handed-in/{key}", data)
    digest = hashlib.sha256(data).hexdigest()
    return WorkFile.objects.create(
        key=key, work=work, stored=stored, name=name, size=len(data), sha256=digest, added_at=now
    )


@transaction.atomic
def detach(*, file: WorkFile) -> None:
    """Out of the draft. Bytes that were never handed in are deleted. Raises NotHandedIn."""
    work = Work.objects.select_for_update().get(pk=file.work_id)
    if not assigning.writable(State(work.state)):
        raise NotHandedIn(Why.STATE)
    if file.submissions.exists():
        WorkFile.objects.filter(pk=file.pk).update(in_draft=False)
        return
    stored = file.stored
    file.delete()
    transaction.on_commit(lambda: storage.store().delete(stored))


@transaction.atomic
def hand_in(*, enrolment: Enrolment, lesson: AssignmentLesson, now: datetime) -> Submission:
    """The draft becomes the next version. Raises NotHandedIn with the reason."""
    work = Work.objects.select_for_update().get(pk=_work(enrolment, lesson, now).pk)
    files = list(work.files.filter(in_draft=True))
    state, due_at = State(work.state), due_of(lesson, enrolment.course_class)
    why = assigning.refused(
        state, now=now, due_at=due_at, late_allowed=lesson.late_allowed, text=work.text, files=len(files)
    )
    if why is not None or not _move(work, State.SUBMITTED, now):
        raise NotHandedIn(why or Why.STATE)
    number = (work.submissions.aggregate(most=Max("number"))["most"] or 0) + 1
    made = Submission.objects.create(
        work=work,
        number=number,
        text=work.text,
        at=now,
        due_at=due_at,
        late=assigning.late(state, now=now, due_at=due_at),
    )
    made.files.set(files)
    return made


@transaction.atomic
def review(
    *,
    submission: Submission,
    lesson: AssignmentLesson,
    accept: bool,
    judged: Sequence[Judged],
    points: Decimal | None,
    comment: str,
    by: User,
    now: datetime,
) -> Review:
    """A rubric's points are its sum; `points` counts where there is none. Raises AlreadyReviewed, NotAllJudged."""
    work = Work.objects.select_for_update().get(pk=submission.work_id)
    newest = work.submissions.order_by("-number").values_list("pk", flat=True).first()
    to = State.ACCEPTED if accept else State.RETURNED
    if newest != submission.pk or not _move(work, to, now):
        raise AlreadyReviewed
    criteria = lesson.criteria
    if accept and (len(judged) < len(criteria) if criteria else points is None):
        raise NotAllJudged
    row = Review.objects.create(
        submission=submission,
        verdict=to.value,
        judged=[asdict(each) for each in judged],
        points=assigning.total(judged) if criteria and judged else points if not criteria else None,
        out_of=assigning.worth(criteria, lesson.points),
        comment=comment,
        by=by,
        at=now,
    )
    enrolment = Enrolment.objects.select_related("person", "course_class__course").get(pk=work.enrolment_id)
    if accept:
        complete(enrolment=enrolment, lesson=work.lesson, how=Completion.How.PASSED, now=now)
    audit(
        by=by, act=f"work.{to.value}", subject=enrolment.person.username, now=now, submission=submission.pk,
        lesson=str(work.lesson),
    )  # fmt: skip
    _tell(row, enrolment.person, lesson, now)
    return row


def _work(enrolment: Enrolment, lesson: AssignmentLesson, now: datetime) -> Work:
    return Work.objects.get_or_create(enrolment=enrolment, lesson=lesson.translation_key, defaults={"changed": now})[0]


def _move(work: Work, to: State, now: datetime) -> bool:
    allowed = [state.value for state in assigning.before(to)]
    return Work.objects.filter(pk=work.pk, state__in=allowed).update(state=to.value, changed=now) == 1


def _tell(row: Review, person: User, lesson: AssignmentLesson, now: datetime) -> None:
    accepted = row.verdict == State.ACCEPTED.value
    notify(
        person,
        kind=f"work.{row.verdict}",
        key=str(row.submission_id),
        subject=_("Accepted: %(title)s") if accepted else _("Returned: %(title)s"),
        text=_("Your work “%(title)s” was accepted.\n\n%(comment)s")
        if accepted
        else _("Your work “%(title)s” was returned. Please go over it and hand it in again.\n\n%(comment)s"),
        now=now,
        path=lesson.url or "",
        title=lesson.title,
        comment=row.comment,
    )
