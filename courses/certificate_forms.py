"""What teachers say about certificates."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.models import CertificateRule


class RuleForm(forms.ModelForm[CertificateRule]):
    class Meta:
        model = CertificateRule
        fields: ClassVar[list[str]] = ["by_itself", "least"]


class RevokeForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)
