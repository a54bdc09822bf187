"""A certificate as an Open Badges 3.0 credential (1EdTech), which is a W3C verifiable credential. Pure.

What stands in it, how it is revoked, and the documents that a verifier asks for. Signing is the service's.
The signed form is the standard's "JSON Web Token Proof": the credential itself is the token's payload, beside the
claims that repeat its issuer, subject, name and day; a verifier refuses one where they differ.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterable

CONTEXT = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
SVG = "https://purl.imsglobal.org/ob/v3p0"
CLAIMS = frozenset({"iss", "jti", "nbf", "sub"})
LANGUAGES = {"en": "en", "zh-hans": "zh-Hans"}


@dataclass(frozen=True, slots=True)
class Issuer:
    """The site. Its addresses stand in every credential, so they stay."""

    id: str
    name: str
    url: str
    revoked: str  # the list of those that don't hold any more


@dataclass(frozen=True, slots=True)
class Facts:
    """What a certificate says, as it was issued."""

    id: uuid.UUID
    person: uuid.UUID
    person_name: str
    email: str  # empty: not said
    salt: str
    course: uuid.UUID
    course_title: str
    description: str
    criteria: str
    narrative: str
    language: str
    organisation: str
    organisation_url: str
    issued_at: datetime
    page: str  # where people check it
    page_name: str


def credential(facts: Facts, issuer: Issuer) -> dict[str, Any]:
    issued = instant(facts.issued_at)
    achievement: dict[str, Any] = {
        "id": facts.course.urn,
        "type": ["Achievement"],
        "achievementType": "CertificateOfCompletion",
        "name": facts.course_title,
        "description": facts.description or facts.course_title,
        "criteria": {"narrative": facts.criteria},
    }
    if facts.language in LANGUAGES:
        achievement["inLanguage"] = LANGUAGES[facts.language]
    if facts.organisation:
        achievement["creator"] = {"id": facts.organisation_url, "type": ["Profile"], "name": facts.organisation}
    return {
        "@context": CONTEXT,
        "id": facts.id.urn,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": facts.course_title,
        "issuer": {"id": issuer.id, "type": ["Profile"], "name": issuer.name, "url": issuer.url},
        "validFrom": issued,
        "awardedDate": issued,
        "credentialSubject": {
            "id": subject(facts.person, issuer).urn,
            "type": ["AchievementSubject"],
            "identifier": identifiers(facts),
            "narrative": facts.narrative,
            "achievement": achievement,
        },
        "evidence": [{"id": facts.page, "type": ["Evidence"], "name": facts.page_name}],
        "credentialStatus": {"id": issuer.revoked, "type": "1EdTechRevocationList"},
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }


def subject(person: uuid.UUID, issuer: Issuer) -> uuid.UUID:
    """The same for one person's credentials of this site; says nothing of the account to whoever reads it."""
    return uuid.uuid5(person, issuer.id)


def identifiers(facts: Facts) -> list[dict[str, Any]]:
    """The name as on the paper; the mail address only as a sum that whoever knows the address can compare."""
    found: list[dict[str, Any]] = [identity("name", facts.person_name)]
    if facts.email:
        found.append(identity("emailAddress", hashed(facts.email, facts.salt), salt=facts.salt))
    return found


def identity(kind: str, value: str, *, salt: str = "") -> dict[str, Any]:
    row: dict[str, Any] = {
        "type": "IdentityObject",
        "hashed": bool(salt),
        "identityHash": value,
        "identityType": kind,
    }
    return row | {"salt": salt} if salt else row


def hashed(email: str, salt: str) -> str:
    return "sha256$" + hashlib.sha256((email.strip().lower() + salt).encode()).hexdigest()


def instant(moment: datetime) -> str:
    """Whole seconds, as the token's own claim has it: the two must be equal."""
    return moment.astimezone(UTC).replace(microsecond=0).strftime("%Y-%m-%dT%H:%M:%SZ")


def payload(found: dict[str, Any], *, issued_at: datetime) -> dict[str, Any]:
    """What is signed."""
    return found | {
        "iss": found["issuer"]["id"],
        "jti": found["id"],
        "nbf": int(issued_at.timestamp()),
        "sub": found["credentialSubject"]["id"],
    }


def revocation_list(issuer: Issuer, revoked: Iterable[uuid.UUID]) -> dict[str, Any]:
    """Names of credentials by chance, and nothing else: it tells nobody whose certificate was revoked, or why."""
    return {
        "id": issuer.revoked,
        "issuer": issuer.id,
        "revokedCredential": [{"id": each.urn, "revoked": True} for each in revoked],
    }


def profile(issuer: Issuer, keys: Iterable[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """Who signs, and with which keys: (address, public key) of each that ever signed."""
    named = list(keys)
    return {
        "@context": [*CONTEXT, "https://www.w3.org/ns/cid/v1"],
        "id": issuer.id,
        "type": ["Profile"],
        "name": issuer.name,
        "url": issuer.url,
        "verificationMethod": [
            {"id": address, "type": "JsonWebKey", "controller": issuer.id, "publicKeyJwk": key}
            for address, key in named
        ],
        "assertionMethod": [address for address, _key in named],
    }


def bake(picture: str, token: str) -> str:
    """An SVG picture that carries the signed credential, as the standard places it."""
    start = picture.index("<svg")
    end = picture.index(">", start)
    carried = f"<openbadges:credential verify={quoteattr(token)}></openbadges:credential>"
    return f'{picture[:end]} xmlns:openbadges="{SVG}">{carried}{picture[end + 1 :]}'
