"""An assignment as its learner has it: write, attach, hand in. The page itself is the lesson's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from courses.errors import FileNotTaken, LessonNotOpen, NotHandedIn
from courses.models import AssignmentLesson, Enrolment
from courses.selectors.assignments import Desk, desk, due_of, file_for, lesson_of
from courses.selectors.courses import counting_in, outline
from courses.services import assignments
from kernel import clock
from media.assets import storage
from media.assets.errors import StorageFull
from organisations.guards import needs
from organisations.views import person
from web import files, ratelimit
from web.files import Serving

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse, HttpResponseBase

SAVES = (120, 60)  # of one person in a minute
FAULTS = {
    "many": gettext_lazy("%(name)s was not taken: there are as many files as may be handed in."),
    "large": gettext_lazy("%(name)s was not taken: it is larger than %(mb)d MB."),
    "kind": gettext_lazy("%(name)s was not taken: its content is not of a kind that is accepted here (%(kinds)s)."),
}
REASONS = {
    "state": gettext_lazy("Nothing was changed: this work was handed in already."),
    "late": gettext_lazy("This was due, and late work is not taken. What you wrote is kept; ask your teacher."),
    "empty": gettext_lazy("There is nothing to hand in yet: write something or attach a file."),
}


def shown(enrolment: Enrolment | None, lesson: AssignmentLesson) -> Desk | None:
    """For the lesson's page."""
    if enrolment is None:
        return None
    return desk(enrolment, lesson, due_at=due_of(lesson, enrolment.course_class), now=clock.now())


@needs("work.hand_in")
@login_required
@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """The one form: saves the draft, takes its files, and hands in when that button was pressed."""
    ratelimit.hit(f"work:{request.user.pk}", *SAVES)
    lesson, enrolment = _mine(request, pk)
    back = redirect(f"{lesson.get_url(request)}#work")
    try:
        if lesson.text_wanted:
            work = assignments.write(
                enrolment=enrolment, lesson=lesson, text=request.POST.get("text", ""), now=clock.now()
            )
        if request.headers.get("HX-Request"):
            return render(request, "courses/assignments/saved.html", {"at": work.changed})
        sound = _take(request, lesson, enrolment)
        if "hand_in" in request.POST and sound:
            done = assignments.hand_in(enrolment=enrolment, lesson=lesson, now=clock.now())
            messages.success(request, _("Handed in as version %(n)d. Your teacher looks at it.") % {"n": done.number})
        elif sound:
            messages.success(request, _("Saved. It is not handed in yet."))
    except NotHandedIn as refusal:
        if request.headers.get("HX-Request"):
            raise
        messages.error(request, REASONS[str(refusal.detail)])
    return back


def _take(request: HttpRequest, lesson: AssignmentLesson, enrolment: Enrolment) -> bool:
    """Files one by one: a bad one is named, the others stay. False: something was not taken, so nothing goes off."""
    sound = True
    for file in request.FILES.getlist("files")[: lesson.files_most + 1]:
        name = file.name or ""
        try:
            data = file.read((lesson.file_mb << 20) + 1)
            assignments.attach(enrolment=enrolment, lesson=lesson, name=name, data=data, now=clock.now())
        except FileNotTaken as fault:
            said: dict[str, Any] = {"name": name[:80], "mb": lesson.file_mb, "kinds": ", ".join(lesson.kinds)}
            messages.error(request, FAULTS[str(fault.detail)] % said)
            sound = False
        except StorageFull as fault:
            messages.error(request, _(fault.text))
            return False
    return sound


@needs("work.hand_in")
@login_required
@require_POST
def drop_file(request: HttpRequest, key: UUID) -> HttpResponse:
    file = file_for(person(request), key, can="work.hand_in")
    lesson = lesson_of(file.work)
    assignments.detach(file=file)
    return redirect(f"{lesson.localized.get_url(request)}#work")


@needs("work.see")
@login_required
@require_http_methods(["GET", "HEAD"])
def file(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Always to be kept, never shown by the browser: whoever wrote it may have written anything."""
    found = file_for(person(request), key, can="work.see")
    serving = Serving(
        content_type="application/octet-stream",
        etag=found.sha256,
        cache="private, no-cache",
        name=found.name,
        attachment=True,
        sandboxed=True,
    )
    return files.answer(request, storage.source(found.stored), serving)


def _mine(request: HttpRequest, pk: int) -> tuple[AssignmentLesson, Enrolment]:
    """Raises NotEnrolled, ClassOver, LessonNotOpen."""
    lesson = get_object_or_404(AssignmentLesson.objects.live(), pk=pk)
    course = lesson.course
    enrolment = counting_in(request.user, course, now=clock.now())
    here = next((each for each in outline(course, enrolment, now=clock.now()).steps if each.lesson.pk == pk), None)
    if here is None or here.closed:
        raise LessonNotOpen
    return lesson, enrolment
