"""What rooms refuse at the door and on their pages, by name. Live rooms refuse by `refusals`."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from kernel.errors import NotFound, StoaError


class NoSuchRoom(NotFound):
    """Also said of rooms that the asker may not know of."""

    code = "room.unknown"
    text = _("No room opens with this link.")


class RoomClosed(StoaError):
    code = "room.closed"
    status = 410
    text = _("This room has been closed.")


class NobodyMeets(StoaError):
    code = "meeting.none"
    status = 409
    text = _("Nobody meets in this room now.")


class PasscodeRequired(StoaError):
    code = "passcode.required"
    status = 403
    text = _("This room asks for a passcode.")


class PasscodeWrong(StoaError):
    code = "passcode.wrong"
    status = 403
    text = _("This is not the passcode of this room.")


class NameRequired(StoaError):
    code = "name.required"
    status = 422
    text = _("Please say your name, so that the others know who you are.")


class RuleInvalid(StoaError):
    code = "recurrence.invalid"
    status = 422
    text = _("This repetition could not be understood.")


class SettingsInvalid(StoaError):
    code = "settings.invalid"
    status = 422
    text = _("These settings do not go together.")


class InvitationInvalid(StoaError):
    code = "invitation.invalid"
    status = 422
    text = _("This is not an address that can be invited.")
