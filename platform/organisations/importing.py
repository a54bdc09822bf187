"""People and organisations from a table: what is wrong with each row, before anything is written.

Columns of organisations: slug, name, name_zh, kind (office, member, unit), parent (a slug).
Columns of people: username, name, email, organisation (a slug), role, language (en, zh-hans).
Somebody who belongs to several organisations has a row for each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email, validate_slug
from django.utils.translation import gettext as _

from accounts.models import User
from organisations.models import Membership, Organisation
from organisations.policies import Actor, Role, Scope, may

KINDS = ("people", "organisations")
COLUMNS = {
    "people": ("username", "name", "email", "organisation", "role", "language"),
    "organisations": ("slug", "name", "name_zh", "kind", "parent"),
}
LONGEST = {"username": 150, "name": 120, "email": 254, "slug": 80, "name_zh": 200}
LONGEST_NAME_OF_ORGANISATION = 200
MOST_ORGANISATIONS = 2_000
EVERY = 500  # rows between two words about how far it is
Row = Mapping[str, str]
Say = Callable[[float], None]


def say_nothing(_done: float) -> None:
    """For who does not wait."""


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

    def fault(self, number: int, row: Row, column: str, reason: str) -> None:
        self.faults.append(Fault(number, column, row.get(column, "")[:80], reason))


def plan(kind: str, rows: Sequence[Row], *, actor: Actor, say: Say = say_nothing) -> Plan:
    """The dry run: nothing is written, every bad row is named."""
    found = Plan(kind, rows)
    missing = [column for column in COLUMNS[kind][:3] if rows and column not in rows[0]]
    for column in missing:
        found.faults.append(Fault(1, column, "", _("This column is missing.")))
    if not rows:
        found.faults.append(Fault(1, "", "", _("The table has no rows.")))
    if kind == "organisations" and len(rows) > MOST_ORGANISATIONS:
        found.faults.append(Fault(1, "", "", _("At most %(n)d organisations at once.") % {"n": MOST_ORGANISATIONS}))
    if not found.faults:
        (_People if kind == "people" else _Organisations)(found, actor).look(say)
    return found


class _Look:
    def __init__(self, found: Plan, actor: Actor) -> None:
        self.found, self.actor = found, actor
        self.paths = dict(Organisation.objects.values_list("slug", "path"))

    def look(self, say: Say) -> None:
        for number, row in enumerate(self.found.rows, 2):
            self.row(row, partial(self.found.fault, number, row))
            if number % EVERY == 0:
                say(number / len(self.found.rows))

    def row(self, row: Row, bad: Callable[[str, str], None]) -> None:
        raise NotImplementedError


class _People(_Look):
    def __init__(self, found: Plan, actor: Actor) -> None:
        super().__init__(found, actor)
        # User names differ by more than capitals: one signs in by either.
        self.known = {user.username.lower(): user for user in User.objects.defer("password").iterator()}
        self.addresses = {user.email.lower(): name for name, user in self.known.items() if user.email}
        for email, username in EmailAddress.objects.filter(verified=True).values_list("email", "user__username"):
            self.addresses.setdefault(email.lower(), username.lower())
        self.homes: dict[int, list[str]] = defaultdict(list)
        for person, path in Membership.objects.values_list("person_id", "organisation__path"):
            self.homes[person].append(path)
        self.seen: set[tuple[str, str, str]] = set()
        self.said: dict[str, tuple[int, str, str]] = {}  # user name → the row that first said name and address
        self.number = 1

    def row(self, row: Row, bad: Callable[[str, str], None]) -> None:
        self.number += 1
        username, name, email = row.get("username", ""), row.get("name", ""), row.get("email", "").lower()
        self._words(row, bad)
        first = self.said.setdefault(username.lower(), (self.number, name, email))
        if first[1:] != (name, email):
            bad("username", _("Row %(row)d says another name or address of this person.") % {"row": first[0]})
        if email and self.addresses.get(email, username.lower()) != username.lower():
            other = self.said.get(self.addresses[email])
            if other and self.addresses[email] not in self.known:
                bad("email", _("Row %(row)d has the same address.") % {"row": other[0]})
            else:
                bad("email", _("Another person has this address already."))
        elif email:
            self.addresses.setdefault(email, username.lower())
        self._place(row, bad)
        known = self.known.get(username.lower())
        if known is None:
            self.found.new += first[0] == self.number
            return
        self.found.changed += first[0] == self.number
        if known.username != username:
            bad("username", _("This user name is known already, with other capitals."))
        elif changes(known, row) and not self._may_change(known):
            bad("username", _("This person belongs elsewhere too: give the name and address they have already."))

    def _words(self, row: Row, bad: Callable[[str, str], None]) -> None:
        _check(
            UnicodeUsernameValidator(), row.get("username"), bad, "username", _("Letters, digits and @ . + - _ only.")
        )
        if not row.get("username"):
            bad("username", _("Every person needs a user name."))
        if not row.get("name"):
            bad("name", _("Every person needs a name."))
        for column in ("username", "name", "email"):
            _length(row, column, LONGEST[column], bad)
        _check(validate_email, row.get("email"), bad, "email", _("This is not an e-mail address."))
        if row.get("language", "") not in {"", "en", "zh-hans"}:
            bad("language", _("Languages are: en, zh-hans."))

    def _place(self, row: Row, bad: Callable[[str, str], None]) -> None:
        username, where, role = row.get("username", ""), row.get("organisation", ""), role_of(row)
        if (username, where, role) in self.seen:
            bad("username", _("This row stands in the table twice."))
        self.seen.add((username, where, role))
        if role not in set(Role):
            bad("role", _("Roles are: %(roles)s.") % {"roles": ", ".join(Role)})
        if where not in self.paths:
            bad("organisation", _("There is no organisation with this short name."))
        elif not may(self.actor, "people.import", Scope(self.paths[where])):
            bad("organisation", _("You may not add people here."))

    def _may_change(self, known: User) -> bool:
        """As in organisations.people: whoever could set somebody's address could have their password sent to it."""
        if self.actor.superuser:
            return True
        homes = self.homes[known.pk]
        return (
            not known.is_superuser
            and bool(homes)
            and all(may(self.actor, "people.suspend", Scope(path)) for path in homes)
        )


