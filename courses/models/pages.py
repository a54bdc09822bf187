"""What is taught: a course, its sections, their lessons. Authored in the Studio as pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail import blocks
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import PagePermissionTester
from wagtail.search import index

from courses.models.pauses import PauseBlock
from courses.policies import may_publish
from media.assets.models import Asset
from media.assets.selectors import assets_visible
from organisations.models import Organisation
from organisations.policies import Scope
from organisations.selectors import actor_for
from pages.models import BasePage

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


_views: dict[str, Callable[[HttpRequest, Any], HttpResponse]] = {}


def served_by(**views: Callable[[HttpRequest, Any], HttpResponse]) -> None:
    """Which view answers for a page; models know none."""
    _views.update(views)


class LearnersPreview:
    """The Studio's preview is the page as a learner gets it, by the same view."""

    def serve_preview(self, request: Any, mode_name: str) -> HttpResponse:
        request.is_preview = True
        answer: HttpResponse = self.serve(request)  # type: ignore[attr-defined]
        return answer


class CoursePermissions(PagePermissionTester):
    """An organisation publishes for its own people; what others see goes through the office's review.

    That holds for the course and for each section and lesson in it.
    """

    def can_publish(self) -> bool:
        return bool(super().can_publish()) and self._reaches_own_people_only()

    def can_publish_subpage(self) -> bool:
        return bool(super().can_publish_subpage()) and self._reaches_own_people_only()

    def _reaches_own_people_only(self) -> bool:
        page = self.page.specific
        course = page if isinstance(page, CoursePage) else CoursePage.objects.ancestor_of(page).first()
        return course is None or may_publish(actor_for(self.user), course.audience, office_path())


class PartOfCourse(LearnersPreview, BasePage):
    """A course, or what stands in one."""

    class Meta:
        abstract = True

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        return CoursePermissions(user, self)


class CoursePage(PartOfCourse):
    """A course. The organisation that owns it is the one whose page it stands below."""

    class Audience(models.TextChoices):
        PUBLIC = "public", _("Everybody sees it; whoever is signed in may enrol")
        SIGNED_IN = "signed_in", _("Everybody who is signed in")
        MEMBERS = "members", _("The organisation and what is below it")

    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="+",
        verbose_name=_("organisation"),
        null=True,
        editable=False,
    )
    introduction = RichTextField(_("introduction"), blank=True)
    picture = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("picture"),
    )
    languages = models.CharField(_("languages"), max_length=120, blank=True, help_text=_("Spoken and captions."))
    topic = models.CharField(_("topic"), max_length=60, blank=True)
    audience = models.CharField(
        _("who may see and take it"), max_length=10, choices=Audience.choices, default=Audience.MEMBERS
    )
    prerequisites = ParentalManyToManyField(
        "courses.CoursePage", blank=True, symmetrical=False, verbose_name=_("courses to finish before")
    )

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldPanel("introduction"),
        FieldPanel("picture"),
        FieldPanel("languages"),
        FieldPanel("topic"),
        FieldPanel("audience"),
        FieldPanel("prerequisites"),
    ]
    search_fields: ClassVar[list[Any]] = [*BasePage.search_fields, index.SearchField("summary")]
    parent_page_types: ClassVar[list[str]] = ["pages.OrganisationPage", "portals.HomePage"]
    subpage_types: ClassVar[list[str]] = ["courses.SectionPage"]
    template = "courses/course.html"

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """The owner follows the place in the tree, also when the page is moved or copied and saved."""
        above = self.get_parent() if self.path else None
        if above is not None:
            self.organisation = getattr(above.specific, "organisation", None) or Organisation.get_first_root_node()
        super().full_clean(*args, **kwargs)

    @property
    def key(self) -> str:
        return f"course:{self.translation_key}"

    @property
    def scope(self) -> Scope:
        path = self.organisation.path if self.organisation else ""
        return Scope(path=path, key=self.key, facts=frozenset({str(self.audience)}))

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _views["course"](request, self)


class SectionPage(PartOfCourse):
    """A part of a course: a heading over lessons. It has no page of its own."""

    parent_page_types: ClassVar[list[str]] = ["courses.CoursePage"]
    template = "courses/course.html"

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        course: CoursePage = self.get_parent().specific
        return course.serve(request)


