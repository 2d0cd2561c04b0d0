"""Certificates, keys and fingerprints as typed or as files, each fault named with its option."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from gateway import certificates, pinning
from gateway.certificates import BadCertificate, Certificate
from gateway.domain.rejections import Cause, refuse
from gateway.domain.security import KeyPin, SubjectPin
from gateway.pinning import Check


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
    return pinning.certificate_in(pem_of(file, option), option, check, now)


def pins_of_files(
    files: Iterable[Path], option: str, check: Check, now: datetime, until: date | None
) -> tuple[KeyPin, ...]:
    """Return the pins of the keys of certificates, each with its certificate."""
    return tuple(
        pinning.pin_of_certificate(pem_of(file, option), option, check, now, until)
        for file in files
    )


def pins_of_texts(
    texts: Iterable[str], option: str, until: date | None, today: date
) -> tuple[KeyPin, ...]:
    """Return pins written as SHA-256 in hexadecimal, each perhaps with its last day behind.

    Raises:
        Rejection: one is not, or has ended.
    """
    return tuple(pinning.pin_of_text(text, option, until, today) for text in texts)


def server_pins(
    texts: Iterable[str], option: str, now: datetime, until: date | None, today: date
) -> tuple[KeyPin, ...]:
    """Return the pins of servers: fingerprints, or files of their certificates."""
    found: list[KeyPin] = []
    for text in texts:
        if pinning.is_fingerprint(text):
            found += pins_of_texts([text], option, until, today)
        else:
            check = certificates.check_sound
            found += pins_of_files([Path(text)], option, check, now, until)
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
        raise pinning.wrong("--subject", error) from error
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
    mine = pem_of(certificate, option) if certificate else ""
    secret = pem_of(key, option) if key else ""
    return pinning.pair_in(mine, secret, option, check, now)


def authorities_of(file: Path | None, now: datetime) -> str | None:
    """Return the certificates that stand for a partner's server, as one PEM text.

    Raises:
        Rejection: there is none, or one cannot be relied on.
    """
    if file is None:
        return None
    option = "--server-authorities"
    return pinning.authorities_in(pem_of(file, option), option, now)
