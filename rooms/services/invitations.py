"""Asking people to come, and taking it back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F

from kernel import ids
from rooms import mailing
from rooms.errors import InvitationInvalid
from rooms.models import Invitation, Room

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

MOST = 1000  # invitations to one room
_WRITTEN = re.compile(r"^(?P<name>[^<>]*?)\s*<(?P<email>[^<>\s]+)>$")


def read_addresses(text: str) -> list[tuple[str, str]]:
    """(name, address) of each line or comma-separated piece, such as `Ada Berger <ada@example.org>`.

    Raises InvitationInvalid naming the first that can't be one.
    """
    found: list[tuple[str, str]] = []
    for piece in re.split(r"[\n,;，；]+", text):
        if not (piece := piece.strip()):
            continue
        written = _WRITTEN.match(piece)
        name, email = (written["name"].strip('" '), written["email"]) if written else ("", piece)
        found.append((name, checked(email)))
    return found


def checked(email: str) -> str:
    """Raises InvitationInvalid."""
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError as error:
        raise InvitationInvalid(f"“{email[:80]}” is no e-mail address.") from error
    return email


def invite(
    *,
    room: Room,
    email: str,
    name: str = "",
    cohost: bool = False,
    language: str,
    by: User | None,
    now: datetime,
) -> Invitation:
    """Mails the invitation; to somebody who is invited already, again. Raises InvitationInvalid."""
    email = checked(email)
    account = EmailAddress.objects.filter(email__iexact=email, verified=True, user__is_active=True).first()
    person = account.user if account else None
    with transaction.atomic():
        Room.objects.select_for_update().get(pk=room.pk)  # one at a time: the same address twice is one row
        known = room.invitations.filter(email__iexact=email).first()
        if known is None and room.invitations.count() >= MOST:
            raise InvitationInvalid(f"A room has {MOST} invitations at most.")
        invitation = known or Invitation(room=room, email=email)
        if invitation.withdrawn_at is not None:
            invitation.withdrawn_at, invitation.token = None, ids.token()
        invitation.name = mailing.one_line(name)[:120] or (person.name if person else invitation.name)
        invitation.person = person
        invitation.cohost = cohost
        invitation.language = (person.language if person else "") or language
        invitation.invited_by, invitation.invited_at = by, now
        invitation.save()
        mailing.send_later("invited", [invitation], now=now)
    return invitation


def withdraw(*, invitation: Invitation, now: datetime) -> bool:
    """The link opens no longer; the calendar entry is cancelled. False when it was withdrawn already."""
    with transaction.atomic():
        moved = Invitation.objects.filter(pk=invitation.pk, withdrawn_at=None).update(withdrawn_at=now) == 1
        if moved:
            Room.objects.filter(pk=invitation.room_id).update(sequence=F("sequence") + 1)
            mailing.send_later("cancelled", [invitation], now=now)
    return moved


def tell_invited(*, room: Room, kind: str, now: datetime) -> None:
    """Mail all who are invited that the room was "changed" or "cancelled"."""
    mailing.send_later(kind, room.invitations.filter(withdrawn_at=None), now=now)
