"""The sites' home pages, put together from blocks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.http import Http404
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Locale

from kernel import clock
from pages.models import BasePage
from portals import parts
from rooms import selectors

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django_stubs_ext import StrOrPromise


class LiveNow(blocks.StaticBlock):
    """Meetings that the reader may enter and that go on now."""

    class Meta:
        label = _("Who is meeting")
        icon = "view"
        template = "portals/blocks/live_now.html"
        admin_text = _("Meetings that go on now, for each reader their own.")

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        request = context["request"]
        context["live"] = selectors.live_now(request.user) if request.user.is_authenticated else []
        return context


class NextMeetings(blocks.StructBlock):
    """The reader's next meetings."""

    count = blocks.IntegerBlock(default=5, min_value=1, max_value=20, label=_("how many"))

    class Meta:
        label = _("Next meetings")
        icon = "date"
        template = "portals/blocks/next_meetings.html"

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        request = context["request"]
        found: list[Any] = []
        if request.user.is_authenticated:
            found = selectors.next_meetings(request.user, now=clock.now(), limit=value["count"])
        context["meetings"] = found
        return context


class Notice(blocks.StructBlock):
    """A few sentences for everybody."""

    heading = blocks.CharBlock(max_length=80, label=_("heading"))
    text = blocks.RichTextBlock(features=["bold", "link"], label=_("text"))

    class Meta:
        label = _("Notice")
        icon = "info-circle"
        template = "portals/blocks/notice.html"


class Offered(blocks.StructBlock):
    """A part that some product offers: see portals/parts.py."""

    part = blocks.ChoiceBlock(choices=parts.choices, label=_("part"))

    class Meta:
        label = _("Part of the site")
        icon = "placeholder"

    def render(self, value: Any, context: dict[str, Any] | None = None) -> str:
        request = (context or {}).get("request")
        part = parts.find(value["part"])
        inside = part.context(request) if part and request else None
        return mark_safe("") if part is None or inside is None else render_to_string(part.template, inside, request)


class HomePage(BasePage):
    """The first page of a site. Strangers see its welcome, people who signed in see its blocks."""

    body = StreamField(
        [("live_now", LiveNow()), ("next_meetings", NextMeetings()), ("notice", Notice()), ("offered", Offered())],
        blank=True,
        verbose_name=_("blocks"),
    )

    content_panels: ClassVar[list[Any]] = [*BasePage.content_panels, FieldPanel("body")]
    template = "portals/home_page.html"

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["now"] = now = timezone.localtime(clock.now())
        context["today"], context["tomorrow"] = now.date(), now.date() + timedelta(days=1)
        context["may_meet"] = bool(selectors.organisations_to_create_in(request.user))
        context["greeting"] = greeting(now.hour)
        return context

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """An address that has no page in the reader's language shows the page in the site's own language."""
        try:
            return super().route(request, path_components)
        except Http404:
            other = self.get_translation_or_none(Locale.get_default())
            if other is None or other.pk == self.pk:
                raise
            return other.specific.route(request, path_components)


def greeting(hour: int) -> StrOrPromise:
    if hour < 5:
        return _("Good night")
    if hour < 12:
        return _("Good morning")
    return _("Good afternoon") if hour < 18 else _("Good evening")
