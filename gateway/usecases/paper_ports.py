"""What is put on paper, as facts; how it looks is the implementation's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.domain.checks import Check
from gateway.domain.delibera import Delibera
from gateway.domain.deliveries import Side
from gateway.domain.foglio_congedo import Exam
from gateway.domain.identifiers import IdPratica, MiurCode
from gateway.domain.partners import University
from gateway.domain.students import Student


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperHead:
    """What stands on every paper: who issues it, about which practice, of whom, printed when."""

    university: University
    id_pratica: IdPratica
    student: Student
    printed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A course at a university, as people look for it."""

    university_code: MiurCode
    university_name: str = field(repr=False)
    course_code: str
    course_name: str
    academic_year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A number of the protocol register, and when it was given."""

    number: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Receipt of a request submitted at the origin (guideline A.4.1).

    ``irregularities`` are the checks that failed, also those that were cleared since. ``foglio`` is
    what was submitted, empty once somebody has changed it.
    """

    head: PaperHead
    wanted: Wanted
    registered: Registered
    irregularities: tuple[Check, ...] = ()
    foglio: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentReceipt:
    """Receipt of an enrolment at the destination (guideline A.4.2).

    ``course_asked`` is set when the student enrolled in another course than the one asked for.
    """

    head: PaperHead
    origin: str = field(repr=False)
    wanted: Wanted
    registered: Registered
    matricola: str = field(repr=False)
    enrolled_at: datetime
    course_asked: str = field(default="", repr=False)
    messages: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoglioSheet:
    """The foglio di congedo of a practice: the messages that carried it, or the present draft.

    ``partner`` is the university at the other end. A draft has no messages and no number.
    """

    head: PaperHead
    side: Side
    partner: str = field(repr=False)
    registered: Registered | None = None
    messages: tuple[bytes, ...] = field(default=(), repr=False)
    draft: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionSheet:
    """The commission's decision, with the exams it speaks of and the career it judged."""

    head: PaperHead
    origin: str = field(repr=False)
    wanted: Wanted
    registered: Registered
    delibera: Delibera
    exams: Mapping[str, Exam] = field(default_factory=dict, repr=False)
    messages: tuple[bytes, ...] = field(default=(), repr=False)


class PaperDocuments(Protocol):
    """Makes the papers, as PDF, in Italian (``it``) or English (``en``)."""

    def receipt(self, facts: Receipt, language: str) -> bytes: ...
    def enrolment(self, facts: EnrolmentReceipt, language: str) -> bytes: ...
    def foglio(self, facts: FoglioSheet, language: str) -> bytes: ...
    def decision(self, facts: DecisionSheet, language: str) -> bytes: ...
