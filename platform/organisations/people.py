"""Somebody as administrators deal with them: who may see them here, and end or give back their account."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from accounts import services as accounts
from accounts.models import AuditEntry, User
from kernel.errors import NotAllowed, NotFound, StoaError
from organisations.models import Membership
from organisations.policies import Actor, Scope, may
from organisations.selectors import actor_for

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet


class NoSuchPerson(NotFound):
    code: ClassVar[str] = "person.not_found"


class NotOneself(StoaError):
    code: ClassVar[str] = "person.not_oneself"
    status: ClassVar[int] = 409
    text: ClassVar[str] = "You can't suspend yourself. Ask another administrator."


def may_see(actor: Actor, person: User) -> bool:
    return actor.superuser or any(may(actor, "people.see", scope) for scope in _scopes(person))


def may_suspend(actor: Actor, person: User) -> bool:
    """The account is one for all their organisations: who ends it must administer each of them.

    Otherwise an administrator could add anybody to a unit of their own and throw them out of the whole federation.
    """
    if actor.superuser:
        return True
    scopes = _scopes(person)
    return not person.is_superuser and bool(scopes) and all(may(actor, "people.suspend", scope) for scope in scopes)


def _scopes(person: User) -> list[Scope]:
    paths = Membership.objects.filter(person=person).values_list("organisation__path", flat=True)
    return [Scope(path) for path in paths]


def person_for(user: User | AnonymousUser, public_id: UUID, *, can: str) -> User:
    """Raises NoSuchPerson, also where they are none of the reader's; NotAllowed where `can` is "people.suspend"."""
    actor = actor_for(user)
    person = User.objects.filter(public_id=public_id).first()
    if person is None or not may_see(actor, person):
        raise NoSuchPerson
    if can == "people.suspend" and not may_suspend(actor, person):
        raise NotAllowed
    return person


def suspend(*, person: User, reason: str, by: User, now: datetime) -> None:
    """Raises NotAllowed, NotOneself. Somebody suspended already stays so, for the reason given first."""
    if person.pk == by.pk:
        raise NotOneself
    _must(by, person)
    if person.is_active:
        accounts.suspend(person=person, by=by, now=now, reason=reason)


def restore(*, person: User, by: User, now: datetime) -> None:
    """Raises NotAllowed."""
    _must(by, person)
    if not person.is_active:
        accounts.restore(person=person, by=by, now=now)


def _must(by: User, person: User) -> None:
    if not may_suspend(actor_for(by), person):
        raise NotAllowed


def acts_on(person: User) -> QuerySet[AuditEntry]:
    """What administrators did about this person's account, newest first."""
    return AuditEntry.objects.filter(subject=str(person.public_id)).select_related("by").order_by("-at", "-pk")
