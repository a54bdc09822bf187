"""A small federation to look at: an office, three organisations, people in each role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.models import User
from organisations.models import Membership, Organisation
from organisations.policies import Role

if TYPE_CHECKING:
    from datetime import datetime

PASSWORD = "columns-and-roof"  # noqa: S105 of the demonstration, printed by ./stoa up

ORGANISATIONS = {
    "office": ("Lakeside Federation", "湖滨联合会", None),
    "libraries": ("Library Association", "图书馆协会", "office"),
    "nurses": ("Nurses Association", "护理学会", "office"),
    "waterworks": ("Waterworks Engineers Society", "水务工程学会", "office"),
    "reading-rooms": ("Reading Rooms", "阅览室", "libraries"),
    "training-unit": ("Training Unit", "培训部", "nurses"),
}
PEOPLE = {
    "ada": ("Ada Berger", "office", Role.ADMINISTRATOR),
    "wei": ("陈伟", "office", Role.EDITOR),
    "grace": ("Grace Odhiambo", "office", Role.HOST),
    "bob": ("Bob Lindqvist", "libraries", Role.MEMBER),
    "zhoumin": ("周敏", "libraries", Role.ADMINISTRATOR),
    "elena": ("Elena Marques", "libraries", Role.EDITOR),
    "samuel": ("Samuel Kiprono", "reading-rooms", Role.HOST),
    "jianguo": ("李建国", "nurses", Role.ADMINISTRATOR),
    "tan": ("Tan Boon Keng", "nurses", Role.INSTRUCTOR),
    "xiaoyan": ("王晓燕", "training-unit", Role.INSTRUCTOR),
    "lin": ("林静", "training-unit", Role.MEMBER),
    "eve": ("Eve Okafor", "waterworks", Role.MEMBER),
    "zhangli": ("张丽", "waterworks", Role.ADMINISTRATOR),
    "priya": ("Priya Raman", "waterworks", Role.HOST),
}


def make(*, now: datetime) -> None:
    for slug, (name, name_zh, parent) in ORGANISATIONS.items():
        if Organisation.objects.filter(slug=slug).exists():
            continue
        kind = (
            Organisation.Kind.OFFICE
            if parent is None
            else Organisation.Kind.MEMBER
            if parent == "office"
            else Organisation.Kind.UNIT
        )
        fields = {"slug": slug, "name": name, "name_zh": name_zh, "kind": kind}
        if parent is None:
            Organisation.add_root(**fields)
        else:
            Organisation.objects.get(slug=parent).add_child(**fields)
    password = ""
    for username, (name, where, role) in PEOPLE.items():
        email = f"{username}@example.org"
        if User.objects.filter(username=username).exists():
            continue
        password = password or make_password(PASSWORD)  # Argon2 is slow on purpose: once for all
        user = User.objects.create(username=username, email=email, display_name=name, password=password)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        Membership.objects.create(person=user, organisation=Organisation.objects.get(slug=where), role=role, since=now)
