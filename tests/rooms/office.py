"""A small office for tests that need a database: ada administers, bob is a member, eve belongs elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from accounts.models import User
from organisations.models import Membership, Organisation
from organisations.policies import Role
from rooms.services.rooms import Settings, create_room

if TYPE_CHECKING:
    from rooms.models import Room

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class Office:
    """The office, two member organisations, a unit below the first."""

    def __init__(self) -> None:
        self.root = Organisation.add_root(name="Office", name_zh="总会", slug="office", kind="office")
        self.libraries = self._below("office", "Libraries", "libraries", "member")
        self.nurses = self._below("office", "Nurses", "nurses", "member")
        self.reading = self._below("libraries", "Reading Rooms", "reading", "unit")

    def _below(self, parent: str, name: str, slug: str, kind: str) -> Organisation:
        return Organisation.objects.get(slug=parent).add_child(name=name, slug=slug, kind=kind)

    def person(self, name: str, *, at: Organisation | None = None, role: Role = Role.MEMBER) -> User:
        user = User.objects.create(username=name, email=f"{name}@example.org", display_name=name.title())
        if at is not None:
            Membership.objects.create(person=user, organisation=at, role=role, since=NOW)
        return user


def room(**given: Any) -> Room:
    given.setdefault("title", "Council")
    return create_room(settings=Settings(**given), now=NOW)
