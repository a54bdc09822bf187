"""Badges: one's own to take away, and what a verifier anywhere in the world reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses import badges as say
from courses.selectors import badges
from courses.services import badges as change
from courses.services.showing import to_take_away
from kernel import clock
from kernel.errors import NotFound
from organisations.guards import needs

if TYPE_CHECKING:
    from django.http import HttpRequest

    from courses.models import Badge

KEPT_S = 300  # a revocation is known everywhere after this long


@needs("certificate.see")
@login_required
@never_cache
@require_safe
def token(request: HttpRequest, number: str) -> HttpResponse:
    """The signed credential, as a file for wallets and other platforms."""
    badge = _badge(request, number)
    return _file(HttpResponse(badge.token, content_type="text/plain; charset=utf-8"), badge, "jwt")


@needs("certificate.see")
@login_required
@never_cache
@require_safe
def picture(request: HttpRequest, number: str) -> HttpResponse:
    """The same, inside a picture."""
    badge = _badge(request, number)
    drawn = say.bake(render_to_string("courses/certificates/badge.svg"), badge.token)
    return _file(HttpResponse(drawn, content_type="image/svg+xml"), badge, "svg")


@needs("certificate.see")
@login_required
@never_cache
@require_safe
def text(request: HttpRequest, number: str) -> HttpResponse:
    """What stands in it, without the signature."""
    return JsonResponse(change.read(_badge(request, number)), json_dumps_params={"ensure_ascii": False, "indent": 2})


@needs("badge.verify")
@require_safe
def issuer(request: HttpRequest) -> HttpResponse:
    named = [(change.key_address(each), each.public) for each in badges.all_keys()]
    return _public(say.profile(change.issuer(), named))


@needs("badge.verify")
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    return _public({"keys": [each.public for each in badges.all_keys()]})


@needs("badge.verify")
@require_safe
def key(request: HttpRequest, name: str) -> HttpResponse:
    found = badges.key(name)
    if found is None:
        raise NotFound
    return _public(found.public)


@needs("badge.verify")
@require_safe
def revoked(request: HttpRequest) -> HttpResponse:
    return _public(say.revocation_list(change.issuer(), badges.revoked()))


def _badge(request: HttpRequest, number: str) -> Badge:
    return change.badge_of(to_take_away(request.user, number, what="badge"), now=clock.now())


def _file(answer: HttpResponse, badge: Badge, kind: str) -> HttpResponse:
    answer["Content-Disposition"] = f'attachment; filename="badge-{badge.certificate.number}.{kind}"'
    return answer


def _public(found: dict[str, Any]) -> HttpResponse:
    """For verifiers that run in somebody's browser too."""
    answer = JsonResponse(found)
    answer["Cache-Control"] = f"public, max-age={KEPT_S}"
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
