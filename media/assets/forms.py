"""What people fill in about an asset."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from media.assets import captions
from media.assets.errors import CaptionsWrong
from media.assets.models import Asset, TextTrack

LANGUAGES = [("en", "English"), ("zh-Hans", "简体中文"), ("zh-Hant", "繁體中文"), ("fr", "Français"), ("es", "Español"),
             ("ar", "العربية"), ("ru", "Русский"), ("ja", "日本語"), ("ko", "한국어"), ("de", "Deutsch")]  # fmt: skip


class AssetForm(forms.ModelForm[Asset]):
    class Meta:
        model = Asset
        fields: ClassVar[list[str]] = ["title", "public"]


class CaptionsForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    kind = forms.ChoiceField(label=_("Kind"), choices=TextTrack.Kind.choices)
    file = forms.FileField(label=_("File"), help_text=_("WebVTT (.vtt) or SubRip (.srt)"))

    cues: list[captions.Cue]

    def clean_file(self) -> Any:
        given: Any = self.cleaned_data["file"]
        if given.size > captions.MOST_BYTES:
            raise forms.ValidationError(gettext(captions.TOO_LONG))
        try:
            self.cues = captions.read(given.read())
        except CaptionsWrong as wrong:
            raise forms.ValidationError(words_of(wrong)) from wrong
        return given

    @property
    def label_of_language(self) -> str:
        return dict(LANGUAGES)[self.cleaned_data["language"]]


def words_of(wrong: CaptionsWrong) -> str:
    """In the reader's language; with the line where it is known."""
    line, _colon, text = str(wrong).partition(": ")
    if line.isdecimal():
        return gettext("Line {line} can't be read: {text}").format(line=line, text=text)
    return gettext(str(wrong))
