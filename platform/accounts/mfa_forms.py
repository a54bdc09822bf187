"""Passkeys in the words people use."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.utils.translation import gettext_lazy as _


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of this key")
        self.fields["passwordless"].label = _("Sign in with it alone (passkey)")
        self.fields["passwordless"].help_text = _(
            "By fingerprint, face or PIN, with no password. Without the tick it is a second step after the password."
        )
