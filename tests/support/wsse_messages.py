"""Messages with security headers, signed by hand: no code of the gateway's is used to make them.

Canonical form by lxml, signatures by cryptography; every part can be made wrong by a test.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from lxml import etree

from tests.support.clock import START
from tests.support.wsse_keys import Pair, pair

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
WSSE, WSU = f"{OASIS}wssecurity-secext-1.0.xsd", f"{OASIS}wssecurity-utility-1.0.xsd"
DS = "http://www.w3.org/2000/09/xmldsig#"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
EXC = "http://www.w3.org/2001/10/xml-exc-c14n#"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
X509V3 = f"{OASIS}x509-token-profile-1.0#X509v3"
BASE64 = f"{OASIS}soap-message-security-1.0#Base64Binary"
DIGEST_TYPE = f"{OASIS}username-token-profile-1.0#PasswordDigest"
TEXT_TYPE = f"{OASIS}username-token-profile-1.0#PasswordText"
ID = f"{{{WSU}}}Id"
NS = {"s": SOAP, "wsse": WSSE, "wsu": WSU, "ds": DS}

DIGESTS: Mapping[str, str] = {
    SHA256: "sha256",
    f"{MORE}sha384": "sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
    f"{DS}sha1": "sha1",
    f"{MORE}md5": "md5",
    f"{MORE}sha224": "sha224",
}
HASHES: Mapping[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303  what is refused must be made
    "md5": hashes.MD5(),  # noqa: S303
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


@dataclass(frozen=True)
class Signing:
    """How a message is signed; the defaults are right."""

    method: str = f"{MORE}rsa-sha256"
    digest: str = SHA256
    canonical: str = EXC
    transforms: tuple[str, ...] = (EXC,)
    prefixes: str = ""
    created: datetime = START
    expires: datetime | None = START + timedelta(minutes=5)
    parts: tuple[str, ...] = ("Body", "Timestamp")
    key_form: str = "binary"
    ids: Mapping[str, str] = field(
        default_factory=lambda: {"Body": "body-1", "Timestamp": "time-1"}
    )


def written(moment: datetime) -> str:
    """Return a moment as a header has it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def c14n(element: etree._Element, prefixes: str = "", *, exclusive: bool = True) -> bytes:
    """Return the canonical form of an element."""
    return bytes(
        etree.tostring(
            element,
            method="c14n",
            exclusive=exclusive,
            inclusive_ns_prefixes=prefixes.split() if exclusive else None,
        )
    )


def security_of(root: etree._Element) -> etree._Element:
    """Return the Security header, made if there is none."""
    header = root.find(f"{{{SOAP}}}Header")
    if header is None:
        header = etree.Element(f"{{{SOAP}}}Header")
        root.insert(0, header)
    security = header.find(f"{{{WSSE}}}Security")
    if security is None:
        nsmap = {"wsse": WSSE, "wsu": WSU}
        security = etree.SubElement(header, f"{{{WSSE}}}Security", nsmap=nsmap)
        security.set(f"{{{SOAP}}}mustUnderstand", "1")
    return security


def signed(content: bytes, by: Pair | None = None, how: Signing | None = None) -> bytes:
    """Return a message signed with the key of ``by``."""
    root = etree.fromstring(content)
    sign(root, by or pair(), how or Signing())
    return bytes(etree.tostring(root))


def unsigned(content: bytes) -> bytes:
    """Return an envelope without its header."""
    root = etree.fromstring(content)
    root.remove(root[0])
    return bytes(etree.tostring(root))


def sign(root: etree._Element, by: Pair, how: Signing) -> etree._Element:
    """Sign a tree in place; return the Signature."""
    security = security_of(root)
    body = root.find(f"{{{SOAP}}}Body")
    assert body is not None
    parts = {"Body": body, "Timestamp": _timestamp(security, how)}
    for name, part in parts.items():
        if name in how.ids:
            part.set(ID, how.ids[name])
    signature = etree.SubElement(security, f"{{{DS}}}Signature", nsmap={"ds": DS})
    info = etree.SubElement(signature, f"{{{DS}}}SignedInfo")
    etree.SubElement(info, f"{{{DS}}}CanonicalizationMethod", Algorithm=how.canonical)
    etree.SubElement(info, f"{{{DS}}}SignatureMethod", Algorithm=how.method)
    for name in how.parts:
        _reference(info, parts[name], how)
    value = sign_bytes(c14n(info, exclusive=how.canonical == EXC), by, how.method)
    made = etree.SubElement(signature, f"{{{DS}}}SignatureValue")
    made.text = base64.b64encode(value).decode()
    KEY_FORMS[how.key_form](security, etree.SubElement(signature, f"{{{DS}}}KeyInfo"), by)
    return signature


def _timestamp(security: etree._Element, how: Signing) -> etree._Element:
    stamp = etree.SubElement(security, f"{{{WSU}}}Timestamp")
    etree.SubElement(stamp, f"{{{WSU}}}Created").text = written(how.created)
    if how.expires is not None:
        etree.SubElement(stamp, f"{{{WSU}}}Expires").text = written(how.expires)
    return stamp


