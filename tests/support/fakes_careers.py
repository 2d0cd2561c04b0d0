"""In-memory careers and fogli in work, and a composer whose documents are words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from gateway.domain.careers import FoglioEdit, PreparedCareer, TransferWish
from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.origin import OutgoingTransfer
from gateway.domain.partners import University
from gateway.domain.rejections import Cause, refuse
from gateway.usecases.ports import ConcurrentChange
from tests.support.fakes import FakeDocuments
from tests.support.fakes_samples import request
from tests.support.fakes_tables import Tables


@dataclass(frozen=True)
class FakeCareers:
    """Implements ``Careers``, and ``StudentRecords`` too."""

    tables: Tables

    def get(self, student: CodiceFiscale) -> PreparedCareer | None:
        return self.tables.careers.get(student)

    def find(self, student: CodiceFiscale) -> PreparedCareer | None:
        return self.get(student)

    def by_number(self, number: int) -> PreparedCareer | None:
        return next((item for item in self.tables.careers.values() if item.number == number), None)

    def keep(self, career: PreparedCareer) -> None:
        known = self.get(career.student.codice_fiscale)
        number = known.number if known else self.tables.next_number("career")
        self.tables.careers[career.student.codice_fiscale] = replace(career, number=number)

    def remove(self, number: int) -> bool:
        known = self.by_number(number)
        if known is not None:
            del self.tables.careers[known.student.codice_fiscale]
        return known is not None

    def page(self, after: int, limit: int) -> Sequence[PreparedCareer]:
        found = [item for item in self.tables.careers.values() if item.number > after]
        return sorted(found, key=lambda item: item.number)[:limit]

    def count(self) -> int:
        return len(self.tables.careers)


@dataclass(frozen=True)
class FakeFoglioEdits:
    """Implements ``FoglioEdits``."""

    tables: Tables

    def get(self, transfer: OutgoingTransfer) -> FoglioEdit | None:
        return self.tables.foglio_edits.get(transfer.id_pratica)

    def keep(self, transfer: OutgoingTransfer, edit: FoglioEdit) -> FoglioEdit:
        known = self.get(transfer)
        if (known.version if known else 0) != edit.version:
            raise ConcurrentChange
        kept = replace(edit, version=edit.version + 1)
        self.tables.foglio_edits[transfer.id_pratica] = kept
        return kept

    def drop(self, transfer: OutgoingTransfer) -> None:
        self.tables.foglio_edits.pop(transfer.id_pratica, None)


@dataclass
class FakeComposer:
    """Implements ``FoglioComposer``: says to the documents what its own ones say.

    A career is ``career:...``, or ``origin:<code>:career:...`` where it names one.
    """

    documents: FakeDocuments

    def career(self, content: bytes) -> bytes:
        found = content.rpartition(b"career:")
        if not found[1]:
            raise refuse(Cause.NOT_A_DOCUMENT, "FoglioCongedo")
        return found[1] + found[2]

    def origin_of(self, content: bytes) -> str:
        if not content.startswith(b"origin:"):
            return ""
        return content.split(b":")[1].decode()

    def compose(self, career: bytes, wish: TransferWish, origin: University) -> bytes:
        made = career + f"|{wish.destination} {wish.course.code} {wish.asked_on}".encode()
        asked = request(
            origin=origin.code,
            destination=wish.destination,
            academic_year=wish.academic_year,
            submitted_on=wish.asked_on,
            course_code=wish.course.code,
            course_name=wish.course.name,
            consent=wish.consent,
            student_notes=wish.notes,
        )
        known = self.documents.known.get(career)
        if known is not None:
            self.documents.know(
                made,
                replace(known.foglio, request=asked),
                career=known.career,
                faults=known.faults,
            )
        return made

    def wish_of(self, content: bytes) -> TransferWish:
        raise NotImplementedError

    def dated(self, content: bytes, on: date) -> bytes:
        made = content + f" dated {on}".encode()
        known = self.documents.known[content]
        assert known.foglio.request is not None
        asked = replace(known.foglio.request, submitted_on=on)
        self.documents.know(made, replace(known.foglio, request=asked), career=known.career)
        return made
