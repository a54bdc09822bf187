"""A sound plan is written: all rows in one transaction, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import User
from accounts.services import audit
from organisations.importing import changes, role_of
from organisations.models import Membership, Organisation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from organisations.importing import Plan, Row

BATCH = 500


@transaction.atomic
def carry_out(found: Plan, *, by: User | None, now: datetime) -> None:
    """All rows or, when anything fails, none. Raises ValueError for a plan with faults.

    Says nothing on its way: on SQLite whoever writes is alone, so that this must be short.
    """
    if not found.sound:
        raise ValueError("a plan with faults is not carried out")
    if found.kind == "people":
        _people(found.rows, now)
    else:
        _organisations(found.rows)
    audit(by=by, act=f"import.{found.kind}", subject=f"{len(found.rows)} rows", now=now)


def _people(rows: Sequence[Row], now: datetime) -> None:
    """The password is set by oneself, with the link that "forgotten password" sends."""
    first = {row["username"]: row for row in reversed(rows)}
    known = {user.username: user for user in User.objects.filter(username__in=first).select_for_update()}
    _change([(known[name], row) for name, row in first.items() if name in known and changes(known[name], row)])
    made = User.objects.bulk_create(
        [
            User(
                username=name,
                display_name=row["name"],
                email=row["email"].lower(),
                language=row.get("language", ""),
                password=make_password(None),
                date_joined=now,
            )
            for name, row in first.items()
            if name not in known
        ],
        batch_size=BATCH,
    )
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in made if user.email],
        batch_size=BATCH,
    )
    people = known | {user.username: user for user in made}
    wanted = [(people[row["username"]], row["organisation"], role_of(row)) for row in rows]
    places = {place.slug: place for place in Organisation.objects.filter(slug__in={where for _, where, _ in wanted})}
    Membership.objects.bulk_create(
        [Membership(person=who, organisation=places[where], role=role, since=now) for who, where, role in wanted],
        batch_size=BATCH,
        ignore_conflicts=True,  # who has the role already keeps it since when they had it
    )


def _change(people: Sequence[tuple[User, Row]]) -> None:
    for user, row in people:
        email = row["email"].lower()
        if email != user.email.lower():
            # The old address no longer signs in, nor gets a new password.
            EmailAddress.objects.filter(user=user).delete()
            if email:
                EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        user.display_name, user.email, user.language = row["name"], email, row.get("language") or user.language
    User.objects.bulk_update([user for user, _ in people], ["display_name", "email", "language"], batch_size=BATCH)


def _organisations(rows: Sequence[Row]) -> None:
    for row in rows:
        fields = {"name": row["name"], "name_zh": row.get("name_zh", ""), "kind": row["kind"]}
        if not Organisation.objects.filter(slug=row["slug"]).update(**fields):
            Organisation.objects.get(slug=row["parent"]).add_child(slug=row["slug"], **fields)
