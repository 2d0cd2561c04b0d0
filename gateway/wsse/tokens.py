"""UsernameToken with a password digest: what it says, whether it is right, how it is written.

The digest is ``SHA-1(nonce + created + password)`` because the profile says so; it keeps the
password off the wire, and one nonce is good once. A password in clear is refused.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from gateway.wsse.headers import decoded, one, text
from gateway.wsse.names import BASE64, PASSWORD_DIGEST, WSSE, WSU
from gateway.wsse.refusals import Flaw, Refused
from gateway.wsse.timestamps import CREATED, parse_moment, write_moment

TOKEN = f"{{{WSSE}}}UsernameToken"
_USERNAME, _PASSWORD = f"{{{WSSE}}}Username", f"{{{WSSE}}}Password"
_NONCE = f"{{{WSSE}}}Nonce"
MIN_NONCE, MAX_NONCE = 8, 256
"""Bytes of a nonce."""


@dataclass(frozen=True, slots=True)
class UsernameToken:
    """A token as it came. ``written`` is its moment as written, which the digest covers."""

    username: str
    digest: bytes
    nonce: bytes
    written: str
    created: datetime

    def check(self, username: str, password: str) -> None:
        """Raise ``Refused`` unless the token was made by who has the name and the password."""
        right = hmac.compare_digest(digest(self.nonce, self.written, password), self.digest)
        if not hmac.compare_digest(self.username.encode(), username.encode()) or not username:
            raise Refused(Flaw.USER_UNKNOWN)
        if not right or not password:
            raise Refused(Flaw.DIGEST_WRONG)


def digest(nonce: bytes, created: str, password: str) -> bytes:
    """Return the password digest of the profile."""
    data = nonce + created.encode() + password.encode()
    return hashlib.sha1(data).digest()  # noqa: S324  the profile knows no other


def username_of(security: etree._Element) -> str:
    """Return the name in a header's token, empty if it has no token.

    Raises:
        Refused: more than one token or name.
    """
    if security.find(TOKEN) is None:
        return ""
    token = one(security, TOKEN, Flaw.TOKEN_MISSING)
    return text(one(token, _USERNAME, Flaw.PART_UNFIT))


def read_token(security: etree._Element) -> UsernameToken:
    """Return the token of a header.

    Raises:
        Refused: none, repeated parts, a password in clear, or a nonce or moment that is none.
    """
    token = one(security, TOKEN, Flaw.TOKEN_MISSING)
    username = text(one(token, _USERNAME, Flaw.PART_UNFIT))
    password = one(token, _PASSWORD, Flaw.PASSWORD_NOT_DIGEST)
    if password.get("Type", "").strip() != PASSWORD_DIGEST:
        raise Refused(Flaw.PASSWORD_NOT_DIGEST)
    nonce = one(token, _NONCE, Flaw.NONCE_UNFIT)
    if nonce.get("EncodingType", BASE64).strip() != BASE64:
        raise Refused(Flaw.NONCE_UNFIT)
    sent = decoded(nonce, Flaw.NONCE_UNFIT)
    if not MIN_NONCE <= len(sent) <= MAX_NONCE:
        raise Refused(Flaw.NONCE_UNFIT)
    written = text(one(token, CREATED, Flaw.TIME_UNREADABLE))
    given = decoded(password, Flaw.DIGEST_WRONG)
    return UsernameToken(username, given, sent, written, parse_moment(written))


def write_token(security: etree._Element, username: str, password: str, now: datetime) -> None:
    """Add a fresh token to a header."""
    nonce, created = secrets.token_bytes(16), write_moment(now)
    token = etree.SubElement(security, TOKEN)
    etree.SubElement(token, _USERNAME).text = username
    made = base64.b64encode(digest(nonce, created, password)).decode()
    etree.SubElement(token, _PASSWORD, Type=PASSWORD_DIGEST).text = made
    encoded = base64.b64encode(nonce).decode()
    etree.SubElement(token, _NONCE, EncodingType=BASE64).text = encoded
    etree.SubElement(token, f"{{{WSU}}}Created").text = created
