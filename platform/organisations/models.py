"""Organisations as a tree, and who belongs to them as what."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from organisations.policies import Role

ROLES = [
    (Role.ADMINISTRATOR.value, _("Administrator")),
    (Role.EDITOR.value, _("Editor")),
    (Role.INSTRUCTOR.value, _("Instructor")),
    (Role.HOST.value, _("Host")),
    (Role.MEMBER.value, _("Member")),
]


class Organisation(MP_Node):  # type: ignore[misc]  # treebeard has no types
    """The office (root), a member organisation, or a unit below one. `path` is the tree's own."""

    class Kind(models.TextChoices):
        OFFICE = "office", _("Office")
        MEMBER = "member", _("Member organisation")
        UNIT = "unit", _("Unit")

    name = models.CharField(_("name"), max_length=200)
    name_zh = models.CharField(_("Chinese name"), max_length=200, blank=True)
    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.MEMBER)

    node_order_by = ["name"]

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """Somebody is something in an organisation. The role holds for everything below it too."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=ROLES)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "organisation", "role"], name="organisations_membership_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} in {self.organisation_id}"
