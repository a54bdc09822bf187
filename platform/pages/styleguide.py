"""Every component on one page, in all states: for those who build. Only where STOA_DEBUG=1 or STOA_FAULTS=1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.shortcuts import render

from kernel.errors import NotFound
from organisations.guards import needs
from pages.templatetags.stoa import icon_names

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class Example(forms.Form):
    name = forms.CharField(label="Name", help_text="As others see it.")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "First"), ("b", "Second")])
    text = forms.CharField(label="Text", widget=forms.Textarea(attrs={"rows": 3}))
    sure = forms.BooleanField(label="Yes, really")


@needs("styleguide.see")
def styleguide(request: HttpRequest) -> HttpResponse:
    if not (settings.DEBUG or settings.ENV.faults):
        raise NotFound
    return render(
        request,
        "pages/styleguide.html",
        {
            "icons": icon_names(),
            "form": Example(prefix="good"),
            "wrong": Example({}, prefix="wrong"),
            "colours": range(8),
            "kinds": ["", "good", "warn", "bad", "info", "brand-t"],
        },
    )
