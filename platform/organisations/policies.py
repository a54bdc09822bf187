"""May this person do that here? The one answer, for every view, socket message and API call.

Pure: an `Actor` (who, with which roles) and a `Scope` (where) come in, yes or no goes out. The rules are the
table `VERBS`; a verb that isn't in it is a programming error and refused loudly.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is in an organisation and everything below it."""

    ADMINISTRATOR = "administrator"
    EDITOR = "editor"
    INSTRUCTOR = "instructor"
    HOST = "host"
    MEMBER = "member"


@dataclass(frozen=True, slots=True)
class RoleAt:
    role: Role
    path: str  # the organisation's path in the tree; holds for every path that begins with it


@dataclass(frozen=True, slots=True)
class Grant:
    """A right to one object that comes from no organisation: a guest's ticket, being made co-host."""

    what: str  # "enter", "cohost"
    on: str  # the object's key, as in Scope.key


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. `person` is the account's public id, None for a guest or a stranger."""

    person: str | None = None
    roles: tuple[RoleAt, ...] = ()
    grants: tuple[Grant, ...] = ()
    superuser: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """Where: the organisation that owns the object, its owner, and what the object itself allows."""

    path: str = ""
    owner: str | None = None
    key: str = ""  # "room:k7mp-…"
    facts: frozenset[str] = frozenset()  # what the object allows: "members", "link", …


@dataclass(frozen=True, slots=True)
class Rule:
    """Any one of these opens the way."""

    roles: frozenset[Role] = frozenset()
    owner: bool = False
    grants: frozenset[str] = frozenset()
    person: bool = False  # whoever is signed in
    anyone: bool = False
    if_fact: tuple[tuple[str, str], ...] = ()  # (fact, "anyone" | "person" | "member" | a grant)


ANY_ROLE = frozenset(Role)
A, E, I, H, M = Role.ADMINISTRATOR, Role.EDITOR, Role.INSTRUCTOR, Role.HOST, Role.MEMBER  # noqa: E741

