"""An in-memory store of titles, and the archive that lookups read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from gateway.domain.identifiers import CodiceFiscale, MiurCode
from gateway.domain.lifecycle import Actor
from gateway.domain.rejections import Reason
from gateway.domain.title_records import (
    ImportRun,
    StoredTitle,
    TitleChange,
    TitleKind,
    key_of,
    kind_of,
)
from gateway.domain.titles import LookupOutcome, SchoolDiploma, Title, UniversityTitle
from gateway.usecases.ports import ConcurrentChange
from gateway.usecases.title_ports import DiplomaQuestion, StudentCredential
from tests.support.fakes_tables import Tables


@dataclass(frozen=True)
class FakeTitles:
    """Implements ``Titles``."""

    tables: Tables

    def known(self, titles: Sequence[Title]) -> Mapping[str, StoredTitle]:
        wanted = {key_of(title) for title in titles}
        former = {
            key_of(change.before): self.tables.titles[number]
            for number, changes in self.tables.title_changes.items()
            for change in changes
        }
        present = {key_of(stored.title): stored for stored in self.tables.titles.values()}
        return {key: kept for key, kept in (former | present).items() if key in wanted}

    def add(self, titles: Sequence[Title], run: int, now: datetime) -> None:
        for title in titles:
            number = self.tables.next_number("title")
            self.tables.titles[number] = StoredTitle(number, title, 1, run, now)

    def get(self, title_id: int) -> StoredTitle | None:
        return self.tables.titles.get(title_id)

    def change(self, stored: StoredTitle, title: Title, change: TitleChange) -> StoredTitle:
        if self.tables.titles[stored.title_id].version != stored.version:
            raise ConcurrentChange
        changed = replace(stored, title=title, version=stored.version + 1)
        self.tables.titles[stored.title_id] = changed
        before = self.tables.title_changes.get(stored.title_id, ())
        self.tables.title_changes[stored.title_id] = (*before, change)
        return changed

    def history(self, title_id: int) -> Sequence[TitleChange]:
        return self.tables.title_changes.get(title_id, ())

    def listing(
        self,
        *,
        kind: TitleKind | None = None,
        student: CodiceFiscale | None = None,
        after: int = 0,
        limit: int,
    ) -> Sequence[StoredTitle]:
        found = [
            stored
            for number, stored in sorted(self.tables.titles.items())
            if number > after
            and kind in (None, kind_of(stored.title))
            and student in (None, stored.title.codice_fiscale)
        ]
        return found[:limit]

    def open_run(self, digest: str, *, replace: bool) -> ImportRun | None:
        for run in self.tables.title_runs.values():
            if (run.digest, run.replace, run.finished_at) == (digest, replace, None):
                return run
        return None

    def begin_run(self, digest: str, *, replace: bool, actor: Actor, now: datetime) -> ImportRun:
        run = ImportRun(run_id=self.tables.next_number("run"), digest=digest, replace=replace)
        self.tables.title_runs[run.run_id] = run
        return run

    def save_run(self, run: ImportRun, now: datetime) -> None:
        self.tables.title_runs[run.run_id] = run

    def refuse(self, run: int, line: int, reasons: Sequence[Reason]) -> None:
        before = self.tables.title_refusals.get(run, ())
        self.tables.title_refusals[run] = (*before, *((line, reason) for reason in reasons))

    def refusals(self, run: int, limit: int) -> Sequence[tuple[int, Reason]]:
        return self.tables.title_refusals.get(run, ())[:limit]

    def keep_credentials(self, credentials: Sequence[StudentCredential], now: datetime) -> int:
        raise NotImplementedError


@dataclass
class FakeArchive:
    """Implements ``TitleArchive``: titles by the hosted university that keeps them."""

    kept: dict[MiurCode, tuple[Title, ...]] = field(default_factory=dict)

    def titles(
        self, universities: Sequence[MiurCode], codice_fiscale: CodiceFiscale
    ) -> Sequence[UniversityTitle]:
        return [
            title
            for title in self._of(universities, codice_fiscale)
            if isinstance(title, UniversityTitle)
        ]

    def diplomas(
        self, universities: Sequence[MiurCode], codice_fiscale: CodiceFiscale, year: int
    ) -> Sequence[SchoolDiploma]:
        return [
            title
            for title in self._of(universities, codice_fiscale)
            if isinstance(title, SchoolDiploma) and title.year == year
        ]

    def _of(self, universities: Sequence[MiurCode], student: CodiceFiscale) -> list[Title]:
        return [
            title
            for university in universities
            for title in self.kept.get(university, ())
            if title.codice_fiscale == student
        ]


@dataclass
class FakeCredentials:
    """Implements ``StudentCredentials``: says what it is told to."""

    says: LookupOutcome | None = None
    asked: list[DiplomaQuestion] = field(default_factory=list)

    def check(
        self, universities: Sequence[MiurCode], question: DiplomaQuestion
    ) -> LookupOutcome | None:
        self.asked.append(question)
        return self.says
