"""Passwords and their argon2id hashes, verified at a bounded cost.

Verifying a hash costs tens of milliseconds by design, so what was verified is remembered per
process under a keyed digest, as long as the hash stays the same; wrong ones never push out right
ones. Few verifications run at once and few calls wait for one: guessing passwords can use up
neither the machine nor the threads.
"""

import hashlib
import hmac
import os
import threading
from collections import OrderedDict

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gateway.observation import note_verification
from gateway.soap.faults import busy

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_AT_ONCE = 2
_PATIENCE_SECONDS = 1.0
_REMEMBERED = 2048


def hash_password(password: str) -> str:
    """Return the salted argon2id hash that a partner's record keeps."""
    return _HASHER.hash(password)


class Passwords:
    """Verifies passwords and remembers, for this process, which ones were right or wrong.

    ``places`` is how many calls at most wait for a verification, their own or another's.
    """

    def __init__(self, places: int = 8) -> None:
        self._key = os.urandom(32)
        self._right: OrderedDict[bytes, bool] = OrderedDict()
        self._wrong: OrderedDict[bytes, bool] = OrderedDict()
        self._lock = threading.Lock()
        self._line = threading.BoundedSemaphore(places)
        self._slots = threading.BoundedSemaphore(_AT_ONCE)
        self._nobody = ""

    def verify(self, password: str, expected: str, who: str = "") -> bool:
        """Tell whether ``password`` belongs to the hash ``expected`` (empty: nobody's).

        ``who`` is the name it was shown with: what is remembered of one name is not of another, or
        the time of an answer would tell which names are nobody's.

        Raises:
            InvalidCall: too many verifications are running.
        """
        reference = expected or self._nobody_hash()
        shown = f"{who}\0{password}".encode()
        digest = hmac.new(self._key, shown, hashlib.sha256).digest()
        digest += reference.encode()
        known = self._recall(digest)
        if known is not None:
            return known and bool(expected)
        if not self._line.acquire(blocking=False):
            raise busy()
        try:
            right = self._compute(password, reference, digest)
        finally:
            self._line.release()
        memory = self._right if right else self._wrong
        with self._lock:
            memory[digest] = right
            while len(memory) > _REMEMBERED:
                memory.popitem(last=False)
        return right and bool(expected)

    def _recall(self, digest: bytes) -> bool | None:
        with self._lock:
            return self._right.get(digest, self._wrong.get(digest))

    def _compute(self, password: str, reference: str, digest: bytes) -> bool:
        if not self._slots.acquire(timeout=_PATIENCE_SECONDS):
            note_verification("busy")
            raise busy()
        try:
            known = self._recall(digest)  # others with the same password may have waited as well
            if known is not None:
                return known
            right = bool(_HASHER.verify(reference, password))
        except (VerificationError, InvalidHashError):
            right = False
        finally:
            self._slots.release()
        note_verification("right" if right else "wrong")
        return right

    def _nobody_hash(self) -> str:
        if not self._nobody:
            self._nobody = _HASHER.hash(os.urandom(16).hex())
        return self._nobody
