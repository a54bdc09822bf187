"""A list of people for a class: every bad row is named; one in order waits for one more click."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from courses.forms import TableForm
from courses.models import ClassList
from courses.selectors.courses import learner
from courses.services import class_lists
from courses.views.own_people import class_to_send_to
from kernel import clock
from organisations import tables
from organisations.guards import needs
from organisations.policies import may
from organisations.views import person

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@needs("person.enrol")
@login_required
@require_POST
def hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    found = class_to_send_to(request, pk)
    form = TableForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            held = class_lists.hand_in(
                course_class=found,
                owner=person(request),
                name=file.name or "",
                data=file.read(tables.LARGEST + 1),
                language=get_language() or "en",
                now=clock.now(),
            )
        except (tables.TableUnreadable, tables.TableTooLarge) as refusal:
            form.add_error("file", _(refusal.text))
        else:
            return redirect("courses:class-list", public_id=held.public_id)
    return render(
        request, "courses/list_again.html", {"found": found, "course": found.course, "form": form}, status=422
    )


@needs("person.enrol")
@login_required
@never_cache
@require_GET
def show(request: HttpRequest, public_id: UUID) -> HttpResponse:
    held = _held(request, public_id)
    found = held.course_class
    context = {
        "row": held,
        "found": found,
        "course": found.course,
        "more": held.faults_count - len(held.faults),
        "form": TableForm(),
        "manages": may(learner(request.user, found.course), "class.manage", found.course.scope),
    }
    return render(request, "courses/list.html", context)


@needs("person.enrol")
@login_required
@require_POST
def carry_out(request: HttpRequest, public_id: UUID) -> HttpResponse:
    if not class_lists.take(_held(request, public_id), now=clock.now()):
        messages.warning(request, _("This table was taken in already, or is not in order."))
    return redirect("courses:class-list", public_id=public_id)


def _held(request: HttpRequest, public_id: UUID) -> ClassList:
    rows = ClassList.objects.select_related("owner", "course_class__course__organisation").defer("data")
    return get_object_or_404(rows, public_id=public_id, owner=person(request))
