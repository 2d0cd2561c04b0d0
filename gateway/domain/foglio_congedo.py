"""The foglio di congedo as the gateway understands it (T11).

Only what decisions need is read here; the document itself stays as it was received. ``Exam`` and
``Tratta`` serve the commission, ``Fees`` and suspended exams the origin's checks.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from gateway.domain.attachments import AttachmentReference
from gateway.domain.identifiers import MiurCode
from gateway.domain.students import Student
from gateway.domain.terms import Section


class ExamOutcome(StrEnum):
    """How an exam stands in the career (guideline 4.4.3, SEZ 4)."""

    PASSED = "SUPERATO"
    RECOGNISED = "CONVALIDATO"
    ATTENDED = "FREQUENTATO"
    SUSPENDED = "SOSPESO"


@dataclass(frozen=True, slots=True)
class Fees:
    """Fees of an academic year."""

    academic_year: int
    in_order: bool


@dataclass(frozen=True, slots=True)
class TransferRequest:
    """Section 1: what the student asks. ``test_passed`` is ``None`` when no test is declared."""

    origin: MiurCode
    destination: MiurCode
    academic_year: int
    submitted_on: date
    course_code: str
    course_name: str = ""
    consent: bool = True
    test_passed: bool | None = None
    student_notes: str = field(default="", repr=False)
    fees: tuple[Fees, ...] = ()


@dataclass(frozen=True, slots=True)
class Exam:
    """An exam of a career. ``reference`` is "tratta.position", both counted from 1."""

    reference: str
    name: str = field(repr=False)
    outcome: ExamOutcome
    code: str = ""
    cfu: Decimal = Decimal(0)
    sectors: tuple[str, ...] = ()
    grade: int | None = None
    honours: bool = False
    pass_only: bool = False
    taken_on: date | None = None
    suspension: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Tratta:
    """A stretch of career in one degree course; the open one has no reason of closing."""

    number: int
    matricola: str = field(repr=False)
    university: MiurCode
    course_name: str
    closed_for: str | None
    exams: tuple[Exam, ...]
    course_code: str = ""
    faculty: str = ""


@dataclass(frozen=True, slots=True)
class Career:
    """Section 4 as the commission reads it."""

    tratte: tuple[Tratta, ...]

    @property
    def exams(self) -> dict[str, Exam]:
        """Every exam by its reference."""
        return {exam.reference: exam for tratta in self.tratte for exam in tratta.exams}

    @property
    def cfu(self) -> Decimal:
        """Credits of passed and recognised exams."""
        return sum(
            (
                exam.cfu
                for exam in self.exams.values()
                if exam.outcome in (ExamOutcome.PASSED, ExamOutcome.RECOGNISED)
            ),
            Decimal(0),
        )

    @property
    def present(self) -> Tratta | None:
        """The stretch that is open: the last one without a reason of closing."""
        return next((item for item in reversed(self.tratte) if item.closed_for is None), None)

    @property
    def suspended(self) -> list[Exam]:
        """Exams whose registration is suspended."""
        return [exam for exam in self.exams.values() if exam.outcome is ExamOutcome.SUSPENDED]


@dataclass(frozen=True, slots=True)
class FoglioCongedo:
    """What a foglio says. Sections that it does not carry are ``None``."""

    sections: frozenset[Section]
    request: TransferRequest | None = None
    student: Student | None = None
    attachments: tuple[AttachmentReference, ...] = ()
