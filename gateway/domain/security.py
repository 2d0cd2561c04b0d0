"""How a partner proves who it is, how we prove it to a partner, and how much it may ask for.

What a partner must show is a set of proofs: all of them, in every message. What we show is a set
too. Certificates and keys are PEM texts; public keys are pinned by the SHA-256 of their
SubjectPublicKeyInfo, so that a certificate renewed with the same key stays good. Two pins side by
side, each with its last day, make the overlap of a renewal.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Proof(StrEnum):
    """A way to prove who sends a message."""

    BASIC = "basic"
    CERTIFICATE = "certificate"
    USERNAME_TOKEN = "username_token"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class KeyPin:
    """A public key, by the SHA-256 of its SubjectPublicKeyInfo in lower-case hexadecimal.

    ``until`` is the last day on which it is good; ``None`` has no end. ``certificate`` (PEM) is
    one that has the key, where one was given: a listener of ours must know it beforehand, and the
    sender of a message may name its key without carrying it.
    """

    sha256: str
    until: date | None = None
    certificate: str = field(default="", repr=False)

    def good_on(self, day: date) -> bool:
        """Tell whether the pin holds on ``day``."""
        return self.until is None or day <= self.until


@dataclass(frozen=True, slots=True)
class SubjectPin:
    """A subject (RFC 4514 text) that an authority, given by its certificate in PEM, certifies."""

    authority: str
    subject: str
    until: date | None = None

    def good_on(self, day: date) -> bool:
        """Tell whether the pin holds on ``day``."""
        return self.until is None or day <= self.until


@dataclass(frozen=True, slots=True)
class Ending:
    """The last day of something that messages rely on; ``what`` is the name of a field."""

    what: str
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundSecurity:
    """What a partner must show.

    ``token_password`` is what a WS-Security digest is made from, so it is kept itself, sealed.
    ``signers`` pin the keys whose signature counts; ``sign_answers`` has our answers signed with
    the key that ``OutboundSecurity`` holds.
    """

    proofs: frozenset[Proof] = frozenset({Proof.BASIC})
    keys: tuple[KeyPin, ...] = ()
    subjects: tuple[SubjectPin, ...] = ()
    token_password: str = field(default="", repr=False)
    signers: tuple[KeyPin, ...] = ()
    sign_answers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundSecurity:
    """What we show to a partner, and by what we know it.

    ``authorities`` (PEM) stand in place of the public ones; ``server_keys`` pin the partner's
    server beside them. ``answer_signers`` pin the keys that must have signed its answers: none
    means that answers are not signed.
    """

    proofs: frozenset[Proof] = frozenset({Proof.BASIC})
    certificate: str = ""
    certificate_key: str = field(default="", repr=False)
    token_username: str = ""
    token_password: str = field(default="", repr=False)
    signing_certificate: str = ""
    signing_key: str = field(default="", repr=False)
    answer_signers: tuple[KeyPin, ...] = ()
    authorities: str = ""
    server_keys: tuple[KeyPin, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a partner may ask for, in each process that serves.

    ``per_minute`` messages on average, ``burst`` of them at once; ``concurrent`` at the same time;
    ``body_bytes`` of a message with a foglio (0: as the installation says).
    """

    per_minute: int = 600
    burst: int = 200
    concurrent: int = 8
    body_bytes: int = 0
