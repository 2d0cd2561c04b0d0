"""X.509 certificates and keys as texts: read, compared, judged; nothing here opens a connection.

A public key is known by the SHA-256 of its SubjectPublicKeyInfo in lower-case hexadecimal. Whether
a certificate is trusted is for those who ask: a pin trusts a key, an authority trusts a subject.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID

_RSA_BITS = 2048
_CURVE_BITS = 256
_SOUND_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)


class BadCertificate(Exception):  # noqa: N818  names what is wrong with what was given
    """A certificate or a key cannot be used; the text is one word that says why."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that was read. ``key`` is the SHA-256 of its public key."""

    x509: x509.Certificate
    pem: str
    key: str
    subject: str
    begins: datetime
    ends: datetime

    def valid_at(self, now: datetime) -> bool:
        """Tell whether ``now`` lies within its dates."""
        return self.begins <= now <= self.ends


def _certificate(found: x509.Certificate) -> Certificate:
    try:
        spki = found.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadCertificate("unsupported_key") from error
    return Certificate(
        x509=found,
        pem=found.public_bytes(serialization.Encoding.PEM).decode("ascii"),
        key=hashlib.sha256(spki).hexdigest(),
        subject=found.subject.rfc4514_string(),
        begins=found.not_valid_before_utc,
        ends=found.not_valid_after_utc,
    )


def read_der(content: bytes) -> Certificate:
    """Return the certificate of a DER encoding.

    Raises:
        BadCertificate: it is none.
    """
    try:
        return _certificate(x509.load_der_x509_certificate(content))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadCertificate("not_a_certificate") from error


def read_all(pem: str) -> tuple[Certificate, ...]:
    """Return every certificate of a PEM text, in its order.

    Raises:
        BadCertificate: there is none, or one is damaged.
    """
    try:
        found = x509.load_pem_x509_certificates(pem.encode())
        return tuple(_certificate(item) for item in found)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadCertificate("not_a_certificate") from error


def read_one(pem: str) -> Certificate:
    """Return the first certificate of a PEM text: the leaf, where a chain follows it.

    Raises:
        BadCertificate: there is none, or one is damaged.
    """
    return read_all(pem)[0]


def read_key(pem: str) -> PrivateKeyTypes:
    """Return the private key of a PEM text.

    Raises:
        BadCertificate: it is none, or wants a passphrase.
    """
    try:
        return serialization.load_pem_private_key(pem.encode(), password=None)
    except TypeError as error:
        raise BadCertificate("key_encrypted") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadCertificate("not_a_key") from error


def belongs(key_pem: str, certificate: Certificate) -> bool:
    """Tell whether a private key is that of a certificate.

    Raises:
        BadCertificate: the key cannot be read.
    """
    public = read_key(key_pem).public_key()
    spki = public.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(spki).hexdigest() == certificate.key


def strong(key: PublicKeyTypes) -> bool:
    """Tell whether a public key is of a kind and size that may be relied on."""
    match key:
        case rsa.RSAPublicKey():
            return key.key_size >= _RSA_BITS
        case ec.EllipticCurvePublicKey():
            return key.curve.key_size >= _CURVE_BITS
        case _:
            return isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey)


def check_sound(certificate: Certificate, now: datetime) -> None:
    """Check a certificate that is about to be relied on.

    Raises:
        BadCertificate: it has ended, or its key is too small.
    """
    if certificate.ends < now:
        raise BadCertificate("expired")
    if not strong(certificate.x509.public_key()):
        raise BadCertificate("weak_key")


def check_client(certificate: Certificate, now: datetime) -> None:
    """Check a certificate by which somebody is to call.

    Raises:
        BadCertificate: as ``check_sound``, or it is not made for clients.
    """
    check_sound(certificate, now)
    if not _for_clients(certificate.x509):
        raise BadCertificate("not_for_clients")


def check_authority(certificate: Certificate, now: datetime) -> None:
    """Check a certificate by which others are to be certified.

    Raises:
        BadCertificate: as ``check_sound``, or it may not certify.
    """
    check_sound(certificate, now)
    if not _certifies(certificate.x509):
        raise BadCertificate("not_an_authority")


def certified(certificate: Certificate, authority: Certificate, subject: str) -> bool:
    """Tell whether ``authority`` itself certifies this certificate for this subject (RFC 4514).

    A chain with something in between is none of ours: whoever is between could certify anybody.
    """
    found = certificate.x509
    if not same_subject(certificate, subject) or not _for_clients(found):
        return False
    if not (strong(found.public_key()) and _certifies(authority.x509)):
        return False
    try:
        algorithm = found.signature_hash_algorithm
        found.verify_directly_issued_by(authority.x509)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return algorithm is None or isinstance(algorithm, _SOUND_HASHES)


def read_subject(text: str) -> x509.Name:
    """Return a subject written after RFC 4514.

    Raises:
        BadCertificate: it is not.
    """
    try:
        name = x509.Name.from_rfc4514_string(text)
    except ValueError as error:
        raise BadCertificate("not_a_subject") from error
    if not name.rdns:
        raise BadCertificate("not_a_subject")
    return name


def same_subject(certificate: Certificate, subject: str) -> bool:
    """Tell whether a certificate is about a subject: the same parts, in the same order."""
    try:
        return read_subject(subject) == certificate.x509.subject
    except BadCertificate:
        return False


def _for_clients(found: x509.Certificate) -> bool:
    """Tell whether a certificate may be shown by a client; one that does not say, may."""
    try:
        usage = found.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    except (ValueError, x509.DuplicateExtension):
        return False
    wanted = (ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)
    return any(purpose in usage for purpose in wanted)


def _certifies(found: x509.Certificate) -> bool:
    try:
        return found.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return False
