"""Template tags of the house: icons, avatars."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

if TYPE_CHECKING:
    from django.forms import BoundField

    from organisations.models import Organisation

register = template.Library()


class UnknownIcon(LookupError):
    """Not in frontend/icons.json: add its Lucide name there."""


@cache
def _icons() -> dict[str, str]:
    path = Path(settings.STATICFILES_DIRS[0]) / "icons.json"
    return dict(json.loads(path.read_text()))


def icon_names() -> list[str]:
    return sorted(_icons())


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A Lucide icon, inlined. Without a label it is for the eye only: a word stands beside it."""
    body = _icons().get(name)
    if body is None:
        raise UnknownIcon(name)
    if label:
        return format_html(
            '<svg class="i" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>',
            label,
            mark_safe(body),  # noqa: S308 ours
        )
    return format_html('<svg class="i" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', mark_safe(body))  # noqa: S308 ours


@register.filter
def initials(name: str) -> str:
    """AB of Ada Berger; of a Chinese name the family name."""
    words = name.split()
    if not words:
        return "?"
    if "\u4e00" <= words[0][0] <= "\u9fff":
        return words[0][0]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@register.filter
def tongue(text: str) -> str:
    """The `lang` of what somebody typed, by its letters."""
    return "zh-CN" if any("\u4e00" <= letter <= "\u9fff" for letter in text) else "en"


@register.filter
def spoken(organisation: Organisation) -> SafeString:
    """An organisation's name in the reader's language; marked as English where it has no other."""
    if get_language() != "zh-hans":
        return format_html("{}", organisation.name)
    if organisation.name_zh:
        return format_html("{}", organisation.name_zh)
    return format_html('<span lang="en">{}</span>', organisation.name)


@register.filter
def jsoned(value: object) -> str:
    """For an attribute that a custom element reads."""
    return json.dumps(value, ensure_ascii=False)


@register.filter
def clock(seconds: float) -> str:
    """1:02:03 or 2:03: how long something lasts."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.filter
def dressed(field: BoundField) -> SafeString:
    """A form field's widget with the house's class; Django itself adds the ARIA attributes."""
    kind = getattr(field.field.widget, "input_type", "")
    return field.as_widget(attrs={} if kind in {"checkbox", "radio", "file"} else {"class": "input"})
