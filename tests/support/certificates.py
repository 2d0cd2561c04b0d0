"""Certificates and keys of invented universities, made for a test; EC keys, which are quick."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gateway.certificates import read_one
from gateway.domain.security import KeyPin

CLIENT = ExtendedKeyUsageOID.CLIENT_AUTH
SERVER = ExtendedKeyUsageOID.SERVER_AUTH


def ec_key() -> ec.EllipticCurvePrivateKey:
    """Return a new key on P-256."""
    return ec.generate_private_key(ec.SECP256R1())


def small_rsa_key() -> rsa.RSAPrivateKey:
    """Return a key that is too small to be relied on."""
    return rsa.generate_private_key(65537, 1024)  # noqa: S505  the point of it


def name_of(common: str, organisation: str = "Ateneo inventato") -> x509.Name:
    """Return a subject of two parts."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


@dataclass(frozen=True)
class Identity:
    """A key and a certificate for it; ``key`` is kept as an object so that it can sign others."""

    private: CertificateIssuerPrivateKeyTypes
    x509: x509.Certificate

    @property
    def certificate(self) -> str:
        """The certificate in PEM."""
        return self.x509.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def key(self) -> str:
        """The private key in PEM."""
        return self.private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()

    @property
    def pin(self) -> KeyPin:
        """The pin of its key, with the certificate."""
        return KeyPin(read_one(self.certificate).key, None, self.certificate)

    @property
    def subject(self) -> str:
        """Its subject after RFC 4514."""
        return self.x509.subject.rfc4514_string()

    @property
    def der(self) -> bytes:
        """The certificate in DER."""
        return self.x509.public_bytes(serialization.Encoding.DER)

    def write(self, folder: Path, name: str) -> tuple[Path, Path]:
        """Write certificate and key; return the two files."""
        folder.mkdir(parents=True, exist_ok=True)
        certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
        certificate.write_text(self.certificate, "ascii")
        key.write_text(self.key, "ascii")
        return certificate, key


def make(
    common: str,
    issuer: Identity | None = None,
    *,
    key: CertificateIssuerPrivateKeyTypes | None = None,
    now: datetime | None = None,
    begins: datetime | None = None,
    ends: datetime | None = None,
    authority: bool = False,
    hosts: tuple[str, ...] = ("localhost",),
    purposes: tuple[x509.ObjectIdentifier, ...] = (),
    signed_with: hashes.HashAlgorithm | None = None,
) -> Identity:
    """Return an identity, signed by itself or by ``issuer``; good from yesterday for a year."""
    now = now or datetime.now(UTC)
    private = key or ec_key()
    subject = name_of(common)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.x509.subject if issuer else subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins or now - timedelta(days=1))
        .not_valid_after(ends or now + timedelta(days=365))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    signer = issuer.private if issuer else private
    return Identity(private, builder.sign(signer, signed_with or hashes.SHA256()))


def encrypted_key(identity: Identity) -> str:
    """Return a private key that wants a passphrase."""
    return identity.private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"parola"),
    ).decode()
