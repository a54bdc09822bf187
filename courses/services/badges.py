"""Sign certificates as Open Badges, with a key that is made at its first use and can be replaced."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from typing import TYPE_CHECKING, Any

import jwt
from allauth.account.models import EmailAddress
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.defaultfilters import date as written
from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from jwt.algorithms import RSAAlgorithm

from courses import badges
from courses.errors import CertificateRevoked
from courses.models import Badge, BadgeKey, Certificate
from courses.selectors.certificates import rule_of
from courses.selectors.learning import in_language
from courses.services.certificates import address

if TYPE_CHECKING:
    from datetime import datetime

    from organisations.models import Organisation

ALGORITHM = "RS256"  # the one that every verifier of Open Badges 3.0 must know
BITS = 2048


def issuer() -> badges.Issuer:
    base = settings.ENV.public_address
    return badges.Issuer(
        id=base + reverse("certificates:badge-issuer"),
        name=settings.WAGTAIL_SITE_NAME,
        url=base + "/",
        revoked=base + reverse("certificates:badge-revoked"),
    )


def key_address(key: BadgeKey) -> str:
    return settings.ENV.public_address + reverse("certificates:badge-key", args=[key.name])


def badge_of(certificate: Certificate, *, now: datetime) -> Badge:
    """The same each time; signed anew only where the site's address is another since. Raises CertificateRevoked."""
    if not certificate.holds:
        raise CertificateRevoked
    site = issuer()
    found = Badge.objects.filter(certificate=certificate).first()
    if found is None:
        found = Badge(certificate=certificate, salt=secrets.token_urlsafe(16), made_at=now)
        try:
            with transaction.atomic():
                _sign(found, site, now=now).save(force_insert=True)
        except IntegrityError:  # asked for twice in the same moment
            return Badge.objects.get(certificate=certificate)
    elif found.issuer != site.id:
        _sign(found, site, now=now).save()
    return found


def read(badge: Badge) -> dict[str, Any]:
    """The credential without its signature, as people may look at it."""
    found = jwt.decode(badge.token, options={"verify_signature": False})
    return {name: value for name, value in found.items() if name not in badges.CLAIMS}


def signing_key(*, now: datetime) -> tuple[BadgeKey, rsa.RSAPrivateKey]:
    """The one that signs now. One that can't be opened, since STOA_SECRET_KEY is another, is replaced."""
    row = BadgeKey.objects.filter(signs=True).first()
    if row is None:
        try:
            return _make(now=now)
        except IntegrityError:  # somebody else made the first one in the same moment
            row = BadgeKey.objects.get(signs=True)
    secret = _opened(row)
    return (row, secret) if secret else rotate(now=now)


def rotate(*, now: datetime) -> tuple[BadgeKey, rsa.RSAPrivateKey]:
    """A new key signs from now on. The secret half of the one before is forgotten, its public half stays."""
    with transaction.atomic():
        BadgeKey.objects.filter(signs=True).update(signs=False, secret="")
        return _make(now=now)


def _make(*, now: datetime) -> tuple[BadgeKey, rsa.RSAPrivateKey]:
    made = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    pem = made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(_password()),
    ).decode()
    public = RSAAlgorithm.to_jwk(made.public_key(), as_dict=True)
    public = {"kty": public["kty"], "n": public["n"], "e": public["e"]}
    name = thumbprint(public)
    told = public | {"kid": name, "alg": ALGORITHM, "use": "sig"}
    with transaction.atomic():
        return BadgeKey.objects.create(name=name, public=told, secret=pem, made_at=now), made


def thumbprint(public: dict[str, Any]) -> str:
    """RFC 7638."""
    plain = json.dumps({name: public[name] for name in ("e", "kty", "n")}, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(hashlib.sha256(plain.encode()).digest()).rstrip(b"=").decode()


def _opened(row: BadgeKey) -> rsa.RSAPrivateKey | None:
    try:
        found = serialization.load_pem_private_key(row.secret.encode(), _password())
    except ValueError:
        return None
    return found if isinstance(found, rsa.RSAPrivateKey) else None


def _password() -> bytes:
    return salted_hmac("courses.badges.key", "1", algorithm="sha256").hexdigest().encode()


def _sign(badge: Badge, site: badges.Issuer, *, now: datetime) -> Badge:
    key, secret = signing_key(now=now)
    facts = _facts(badge, site)
    said = badges.payload(badges.credential(facts, site), issued_at=facts.issued_at)
    badge.token = jwt.encode(said, secret, algorithm=ALGORITHM, headers={"kid": key_address(key)})
    badge.issuer = site.id
    return badge


def _facts(badge: Badge, site: badges.Issuer) -> badges.Facts:
    row = badge.certificate
    person, held = row.enrolment.person, row.enrolment.course_class
    mail = EmailAddress.objects.filter(user=person, verified=True, primary=True).first()
    with translation.override(row.language):
        course = in_language(held.course)
        least = rule_of(held).least
        criteria = _("Complete every lesson of the course.")
        if least is not None:
            criteria += " " + _("Reach %(share)s of the points.") % {"share": f"{least} %"}
        narrative = _("%(hours)s hours of learning, completed on %(day)s · %(class)s") % {
            "hours": floatformat(row.hours), "day": written(row.completed_on, "DATE_FORMAT"), "class": row.class_title,
        }  # fmt: skip
        page_name = f"{_('Certificate')} {row.number}"
    return badges.Facts(
        id=badge.public_id,
        person=person.public_id,
        person_name=row.person_name,
        email=mail.email if mail else "",
        salt=badge.salt,
        course=held.course.translation_key,
        course_title=row.course_title,
        description=course.summary,
        criteria=criteria,
        narrative=narrative,
        language=row.language,
        organisation=row.organisation_name,
        organisation_url=_organisation_url(held.course.organisation),
        issued_at=row.issued_at,
        page=address(row),
        page_name=page_name,
    )


def _organisation_url(organisation: Organisation | None) -> str:
    return settings.ENV.public_address + reverse("organisation", args=[organisation.slug]) if organisation else ""
