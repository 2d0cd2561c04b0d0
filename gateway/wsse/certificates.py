"""Certificates and keys: read once, known by the SHA-256 of the public key.

Trust is the partner's pins. A certificate carries the key and its dates; who issued it says
nothing here.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import xmlsec
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.wsse.refusals import Flaw, Refused

MIN_RSA_BITS, MIN_EC_BITS = 2048, 256
MAX_BYTES = 16 * 1024
_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is needed of a certificate. ``kind`` is ``rsa`` or ``ecdsa``, empty if neither.

    ``pin`` is the hexadecimal SHA-256 of the SubjectPublicKeyInfo ``key``; ``key`` and ``der`` (the
    whole) are DER.
    """

    der: bytes
    key: bytes
    pin: str
    kind: str
    bits: int
    not_before: datetime
    not_after: datetime
    serial: int
    issuer: x509.Name

    def check(self, now: datetime) -> None:
        """Raise ``Refused`` for a weak key, or a day outside the certificate's."""
        least = {"rsa": MIN_RSA_BITS, "ecdsa": MIN_EC_BITS}.get(self.kind)
        if least is None or self.bits < least:
            raise Refused(Flaw.KEY_WEAK)
        if not self.not_before <= now <= self.not_after:
            raise Refused(Flaw.CERTIFICATE_DATES)


@lru_cache(maxsize=_REMEMBERED)
def read_certificate(der: bytes) -> Certificate:
    """Return what a certificate in DER says.

    Raises:
        Refused: it is none.
    """
    if len(der) > MAX_BYTES:
        raise Refused(Flaw.CERTIFICATE_UNREADABLE)
    try:
        return _read(x509.load_der_x509_certificate(der), der)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Refused(Flaw.CERTIFICATE_UNREADABLE) from error


@lru_cache(maxsize=_REMEMBERED)
def read_pem(pem: str) -> Certificate | None:
    """Return what the first certificate of a PEM text says, ``None`` if there is none in it."""
    try:
        return read_certificate(der_of(pem))
    except (ValueError, Refused):
        return None


def der_of(pem: str) -> bytes:
    """Return the first certificate of a PEM text in DER.

    Raises:
        ValueError: there is none.
    """
    return x509.load_pem_x509_certificate(pem.encode()).public_bytes(Encoding.DER)


def _read(found: x509.Certificate, der: bytes) -> Certificate:
    public = found.public_key()
    kind, bits = "", 0
    if isinstance(public, rsa.RSAPublicKey):
        kind, bits = "rsa", public.key_size
    elif isinstance(public, ec.EllipticCurvePublicKey):
        kind, bits = "ecdsa", public.key_size
    key = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return Certificate(
        der=der,
        key=key,
        pin=hashlib.sha256(key).hexdigest(),
        kind=kind,
        bits=bits,
        not_before=found.not_valid_before_utc,
        not_after=found.not_valid_after_utc,
        serial=found.serial_number,
        issuer=found.issuer,
    )


def thumbprint(der: bytes) -> bytes:
    """Return the SHA-1 of a certificate: here a name that is looked up, not a proof."""
    return hashlib.sha1(der, usedforsecurity=False).digest()


@lru_cache(maxsize=_REMEMBERED)
def key_identifier(der: bytes) -> bytes:
    """Return the SubjectKeyIdentifier of a certificate that is pinned, computed if it has none."""
    found = x509.load_der_x509_certificate(der)
    try:
        return found.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        return x509.SubjectKeyIdentifier.from_public_key(found.public_key()).digest


@lru_cache(maxsize=_REMEMBERED)
def verifying_key(key: bytes) -> xmlsec.Key:
    """Return a public key (SubjectPublicKeyInfo, DER) as the signature library wants it."""
    return xmlsec.Key.from_memory(key, xmlsec.KeyFormat.DER)
