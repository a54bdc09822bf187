"""Mails about rooms, sent by the worker: invitation, change, cancellation, each in the reader's language."""

from __future__ import annotations

import logging
from email.utils import formataddr, parseaddr
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jobs import services as jobs
from rooms import ics
from rooms.models import Invitation

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

logger = logging.getLogger(__name__)

JOB = "rooms.mail"


def send_later(kind: str, invitations: Iterable[Invitation], *, now: datetime) -> None:
    """One job for each, once what was done is sure. `kind`: "invited", "changed", "cancelled"."""
    for invitation in invitations:
        args = {"about": kind, "invitation": invitation.pk}
        jobs.start(kind=JOB, args=args, owner=None, now=now, label=invitation.email)


def send(kind: str, invitation: int, *, now: datetime) -> bool:
    """False when there is nobody to send it to any more."""
    found = Invitation.objects.select_related("room__owner", "invited_by").filter(pk=invitation).first()
    if found is None or (kind != "cancelled" and found.withdrawn_at is not None):
        logger.info("no longer invited invitation=%d", invitation)
        return False
    compose(kind, found, now=now).send()
    logger.info("mailed kind=%s invitation=%d", kind, invitation)
    return True


def compose(kind: str, invitation: Invitation, *, now: datetime) -> EmailMultiAlternatives:
    """The mail as it goes out. Titles and names come from people: no line break of theirs gets into a header."""
    room = invitation.room
    with translation.override(invitation.language), timezone.override(room.zone):
        subject = {
            "invited": _("Invitation: {title}"),
            "changed": _("Changed: {title}"),
            "cancelled": _("Cancelled: {title}"),
        }[kind].format(title=one_line(room.title))
        begins = next(room.beginnings(now), room.starts_at)
        body = render_to_string(
            f"rooms/mail/{kind}.txt",
            {
                "invitation": invitation,
                "room": room,
                "by": one_line(invitation.invited_by.name) if invitation.invited_by else "",
                "begins": begins,
                "ends": begins + room.duration if begins else None,
            },
        )
    mail = EmailMultiAlternatives(subject, body, to=[formataddr((one_line(invitation.name), invitation.email))])
    if room.starts_at is not None:
        method: ics.Method = "CANCEL" if kind == "cancelled" else "REQUEST"
        text = entry(method, invitation, now=now).decode()
        mail.attach_alternative(text, f"text/calendar; method={method}; charset=utf-8")
    return mail


def entry(method: ics.Method, invitation: Invitation, *, now: datetime) -> bytes:
    """The calendar entry that goes with a mail."""
    return ics.calendar(
        room=invitation.room,
        method=method,
        organiser=sender(),
        host=str(urlsplit(settings.ENV.public_address).hostname),
        now=now,
        invitation=invitation,
    )


def sender() -> str:
    """The address that mails come from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def one_line(text: str) -> str:
    return " ".join(text.split())
