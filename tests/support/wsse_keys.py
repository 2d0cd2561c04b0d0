"""Keys and certificates for signatures, made once for each test process."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import NameOID

from gateway.domain.security import KeyPin

Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | dsa.DSAPrivateKey


@dataclass(frozen=True)
class Pair:
    """A private key with its certificate, both also as PEM."""

    private: Private
    certificate: x509.Certificate

    @property
    def key_pem(self) -> str:
        """The private key."""
        made = self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return made.decode()

    @property
    def pem(self) -> str:
        """The certificate."""
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def der(self) -> bytes:
        """The certificate."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def sha256(self) -> str:
        """What a pin holds."""
        public = self.certificate.public_key()
        return hashlib.sha256(
            public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        ).hexdigest()

    def pin(self, until: date | None = None, *, whole: bool = False) -> KeyPin:
        """The pin of the key, with the certificate if ``whole``."""
        return KeyPin(self.sha256, until, self.pem if whole else "")


@cache
def private_key(kind: str, name: str = "first") -> Private:
    """Return a private key: ``rsa2048``, ``rsa1024``, ``p256``, ``p384``, ``p192``, ``dsa``."""
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind[3:]))
    if kind == "dsa":
        return dsa.generate_private_key(2048)
    curves = {"p256": ec.SECP256R1, "p384": ec.SECP384R1, "p192": ec.SECP192R1}
    return ec.generate_private_key(curves[kind]())


@cache
def pair(
    kind: str = "rsa2048",
    name: str = "first",
    *,
    begins: date = date(2026, 1, 1),
    ends: date = date(2027, 12, 31),
    serial: int = 4711,
    identified: bool = True,
) -> Pair:
    """Return a key with a certificate that its owner signed, good from one day to another."""
    key = private_key(kind, name)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "IT"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Università di Valdombra, prova"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"firma {name}"),
        ]
    )
    midnight = datetime.min.time()
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(datetime.combine(begins, midnight, UTC))
        .not_valid_after(datetime.combine(ends, midnight, UTC))
    )
    if identified:
        identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        builder = builder.add_extension(identifier, critical=False)
    return Pair(key, builder.sign(key, hashes.SHA256()))
