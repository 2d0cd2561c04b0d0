"""Certificates, keys and fingerprints as typed or as files, each fault named with its option."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path

from gateway import certificates
from gateway.certificates import BadCertificate, Certificate
from gateway.domain.rejections import Cause, Rejection, refuse
from gateway.domain.security import KeyPin, SubjectPin

_PIN = re.compile(r"(?i)(?:sha256:)?([0-9a-f]{2}(?::?[0-9a-f]{2}){31})(?:[:=](\d{4}-\d{2}-\d{2}))?")

Check = Callable[[Certificate, datetime], None]


def _wrong(option: str, error: BadCertificate) -> Rejection:
    return refuse(Cause.PARAMETER_INVALID, option, why=str(error))


def pem_of(file: Path, option: str) -> str:
    """Return the text of a PEM file.

    Raises:
        OSError: it cannot be read.
        Rejection: it is no PEM text.
    """
    try:
        return file.read_text("ascii")
    except UnicodeError as error:
        raise refuse(Cause.PARAMETER_INVALID, option, why="not_a_certificate") from error


def certificate_of(file: Path, option: str, check: Check, now: datetime) -> Certificate:
    """Return the first certificate of a file, if it may be relied on.

    Raises:
        Rejection: it is none, or not one for what it is meant for.
    """
    try:
        found = certificates.read_one(pem_of(file, option))
        check(found, now)
    except BadCertificate as error:
        raise _wrong(option, error) from error
    return found


def pins_of_files(
    files: Iterable[Path], option: str, check: Check, now: datetime, until: date | None
) -> tuple[KeyPin, ...]:
    """Return the pins of the keys of certificates, each with its certificate."""
    found = (certificate_of(file, option, check, now) for file in files)
    return tuple(KeyPin(item.key, until, item.pem) for item in found)


def pins_of_texts(
    texts: Iterable[str], option: str, until: date | None, today: date
) -> tuple[KeyPin, ...]:
    """Return pins written as SHA-256 in hexadecimal, each perhaps with its last day behind.

    Raises:
        Rejection: one is not, or has ended.
    """
    return tuple(_pin_of(text, option, until, today) for text in texts)


def _pin_of(text: str, option: str, until: date | None, today: date) -> KeyPin:
    found = _PIN.fullmatch(text.strip())
    if found is None:
        raise refuse(Cause.PARAMETER_INVALID, option, why="not_a_pin")
    try:
        last = date.fromisoformat(found[2]) if found[2] else until
    except ValueError as error:
        raise refuse(Cause.PARAMETER_INVALID, option, why="not_a_pin") from error
    if last is not None and last < today:
        raise refuse(Cause.PARAMETER_INVALID, option, why="pin_ended")
    return KeyPin(found[1].replace(":", "").lower(), last)


def server_pins(
    texts: Iterable[str], option: str, now: datetime, until: date | None, today: date
) -> tuple[KeyPin, ...]:
    """Return the pins of servers: fingerprints, or files of their certificates."""
    found: list[KeyPin] = []
    for text in texts:
        if _PIN.fullmatch(text.strip()) is None:
            check = certificates.check_sound
            found += pins_of_files([Path(text)], option, check, now, until)
        else:
            found += pins_of_texts([text], option, until, today)
    return tuple(found)


def subject_pins(
    authority: Path | None, subjects: Iterable[str], now: datetime, until: date | None
) -> tuple[SubjectPin, ...]:
    """Return what an authority is to certify.

    Raises:
        Rejection: one is given without the other, or cannot be relied on.
    """
    wanted = tuple(subjects)
    if (authority is None) != (not wanted):
        raise refuse(Cause.PARAMETER_INVALID, "--subject", why="authority_and_subject")
    if authority is None:
        return ()
    found = certificate_of(authority, "--authority", certificates.check_authority, now)
    try:
        names = tuple(certificates.read_subject(text).rfc4514_string() for text in wanted)
    except BadCertificate as error:
        raise _wrong("--subject", error) from error
    return tuple(SubjectPin(found.pem, name, until) for name in names)


def pair_of(
    certificate: Path | None, key: Path | None, option: str, check: Check, now: datetime
) -> tuple[str, str] | None:
    """Return a certificate, with the chain behind it, and its private key; both or neither.

    Raises:
        Rejection: only one is given, they are no pair, or one cannot be used.
    """
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise refuse(Cause.PARAMETER_INVALID, option, why="certificate_and_key")
    found = certificate_of(certificate, option, check, now)
    secret = pem_of(key, option)
    try:
        pair = certificates.belongs(secret, found)
    except BadCertificate as error:
        raise _wrong(option, error) from error
    if not pair:
        raise refuse(Cause.PARAMETER_INVALID, option, why="key_mismatch")
    chain = certificates.read_all(pem_of(certificate, option))
    return "".join(item.pem for item in chain), secret


def authorities_of(file: Path | None, now: datetime) -> str | None:
    """Return the certificates that stand for a partner's server, as one PEM text.

    Raises:
        Rejection: there is none, or one cannot be relied on.
    """
    if file is None:
        return None
    option = "--server-authorities"
    try:
        found = certificates.read_all(pem_of(file, option))
        for item in found:
            certificates.check_sound(item, now)
    except BadCertificate as error:
        raise _wrong(option, error) from error
    return "".join(item.pem for item in found)
