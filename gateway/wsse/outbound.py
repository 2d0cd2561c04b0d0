"""Adding proofs to a message of ours: UsernameToken, or Timestamp and X.509 signature, or both.

Everything that dates a message (moment, nonce, identifiers) is new each time it is sent: a message
sent again carries a header of its own.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import xmlsec
from lxml import etree

from gateway.contracts import SOAP11
from gateway.wsse.certificates import der_of, read_certificate
from gateway.wsse.headers import open_secured
from gateway.wsse.keys import BINARY_TOKEN, REFERENCE
from gateway.wsse.names import (
    BASE64,
    DS,
    ECDSA_SHA256,
    EXCLUSIVE,
    HEADER,
    ID,
    MUST_UNDERSTAND,
    RSA_SHA256,
    SECURITY,
    SHA256,
    WSSE,
    WSU,
    X509V3,
)
from gateway.wsse.refusals import Flaw, Refused
from gateway.wsse.timestamps import CREATED, EXPIRES, TIMESTAMP, write_moment
from gateway.wsse.tokens import write_token

LIFE = timedelta(minutes=5)
"""How long a message of ours says it is good."""
_PREFIXES = {"wsse": WSSE, "wsu": WSU}


class UnusableKey(Exception):  # noqa: N818  a setting, not a fault
    """The signing key or its certificate cannot be read, do not belong together, or are weak."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its certificate (DER in base64) and the method it signs by."""

    key: xmlsec.Key
    certificate: str
    method: str


@dataclass(frozen=True, slots=True)
class UserPassword:
    """What a UsernameToken is made from."""

    username: str
    password: str


@lru_cache(maxsize=64)
def make_signer(certificate: str, key: str) -> Signer:
    """Return the signer of a certificate and a private key, both PEM.

    Raises:
        UnusableKey: they cannot sign as our own rules want signatures.
    """
    try:
        der = der_of(certificate)
        found = read_certificate(der)
        found.check(found.not_before)  # its days are the receiver's business, its strength ours
        signer = Signer(
            xmlsec.Key.from_memory(key.encode(), xmlsec.KeyFormat.PEM),
            base64.b64encode(der).decode(),
            RSA_SHA256 if found.kind == "rsa" else ECDSA_SHA256,
        )
    except (ValueError, Refused, xmlsec.Error) as error:
        raise UnusableKey(type(error).__name__) from error
    _try_out(signer, found.key)
    return signer


def _try_out(signer: Signer, public: bytes) -> None:
    """Sign something and verify it: a key of another certificate is noticed here, not there."""
    tried = xmlsec.Transform.RSA_SHA256
    if signer.method == ECDSA_SHA256:
        tried = xmlsec.Transform.ECDSA_SHA256
    try:
        making, judging = xmlsec.SignatureContext(), xmlsec.SignatureContext()
        making.key = signer.key
        judging.key = xmlsec.Key.from_memory(public, xmlsec.KeyFormat.DER)
        judging.verify_binary(b"congedo", tried, making.sign_binary(b"congedo", tried))
    except xmlsec.Error as error:
        raise UnusableKey(type(error).__name__) from error


def protect(
    root: etree._Element,
    now: datetime,
    *,
    token: UserPassword | None = None,
    signer: Signer | None = None,
) -> None:
    """Add a Security header with a token, a signature over Body and Timestamp, or both.

    Raises:
        Refused: the tree is no envelope of ours, or has a Security header already.
    """
    secured = open_secured(root)
    if secured.security is not None:
        raise Refused(Flaw.SECURITY_REPEATED)
    security = etree.SubElement(_header(root), SECURITY, nsmap=_PREFIXES)
    security.set(MUST_UNDERSTAND, "1")
    if token is not None:
        write_token(security, token.username, token.password, now)
    if signer is not None:
        _sign(security, secured.body, signer, now)


def _header(root: etree._Element) -> etree._Element:
    found = root.find(HEADER)
    if found is None:
        found = etree.Element(HEADER, nsmap={"soapenv": SOAP11})
        root.insert(0, found)
    return found


def _new_id() -> str:
    return f"id-{secrets.token_hex(16)}"


def _sign(security: etree._Element, body: etree._Element, signer: Signer, now: datetime) -> None:
    token = etree.SubElement(
        security, BINARY_TOKEN, {"ValueType": X509V3, "EncodingType": BASE64, ID: _new_id()}
    )
    token.text = signer.certificate
    timestamp = etree.SubElement(security, TIMESTAMP, {ID: _new_id()})
    etree.SubElement(timestamp, CREATED).text = write_moment(now)
    etree.SubElement(timestamp, EXPIRES).text = write_moment(now + LIFE)
    body.set(ID, _new_id())
    context = xmlsec.SignatureContext()
    for part in (body, timestamp):
        context.register_id(part, "Id", WSU)
    context.key = signer.key
    signature = _template(security, signer.method, (body, timestamp))
    info = etree.SubElement(signature, f"{{{DS}}}KeyInfo")
    pointer = etree.SubElement(info, REFERENCE)
    etree.SubElement(pointer, f"{{{WSSE}}}Reference", URI=f"#{token.get(ID)}", ValueType=X509V3)
    context.sign(signature)


def _template(
    security: etree._Element, method: str, parts: tuple[etree._Element, ...]
) -> etree._Element:
    """Add a signature whose digests and value are still to be computed."""
    signature = etree.SubElement(security, f"{{{DS}}}Signature", nsmap={"ds": DS})
    signed = etree.SubElement(signature, f"{{{DS}}}SignedInfo")
    etree.SubElement(signed, f"{{{DS}}}CanonicalizationMethod", Algorithm=EXCLUSIVE)
    etree.SubElement(signed, f"{{{DS}}}SignatureMethod", Algorithm=method)
    for part in parts:
        reference = etree.SubElement(signed, f"{{{DS}}}Reference", URI=f"#{part.get(ID)}")
        transforms = etree.SubElement(reference, f"{{{DS}}}Transforms")
        etree.SubElement(transforms, f"{{{DS}}}Transform", Algorithm=EXCLUSIVE)
        etree.SubElement(reference, f"{{{DS}}}DigestMethod", Algorithm=SHA256)
        etree.SubElement(reference, f"{{{DS}}}DigestValue")
    etree.SubElement(signature, f"{{{DS}}}SignatureValue")
    return signature
