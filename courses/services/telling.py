"""Learners are told by mail. One door, so that what is sent and how often is decided in one place."""

from __future__ import annotations

import logging
from functools import partial
from smtplib import SMTPException
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)


def tell(*, person: User, subject: str, text: str) -> None:
    """After the commit. A mail that can't be sent undoes nothing; the page says the same."""
    if person.email and person.is_active:
        transaction.on_commit(partial(_send, person.email, " ".join(subject.split()), text))


def _send(address: str, subject: str, text: str) -> None:
    try:
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [address])
    except (SMTPException, OSError):
        logger.exception("a notice was not sent subject=%s", subject)
