"""What a live room refuses, by name. One class is one code of the protocol."""

from __future__ import annotations

from typing import ClassVar

from kernel.errors import StoaError


class Refused(StoaError):
    """A request was refused; answered to its sender only. Browsers translate by `code`."""

    all: ClassVar[dict[str, type[Refused]]] = {}

    def __init_subclass__(cls, *, code: str, status: int = 409) -> None:
        cls.code, cls.status = code, status
        Refused.all[code] = cls


class MessageMalformed(Refused, code="message.malformed", status=400):
    text = "This message could not be read."


class MessageUnknown(Refused, code="message.unknown", status=400):
    text = "There is no such message."


class MessageTooLarge(Refused, code="message.too_large", status=413):
    text = "This message is too large."


class HelloExpected(Refused, code="hello.expected", status=400):
    text = "Say hello first."


class HelloRepeated(Refused, code="hello.repeated", status=400):
    text = "This connection has already entered."


class VersionUnsupported(Refused, code="version.unsupported", status=400):
    text = "This page is older or newer than the server. Please load it again."


class TicketInvalid(Refused, code="ticket.invalid", status=403):
    text = "This way in is no longer valid. Please enter again."


class SessionLost(Refused, code="session.lost", status=410):
    text = "The session could not be resumed. Please enter again."


class NotAllowed(Refused, code="not_allowed", status=403):
    text = "You may not do this here."


class TooMany(Refused, code="too_many", status=429):
    text = "Too many messages. Please wait a little."


class RoomFull(Refused, code="room.full"):
    text = "The room is full."


class RoomLocked(Refused, code="room.locked", status=403):
    text = "The room is locked."


class RoomRemoved(Refused, code="room.removed", status=403):
    text = "A host removed you from this meeting."


class RoomEnded(Refused, code="room.ended", status=410):
    text = "The meeting has ended."


class RoomUnavailable(Refused, code="room.unavailable", status=503):
    text = "The room can't be reached just now. Please try again."


class ParticipantUnknown(Refused, code="participant.unknown", status=404):
    text = "This person is not in the room."


class WaitingUnknown(Refused, code="waiting.unknown", status=404):
    text = "This person is no longer waiting."


class PublicationUnknown(Refused, code="publication.unknown", status=404):
    text = "This picture or sound is no longer there."


class PublicationTaken(Refused, code="publication.taken"):
    text = "This is being sent already."


class OfferStale(Refused, code="offer.stale"):
    text = "A newer offer has been seen."


class OfferInvalid(Refused, code="offer.invalid", status=400):
    text = "This connection offer could not be used."


class MediaFailed(Refused, code="media.failed", status=503):
    text = "Sound and picture could not be connected."


class Internal(Refused, code="internal", status=500):
    text = "Something went wrong here. It has been noted."
