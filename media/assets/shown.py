"""An asset for programs: what the API answers and the command prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from django.conf import settings

from media.assets import selectors

if TYPE_CHECKING:
    from datetime import datetime

    from media.assets.models import Asset


def absolute(address: str) -> str:
    """With the site's public address before it; empty stays empty."""
    return urljoin(settings.ENV.public_address, address) if address else ""


def asset(given: Asset, *, now: datetime) -> dict[str, Any]:
    playback = selectors.playback(given, now=now)
    plain = ("id", "title", "kind", "problem", "original_name", "bytes", "duration", "width", "height", "public")
    addresses = ("hls_url", "poster_url", "storyboard_url", "waveform_url", "download_url")
    return {
        **{name: getattr(given, name) for name in plain},
        **{name: absolute(getattr(playback, name)) for name in addresses},
        "status": given.state,
        "created": given.created,
        "organisation": given.organisation.slug,
        "owner": str(given.owner.public_id) if given.owner else None,
        "progress": 1.0 if playback.complete else given.job.done if given.job else 0.0,
        "tracks": list(given.tracks.all()),
    }
