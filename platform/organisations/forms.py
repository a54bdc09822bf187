"""What administrators fill in."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from organisations.models import ROLES, Organisation


class MemberForm(forms.Form):
    who = forms.CharField(label=_("User name or e-mail"), max_length=254)
    role = forms.ChoiceField(label=_("Role"), choices=ROLES, initial="member")

    def clean_who(self) -> User:
        who = self.cleaned_data["who"].strip()
        user = User.objects.filter(Q(username__iexact=who) | Q(email__iexact=who)).first()
        if user is None:
            raise forms.ValidationError(_("Nobody here has this user name or address."))
        return user


class OrganisationForm(forms.ModelForm[Organisation]):
    slug = forms.SlugField(
        label=_("Short name"), max_length=80, help_text=_("Small letters, digits and hyphens; part of addresses.")
    )

    class Meta:
        model = Organisation
        fields: ClassVar[list[str]] = ["name", "name_zh", "slug", "kind"]


class SuspendForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept in the log of administrative acts. The person does not see it."),
    )


class ImportForm(forms.Form):
    kind = forms.ChoiceField(label=_("What"), choices=[("people", _("People")), ("organisations", _("Organisations"))])
    file = forms.FileField(label=_("Table (CSV or XLSX)"))
