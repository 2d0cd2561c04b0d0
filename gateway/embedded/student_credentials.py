"""Student credentials that were imported, until a site plugs in its own student portal."""

from collections.abc import Callable, Sequence
from typing import Protocol

from gateway.domain.identifiers import CodiceFiscale, MiurCode
from gateway.domain.titles import LookupOutcome
from gateway.usecases.title_ports import DiplomaQuestion


class CredentialFinder(Protocol):
    """Where imported credentials are kept."""

    def credentials(
        self, universities: Sequence[MiurCode], user_id: str
    ) -> Sequence[tuple[str, str]] | None:
        """Return (argon2 hash, digest of the owner) of a name, ``None`` where there are none."""

    def digest(self, codice_fiscale: CodiceFiscale) -> str:
        """Return the digest of an owner."""


class EmbeddedCredentials:
    """Implements ``StudentCredentials``. ``verify`` compares a password with its argon2 hash."""

    def __init__(self, kept: CredentialFinder, verify: Callable[[str, str], bool]) -> None:
        self._kept = kept
        self._verify = verify

    def check(
        self, universities: Sequence[MiurCode], question: DiplomaQuestion
    ) -> LookupOutcome | None:
        """Return ``None`` if the credentials are the student's, else why not.

        An unknown name costs as much as a wrong password, and is told apart from it by nobody.
        """
        found = self._kept.credentials(universities, question.user_id)
        if found is None:
            return LookupOutcome.CREDENTIALS_NOT_CHECKED
        right = [
            owner
            for expected, owner in found or [("", "")]
            if self._verify(question.password, expected)
        ]
        if not right:
            return LookupOutcome.CREDENTIALS_WRONG
        if self._kept.digest(question.codice_fiscale) not in right:
            return LookupOutcome.CREDENTIALS_OF_ANOTHER
        return None
