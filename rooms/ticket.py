"""What a ticket says: who may go into which room, as what. Data only; `rooms.tickets` signs and redeems it.

The live room knows people and rooms from tickets alone: its process reads no database.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from organisations.policies import Actor
from rooms.shapes import Capability, IceServer

Access = Literal["members", "signed_in", "link", "admitted"]  # who may enter without asking; as in Scope.facts


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomFacts:
    """A room and its settings, as they were when the ticket was given."""

    slug: str
    title: str
    organisation: str  # its name, for people
    path: str  # its organisation's path in the tree
    owner: str | None  # public id of the person
    access: Access
    lobby: bool  # everybody else may wait to be admitted
    start_muted: bool
    capacity: int
    allowed: tuple[Capability, ...]  # what plain participants may use
    changed_ms: int = 0  # when the settings were last changed: an older ticket does not undo them


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One way in, for one socket, once and soon."""

    id: str  # unguessable; remembered until it expires, so that it works once
    name: str
    actor: Actor  # may() is asked with it for every message
    guest: str = ""  # a guest's lasting token id, "" for accounts: who is removed stays out by it
    organisation: str = ""
    colour: int = 0
    room: RoomFacts
    ice_servers: tuple[IceServer, ...] = ()
