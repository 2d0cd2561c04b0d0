"""The X.509 signature of a message: over exactly its Body and its Timestamp, by a pinned key.

The form is judged first, completely, and against closed lists; only then is a key looked at, and
only then does the signature library run, with that key and with nothing it could fetch, resolve or
transform beyond exclusive canonicalisation. What the signature refers to is not looked up: it must
be the Body and the Timestamp that stand where a reader finds them, and no other element may bear
their identifiers. So there is nothing to wrap.
"""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

import xmlsec
from lxml import etree

from gateway.domain.calendar import italian_day
from gateway.domain.security import KeyPin
from gateway.wsse.certificates import verifying_key
from gateway.wsse.headers import Secured, children, decoded, one
from gateway.wsse.keys import NamedKey, good_key, read_key
from gateway.wsse.names import DIGEST_METHODS, DS, EXCLUSIVE, ID, SIGNATURE_METHODS, WSU
from gateway.wsse.refusals import Flaw, Refused
from gateway.wsse.timestamps import TIMESTAMP, Window, check_timestamp

SIGNATURE = f"{{{DS}}}Signature"
_SIGNED_INFO, _KEY_INFO = f"{{{DS}}}SignedInfo", f"{{{DS}}}KeyInfo"
_VALUE = f"{{{DS}}}SignatureValue"
_CANONICAL, _METHOD = f"{{{DS}}}CanonicalizationMethod", f"{{{DS}}}SignatureMethod"
_REFERENCE, _TRANSFORMS = f"{{{DS}}}Reference", f"{{{DS}}}Transforms"
_TRANSFORM, _DIGEST_METHOD = f"{{{DS}}}Transform", f"{{{DS}}}DigestMethod"
_DIGEST_VALUE = f"{{{DS}}}DigestValue"
_INCLUSIVE = f"{{{EXCLUSIVE}}}InclusiveNamespaces"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9._-]{0,127}", re.ASCII)
_MAX_PREFIXES = 32
_IDENTIFIERS = etree.XPath(
    "//@*[local-name()='Id' or local-name()='ID' or local-name()='id']", smart_strings=False
)
_ALLOWED_DIGESTS = (xmlsec.Transform.SHA256, xmlsec.Transform.SHA384, xmlsec.Transform.SHA512)
_ALLOWED_SIGNATURES = (
    xmlsec.Transform.RSA_SHA256,
    xmlsec.Transform.RSA_SHA384,
    xmlsec.Transform.RSA_SHA512,
    xmlsec.Transform.ECDSA_SHA256,
    xmlsec.Transform.ECDSA_SHA384,
    xmlsec.Transform.ECDSA_SHA512,
)


@dataclass(frozen=True, slots=True)
class Proven:
    """A signature that is right: when the message was made, and what no other message shares.

    ``mark`` comes from the key and the digests of Body and Timestamp, not from the signature's
    bytes: an ECDSA signature can be rewritten into another that is as good.
    """

    created: datetime
    mark: str


@dataclass(frozen=True, slots=True)
class _Form:
    """A signature whose form is ours: the kind of key it takes, digests by identifier."""

    kind: str
    digests: dict[str, bytes]
    info: etree._Element


def signer_of(secured: Secured) -> NamedKey | None:
    """Return the key that a header's signature names, ``None`` if nothing is signed.

    Raises:
        Refused: the header is not of a form that names one key.
    """
    security = secured.security
    if security is None or security.find(SIGNATURE) is None:
        return None
    signature = one(security, SIGNATURE, Flaw.SIGNATURE_MISSING)
    return read_key(security, one(signature, _KEY_INFO, Flaw.KEY_FORM))


def check_signature(
    secured: Secured, pins: tuple[KeyPin, ...], now: datetime, window: Window
) -> Proven:
    """Verify a message's signature on the very tree that will be used.

    Raises:
        Refused: anything is not as the module says.
    """
    security = secured.security
    if security is None:
        raise Refused(Flaw.SECURITY_MISSING)
    signature = one(security, SIGNATURE, Flaw.SIGNATURE_MISSING)
    form = _read_form(signature)
    timestamp = one(security, TIMESTAMP, Flaw.TIMESTAMP_MISSING)
    _check_targets(secured, timestamp, form)
    created = check_timestamp(timestamp, now, window)
    named = read_key(security, form.info)
    certificate = good_key(named, pins, italian_day(now))
    certificate.check(now)
    if certificate.kind != form.kind:
        raise Refused(Flaw.ALGORITHM)
    _verify(signature, secured.body, timestamp, certificate.key)
    digests = (form.digests[part.get(ID, "")] for part in (secured.body, timestamp))
    mark = hashlib.sha256(certificate.pin.encode() + b"".join(digests)).hexdigest()
    return Proven(created, f"signature:{mark}")


