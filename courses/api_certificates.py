"""Certificates over HTTP: one's own, the paper, the badge, and whether one holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from accounts.api_auth import account, anybody
from courses.errors import CertificateRevoked, NoSuchCertificate
from courses.selectors import certificates
from courses.services import badges, paper
from courses.services.certificates import address
from courses.services.showing import look_up, to_take_away
from kernel import clock
from organisations.guards import needs

if TYPE_CHECKING:
    from courses.models import Certificate

router = Router(tags=["certificates"], auth=account)
open_router = Router(tags=["certificates"], auth=anybody)


class CertificateOut(Schema):
    number: str
    holds: bool
    revoked_on: str | None
    person: str
    course: str
    organisation: str
    hours: float
    completed_on: str
    issued_at: str
    url: str


def asker(request: HttpRequest) -> Any:
    return request.auth  # type: ignore[attr-defined]


@router.get("", response=list[CertificateOut], summary="Your certificates, the newest first")
@needs("certificate.mine")
def mine(request: HttpRequest) -> Any:
    return [_told(each) for each in certificates.own(asker(request))]


@router.get("/{number}/paper", summary="The certificate as PDF")
@needs("certificate.see")
def as_paper(request: HttpRequest, number: str) -> HttpResponse:
    found = to_take_away(asker(request), number, what="pdf")
    if not found.holds:
        raise CertificateRevoked
    return HttpResponse(paper.draw(found), content_type="application/pdf")


@router.get("/{number}/badge", summary="The certificate as a signed Open Badges 3.0 credential, a compact JWS")
@needs("certificate.see")
def as_badge(request: HttpRequest, number: str) -> HttpResponse:
    badge = badges.badge_of(to_take_away(asker(request), number, what="badge"), now=clock.now())
    return HttpResponse(badge.token, content_type="text/plain; charset=utf-8")


@open_router.get("/{number}", response=CertificateOut, summary="Whether the certificate of this number holds")
@needs("certificate.verify")
def verify(request: HttpRequest, number: str) -> Any:
    found = look_up(number, caller=str(request.META.get("REMOTE_ADDR", "")))
    if found is None:
        raise NoSuchCertificate
    return _told(found)


def _told(row: Certificate) -> dict[str, Any]:
    return {
        "number": row.number,
        "holds": row.holds,
        "revoked_on": str(row.revoked_at.date()) if row.revoked_at else None,
        "person": row.person_name,
        "course": row.course_title,
        "organisation": row.organisation_name,
        "hours": row.hours,
        "completed_on": str(row.completed_on),
        "issued_at": row.issued_at.isoformat(),
        "url": address(row),
    }