class Lesson(PartOfCourse):
    """What all lessons have. Each kind of lesson is a page type of its own."""

    minutes = models.PositiveSmallIntegerField(_("minutes it takes"), default=10)
    opens_at = models.DateTimeField(_("opens on"), null=True, blank=True)
    after_previous = models.BooleanField(_("opens when the lesson before is completed"), default=False)
    notes_least = models.PositiveSmallIntegerField(
        _("reading note of at least so many characters"), default=0, help_text=_("0: no reading note is asked for.")
    )

    rules_panel: ClassVar[MultiFieldPanel] = MultiFieldPanel(
        [FieldPanel("minutes"), FieldPanel("opens_at"), FieldPanel("after_previous"), FieldPanel("notes_least")],
        heading=_("Rules"),
    )
    is_creatable = False
    parent_page_types: ClassVar[list[str]] = ["courses.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "courses/lesson.html"
    icon_name = "file-text"
    part = "courses/parts/article.html"  # what the lesson's page shows

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _views["lesson"](request, self)

    @property
    def course(self) -> CoursePage:
        found: CoursePage = CoursePage.objects.ancestor_of(self).get()
        return found


class VideoForm(WagtailAdminPageForm):
    """Offers the media files that the author may see."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        playable = [Asset.Kind.VIDEO, Asset.Kind.AUDIO]
        self.fields["asset"].queryset = assets_visible(self.for_user).filter(kind__in=playable).order_by("title")


class VideoLesson(Lesson):
    """A video or a sound, watched in the player."""

    asset = models.ForeignKey(Asset, models.PROTECT, related_name="+", verbose_name=_("media file"), null=True)
    share = models.PositiveSmallIntegerField(
        _("percent to watch"), default=90, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    audio_only = models.BooleanField(_("listening is enough"), default=False, help_text=_("Counts in a hidden tab."))
    no_seek = models.BooleanField(_("no seeking past what was watched"), default=False)
    body = RichTextField(_("text below"), blank=True)
    pauses = StreamField(
        [("question", PauseBlock())], blank=True, verbose_name=_("questions that pause the video"), max_num=50
    )

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldPanel("asset"),
        FieldPanel("body"),
        FieldPanel("pauses"),
        Lesson.rules_panel,
        MultiFieldPanel([FieldPanel("share"), FieldPanel("audio_only"), FieldPanel("no_seek")], heading=_("Watching")),
    ]
    base_form_class = VideoForm
    icon_name = "video"
    part = "courses/parts/video.html"
    is_creatable = True
    template = "courses/lesson.html"

    class Meta:
        verbose_name = _("video lesson")
        verbose_name_plural = _("video lessons")


class ArticleLesson(Lesson):
    """A text to read."""

    body = StreamField(
        [
            ("heading", blocks.CharBlock(max_length=120, label=_("heading"))),
            ("text", blocks.RichTextBlock(label=_("text"))),
            ("picture", ImageChooserBlock(label=_("picture"))),
            ("file", DocumentChooserBlock(label=_("file"))),
        ],
        blank=True,
        verbose_name=_("text"),
    )

    content_panels: ClassVar[list[Any]] = [*BasePage.content_panels, FieldPanel("body"), Lesson.rules_panel]
    is_creatable = True
    template = "courses/lesson.html"

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")


class FileLesson(Lesson):
    """A file to take along."""

    file = models.ForeignKey("wagtaildocs.Document", models.PROTECT, related_name="+", verbose_name=_("file"))
    body = RichTextField(_("what it is"), blank=True)

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldPanel("file"),
        FieldPanel("body"),
        Lesson.rules_panel,
    ]
    icon_name = "download"
    part = "courses/parts/file.html"
    is_creatable = True
    template = "courses/lesson.html"

    class Meta:
        verbose_name = _("file lesson")
        verbose_name_plural = _("file lessons")


class LiveLesson(Lesson):
    """A meeting of the class. Each class has its own times and its own room."""

    body = RichTextField(_("what it is about"), blank=True)

    content_panels: ClassVar[list[Any]] = [*BasePage.content_panels, FieldPanel("body"), Lesson.rules_panel]
    icon_name = "users"
    part = "courses/parts/live.html"
    is_creatable = True
    template = "courses/lesson.html"

    class Meta:
        verbose_name = _("live lesson")
        verbose_name_plural = _("live lessons")


def office_path() -> str:
    root = Organisation.get_first_root_node()
    return str(root.path) if root else ""
