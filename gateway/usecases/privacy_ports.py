"""What the care of personal data needs of the store."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.domain.deliveries import Side
from gateway.domain.identifiers import CodiceFiscale, IdPratica, MiurCode
from gateway.domain.retention import Kept, Policy
from gateway.usecases.ports import PracticeKey, UnitOfWork


@dataclass(frozen=True, slots=True)
class Cleared:
    """What one batch of practices cleared (or would): rows by kind.

    ``last`` is the number of the last practice looked at, ``None`` when there are no more.
    """

    counts: Mapping[Kept, int]
    last: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person's practice stands, as far as erasure must know.

    ``ended_at`` is ``None`` while it is open; ``registered`` tells that the register knows it;
    ``waiting`` counts deliveries that are still open, and a verification of titles under way.
    """

    key: PracticeKey
    state: str
    ended_at: datetime | None
    registered: bool
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Access:
    """That somebody looked at, took out or erased personal data by a command.

    ``purpose`` is what the operator gave as the reason; ``subject`` the keyed digest of the
    person's codice fiscale, empty when the command was about a practice only.
    """

    at: datetime
    operator: str
    command: str
    purpose: str = field(repr=False)
    subject: str = ""
    id_pratica: IdPratica | None = None
    rows: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class PersonalCopy:
    """Everything held about a person: rows by table, sealed columns opened.

    Values are as JSON knows them, but for documents, which are bytes.
    """

    tables: Mapping[str, Sequence[Mapping[str, object]]]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return sum(len(rows) for rows in self.tables.values())


class PersonalData(Protocol):
    """The personal data of one hosted university, across all tables (see ``storage.data_map``)."""

    def changed_terms(self) -> Policy: ...
    def keep_term(self, kept: Kept, days: int | None) -> None: ...
    def clear_practices(
        self, side: Side, before: Mapping[Kept, datetime], *, after: int, limit: int, dry: bool
    ) -> Cleared:
        """Clear what has passed its term of up to ``limit`` ended practices beyond ``after``."""

    def clear_rows(self, kept: Kept, before: datetime, *, limit: int, dry: bool) -> int:
        """Clear up to ``limit`` rows of a kind that hangs on no practice; return how many.

        A dry run counts all there are.
        """

    def practices_of(self, person: CodiceFiscale) -> Sequence[Standing]: ...
    def files_of(self, person: CodiceFiscale) -> datetime | None:
        """Return when the person's student file had its last entry, ``None`` if there is none."""

    def titles_of(self, person: CodiceFiscale) -> int:
        """Return how many titles of the person are kept, withdrawn ones too."""

    def copy_of(self, person: CodiceFiscale) -> PersonalCopy: ...
    def erase(self, person: CodiceFiscale) -> Mapping[str, int]:
        """Erase or make anonymous everything about a person; return how many rows, by table."""

    def subject(self, person: CodiceFiscale) -> str:
        """Return the keyed digest by which a person is known."""

    def subject_of(self, id_pratica: IdPratica) -> str:
        """Return the keyed digest of the student of a practice, empty if that is not one person."""

    def note(self, access: Access) -> None: ...
    def accesses(self, subject: str, limit: int) -> Sequence[Access]:
        """Return accesses, newest first; of one person if ``subject`` is not empty."""


class PrivacyUnitOfWork(UnitOfWork, Protocol):
    """A unit of work that also reaches personal data as such."""

    @property
    def personal(self) -> PersonalData: ...


class OpenPrivacyUnitOfWork(Protocol):
    """Opens one for a hosted university; see ``ports.OpenUnitOfWork``."""

    def __call__(
        self, university: MiurCode, *, lasting: bool = True
    ) -> AbstractContextManager[PrivacyUnitOfWork]: ...