class _Organisations(_Look):
    def __init__(self, found: Plan, actor: Actor) -> None:
        super().__init__(found, actor)
        self.slugs = {path: slug for slug, path in self.paths.items()}
        self.coming: dict[str, str] = {}  # slug → the path of the nearest known organisation above

    def row(self, row: Row, bad: Callable[[str, str], None]) -> None:
        slug, parent = row.get("slug", ""), row.get("parent", "")
        _check(validate_slug, slug, bad, "slug", _("Small letters, digits and hyphens only."))
        if not slug:
            bad("slug", _("Every organisation needs a short name."))
        if slug in self.coming:
            bad("slug", _("This row stands in the table twice."))
        if not row.get("name"):
            bad("name", _("Every organisation needs a name."))
        _length(row, "slug", LONGEST["slug"], bad)
        _length(row, "name", LONGEST_NAME_OF_ORGANISATION, bad)
        _length(row, "name_zh", LONGEST["name_zh"], bad)
        if row.get("kind", "") not in set(Organisation.Kind.values):
            bad("kind", _("Kinds are: office, member, unit."))
        known = self.paths.get(slug)
        above = self.paths.get(parent) or self.coming.get(parent)
        if known is not None:
            self.found.changed += 1
            if not may(self.actor, "organisation.manage", Scope(known)):
                bad("slug", _("You may not change this organisation."))
            elif self.slugs.get(known[: -Organisation.steplen], "") != parent:
                bad("parent", _("This organisation stands elsewhere. An import moves nothing."))
        else:
            self.found.new += 1
            if above is None:
                bad("parent", _("There is no organisation with this short name, here or in a row above."))
            elif not may(self.actor, "organisation.manage", Scope(above)):
                bad("parent", _("You may not add organisations here."))
        self.coming[slug] = known or above or ""


def role_of(row: Row) -> str:
    return row.get("role", "").lower() or Role.MEMBER.value


def changes(known: User, row: Row) -> bool:
    """Whether the row would change the account itself; a further role does not."""
    language = row.get("language") or known.language
    return (known.display_name, known.email.lower(), known.language) != (row["name"], row["email"].lower(), language)


def _check(
    validator: Callable[[Any], None], value: str | None, bad: Callable[[str, str], None], column: str, reason: str
) -> None:
    if not value:
        return
    try:
        validator(value)
    except ValidationError:
        bad(column, reason)


def _length(row: Row, column: str, longest: int, bad: Callable[[str, str], None]) -> None:
    if len(row.get(column, "")) > longest:
        bad(column, _("This is too long (%(n)d characters at most).") % {"n": longest})
