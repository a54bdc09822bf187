"""Organisations as a tree, and who belongs to them as what."""

from __future__ import annotations

import uuid

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

    def called(self, language: str) -> str:
        """Its name in this language, or the one it has."""
        return (self.name_zh if language.startswith("zh") else "") or self.name


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


class Import(models.Model):
    """A table that somebody handed in. It is looked at, then, after a click, taken whole; forgotten after a day."""

    class Stage(models.TextChoices):
        LOOKING = "looking", _("Looking at the table")
        REFUSED = "refused", _("Refused")
        SOUND = "sound", _("In order")
        WRITING = "writing", _("Being taken in")
        DONE = "done", _("Done")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=10)  # the reader's, for what is said about the rows
    data = models.BinaryField()
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.LOOKING)
    refusal = models.CharField(max_length=300, blank=True)
    faults = models.JSONField(default=list)  # [row, column, value, reason], the first of them
    faults_count = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    progress = models.CharField(max_length=200, blank=True)  # where its job is told of
    created = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} ({self.stage})"
