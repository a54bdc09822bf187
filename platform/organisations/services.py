"""What can be done with organisations and who belongs to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import transaction

from accounts.services import audit
from kernel.errors import NotAllowed, StoaError
from organisations.models import Membership, Organisation
from organisations.policies import Scope, may
from organisations.selectors import actor_for

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from organisations.policies import Role


class LastAdministrator(StoaError):
    code: ClassVar[str] = "organisation.last_administrator"
    status: ClassVar[int] = 409
    text: ClassVar[str] = "Somebody must stay administrator here. Name another one first."


def add_organisation(
    *, parent: Organisation, name: str, name_zh: str, slug: str, kind: str, by: User, now: datetime
) -> Organisation:
    """Raises NotAllowed."""
    _must_manage(by, parent)
    with transaction.atomic():
        made: Organisation = parent.add_child(name=name, name_zh=name_zh, slug=slug, kind=kind)
        audit(by=by, act="organisation.add", subject=slug, now=now, parent=parent.slug)
    return made


def add_member(*, person: User, organisation: Organisation, role: Role, by: User, now: datetime) -> Membership:
    """Raises NotAllowed. Somebody who has the role already keeps it since when they had it."""
    _must_manage(by, organisation)
    with transaction.atomic():
        row, made = Membership.objects.get_or_create(
            person=person, organisation=organisation, role=role.value, defaults={"since": now}
        )
        if made:
            audit(
                by=by,
                act="member.add",
                subject=person.username,
                now=now,
                organisation=organisation.slug,
                role=role.value,
            )
    return row


def remove_member(*, membership: Membership, by: User, now: datetime) -> None:
    """Raises NotAllowed, LastAdministrator."""
    organisation = membership.organisation
    _must_manage(by, organisation)
    with transaction.atomic():
        administrators = Membership.objects.select_for_update().filter(organisation=organisation, role="administrator")
        if membership.role == "administrator" and organisation.is_root() and administrators.count() == 1:
            raise LastAdministrator
        membership.delete()
        subject = membership.person.username
        audit(
            by=by, act="member.remove", subject=subject, now=now, organisation=organisation.slug, role=membership.role
        )


def _must_manage(by: User, organisation: Organisation) -> None:
    if not may(actor_for(by), "organisation.manage", Scope(organisation.path)):
        raise NotAllowed
