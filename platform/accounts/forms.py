"""What people say of themselves."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class ProfileForm(forms.ModelForm[User]):
    display_name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Others see this name in meetings."))

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["display_name", "language", "theme", "mails"]


class TokenForm(forms.Form):
    name = forms.CharField(label=_("What is the key for?"), max_length=80)
