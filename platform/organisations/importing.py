"""People and organisations from a table: first what is wrong with each row, then all of it or nothing.

Columns of organisations: slug, name, name_zh, kind (office, member, unit), parent (a slug).
Columns of people: username, name, email, organisation (a slug), role, language (en, zh-hans).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email, validate_slug
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from organisations.models import Membership, Organisation
from organisations.policies import Actor, Role, Scope, may

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

KINDS = ("people", "organisations")
COLUMNS = {
    "people": ("username", "name", "email", "organisation", "role", "language"),
    "organisations": ("slug", "name", "name_zh", "kind", "parent"),
}
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell. `row` counts as the spreadsheet does: the first row of data is 2."""

    row: int
    column: str
    value: str
    reason: str


@dataclass(slots=True)
class Plan:
    """What an import would do. It is done only when `faults` is empty."""

    kind: str
    rows: Sequence[Row]
    faults: list[Fault] = field(default_factory=list)
    new: int = 0
    changed: int = 0

    @property
    def sound(self) -> bool:
        return not self.faults


def plan(kind: str, rows: Sequence[Row], *, actor: Actor) -> Plan:
    """The dry run: nothing is written, every bad row is named."""
    found = Plan(kind, rows)
    missing = [column for column in COLUMNS[kind][:3] if rows and column not in rows[0]]
    for column in missing:
        found.faults.append(Fault(1, column, "", _("This column is missing.")))
    if not rows:
        found.faults.append(Fault(1, "", "", _("The table has no rows.")))
    if not found.faults:
        (_plan_people if kind == "people" else _plan_organisations)(found, actor)
    return found


def _plan_people(found: Plan, actor: Actor) -> None:
    paths = dict(Organisation.objects.values_list("slug", "path"))
    names = [row.get("username", "") for row in found.rows]
    known = dict(User.objects.filter(username__in=names).values_list("username", "email"))
    taken = {
        email.lower(): username
        for username, email in User.objects.exclude(email="").values_list("username", "email").iterator()
    }
    seen: set[tuple[str, str, str]] = set()
    emails: dict[str, int] = {}
    for number, row in enumerate(found.rows, 2):

        def bad(column: str, reason: str, row: Row = row, number: int = number) -> None:
            found.faults.append(Fault(number, column, row.get(column, "")[:80], reason))

        username, email = row.get("username", ""), row.get("email", "").lower()
        _check(UnicodeUsernameValidator(), username, lambda: bad("username", _("Letters, digits and @ . + - _ only.")))
        if not username:
            bad("username", _("Every person needs a user name."))
        if not row.get("name"):
            bad("name", _("Every person needs a name."))
        elif len(row["name"]) > 120:
            bad("name", _("This is too long (120 characters at most)."))
        _check(validate_email, email, lambda: bad("email", _("This is not an e-mail address.")))
        if taken.get(email, username) != username:
            bad("email", _("Another person has this address already."))
        if email in emails:
            bad("email", _("Row %(row)d has the same address.") % {"row": emails[email]})
        emails.setdefault(email, number)
        where, role = row.get("organisation", ""), row.get("role", "").lower() or "member"
        if (username, where, role) in seen:
            bad("username", _("This row stands in the table twice."))
        seen.add((username, where, role))
        if role not in set(Role):
            bad("role", _("Roles are: %(roles)s.") % {"roles": ", ".join(Role)})
        if where not in paths:
            bad("organisation", _("There is no organisation with this short name."))
        elif not may(actor, "people.import", Scope(paths[where])):
            bad("organisation", _("You may not add people here."))
        if row.get("language", "") not in {"", "en", "zh-hans"}:
            bad("language", _("Languages are: en, zh-hans."))
        if username in known:
            found.changed += 1
        else:
            found.new += 1


def _plan_organisations(found: Plan, actor: Actor) -> None:
    paths = dict(Organisation.objects.values_list("slug", "path"))
    coming: dict[str, str] = {}  # slug → the path of the nearest known organisation above
    for number, row in enumerate(found.rows, 2):

        def bad(column: str, reason: str, row: Row = row, number: int = number) -> None:
            found.faults.append(Fault(number, column, row.get(column, "")[:80], reason))

        slug, parent = row.get("slug", ""), row.get("parent", "")
        _check(validate_slug, slug, lambda: bad("slug", _("Small letters, digits and hyphens only.")))
        if slug in coming:
            bad("slug", _("This row stands in the table twice."))
        if not row.get("name"):
            bad("name", _("Every organisation needs a name."))
        if row.get("kind", "") not in set(Organisation.Kind.values):
            bad("kind", _("Kinds are: office, member, unit."))
        above = paths.get(parent) or coming.get(parent)
        if above is None:
            bad("parent", _("There is no organisation with this short name, here or in a row above."))
        elif not may(actor, "organisation.manage", Scope(above)):
            bad("parent", _("You may not add organisations here."))
        coming[slug] = paths.get(slug) or above or ""
        if slug in paths:
            found.changed += 1
        else:
            found.new += 1


def _check(validator: Callable[[Any], None], value: str, bad: Callable[[], None]) -> None:
    if not value:
        return
    try:
        validator(value)
    except ValidationError:
        bad()


@transaction.atomic
def carry_out(found: Plan, *, by: User | None, now: datetime, say: Callable[[float], None] = lambda _: None) -> None:
    """All rows or, when anything fails, none. Raises ValueError for a plan with faults."""
    if not found.sound:
        raise ValueError("a plan with faults is not carried out")
    work = _person if found.kind == "people" else _organisation
    for number, row in enumerate(found.rows, 1):
        work(row, now)
        if number % 50 == 0:
            say(number / len(found.rows))
    audit(by=by, act=f"import.{found.kind}", subject=f"{len(found.rows)} rows", now=now)


def _person(row: Row, now: datetime) -> None:
    """The password is set by oneself, with the link that "forgotten password" sends."""
    email = row["email"].lower()
    fields = {"display_name": row["name"], "email": email}
    if row.get("language"):
        fields["language"] = row["language"]
    user, made = User.objects.update_or_create(
        username=row["username"], defaults=fields, create_defaults={**fields, "password": make_password(None)}
    )
    if made and email:
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    Membership.objects.get_or_create(
        person=user,
        organisation=Organisation.objects.get(slug=row["organisation"]),
        role=row.get("role", "").lower() or Role.MEMBER.value,
        defaults={"since": now},
    )


def _organisation(row: Row, now: datetime) -> None:
    del now
    fields = {"name": row["name"], "name_zh": row.get("name_zh", ""), "kind": row["kind"]}
    if Organisation.objects.filter(slug=row["slug"]).update(**fields):
        return
    Organisation.objects.get(slug=row["parent"]).add_child(slug=row["slug"], **fields)
