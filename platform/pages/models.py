"""What every page has, an organisation's own page, and how a site looks and leads."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from organisations.models import Organisation


class BasePage(Page):
    """A page of Stoa: has a summary, shown in lists and to search engines."""

    summary = models.CharField(_("summary"), max_length=300, blank=True)

    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("summary")]

    class Meta:
        abstract = True


class OrganisationPage(BasePage):
    """The page of an organisation; everything that it publishes stands below it."""

    organisation = models.ForeignKey(  # one page in each language
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"), null=True, blank=True
    )
    introduction = RichTextField(_("introduction"), blank=True)

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldPanel("organisation"),
        FieldPanel("introduction"),
    ]
    template = "pages/organisation_page.html"

    class Meta:
        verbose_name = _("organisation page")
        verbose_name_plural = _("organisation pages")

    def clean(self) -> None:
        super().clean()
        others = type(self).objects.filter(organisation=self.organisation, locale=self.locale).exclude(pk=self.pk)
        if self.organisation is not None and others.exists():
            raise ValidationError({"organisation": _("This organisation has a page in this language already.")})


@register_setting
class Appearance(BaseSiteSetting):
    """A site's navigation and look. Colours are chosen from palettes whose contrast was computed."""

    class Palette(models.TextChoices):
        VERDIGRIS = "verdigris", _("Verdigris")
        INK = "ink", _("Ink blue")
        CLAY = "clay", _("Clay")

    palette = models.CharField(_("colours"), max_length=12, choices=Palette.choices, default=Palette.VERDIGRIS)
    logo = models.ForeignKey(
        "wagtailimages.Image", models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("logo")
    )
    footer = models.CharField(_("line at the foot"), max_length=200, blank=True)
    navigation = StreamField(
        [
            (
                "link",
                blocks.StructBlock(
                    [
                        ("label", blocks.CharBlock(max_length=30, label=_("label"))),
                        ("label_zh", blocks.CharBlock(max_length=30, required=False, label=_("Chinese label"))),
                        ("page", blocks.PageChooserBlock(label=_("page"))),
                    ],
                    label=_("link"),
                ),
            )
        ],
        blank=True,
        verbose_name=_("navigation"),
    )

    panels: ClassVar[list[Any]] = [
        FieldPanel("palette"),
        FieldPanel("logo"),
        FieldPanel("footer"),
        FieldPanel("navigation"),
    ]

    class Meta:
        verbose_name = _("appearance")
