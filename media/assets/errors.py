"""Refusals of uploads, assets and their addresses, by name."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from kernel.errors import NotFound, StoaError


class NoSuchAsset(NotFound):
    code = "asset.none"


class NoSuchUpload(NotFound):
    code = "upload.none"
    text = _("This upload is over or was never begun. Please choose the file again.")


class UploadExpired(StoaError):
    code = "upload.expired"
    status = 410
    text = _("This upload was left lying too long and was thrown away. Please choose the file again.")


class WrongOffset(StoaError):
    code = "upload.offset"
    status = 409
    text = _("Another part is expected next.")


class ChecksumWrong(StoaError):
    code = "upload.checksum"
    status = 460  # tus 1.0, checksum extension
    text = _("This part arrived damaged. It is sent once more.")


class PartTooBig(StoaError):
    code = "upload.part_too_big"
    status = 413
    text = _("At most 8 MB can be sent in one part.")


class FileTooBig(StoaError):
    code = "upload.too_big"
    status = 413
    text = _("This file is larger than is allowed here.")


class QuotaReached(StoaError):
    code = "upload.quota"
    status = 413
    text = _("The organisation's space is used up. Delete files that nobody needs, or ask an administrator for more.")


class StorageFull(StoaError):
    code = "upload.storage_full"
    status = 507
    text = _("The server's disk is full. Nothing was lost; please go on when there is room.")


class WrongType(StoaError):
    code = "upload.type"
    status = 415
    text = _(
        "Files of this kind can't be used. MP4, MOV, MKV, WebM, MP3, M4A, WAV, FLAC, JPEG, PNG, WebP and PDF work."
    )


class EmptyUpload(StoaError):
    code = "upload.empty"
    status = 422
    text = _("This file is empty. Perhaps it was not copied to its end: please choose the original again.")


class RequestUnclear(StoaError):
    code = "upload.unclear"
    text = _("The browser's request was damaged or incomplete. Please try again.")


class WrongVersion(StoaError):
    code = "upload.version"
    status = 412
    text = _("Only version 1.0.0 of tus is spoken here.")


class AssetBusy(StoaError):
    code = "asset.busy"
    status = 409
    text = _("This is being worked on. Please wait until it is over.")


class CaptionsWrong(StoaError):
    code = "captions.wrong"
    status = 422
    text = _("These captions can't be read.")


class LinkOver(StoaError):
    code = "link.over"
    status = 403
    text = _("This address is no longer valid. Please reload the page.")


class NotMade(StoaError):
    code = "asset.not_made"
    status = 500
    text = _("It could not be prepared, although it was tried several times. The administrators can see why.")
