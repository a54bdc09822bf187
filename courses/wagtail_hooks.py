"""In the Studio: what goes beyond one's own people is reviewed by the office before it goes public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages

from courses.models import CoursePage, Lesson, SectionPage
from courses.selectors.documents import may_take
from courses.views import reading
from kernel import clock

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from wagtail.documents.models import Document
    from wagtail.models import Page


@hooks.register("before_serve_document")
def guarded(document: Document, request: HttpRequest) -> HttpResponse | None:
    """A lesson's file is for those who may read the lesson, whoever has the link."""
    if may_take(request.user, document, now=clock.now()):
        return None
    return reading.refused(request)


@hooks.register("before_publish_page")
def reviewed(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Asked again with what was just typed: the button was offered for the audience as it was before."""
    part = page.specific
    if not isinstance(part, CoursePage | SectionPage | Lesson) or part.permissions_for_user(request.user).can_publish():
        return None
    messages.error(
        request,
        _(
            "This reaches people outside your organisation: the office reviews it before it goes public. "
            "Please submit it for review."
        ),
    )
    return redirect("wagtailadmin_pages:edit", page.pk)
