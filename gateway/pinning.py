"""Certificates, keys and fingerprints as people give them, each fault named with its place."""

import re
from collections.abc import Callable
from datetime import date, datetime

from gateway import certificates
from gateway.certificates import BadCertificate, Certificate
from gateway.domain.rejections import Cause, Rejection, refuse
from gateway.domain.security import KeyPin

_PIN = re.compile(r"(?i)(?:sha256:)?([0-9a-f]{2}(?::?[0-9a-f]{2}){31})(?:[:=](\d{4}-\d{2}-\d{2}))?")

Check = Callable[[Certificate, datetime], None]


def wrong(place: str, error: BadCertificate) -> Rejection:
    """Return the refusal of something that cannot be used."""
    return refuse(Cause.PARAMETER_INVALID, place, why=str(error))


def is_fingerprint(text: str) -> bool:
    """Tell whether a text is written as a fingerprint."""
    return _PIN.fullmatch(text.strip()) is not None


def certificate_in(pem: str, place: str, check: Check, now: datetime) -> Certificate:
    """Return the first certificate of a PEM text, if it may be relied on.

    Raises:
        Rejection: it is none, or not one for what it is meant for.
    """
    try:
        found = certificates.read_one(pem)
        check(found, now)
    except BadCertificate as error:
        raise wrong(place, error) from error
    return found


def pin_of_certificate(
    pem: str, place: str, check: Check, now: datetime, until: date | None
) -> KeyPin:
    """Return the pin of the key of a certificate, with the certificate.

    Raises:
        Rejection: it cannot be relied on.
    """
    found = certificate_in(pem, place, check, now)
    return KeyPin(found.key, until, found.pem)


def pin_of_text(text: str, place: str, until: date | None, today: date) -> KeyPin:
    """Return a pin written as SHA-256 in hexadecimal, perhaps with its last day behind.

    Raises:
        Rejection: it is not, or has ended.
    """
    found = _PIN.fullmatch(text.strip())
    if found is None:
        raise refuse(Cause.PARAMETER_INVALID, place, why="not_a_pin")
    try:
        last = date.fromisoformat(found[2]) if found[2] else until
    except ValueError as error:
        raise refuse(Cause.PARAMETER_INVALID, place, why="not_a_pin") from error
    if last is not None and last < today:
        raise refuse(Cause.PARAMETER_INVALID, place, why="pin_ended")
    return KeyPin(found[1].replace(":", "").lower(), last)


def pair_in(certificate: str, key: str, place: str, check: Check, now: datetime) -> tuple[str, str]:
    """Return a certificate, with the chain behind it, and its private key, as PEM texts.

    Raises:
        Rejection: only one is given, they are no pair, or one cannot be used.
    """
    if not certificate or not key:
        raise refuse(Cause.PARAMETER_INVALID, place, why="certificate_and_key")
    found = certificate_in(certificate, place, check, now)
    try:
        pair = certificates.belongs(key, found)
    except BadCertificate as error:
        raise wrong(place, error) from error
    if not pair:
        raise refuse(Cause.PARAMETER_INVALID, place, why="key_mismatch")
    return "".join(item.pem for item in certificates.read_all(certificate)), key


def authorities_in(pem: str, place: str, now: datetime) -> str:
    """Return the certificates that stand for a partner's server, as one PEM text.

    Raises:
        Rejection: there is none, or one cannot be relied on.
    """
    try:
        found = certificates.read_all(pem)
        for item in found:
            certificates.check_sound(item, now)
    except BadCertificate as error:
        raise wrong(place, error) from error
    return "".join(item.pem for item in found)
