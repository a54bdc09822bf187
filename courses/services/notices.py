"""Tell somebody something by mail, once. Any part of courses calls `notify`; the person chose how often mail comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Min
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from courses.models import Notice
from courses.reminding import mails_now
from jobs import services as jobs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django_stubs_ext import StrOrPromise

JOB = "courses.mail"
SIGNER = signing.Signer(salt="courses.notices")
State = Notice.State


def notify(
    person: User,
    *,
    kind: str,
    key: str,
    subject: StrOrPromise,
    text: StrOrPromise,
    now: datetime,
    path: str = "",
    **words: Any,
) -> bool:
    """False: of this (`kind` and `key`) they were told before, or they want no mail.

    `subject` and `text` are lazy translations with %(name)s for `words`: they are written in the person's language.
    """
    with translation.override(person.language or settings.LANGUAGE_CODE):
        said = {name: str(value) for name, value in words.items()}
        told = {"subject": " ".join((str(subject) % said).split())[:200], "text": str(text) % said}
    wanted = person.is_active and person.email and person.mails != User.Mails.NONE
    with transaction.atomic():
        row, made = Notice.objects.get_or_create(
            person=person,
            kind=kind,
            key=key,
            defaults=told
            | {
                "path": path[:300],
                "created": now,
                "state": State.WAITING if wanted else State.DROPPED,
                "settled": None if wanted else now,
            },
        )
        if made and wanted and person.mails == User.Mails.EACH:
            jobs.start(kind=JOB, args={"person": person.pk, "notice": row.pk}, owner=None, now=now)
    return bool(made and wanted)


def mail_what_is_due(*, now: datetime) -> int:
    """Start the mail of everybody whose round it is. How many."""
    local = timezone.localtime(now, timezone.get_default_timezone())
    waiting = Notice.objects.filter(state=State.WAITING).values_list("person", "person__mails", "person__is_active")
    begun = 0
    for person, choice, active, since in waiting.annotate(since=Min("created")).order_by("person"):
        if not active or choice == User.Mails.NONE:
            Notice.objects.filter(person=person, state=State.WAITING).update(state=State.DROPPED, settled=now)
        elif mails_now(choice, waiting_since=since.astimezone(local.tzinfo), now=local):
            jobs.start(kind=JOB, args={"person": person}, owner=None, now=now)
            begun += 1
    return begun


def mail(*, person: int, notice: int | None, now: datetime) -> int:
    """One mail with what waits for the person, or with this one. Fails as a whole, to be tried again."""
    with transaction.atomic():
        rows = Notice.objects.select_for_update().filter(person=person, state=State.WAITING).order_by("created", "pk")
        held = list(rows if notice is None else rows.filter(pk=notice))
        whom = User.objects.get(pk=person)
        wanted = whom.is_active and whom.email and whom.mails != User.Mails.NONE
        state = State.SENT if wanted else State.DROPPED
        Notice.objects.filter(pk__in=[each.pk for each in held]).update(state=state, settled=now)
        if not held or not wanted:
            return 0
        with translation.override(whom.language or settings.LANGUAGE_CODE):
            _write(whom, held).send()
    return len(held)


def _write(person: User, notices: Sequence[Notice]) -> EmailMessage:
    site = settings.ENV.public_address.rstrip("/")
    choice = site + reverse("courses:notices", args=[token_for(person)])
    parts = [f"{each.text}\n\n{site}{each.path}" if each.path else each.text for each in notices]
    subject = notices[0].subject
    if len(notices) > 1:
        subject = ngettext("%(n)d notice", "%(n)d notices", len(notices)) % {"n": len(notices)}
        parts = [f"{each.subject}\n\n{part}" for each, part in zip(notices, parts, strict=True)]
    foot = _("How often such mail comes, and whether at all, you choose here:")
    return EmailMessage(
        subject,
        f"{person.name},\n\n" + "\n\n– – –\n\n".join(parts) + f"\n\n-- \n{foot}\n{choice}\n",
        to=[person.email],
        headers={"List-Unsubscribe": f"<{choice}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )


def token_for(person: User) -> str:
    """Opens one's choice without signing in, and nothing else."""
    return SIGNER.sign(str(person.public_id))


def person_of(token: str) -> User | None:
    try:
        return User.objects.filter(public_id=SIGNER.unsign(token)).first()
    except signing.BadSignature:
        return None


def choose(person: User, choice: str) -> None:
    person.mails = User.Mails(choice)
    person.save(update_fields=["mails"])
