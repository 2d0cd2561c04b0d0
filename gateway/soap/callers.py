"""Who calls: the one place where a partner is authenticated. Here HTTP Basic over argon2.

Verifying a hash costs tens of milliseconds by design, so what was verified is remembered per
process under a keyed digest, as long as the partner's hash stays the same. Few verifications run
at once: guessing passwords cannot use up the machine. An unknown name costs as much as a wrong
password.
"""

import base64
import binascii
import hashlib
import hmac
import os
import threading
from collections import OrderedDict
from collections.abc import Mapping
from datetime import date

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gateway.domain.identifiers import MiurCode
from gateway.domain.partners import Partner, University
from gateway.soap.faults import busy, unauthenticated
from gateway.soap.wiring import Wiring

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_MAX_HEADER = 1024
_AT_ONCE = 2
_PATIENCE_SECONDS = 1.0
_REMEMBERED = 2048


def hash_password(password: str) -> str:
    """Return the salted argon2id hash that a partner's record keeps."""
    return _HASHER.hash(password)


class Passwords:
    """Verifies passwords and remembers, for this process, which ones were right or wrong."""

    def __init__(self) -> None:
        self._key = os.urandom(32)
        self._known: OrderedDict[bytes, tuple[str, bool]] = OrderedDict()
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(_AT_ONCE)
        self._nobody = ""

    def verify(self, password: str, expected: str) -> bool:
        """Tell whether ``password`` belongs to the hash ``expected`` (empty: nobody's).

        Raises:
            InvalidCall: too many verifications are running.
        """
        reference = expected or self._nobody_hash()
        digest = hmac.new(self._key, password.encode(), hashlib.sha256).digest()
        digest += reference.encode()
        with self._lock:
            known = self._known.get(digest)
        if known is not None:
            return known[1] and bool(expected)
        right = self._compute(password, reference, digest)
        with self._lock:
            self._known[digest] = (reference, right)
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return right and bool(expected)

    def _compute(self, password: str, reference: str, digest: bytes) -> bool:
        if not self._slots.acquire(timeout=_PATIENCE_SECONDS):
            raise busy()
        try:
            with self._lock:  # others with the same password may have waited in the same line
                known = self._known.get(digest)
            if known is not None:
                return known[1]
            return _HASHER.verify(reference, password)
        except (VerificationError, InvalidHashError):
            return False
        finally:
            self._slots.release()

    def _nobody_hash(self) -> str:
        if not self._nobody:
            self._nobody = _HASHER.hash(os.urandom(16).hex())
        return self._nobody


def credentials(header: str) -> tuple[str, str] | None:
    """Return name and password of an ``Authorization`` header, ``None`` if it has none we read."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic" or len(header) > _MAX_HEADER:
        return None
    try:
        name, colon, password = (
            base64.b64decode(value.strip(), validate=True).decode().partition(":")
        )
    except (binascii.Error, ValueError):
        return None
    return (name, password) if colon and name.isprintable() else None


class Callers:
    """Finds the partner behind a request."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._passwords = Passwords()

    def identify(self, university: MiurCode, headers: Mapping[str, object], today: date) -> Partner:
        """Return the partner that sends a request to a hosted university.

        Raises:
            InvalidCall: nobody we know, wrong password, or a partner not active today.
        """
        name, password = _shown(headers)
        partner = self._wiring.find_partner(university, name)
        right = self._passwords.verify(password, partner.password_hash if partner else "")
        if partner is None or not right or not partner.active_on(today):
            raise unauthenticated()
        return partner

    def identify_anywhere(
        self, headers: Mapping[str, object], today: date
    ) -> tuple[University, Partner]:
        """Return the partner that sends a request which names no hosted university, and its own.

        The same name may be a partner's of several; the password tells which is meant. Where it is
        the same too, one that may look up titles is taken first.

        Raises:
            InvalidCall: nobody we know, wrong password, or a partner not active today.
        """
        name, password = _shown(headers)
        known = sorted(self._wiring.find_partners(name), key=lambda found: not found[1].may_look_up)
        if not known:
            self._passwords.verify(password, "")  # an unknown name costs as much as a wrong one
        for university, partner in known:
            if self._passwords.verify(password, partner.password_hash) and partner.active_on(today):
                return university, partner
        raise unauthenticated()


def _shown(headers: Mapping[str, object]) -> tuple[str, str]:
    """Return the name and password that a request shows.

    Raises:
        InvalidCall: it shows none that we can read.
    """
    found = credentials(str(headers.get("HTTP_AUTHORIZATION", "")))
    if found is None:
        raise unauthenticated()
    return found
