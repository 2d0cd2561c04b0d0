"""What the titles need of the outside: the store, student credentials, another registry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.domain.identifiers import CodiceFiscale, MiurCode
from gateway.domain.lifecycle import Actor
from gateway.domain.rejections import Reason
from gateway.domain.title_records import (
    ImportRun,
    StoredTitle,
    TitleChange,
    TitleKind,
)
from gateway.domain.titles import LookupOutcome, SchoolDiploma, Title, UniversityTitle


class CouldNotAsk(Exception):  # noqa: N818  one of the three honest answers
    """The registry could not be asked: nothing is known of the title.

    ``reason`` is a word of the program's, without personal data; ``since`` is the moment from which
    the registry has been silent.
    """

    def __init__(self, reason: str, since: datetime) -> None:
        self.reason = reason
        self.since = since
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class StudentCredential:
    """A student's access to the student portal: name, argon2 hash, whose it is."""

    user_id: str
    password_hash: str = field(repr=False)
    codice_fiscale: CodiceFiscale = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiplomaQuestion:
    """What a diploma lookup asks. ``year`` is the one in which the school year ends.

    ``user_id`` and ``password`` are both empty or both given.
    """

    codice_fiscale: CodiceFiscale = field(repr=False)
    year: int
    user_id: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class DiplomaReply:
    """What a registry answered to a diploma lookup.

    ``detail`` are its own words where it failed (outcome 4).
    """

    outcome: LookupOutcome
    diplomas: tuple[SchoolDiploma, ...] = ()
    detail: str = ""


class Upstream(Protocol):
    """Another registry, asked under our own credentials (A5)."""

    def ask_titles(self, codice_fiscale: CodiceFiscale) -> Sequence[UniversityTitle]:
        """Return the titles of a student, none if the registry says that there are none.

        Raises:
            CouldNotAsk: the registry said nothing about them.
        """

    def ask_diploma(self, question: DiplomaQuestion) -> DiplomaReply:
        """Return what the registry says: any outcome but 3 and 97, which say nothing.

        Raises:
            CouldNotAsk: the registry said nothing about the diploma.
        """


class TitleArchive(Protocol):
    """The titles that hosted universities keep, as lookups read them: none that is withdrawn."""

    def titles(
        self, universities: Sequence[MiurCode], codice_fiscale: CodiceFiscale
    ) -> Sequence[UniversityTitle]: ...
    def diplomas(
        self, universities: Sequence[MiurCode], codice_fiscale: CodiceFiscale, year: int
    ) -> Sequence[SchoolDiploma]: ...


class StudentCredentials(Protocol):
    """Who can say whether a student's credentials are right."""

    def check(
        self, universities: Sequence[MiurCode], question: DiplomaQuestion
    ) -> LookupOutcome | None:
        """Return ``None`` if they are the student's, else why not: outcome 94, 97 or 98."""


class Titles(Protocol):
    """The titles of one hosted university, with their changes and the imports that brought them."""

    def known(self, titles: Sequence[Title]) -> Mapping[str, StoredTitle]:
        """Return what is kept under the keys of ``titles``, by key.

        A title is also found by a key that it had before a correction.
        """

    def add(self, titles: Sequence[Title], run: int, now: datetime) -> None: ...
    def get(self, title_id: int) -> StoredTitle | None: ...
    def change(self, stored: StoredTitle, title: Title, change: TitleChange) -> StoredTitle:
        """Keep ``title`` in place of what is stored, and the change beside it.

        Raises:
            ConcurrentChange: somebody else changed it meanwhile.
        """

    def history(self, title_id: int) -> Sequence[TitleChange]: ...
    def listing(
        self,
        *,
        kind: TitleKind | None = None,
        student: CodiceFiscale | None = None,
        after: int = 0,
        limit: int,
    ) -> Sequence[StoredTitle]:
        """Return titles by number, from the one behind ``after``; withdrawn ones too."""

    def open_run(self, digest: str, *, replace: bool) -> ImportRun | None:
        """Return the import of this file that was begun and never finished."""

    def begin_run(
        self, digest: str, *, replace: bool, actor: Actor, now: datetime
    ) -> ImportRun: ...
    def save_run(self, run: ImportRun, now: datetime) -> None: ...
    def refuse(self, run: int, line: int, reasons: Sequence[Reason]) -> None: ...
    def refusals(self, run: int, limit: int) -> Sequence[tuple[int, Reason]]:
        """Return the first reasons for which lines were refused, each with its line."""

    def keep_credentials(self, credentials: Sequence[StudentCredential], now: datetime) -> int:
        """Keep credentials in place of those of the same name; return how many are new."""
