"""A SAML identity provider for tests: publishes its metadata, signs whoever asks in as the person it was told."""

from __future__ import annotations

import base64
import threading
import zlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from defusedxml import ElementTree
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants
from onelogin.saml2.utils import OneLogin_Saml2_Utils

METADATA = """<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity}">
<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing">
<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate>
</ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService
Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{url}/sso"/></md:IDPSSODescriptor>
</md:EntityDescriptor>"""
RESPONSE = """<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="r{id}" Version="2.0" IssueInstant="{now}" Destination="{acs}"
InResponseTo="{request}"><saml:Issuer>{entity}</saml:Issuer><samlp:Status><samlp:StatusCode
Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>{assertion}</samlp:Response>"""
ASSERTION = """<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="a{id}" Version="2.0"
IssueInstant="{now}"><saml:Issuer>{entity}</saml:Issuer><saml:Subject><saml:NameID
Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">{person}</saml:NameID><saml:SubjectConfirmation
Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="{later}" Recipient="{acs}"
InResponseTo="{request}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{before}"
NotOnOrAfter="{later}"><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction>
</saml:Conditions><saml:AuthnStatement AuthnInstant="{now}" SessionIndex="s{id}"><saml:AuthnContext>
<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>
</saml:AuthnStatement><saml:AttributeStatement>
<saml:Attribute Name="mail"><saml:AttributeValue>{person}@example.org</saml:AttributeValue>
</saml:Attribute><saml:Attribute Name="displayName"><saml:AttributeValue>{name}</saml:AttributeValue></saml:Attribute>
</saml:AttributeStatement></saml:Assertion>"""


def key_and_certificate() -> tuple[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example.org")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(pem, *plain).decode(), certificate.public_bytes(pem).decode()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the next response says; each test spoils one thing."""

    person: str = "saml-hanna"
    name: str = "Hanna Lind"
    audience: str = ""  # the one that asked
    answers: str = ""  # the request that is answered
    age: timedelta = timedelta()
    signed: bool = True
    key: tuple[str, str] | None = None  # another's key
    tampered: tuple[str, str] = ("", "")  # after signing: this, by that


@dataclass(slots=True)
class IdentityProvider:
    answer: Answer = field(default_factory=Answer)
    entity: str = "https://idp.example.org/entity"
    asked: list[dict[str, str]] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    keys: tuple[str, str] = field(default_factory=key_and_certificate)
    server: Any = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.server.server_port}"

    @property
    def metadata(self) -> str:
        certificate = "".join(self.keys[1].splitlines()[1:-1])
        return METADATA.format(entity=self.entity, certificate=certificate, url=self.url)

    def __enter__(self) -> IdentityProvider:
        idp = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = urlsplit(self.path)
                if path.path == "/metadata":
                    self.say(idp.metadata, "application/xml")
                elif path.path == "/sso":
                    self.say(idp.page(parse_qs(path.query)["SAMLRequest"][0]), "text/html")

                else:
                    self.send_error(404)

            def say(self, text: str, kind: str) -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_words: Any) -> None:
                """Not among the tests' output."""

        self.server = ThreadingHTTPServer(("localhost", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def page(self, asked: str) -> str:
        """A form with the response, sent by a click."""
        acs, response = self.respond(asked)
        field = f'<input name="SAMLResponse" value="{response}">'
        return f'<form method="post" action="{acs}">{field}<button>Back</button></form>'

    def respond(self, asked: str) -> tuple[str, str]:
        """(where to, the response in Base64) for a SAMLRequest as it stands in the address."""
        root = ElementTree.fromstring(zlib.decompress(base64.b64decode(asked), -15))
        issuer = root.find("{urn:oasis:names:tc:SAML:2.0:assertion}Issuer").text
        request = {"id": root.get("ID"), "acs": root.get("AssertionConsumerServiceURL"), "issuer": issuer}
        self.asked.append(request)
        return request["acs"], self.response(request)

    def response(self, request: dict[str, str], **changed: Any) -> str:
        answer = replace(self.answer, **changed)
        now = datetime.now(UTC) - answer.age
        words = {
            "id": uuid4().hex, "now": _z(now), "before": _z(now - timedelta(minutes=1)),
            "later": _z(now + timedelta(minutes=5)), "acs": request["acs"], "entity": self.entity,
            "request": answer.answers or request["id"], "audience": answer.audience or request["issuer"],
            "person": answer.person, "name": answer.name,
        }  # fmt: skip
        assertion = ASSERTION.format(**words)
        if answer.signed:
            key, certificate = answer.key or self.keys
            signed = OneLogin_Saml2_Utils.add_sign(
                assertion, key, certificate, sign_algorithm=Constants.RSA_SHA256, digest_algorithm=Constants.SHA256
            )
            assertion = (signed.decode() if isinstance(signed, bytes) else signed).split("?>", 1)[-1]
        text = RESPONSE.format(
            assertion=assertion.replace(*answer.tampered) if answer.tampered[0] else assertion, **words
        )
        self.given.append(base64.b64encode(text.encode()).decode())
        return self.given[-1]


def _z(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")
