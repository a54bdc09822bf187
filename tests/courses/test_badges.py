"""Badges: what an Open Badges 3.0 verifier asks of a credential, by hand, and who gets one."""

from __future__ import annotations

import json
import re
import threading
import uuid
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from courses import badges
from courses.errors import CertificateRevoked
from courses.models import Badge, BadgeKey, Certificate, Completion
from courses.services import badges as change
from courses.services.certificates import issue, revoke
from courses.services.watching import complete
from tests.courses.conftest import NOW, somebody

SITE = badges.Issuer("https://a.example/issuer/", "Stoa", "https://a.example/", "https://a.example/revoked/")


@pytest.fixture(autouse=True)
def _nothing_counted():
    cache.clear()


@pytest.fixture
def earned(enrolment, video, article):
    for lesson in (article, video):
        complete(enrolment=enrolment, lesson=lesson.translation_key, how=Completion.How.READ, now=NOW)
    return Certificate.objects.get()


def facts(**other):
    return badges.Facts(
        **{
            "id": uuid.uuid4(), "person": uuid.uuid4(), "person_name": "林静", "email": "", "salt": "s",
            "course": uuid.uuid4(), "course_title": "洗手", "description": "", "criteria": "c", "narrative": "n",
            "language": "zh-hans", "organisation": "", "organisation_url": "", "issued_at": NOW,
            "page": "https://a.example/certificates/x/", "page_name": "p",
        } | other
    )  # fmt: skip


