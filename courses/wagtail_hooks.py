"""In the Studio: what goes beyond one's own people is reviewed by the office before it goes public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem

from courses.models import CoursePage, Lesson, SectionPage
from courses.selectors.documents import may_take
from courses.selectors.quizzes import writes_in
from courses.views import reading
from kernel import clock
from organisations.selectors import actor_for

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


class BanksItem(MenuItem):
    """For who writes questions somewhere."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(writes_in(actor_for(request.user)))


@hooks.register("register_admin_menu_item")
def banks() -> MenuItem:
    return BanksItem(
        gettext_lazy("Question banks"), reverse("courses:banks"), name="banks", icon_name="list-ul", order=850
    )
