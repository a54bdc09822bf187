"""Who is asking: the database's view of a person as the policies' `Actor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from organisations.models import Membership
from organisations.policies import Actor, Role, RoleAt

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def actor_for(user: User | AnonymousUser) -> Actor:
    """A stranger, or a person with every role they hold. A suspended account is a stranger."""
    if not user.is_authenticated or not user.is_active:
        return Actor()
    rows = Membership.objects.filter(person=user).values_list("role", "organisation__path")
    return Actor(
        person=str(user.public_id),
        roles=tuple(RoleAt(Role(role), path) for role, path in rows),
        superuser=user.is_superuser,
    )
