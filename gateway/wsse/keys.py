"""By which key a signature says it was made, and whether that key is one of the pinned ones."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cryptography import x509
from lxml import etree

from gateway.domain.security import KeyPin
from gateway.wsse.certificates import (
    Certificate,
    key_identifier,
    read_certificate,
    read_pem,
    thumbprint,
)
from gateway.wsse.headers import children, decoded, one, text
from gateway.wsse.names import BASE64, DS, ID, SKI, THUMBPRINT, WSSE, X509V3
from gateway.wsse.refusals import Flaw, Refused

REFERENCE = f"{{{WSSE}}}SecurityTokenReference"
BINARY_TOKEN = f"{{{WSSE}}}BinarySecurityToken"
_DIRECT = f"{{{WSSE}}}Reference"
_IDENTIFIER = f"{{{WSSE}}}KeyIdentifier"
_DATA, _CERTIFICATE = f"{{{DS}}}X509Data", f"{{{DS}}}X509Certificate"
_SERIAL = f"{{{DS}}}X509IssuerSerial"
_ISSUER_NAME, _NUMBER = f"{{{DS}}}X509IssuerName", f"{{{DS}}}X509SerialNumber"
_MAX_SERIAL = 60


@dataclass(frozen=True, slots=True)
class NamedKey:
    """A key as a message names it: by its certificate, or by what only the pinned one tells."""

    certificate: Certificate | None = None
    identifier: bytes = b""
    thumbprint: bytes = b""
    issuer: str = ""
    serial: int = -1

    def find(self, pins: Iterable[KeyPin]) -> tuple[KeyPin, Certificate] | None:
        """Return the pin that this key has, with the certificate; ``None`` if it has none."""
        for pin in pins:
            if self.certificate is not None:
                if hmac.compare_digest(self.certificate.pin, pin.sha256.lower()):
                    return pin, self.certificate
                continue
            kept = read_pem(pin.certificate) if pin.certificate else None
            if kept is not None and kept.pin == pin.sha256.lower() and self._names(kept):
                return pin, kept
        return None

    def _names(self, kept: Certificate) -> bool:
        if self.identifier:
            return self.identifier == key_identifier(kept.der)
        if self.thumbprint:
            return self.thumbprint == thumbprint(kept.der)
        return self.serial == kept.serial and _same_name(self.issuer, kept.issuer)


def _same_name(written: str, issuer: x509.Name) -> bool:
    """Compare a name as stacks write it; it only chooses among keys that are pinned anyway."""
    try:
        name = x509.Name.from_rfc4514_string(written)
    except ValueError:
        return False
    return {(part.oid, part.value) for part in name} == {(part.oid, part.value) for part in issuer}


def good_key(named: NamedKey, pins: Iterable[KeyPin], day: date) -> Certificate:
    """Return the certificate of the pinned key that was named.

    Raises:
        Refused: no pin knows the key, or none that does is good on ``day``.
    """
    found = named.find(pin for pin in pins if pin.good_on(day))
    if found is None:
        raise Refused(Flaw.KEY_ENDED if named.find(pins) else Flaw.KEY_UNKNOWN)
    return found[1]


def read_key(security: etree._Element, info: etree._Element) -> NamedKey:
    """Return the key that a signature's ``KeyInfo`` names.

    Raises:
        Refused: it is not one SecurityTokenReference of the forms we read.
    """
    if len(children(info)) != 1:
        raise Refused(Flaw.KEY_FORM)
    pointers = children(one(info, REFERENCE, Flaw.KEY_FORM))
    if len(pointers) != 1:
        raise Refused(Flaw.KEY_FORM)
    (pointer,) = pointers
    if pointer.tag == _DIRECT:
        return NamedKey(_binary_token(security, pointer))
    if pointer.tag == _IDENTIFIER:
        return _identifier(pointer)
    if pointer.tag == _DATA:
        return _x509_data(pointer)
    raise Refused(Flaw.KEY_FORM)


def _binary_token(security: etree._Element, pointer: etree._Element) -> Certificate:
    """Return the certificate that a direct reference points at, in the same header."""
    wanted = pointer.get("URI", "")
    found = [
        part
        for part in children(security)
        if part.tag == BINARY_TOKEN and wanted == f"#{part.get(ID, '')}"
    ]
    if len(found) != 1 or len(wanted) < 2 or pointer.get("ValueType", X509V3) != X509V3:  # noqa: PLR2004
        raise Refused(Flaw.KEY_FORM)
    (token,) = found
    if token.get("ValueType") != X509V3 or token.get("EncodingType", BASE64) != BASE64:
        raise Refused(Flaw.KEY_FORM)
    return read_certificate(decoded(token, Flaw.CERTIFICATE_UNREADABLE))


def _identifier(pointer: etree._Element) -> NamedKey:
    if pointer.get("EncodingType", BASE64) != BASE64:
        raise Refused(Flaw.KEY_FORM)
    value = decoded(pointer, Flaw.KEY_FORM)
    if not value:
        raise Refused(Flaw.KEY_FORM)
    match pointer.get("ValueType"):
        case str(kind) if kind == X509V3:
            return NamedKey(read_certificate(value))
        case str(kind) if kind == SKI:
            return NamedKey(identifier=value)
        case str(kind) if kind == THUMBPRINT:
            return NamedKey(thumbprint=value)
        case _:
            raise Refused(Flaw.KEY_FORM)


def _x509_data(data: etree._Element) -> NamedKey:
    """Return a key by certificate or by issuer and serial number; beside the first, the second."""
    if {part.tag for part in children(data)} - {_CERTIFICATE, _SERIAL}:
        raise Refused(Flaw.KEY_FORM)
    if data.find(_CERTIFICATE) is not None:
        carried = decoded(one(data, _CERTIFICATE, Flaw.KEY_FORM), Flaw.CERTIFICATE_UNREADABLE)
        return NamedKey(read_certificate(carried))
    serial = one(data, _SERIAL, Flaw.KEY_FORM)
    number = text(one(serial, _NUMBER, Flaw.KEY_FORM))
    if not (number.isascii() and number.isdigit()) or len(number) > _MAX_SERIAL:
        raise Refused(Flaw.KEY_FORM)
    issuer = text(one(serial, _ISSUER_NAME, Flaw.KEY_FORM))
    return NamedKey(issuer=issuer, serial=int(number))