def _verify(
    signature: etree._Element, body: etree._Element, timestamp: etree._Element, key: bytes
) -> None:
    context = xmlsec.SignatureContext()
    try:
        for allowed in (xmlsec.Transform.EXCL_C14N, *_ALLOWED_DIGESTS):
            context.enable_reference_transform(allowed)
        for allowed in (xmlsec.Transform.EXCL_C14N, *_ALLOWED_SIGNATURES):
            context.enable_signature_transform(allowed)
        for part in (body, timestamp):
            context.register_id(part, "Id", WSU)
        context.key = verifying_key(key)
        context.verify(signature)
    except xmlsec.Error as error:
        raise Refused(Flaw.SIGNATURE_WRONG) from error


def _read_form(signature: etree._Element) -> _Form:
    parts = children(signature)
    if [part.tag for part in parts] != [_SIGNED_INFO, _VALUE, _KEY_INFO]:
        raise Refused(Flaw.SIGNATURE_FORM)
    info, value, key_info = parts
    decoded(value, Flaw.SIGNATURE_FORM)
    known = [part.tag for part in children(info)]
    if known[:2] != [_CANONICAL, _METHOD] or set(known[2:]) - {_REFERENCE}:
        raise Refused(Flaw.SIGNATURE_FORM)
    canonical, method, *references = children(info)
    _check_exclusive(canonical)
    kind = SIGNATURE_METHODS.get(method.get("Algorithm", ""))
    if kind is None or children(method):
        raise Refused(Flaw.ALGORITHM)
    return _Form(kind, _read_references(references), key_info)


def _read_references(references: list[etree._Element]) -> dict[str, bytes]:
    """Return the digest of each identifier referred to."""
    if len(references) > 2:  # noqa: PLR2004  the Body and the Timestamp
        raise Refused(Flaw.REFERENCES)
    digests: dict[str, bytes] = {}
    for reference in references:
        uri = reference.get("URI", "")
        if not uri.startswith("#") or not _NAME.fullmatch(uri[1:]):
            raise Refused(Flaw.REFERENCES)
        parts = children(reference)
        if [part.tag for part in parts] != [_TRANSFORMS, _DIGEST_METHOD, _DIGEST_VALUE]:
            raise Refused(Flaw.TRANSFORM)
        transforms = children(parts[0])
        if [part.tag for part in transforms] != [_TRANSFORM]:
            raise Refused(Flaw.TRANSFORM)
        _check_exclusive(transforms[0])
        length = DIGEST_METHODS.get(parts[1].get("Algorithm", ""))
        if length is None or children(parts[1]):
            raise Refused(Flaw.ALGORITHM)
        digests[uri[1:]] = decoded(parts[2], Flaw.SIGNATURE_FORM)
        if len(digests[uri[1:]]) != length:
            raise Refused(Flaw.SIGNATURE_FORM)
    return digests


def _check_exclusive(method: etree._Element) -> None:
    """Raise ``Refused`` unless a transform is exclusive canonicalisation, without comments."""
    if method.get("Algorithm") != EXCLUSIVE:
        raise Refused(Flaw.TRANSFORM)
    inside = children(method)
    if [part.tag for part in inside] not in ([], [_INCLUSIVE]):
        raise Refused(Flaw.TRANSFORM)
    if any(len(part.get("PrefixList", "").split()) > _MAX_PREFIXES for part in inside):
        raise Refused(Flaw.TRANSFORM)


def _check_targets(secured: Secured, timestamp: etree._Element, form: _Form) -> None:
    """Raise ``Refused`` unless what is signed is the Body and the Timestamp, these and no other."""
    counted = Counter(str(value) for value in _IDENTIFIERS(secured.envelope))
    if any(times > 1 for times in counted.values()):
        raise Refused(Flaw.IDS_REPEATED)
    if secured.body.get(ID) not in form.digests:
        raise Refused(Flaw.BODY_UNSIGNED)
    if timestamp.get(ID) not in form.digests:
        raise Refused(Flaw.TIMESTAMP_UNSIGNED)
