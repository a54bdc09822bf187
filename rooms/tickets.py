"""Tickets into live rooms: signed, short-lived, good once."""

from __future__ import annotations

from django.core import signing
from django.core.cache import cache

from rooms import codec
from rooms.refusals import MessageMalformed, TicketInvalid
from rooms.ticket import Ticket

SALT = "rooms.ticket"
SECONDS = 60


def issue(ticket: Ticket) -> str:
    return signing.dumps(codec.to_json(ticket), salt=SALT, compress=True)


def redeem(text: str, *, slug: str) -> Ticket:
    """The ticket, which from now on is used. Raises TicketInvalid: forged, late, used, for another room."""
    try:
        ticket = codec.read(Ticket, signing.loads(text, salt=SALT, max_age=SECONDS))
    except (signing.BadSignature, MessageMalformed) as error:
        raise TicketInvalid from error
    if not isinstance(ticket, Ticket) or ticket.room.slug != slug:
        raise TicketInvalid
    if not cache.add(f"ticket:{ticket.id}", True, timeout=SECONDS + 10):
        raise TicketInvalid
    return ticket