def _reference(info: etree._Element, part: etree._Element, how: Signing) -> None:
    reference = etree.SubElement(info, f"{{{DS}}}Reference", URI=f"#{part.get(ID)}")
    transforms = etree.SubElement(reference, f"{{{DS}}}Transforms")
    for algorithm in how.transforms:
        transform = etree.SubElement(transforms, f"{{{DS}}}Transform", Algorithm=algorithm)
        if how.prefixes:
            etree.SubElement(
                transform,
                f"{{{EXC}}}InclusiveNamespaces",
                nsmap={"ec": EXC},
                PrefixList=how.prefixes,
            )
    etree.SubElement(reference, f"{{{DS}}}DigestMethod", Algorithm=how.digest)
    value = hashlib.new(DIGESTS[how.digest], c14n(part, how.prefixes)).digest()
    made = etree.SubElement(reference, f"{{{DS}}}DigestValue")
    made.text = base64.b64encode(value).decode()


def sign_bytes(data: bytes, by: Pair, method: str) -> bytes:
    """Return the signature value of ``data``."""
    name = method.rpartition("#")[2]
    algorithm = HASHES[name.rpartition("-")[2]]
    if name.startswith("hmac"):
        return hmac.new(by.der, data, algorithm.name).digest()
    if isinstance(by.private, rsa.RSAPrivateKey):
        return by.private.sign(data, padding.PKCS1v15(), algorithm)
    if isinstance(by.private, ec.EllipticCurvePrivateKey):
        r, s = decode_dss_signature(by.private.sign(data, ec.ECDSA(algorithm)))
        length = (by.private.key_size + 7) // 8
        return r.to_bytes(length, "big") + s.to_bytes(length, "big")
    return by.private.sign(data, algorithm)


def _pointer(info: etree._Element) -> etree._Element:
    return etree.SubElement(info, f"{{{WSSE}}}SecurityTokenReference")


def _binary(security: etree._Element, info: etree._Element, by: Pair) -> None:
    token = etree.Element(f"{{{WSSE}}}BinarySecurityToken", ValueType=X509V3, EncodingType=BASE64)
    token.set(ID, "token-1")
    token.text = base64.b64encode(by.der).decode()
    security.insert(0, token)
    etree.SubElement(_pointer(info), f"{{{WSSE}}}Reference", URI="#token-1", ValueType=X509V3)


def _identifier(kind: str, value: Callable[[Pair], bytes]) -> "KeyForm":
    def add(security: etree._Element, info: etree._Element, by: Pair) -> None:
        identifier = etree.SubElement(
            _pointer(info), f"{{{WSSE}}}KeyIdentifier", ValueType=kind, EncodingType=BASE64
        )
        identifier.text = base64.b64encode(value(by)).decode()

    return add


def _data(security: etree._Element, info: etree._Element, by: Pair) -> None:
    data = etree.SubElement(_pointer(info), f"{{{DS}}}X509Data")
    etree.SubElement(data, f"{{{DS}}}X509Certificate").text = base64.b64encode(by.der).decode()


def _serial(security: etree._Element, info: etree._Element, by: Pair) -> None:
    data = etree.SubElement(_pointer(info), f"{{{DS}}}X509Data")
    serial = etree.SubElement(data, f"{{{DS}}}X509IssuerSerial")
    name = by.certificate.issuer.rfc4514_string()
    etree.SubElement(serial, f"{{{DS}}}X509IssuerName").text = name
    number = str(by.certificate.serial_number)
    etree.SubElement(serial, f"{{{DS}}}X509SerialNumber").text = number


KeyForm = Callable[[etree._Element, etree._Element, Pair], None]
KEY_FORMS: Mapping[str, KeyForm] = {
    "binary": _binary,
    "identifier": _identifier(X509V3, lambda by: by.der),
    "ski": _identifier(
        f"{OASIS}x509-token-profile-1.0#X509SubjectKeyIdentifier",
        lambda by: by.certificate.extensions[0].value.public_bytes()[2:],
    ),
    "thumbprint": _identifier(
        "http://docs.oasis-open.org/wss/oasis-wss-soap-message-security-1.1#ThumbprintSHA1",
        lambda by: hashlib.sha1(by.der).digest(),  # noqa: S324
    ),
    "data": _data,
    "serial": _serial,
}


@dataclass(frozen=True)
class Token:
    """A UsernameToken; the defaults are right."""

    username: str = "ateneo-91"
    password: str = "parola-segreta-dei-gettoni"
    nonce: bytes = b"0123456789abcdef"
    created: datetime = START
    kind: str = DIGEST_TYPE


def with_token(content: bytes, token: Token | None = None) -> bytes:
    """Return a message with a UsernameToken."""
    root = etree.fromstring(content)
    add_token(root, token or Token())
    return bytes(etree.tostring(root))


def add_token(root: etree._Element, token: Token) -> etree._Element:
    """Add a token to a tree; return it."""
    made = etree.SubElement(security_of(root), f"{{{WSSE}}}UsernameToken")
    moment = written(token.created)
    data = token.nonce + moment.encode() + token.password.encode()
    digest = base64.b64encode(hashlib.sha1(data).digest()).decode()  # noqa: S324
    secret = digest if token.kind == DIGEST_TYPE else token.password
    etree.SubElement(made, f"{{{WSSE}}}Username").text = token.username
    etree.SubElement(made, f"{{{WSSE}}}Password", Type=token.kind).text = secret
    nonce = etree.SubElement(made, f"{{{WSSE}}}Nonce", EncodingType=BASE64)
    nonce.text = base64.b64encode(token.nonce).decode()
    etree.SubElement(made, f"{{{WSU}}}Created").text = moment
    return made
