"""Who edits which pages: an organisation's administrators and editors theirs, and those of what is below it.

Wagtail knows groups and subtrees, Stoa knows roles. Roles decide: a group for each organisation holds the rights to its
pages, and who is in the group is worked out again from the roles at every request to the Studio.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page, Site

from organisations.models import Organisation
from organisations.policies import Scope, may
from organisations.selectors import actor_for
from pages.models import OrganisationPage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User

PREFIX = "organisation:"
ON_PAGES = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")
ON_MEDIA = ("add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document")


def pages_of(organisation: Organisation) -> list[Page]:
    """Its page in each language; of the office the home pages, and with them everything."""
    if organisation.is_root():
        return [page for site in Site.objects.all() for page in site.root_page.get_translations(inclusive=True)]
    return list(OrganisationPage.objects.filter(organisation=organisation))


@transaction.atomic
def settle(organisation: Organisation) -> Group:
    """The organisation's group with its rights and its place for pictures. Doing it again changes nothing."""
    group, _made = Group.objects.get_or_create(name=f"{PREFIX}{organisation.slug}")
    group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    for page in pages_of(organisation):
        for codename in ON_PAGES:
            permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
            GroupPagePermission.objects.get_or_create(group=group, page_id=page.pk, permission=permission)
    root = Collection.get_first_root_node()
    place = Collection.objects.filter(name=organisation.name, depth=2).first()
    if place is None and root is not None:
        place = root.add_child(name=organisation.name)
    for permission in Permission.objects.filter(
        content_type__app_label__in=("wagtailimages", "wagtaildocs"), codename__in=ON_MEDIA
    ):
        GroupCollectionPermission.objects.get_or_create(group=group, collection=place, permission=permission)
    return group


def settle_all() -> None:
    for organisation in Organisation.objects.all():
        settle(organisation)


def wanted(user: User) -> set[str]:
    """The names of the groups that somebody's roles put them in."""
    actor = actor_for(user)
    if actor.person is None:
        return set()
    paths = {held.path for held in actor.roles if may(actor, "page.edit", Scope(path=held.path))}
    below: Iterable[Organisation] = Organisation.objects.filter(path__in=paths)
    return {f"{PREFIX}{organisation.slug}" for top in below for organisation in [top, *top.get_descendants()]}


def sync(user: User) -> bool:
    """Put somebody in the groups that their roles ask for, and in no other of them. True when something changed."""
    want = wanted(user)
    have = set(user.groups.filter(name__startswith=PREFIX).values_list("name", flat=True))
    if want == have:
        return False
    for organisation in Organisation.objects.filter(slug__in=[name.removeprefix(PREFIX) for name in want - have]):
        user.groups.add(settle(organisation))
    user.groups.remove(*Group.objects.filter(name__in=have - want))
    for cached in ("_perm_cache", "_user_perm_cache", "_group_perm_cache"):
        user.__dict__.pop(cached, None)
    return True