VERBS: dict[str, Rule] = {
    "job.list": Rule(person=True),  # one's own
    "job.see": Rule(owner=True),
    "job.change": Rule(owner=True),
    "site.use": Rule(anyone=True),  # health, language, light or dark, the Studio's door
    "styleguide.see": Rule(anyone=True),  # where it is served at all
    "page.edit": Rule(roles=frozenset({A, E})),  # in the Studio: the organisation's pages and those below
    "self.manage": Rule(person=True),  # one's own account
    "organisation.see": Rule(person=True),
    "organisation.manage": Rule(roles=frozenset({A})),
    "people.import": Rule(roles=frozenset({A})),
    # About somebody: `see` in any organisation they belong to, `suspend` in every one (organisations/people.py).
    "people.see": Rule(roles=frozenset({A})),
    "people.suspend": Rule(roles=frozenset({A})),
    "asset.list": Rule(person=True),  # one's own and those one may see
    "asset.create": Rule(roles=frozenset({A, E, I})),
    "asset.see": Rule(roles=frozenset({A, E, I}), owner=True),
    "asset.change": Rule(roles=frozenset({A, E}), owner=True),
    "asset.play": Rule(anyone=True),  # by an address that was signed for whoever may, or a public one
    "course.list": Rule(anyone=True),  # the catalogue: each reader's own part of it
    "course.see": Rule(
        roles=frozenset({A, E, I}),
        grants=frozenset({"enrolled", "teach"}),
        if_fact=(("public", "anyone"), ("signed_in", "person"), ("members", "member")),
    ),
    "course.publish": Rule(roles=frozenset({A, E})),  # asked of the office, for what others than one's own people see
    "course.learn": Rule(roles=frozenset({A, E, I}), grants=frozenset({"enrolled", "teach"})),
    "course.mine": Rule(person=True),
    "course.feed": Rule(anyone=True),  # the calendar's address is the key
    "class.enrol": Rule(
        if_fact=(("public", "person"), ("signed_in", "person"), ("members", "member")), roles=frozenset({A, E, I})
    ),
    "class.manage": Rule(roles=frozenset({A, E, I}), grants=frozenset({"teach"})),
    "person.enrol": Rule(roles=frozenset({A, E})),  # the person's organisation's
    "report.see": Rule(roles=frozenset({A})),  # of the organisation and what is below it
    "report.class": Rule(roles=frozenset({A, I}), grants=frozenset({"teach"})),  # of everybody in it
    "report.list": Rule(person=True),  # those one may see; a file one asked for oneself
    "certificate.verify": Rule(anyone=True),  # whoever holds the paper has its number
    "badge.verify": Rule(anyone=True),  # who signs, with which keys, and what was revoked
    "certificate.mine": Rule(person=True),
    "certificate.see": Rule(roles=frozenset({A, I}), grants=frozenset({"teach"}), owner=True),
    "certificate.issue": Rule(roles=frozenset({A, I}), grants=frozenset({"teach"})),
    "progress.report": Rule(owner=True),  # the player one opened oneself
    "progress.trace": Rule(roles=frozenset({A, I}), grants=frozenset({"teach"}), owner=True),
    "attempt.start": Rule(grants=frozenset({"enrolled"})),
    "attempt.answer": Rule(owner=True),
    "attempt.see": Rule(roles=frozenset({A, I}), grants=frozenset({"teach"}), owner=True),
    "attempt.mark": Rule(roles=frozenset({A, I}), grants=frozenset({"teach"})),
    "question.edit": Rule(roles=frozenset({A, E, I})),  # the banks of the organisation and those below
    "notice.choose": Rule(anyone=True),  # the address in one's mail is the key
    "note.keep": Rule(owner=True),
    "work.hand_in": Rule(owner=True),  # one's own assignment, and one's own reading notes
    "work.see": Rule(roles=frozenset({A, I}), grants=frozenset({"teach"}), owner=True),
    "work.review": Rule(roles=frozenset({A, I}), grants=frozenset({"teach"})),
    "grade.book": Rule(roles=frozenset({A, I}), grants=frozenset({"teach"})),
    "grade.see": Rule(roles=frozenset({A, I}), grants=frozenset({"teach"}), owner=True),
    # Drawing from what people of an organisation, or of a course of it, handed in: nobody checks their own class.
    "check.draw": Rule(roles=frozenset({A, I})),
    "room.list": Rule(person=True),
    "room.create": Rule(roles=frozenset({A, H, I})),
    "room.change": Rule(roles=frozenset({A}), owner=True),
    "room.see": Rule(
        roles=ANY_ROLE,
        owner=True,
        grants=frozenset({"enter", "cohost"}),
        if_fact=(("members", "member"),),
    ),
    # Entering: by the room's own setting; whoever may host may always enter.
    "room.enter": Rule(
        roles=frozenset({A, H}),
        owner=True,
        grants=frozenset({"enter", "cohost"}),
        if_fact=(("link", "anyone"), ("signed_in", "person"), ("members", "member")),
    ),
    # The room's door: its page, and asking to be let in.
    "room.open": Rule(
        roles=ANY_ROLE,
        owner=True,
        grants=frozenset({"enter", "cohost"}),
        if_fact=(("link", "anyone"), ("signed_in", "person"), ("members", "member"), ("ask", "anyone")),
    ),
    "room.moderate": Rule(roles=frozenset({A}), owner=True, grants=frozenset({"cohost", "host"})),
    # In the live room: have a socket; be inside and take part; name co-hosts and end the meeting.
    "room.knock": Rule(anyone=True),
    "room.take_part": Rule(grants=frozenset({"in"})),
    "room.host": Rule(roles=frozenset({A}), owner=True, grants=frozenset({"host"})),
}


class UnknownVerb(LookupError):
    """A verb without a rule: nobody may do it until somebody wrote down who may."""


def may(actor: Actor, verb: str, scope: Scope) -> bool:
    """Raises UnknownVerb when no rule was written for `verb`."""
    rule = VERBS.get(verb)
    if rule is None:
        raise UnknownVerb(verb)
    if actor.superuser or rule.anyone:
        return True
    held = {r.role for r in actor.roles if scope.path.startswith(r.path)}
    below = bool(scope.path) and any(r.path.startswith(scope.path) for r in actor.roles)
    granted = {g.what for g in actor.grants if g.on == scope.key}
    if held & rule.roles or granted & rule.grants or (rule.person and actor.person is not None):
        return True
    if rule.owner and actor.person is not None and actor.person == scope.owner:
        return True
    return any(
        fact in scope.facts
        and (
            who == "anyone"
            or (who == "person" and actor.person is not None)
            or (who == "member" and (bool(held) or below))
            or who in granted
        )
        for fact, who in rule.if_fact
    )