def conforms(found):
    """What the standard's data model says must be, written down here in our own words."""
    assert found["@context"] == badges.CONTEXT
    assert {"VerifiableCredential", "OpenBadgeCredential"} <= set(found["type"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", found["validFrom"])
    for name in ("id", "name"):
        assert isinstance(found[name], str)
        assert found[name]
    assert found["issuer"]["id"].startswith("https://") or found["issuer"]["id"].startswith("http://")
    assert found["issuer"]["type"] == ["Profile"]
    subject = found["credentialSubject"]
    assert uuid.UUID(subject["id"])
    assert subject["type"] == ["AchievementSubject"]
    for each in subject["identifier"]:
        assert set(each) - {"salt"} == {"type", "hashed", "identityHash", "identityType"}
        assert each["hashed"] is ("salt" in each)
        assert each["identityType"] in {"name", "emailAddress"}
    achievement = subject["achievement"]
    assert achievement["type"] == ["Achievement"]
    assert achievement["criteria"]["narrative"]
    for name in ("id", "name", "description"):
        assert achievement[name]
    assert found["credentialStatus"]["type"] == "1EdTechRevocationList"
    assert found["credentialSchema"] == [{"id": badges.SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}]

    def nothing_empty(node):
        if isinstance(node, dict | list):
            assert node
            for each in node.values() if isinstance(node, dict) else node:
                nothing_empty(each)
        assert node is not None

    nothing_empty(found)


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_the_claims_repeat_the_credential_exactly(moment):
    given_facts = facts(
        issued_at=moment, email="lin@example.org", organisation="护理学会", organisation_url="https://o"
    )
    found = badges.credential(given_facts, SITE)
    conforms(found)
    said = badges.payload(found, issued_at=moment)
    assert (said["iss"], said["jti"]) == (found["issuer"]["id"], found["id"])
    assert said["sub"] == found["credentialSubject"]["id"]
    assert datetime.fromtimestamp(said["nbf"], UTC) == datetime.fromisoformat(found["validFrom"])


def test_a_verifier_who_knows_the_address_recognises_it_and_nobody_reads_it():
    found = badges.credential(facts(email="Lin@Example.org", salt="Kosher"), SITE)
    assert "lin@example" not in json.dumps(found).lower()
    row = found["credentialSubject"]["identifier"][1]
    assert row["identityHash"] == badges.hashed("lin@example.org", row["salt"])
    # The standard's own example of the sum.
    known = "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"
    assert badges.hashed("a@example.com", "Kosher") == known


def test_one_person_is_one_subject_here_and_another_elsewhere():
    person = uuid.uuid4()
    here = badges.subject(person, SITE)
    there = badges.subject(person, badges.Issuer("https://b.example/", "B", "", ""))
    assert here == badges.subject(person, SITE)
    assert len({person, here, there}) == 3


def test_a_baked_picture_is_well_formed_and_carries_the_token():
    drawn = badges.bake('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0"/></svg>', "a.b.c-_")
    root = ET.fromstring(drawn)
    assert root[0].tag == f"{{{badges.SVG}}}credential"
    assert root[0].get("verify") == "a.b.c-_"
    assert root[1].tag.endswith("path")


def verified(client, token):
    """As a verifier does it: by nothing but the token and public addresses."""
    header = jwt.get_unverified_header(token)
    assert set(header) == {"alg", "kid", "typ"}  # others are not allowed
    assert (header["alg"], header["typ"]) == ("RS256", "JWT")
    answer = client.get(header["kid"].removeprefix("http://localhost:8000"))
    assert answer["Access-Control-Allow-Origin"] == "*"
    key = answer.json()
    assert {"d", "p", "q", "dp", "dq", "qi"}.isdisjoint(key)
    said = jwt.decode(token, jwt.PyJWK(key).key, algorithms=["RS256"])
    found = {name: value for name, value in said.items() if name not in badges.CLAIMS}
    conforms(found)
    assert (said["iss"], said["jti"], said["sub"]) == (
        found["issuer"]["id"], found["id"], found["credentialSubject"]["id"]
    )  # fmt: skip
    listed = client.get(found["credentialStatus"]["id"].removeprefix("http://localhost:8000")).json()
    assert listed["issuer"] == found["issuer"]["id"]
    return found, any(each["id"] == found["id"] and each["revoked"] for each in listed["revokedCredential"])


def test_a_badge_is_verified_by_public_addresses_alone_until_it_is_revoked(earned, bob, ada, client):
    EmailAddress.objects.create(user=bob, email=bob.email, verified=True, primary=True)
    client.force_login(bob)
    token = client.get(reverse("certificates:badge", args=[earned.number])).content.decode()
    client.logout()
    found, gone = verified(client, token)
    assert not gone
    assert found["name"] == "Clean hands"
    assert found["credentialSubject"]["achievement"]["creator"]["name"] == "Nurses"
    assert [each["identityType"] for each in found["credentialSubject"]["identifier"]] == ["name", "emailAddress"]
    assert found["evidence"][0]["id"].endswith(f"/certificates/{earned.number}/")
    assert bob.email not in json.dumps(found)
    profile = client.get(reverse("certificates:badge-issuer")).json()
    assert profile["id"] == found["issuer"]["id"]
    assert jwt.get_unverified_header(token)["kid"] in profile["assertionMethod"]
    assert revoke(certificate=earned, reason="Somebody else's answers", by=ada, now=NOW)
    assert verified(client, token)[1]
    listed = client.get(reverse("certificates:badge-revoked")).content.decode()
    for word in ("Somebody", earned.number, "bob"):
        assert word not in listed


def test_a_changed_badge_is_no_badge(earned):
    token = change.badge_of(earned, now=NOW).token
    key = jwt.PyJWK(BadgeKey.objects.get().public).key
    head, _body, signature = token.split(".")
    other = jwt.encode(change.read(Badge.objects.get()) | {"name": "Surgery"}, "x" * 32).split(".")[1]
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(f"{head}.{other}.{signature}", key, algorithms=["RS256"])


def test_it_is_the_same_badge_each_time_and_follows_the_sites_address(earned, settings):
    first = change.badge_of(earned, now=NOW)
    assert change.badge_of(earned, now=NOW + timedelta(days=1)).token == first.token
    settings.ENV = settings.ENV.__class__(
        **{name: getattr(settings.ENV, name) for name in settings.ENV.__dataclass_fields__}
        | {"public_address": "https://new.example"}
    )
    again = change.badge_of(earned, now=NOW)
    assert again.public_id == first.public_id
    assert change.read(again)["issuer"]["id"].startswith("https://new.example/")


def test_a_new_key_signs_and_the_one_before_still_verifies(earned, enrolment, client, ada):
    token = change.badge_of(earned, now=NOW).token
    assert "PRIVATE KEY" in BadgeKey.objects.get().secret
    assert "ENCRYPTED" in BadgeKey.objects.get().secret
    change.rotate(now=NOW)
    revoke(certificate=earned, reason="x", by=ada, now=NOW)
    second = change.badge_of(issue(enrolment=enrolment, by=ada, now=NOW), now=NOW).token
    assert jwt.get_unverified_header(token)["kid"] != jwt.get_unverified_header(second)["kid"]
    assert verified(client, token)[1] is True
    assert verified(client, second)[1] is False
    assert [bool(each.secret) for each in BadgeKey.objects.order_by("pk")] == [False, True]
    assert len(client.get(reverse("certificates:badge-keys")).json()["keys"]) == 2


@pytest.mark.django_db(transaction=True)
def test_asked_for_at_once_it_is_one_badge_and_one_key(earned):
    gate, got = threading.Barrier(4), []

    def ask():
        try:
            gate.wait()
            got.append(change.badge_of(Certificate.objects.get(pk=earned.pk), now=NOW).token)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(got) == 4
    assert len(set(got)) == 1
    assert BadgeKey.objects.count() == 1


def test_an_administrator_replaces_the_key(db, capsys):
    first, _secret = change.signing_key(now=NOW)
    call_command("badge_key", "replace")
    second, _secret = change.signing_key(now=NOW)
    assert first != second
    assert second.name in capsys.readouterr().out


def test_with_another_secret_key_of_the_site_another_key_is_made(earned, settings):
    first, _secret = change.signing_key(now=NOW)
    assert change.signing_key(now=NOW)[0] == first
    settings.SECRET_KEY = "another" * 8
    assert change.signing_key(now=NOW)[0] != first
    assert BadgeKey.objects.filter(signs=True).count() == 1


def test_a_badge_is_for_its_owner_and_who_teaches_and_not_for_a_revoked_one(earned, bob, ada, eve, unit, client):
    for kind in ("badge", "badge-picture", "badge-text"):
        address = reverse(f"certificates:{kind}", args=[earned.number])
        client.logout()
        assert client.get(address).status_code == 302
        for person, status in ((bob, 200), (ada, 200), (eve, 404), (somebody(f"carl-{kind}", unit, "member"), 404)):
            client.force_login(person)
            assert client.get(address).status_code == status
    client.force_login(bob)
    assert "jwt" in client.get(reverse("certificates:badge", args=[earned.number]))["Content-Disposition"]
    drawn = client.get(reverse("certificates:badge-picture", args=[earned.number])).content
    assert ET.fromstring(drawn)[0].get("verify") == Badge.objects.get().token
    revoke(certificate=earned, reason="x", by=ada, now=NOW)
    assert client.get(reverse("certificates:badge", args=[earned.number])).status_code == 410
    with pytest.raises(CertificateRevoked):
        change.badge_of(Certificate.objects.get(), now=NOW)
