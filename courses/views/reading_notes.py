"""A learner's reading note of a lesson: written, handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from courses.errors import LessonNotOpen, NotHandedIn
from courses.models import Lesson, ReadingNote
from courses.selectors.courses import counting_in, outline
from courses.services import reading
from kernel import clock
from organisations.guards import needs
from web import ratelimit

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from courses.models import Enrolment

SAVES = (120, 60)  # of one person in a minute
REASONS = {
    "state": gettext_lazy("Nothing was changed: this reading note was handed in already."),
    "short": gettext_lazy("Not handed in yet: the reading note is too short. What you wrote is kept."),
}


def shown(enrolment: Enrolment | None, lesson: Lesson) -> dict[str, Any] | None:
    """For the lesson's page; None where no note is asked for."""
    if not lesson.notes_least:
        return None
    row = None
    if enrolment is not None:
        row = ReadingNote.objects.filter(enrolment=enrolment, lesson=lesson.translation_key).first()
    return {"row": row, "letters": reading.letters(row.text) if row else 0}


@needs("work.hand_in")
@login_required
@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    ratelimit.hit(f"reading:{request.user.pk}", *SAVES)
    lesson = get_object_or_404(Lesson.objects.live(), pk=pk).specific
    now = clock.now()
    enrolment = counting_in(request.user, lesson.course, now=now)
    steps = outline(lesson.course, enrolment, now=now).steps
    here = next((step for step in steps if step.lesson.pk == lesson.pk), None)
    if here is None or here.closed or not lesson.notes_least:
        raise LessonNotOpen
    try:
        row = reading.write_note(enrolment=enrolment, lesson=lesson, text=request.POST.get("text", ""), now=now)
        if request.headers.get("HX-Request"):
            letters = reading.letters(row.text)
            return render(request, "courses/reading/saved.html", {"at": now, "letters": letters, "lesson": lesson})
        if "hand_in" in request.POST:
            reading.hand_in_note(enrolment=enrolment, lesson=lesson, now=now)
            messages.success(request, _("Your reading note was handed in."))
        else:
            messages.success(request, _("Saved. It is not handed in yet."))
    except NotHandedIn as refusal:
        if request.headers.get("HX-Request"):
            raise
        messages.error(request, str(REASONS[str(refusal.detail)]))
    return redirect(f"{lesson.get_url(request)}#reading-note")
