"""The forms of rooms: what people type becomes `services.rooms.Settings`."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel import ids
from organisations.models import Organisation
from rooms import recurrence
from rooms.errors import InvitationInvalid
from rooms.models import Room
from rooms.models.room import CAPABILITIES
from rooms.services.invitations import read_addresses
from rooms.services.rooms import Settings

if TYPE_CHECKING:
    from accounts.models import User

REPEATS = [
    ("day", _("Every day")),
    ("workday", _("Monday to Friday")),
    ("week", _("Every week")),
    ("fortnight", _("Every two weeks")),
    ("month", _("Every month, on the same day of the month")),
    ("own", _("By its own rule")),
]


def zones() -> list[tuple[str, str]]:
    """Places people know, such as Asia/Shanghai; and UTC."""
    named = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return [(name, name.replace("_", " ")) for name in (*named, "UTC")]


class RoomForm(forms.ModelForm[Room]):
    passcode = forms.CharField(
        label=_("Passcode"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Asked of everybody but hosts and people who are invited. Leave empty to keep what is set."),
    )
    no_passcode = forms.BooleanField(label=_("Take the passcode away"), required=False)
    day = forms.DateField(
        label=_("Date"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    at = forms.TimeField(
        label=_("Time"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    timezone = forms.ChoiceField(label=_("Time zone"), choices=zones)
    repeat = forms.ChoiceField(label=_("Repetition"), choices=REPEATS, required=False)
    until = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Leave empty when it has no end."),
    )

    class Meta:
        model = Room
        fields = (
            "title",
            "description",
            "organisation",
            "access",
            "lobby",
            "capacity",
            "start_muted",
            *(f"may_{each}" for each in CAPABILITIES),
            "schedule",
            "duration_min",
        )
        widgets = {"description": forms.Textarea(attrs={"rows": 3}), "schedule": forms.RadioSelect}
        labels = {"schedule": _("When do you meet?"), "duration_min": _("Minutes")}
        help_texts = {
            "lobby": _("Whoever may not enter without asking waits in the lobby until a host admits them."),
            "title": _("People see it before they enter."),
        }

    def __init__(self, *args: Any, user: User, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        field = cast("forms.ModelChoiceField[Organisation]", self.fields["organisation"])
        known = {each.pk for each in organisations}
        if self.instance.organisation_id:
            known.add(self.instance.organisation_id)
        field.queryset = Organisation.objects.filter(pk__in=known)
        field.required = not user.is_superuser
        if self.instance.pk is None and organisations:
            self.initial.setdefault("organisation", organisations[0].pk)
        here = timezone.get_current_timezone_name()
        self.initial.setdefault("timezone", here if here in dict(zones()) else settings.TIME_ZONE)
        self.initial.setdefault("repeat", "week")
        if self.instance.starts_at is not None:
            begins = self.instance.starts_at.astimezone(self.instance.zone)
            self.initial.update(day=begins.date(), at=begins.time(), timezone=self.instance.timezone)
            if self.instance.rule:
                self.initial["repeat"] = "own"
        if not self.instance.rule:
            cast("forms.ChoiceField", self.fields["repeat"]).choices = REPEATS[:-1]
        for name, each in self.fields.items():
            if not isinstance(each.widget, forms.CheckboxInput | forms.RadioSelect):
                each.widget.attrs["class"] = "input"
            each.widget.attrs.setdefault("id", f"id_{name}")

    def _post_clean(self) -> None:
        """The service checks the room; nothing is written into `instance` here."""

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("schedule") == Room.Schedule.OPEN:
            return found
        if not found.get("day"):
            self.add_error("day", _("Please say on which day you meet."))
        if not found.get("at"):
            self.add_error("at", _("Please say at what time you begin."))
        until, day = found.get("until"), found.get("day")
        if until and day and until < day:
            self.add_error("until", _("The last day is before the first."))
        return found

    def settings(self) -> Settings:
        """Of a valid form."""
        said = dict(self.cleaned_data)
        day, at = said.pop("day"), said.pop("at") or time()
        repeat, until = said.pop("repeat"), said.pop("until")
        passcode, none = said.pop("passcode"), said.pop("no_passcode")
        given: dict[str, Any] = said
        if none or passcode:
            given["passcode"] = "" if none else passcode
        if said["schedule"] != Room.Schedule.OPEN:
            given["starts_at"] = datetime.combine(day, at, tzinfo=ZoneInfo(said["timezone"]))
            given["rule"] = self._rule(repeat or "week", given["starts_at"])
            if until and repeat != "own":
                given["rule"] += f";UNTIL={until:%Y%m%d}"
        if self.instance.pk is None:
            given["owner"] = self.user
        return Settings(**given)

    def _rule(self, repeat: str, begins: datetime) -> str:
        weekday = recurrence.DAYS[begins.weekday()]
        # A month without such a day is passed over by the standard; the last day of each month is what is meant.
        day = str(begins.day) if begins.day <= 28 else "-1"
        return {
            "day": "FREQ=DAILY",
            "workday": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
            "week": f"FREQ=WEEKLY;BYDAY={weekday}",
            "fortnight": f"FREQ=WEEKLY;INTERVAL=2;BYDAY={weekday}",
            "month": f"FREQ=MONTHLY;BYMONTHDAY={day}",
            "own": self.instance.rule,
        }[repeat]


class InviteForm(forms.Form):
    people = forms.CharField(
        label=_("E-mail addresses"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input"}),
        help_text=_("One on each line, or with commas between. With a name: Ada Berger <ada@example.org>"),
    )
    cohost = forms.BooleanField(label=_("They are co-hosts"), required=False)
    language = forms.ChoiceField(
        label=_("Language of the mail"),
        choices=settings.LANGUAGES,
        widget=forms.Select(attrs={"class": "input"}),
        help_text=_("People with an account get it in their own language."),
    )

    def clean_people(self) -> list[tuple[str, str]]:
        try:
            return read_addresses(self.cleaned_data["people"])
        except InvitationInvalid as refusal:
            raise forms.ValidationError(refusal.detail) from refusal


class CodeForm(forms.Form):
    code = forms.CharField(label=_("Link or code of the meeting"), max_length=300)

    def clean_code(self) -> str:
        """The room's slug, out of a code read aloud or a whole link."""
        said = str(self.cleaned_data["code"]).strip().lower().split("?")[0].rstrip("/")
        if "/rooms/" in said:
            said = said.split("/rooms/")[1].split("/")[0]
        letters = "".join(c for c in said if c.isalnum())
        slug = "-".join(letters[n : n + 4] for n in range(0, len(letters), 4))
        if len(slug) != len(ids.slug()) or not slug.isascii():
            raise forms.ValidationError(_("A code has three groups of four letters, such as k7mp-3xqa-9tdz."))
        return slug
