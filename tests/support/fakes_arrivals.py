"""In-memory enrolments, enrolled students and drafts of decisions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.domain.arrivals import EnrolmentRecord
from gateway.domain.delibera_draft import DeliberaDraft
from gateway.domain.deliveries import Side
from gateway.domain.identifiers import CodiceFiscale, IdPratica, MiurCode
from gateway.usecases.arrival_ports import EnrolledStudent
from gateway.usecases.ports import ConcurrentChange
from tests.support.fakes_tables import Tables


@dataclass(frozen=True)
class FakeEnrolments:
    """Implements ``Enrolments``."""

    tables: Tables

    def get(self, origin: MiurCode, id_pratica: IdPratica) -> EnrolmentRecord | None:
        return self.tables.enrolments.get((origin, id_pratica))

    def save(self, record: EnrolmentRecord, now: datetime) -> EnrolmentRecord:
        key = (record.origin, record.id_pratica)
        before = self.tables.enrolments.get(key)
        if (before.version if before else 0) != record.version:
            raise ConcurrentChange
        self.tables.enrolments[key] = replace(record, version=record.version + 1)
        return self.tables.enrolments[key]


@dataclass(frozen=True)
class FakeEnrolled:
    """Implements ``EnrolledStudents``."""

    tables: Tables

    def keep(self, students: Iterable[EnrolledStudent], now: datetime) -> int:
        before = len(self.tables.enrolled)
        for student in students:
            self.tables.enrolled[student.matricola] = student
        return len(self.tables.enrolled) - before

    def of(self, codice_fiscale: CodiceFiscale) -> Sequence[EnrolledStudent]:
        kept = self.tables.enrolled.values()
        return [student for student in kept if student.codice_fiscale == codice_fiscale]

    def count(self) -> tuple[int, datetime | None]:
        return len(self.tables.enrolled), None


@dataclass(frozen=True)
class FakeStudentAccess:
    """Implements ``StudentAccess``."""

    tables: Tables

    def end(self, student: CodiceFiscale, now: datetime) -> None:
        self.tables.ended_access.append(student)

    def restore(self, student: CodiceFiscale, now: datetime) -> None:
        self.tables.restored_access.append(student)


@dataclass(frozen=True)
class FakeDeliberaDrafts:
    """Implements ``DeliberaDrafts``."""

    tables: Tables

    def get(self, side: Side, partner: MiurCode, id_pratica: IdPratica) -> DeliberaDraft | None:
        return self.tables.delibera_drafts.get((side, partner, id_pratica))

    def save(
        self, side: Side, partner: MiurCode, id_pratica: IdPratica, draft: DeliberaDraft
    ) -> DeliberaDraft:
        before = self.get(side, partner, id_pratica)
        if (before.version if before else 0) != draft.version:
            raise ConcurrentChange
        kept = replace(draft, version=draft.version + 1)
        self.tables.delibera_drafts[side, partner, id_pratica] = kept
        return kept
