"""A certificate as PDF: A4 landscape, its fonts inside, made anew each time from what was frozen at issue.

WeasyPrint draws with the system's Pango; a server without it says so by name and does everything else.
Nothing is fetched while drawing: what the page asks for is one of the fonts named here, or nothing.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from courses.errors import NoPaper
from courses.services.certificates import address

if TYPE_CHECKING:
    from pathlib import Path

    from courses.models import Certificate

FACES = [{"weight": weight, "file": f"noto-serif-sc-{weight}.ttf"} for weight in (400, 700)]
FONTS: Path = settings.ROOT / "frontend" / "dist" / "fonts"


def draw(certificate: Certificate) -> bytes:
    """Raises NoPaper where Pango is missing."""
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher, URLFetcherResponse
    except OSError as error:
        raise NoPaper from error

    class Fonts(URLFetcher):
        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            parts = urlsplit(url)
            if parts.scheme != "font" or parts.path not in {face["file"] for face in FACES}:
                raise ValueError("a certificate fetches nothing")
            return URLFetcherResponse(url, body=(FONTS / parts.path).read_bytes(), headers={})

    document = HTML(string=page(certificate), base_url=None, url_fetcher=Fonts())
    made: bytes = document.write_pdf(pdf_variant="pdf/ua-1", custom_metadata=False)
    return made


def page(certificate: Certificate) -> str:
    with translation.override(certificate.language):
        context = {
            "it": certificate,
            "lang": certificate.language,
            "faces": FACES,
            "qr": qr(address(certificate)),
            "address": address(certificate),
            "issued": timezone.localdate(certificate.issued_at, timezone.get_default_timezone()),
        }
        return render_to_string("courses/certificates/paper.html", context)


def qr(text: str) -> str:
    """SVG, one path, without colours of its own."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, border=4, dark="#15211f", light="#ffffff", omitsize=True
    )
    return out.getvalue().decode()
