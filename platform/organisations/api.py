"""The federation and oneself over HTTP. Described at /api/docs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest  # noqa: TC002 ninja reads the annotation
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from accounts.api_auth import account
from organisations.guards import needs
from organisations.models import Membership, Organisation

MOST = 100
router = Router(tags=["federation"], auth=account)


class OrganisationOut(Schema):
    slug: str
    name: str
    name_zh: str
    kind: str
    depth: int


class MemberOut(Schema):
    name: str
    role: str


class RoleOut(Schema):
    organisation: str
    role: str


class Me(Schema):
    name: str
    username: str
    email: str
    language: str
    roles: list[RoleOut]


@router.get("/me", response=Me, summary="Who the key or session stands for")
@needs("self.manage")
def me(request: HttpRequest) -> dict[str, Any]:
    user = request.auth  # type: ignore[attr-defined]
    rows = Membership.objects.filter(person=user).select_related("organisation")
    roles = [{"organisation": row.organisation.slug, "role": row.role} for row in rows]
    return {
        "name": user.name,
        "username": user.username,
        "email": user.email,
        "language": user.language,
        "roles": roles,
    }


@router.get("/organisations", response=list[OrganisationOut], summary="The federation, in the tree's order")
@needs("organisation.see")
def organisations(request: HttpRequest) -> list[Organisation]:
    return list(Organisation.objects.all())


@router.get("/organisations/{slug}/members", response=list[MemberOut], summary="People of one organisation")
@needs("organisation.see")
def members(request: HttpRequest, slug: str, offset: int = 0) -> list[dict[str, str]]:
    organisation = get_object_or_404(Organisation, slug=slug)
    rows = Membership.objects.filter(organisation=organisation).select_related("person").order_by("pk")
    return [{"name": row.person.name, "role": row.role} for row in rows[max(0, offset) : max(0, offset) + MOST]]
