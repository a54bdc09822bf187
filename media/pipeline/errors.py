"""Why a file can't be used, and how making its renditions can fail.

A `Refused` is final and is told to the person who brought the file. `DiskFull` and `Failed` may go well another time.
`text` is English with `%(name)s` places for `params`; edges translate it: `gettext(error.text) % error.params`.
"""

from __future__ import annotations

from typing import Any, ClassVar

from kernel.errors import StoaError


class MediaError(StoaError):
    code: ClassVar[str] = "media.error"

    def __init__(self, **params: Any) -> None:
        super().__init__(self.text % params if params else self.text)
        self.params: dict[str, Any] = params


class Refused(MediaError):
    """This file will never do, however often it is tried."""

    code = "media.refused"
    status = 422
    text = "This file can't be used."


class EmptyFile(Refused):
    code = "media.empty"
    text = "This file is empty. Perhaps it was not copied to its end: please choose the original again."


class NotMedia(Refused):
    code = "media.not_media"
    text = "This is neither a video nor a sound file that we know. MP4, MOV, MKV, WebM, MP3, M4A, WAV and FLAC work."


class PlaylistFile(Refused):
    code = "media.playlist"
    text = "This is a list that points to other files, not a recording. Please upload the recording itself."


class CutOff(Refused):
    code = "media.cut_off"
    text = "This file ends too early or is damaged. Please copy or export it again and upload the new file."


class WrongExtension(Refused):
    code = "media.wrong_extension"
    text = (
        "The name ends in “.%(extension)s”, but inside is %(found)s. "
        "Please check that it is the right file and rename it to “.%(better)s”."
    )


class PictureTooLarge(Refused):
    code = "media.picture_too_large"
    text = "The picture is %(width)s × %(height)s. At most 8192 × 4352 can be used; please export it smaller."


class TooManyTracks(Refused):
    code = "media.too_many_tracks"
    text = (
        "The file has %(count)s tracks. At most %(most)s can be used; please export it with one picture and one sound."
    )


class NothingInside(Refused):
    code = "media.nothing_inside"
    text = "There is neither a moving picture nor sound in this file."


class UnknownCoding(Refused):
    code = "media.unknown_coding"
    text = "The picture or sound is coded in a way that can't be read (%(codec)s). Please export it as MP4 with H.264."


class TooLong(Refused):
    code = "media.too_long"
    text = "The recording is longer than %(hours)s hours. Please upload it in parts."


class TooMuchWork(Refused):
    """A limit on time, memory or output was reached: a trap, or a machine far too small."""

    code = "media.too_much_work"
    text = "This file takes more time or memory than is allowed. Please export it again, smaller, and upload that."


class DiskFull(MediaError):
    code = "media.disk_full"
    status = 507
    text = "The server's disk is full. The work goes on when there is room."


class Cancelled(MediaError):
    code = "media.cancelled"
    status = 409
    text = "This was cancelled."


class Failed(MediaError):
    """The program failed. `said` is the end of what it wrote; it is for administrators, not for the page."""

    code = "media.failed"
    status = 500
    text = "The file could not be converted. It will be tried again."

    def __init__(self, said: str = "", status: int | None = None) -> None:
        super().__init__()
        self.said = said
        self.exit_status = status

    def __str__(self) -> str:
        return f"{self.text} [exit {self.exit_status}] {self.said}".strip()


REFUSALS: dict[str, type[Refused]] = {kind.code: kind for kind in Refused.__subclasses__()}
