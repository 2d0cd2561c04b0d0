"""What the origin knows of a student's career, and what the student asks for with it.

A prepared career is a foglio without a destination: identity, titles, exams, fees. A wish is what a
student adds to it: where to, which course, notes, consent. Together they make a foglio di congedo.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from gateway.domain.identifiers import MiurCode
from gateway.domain.offers import Course
from gateway.domain.students import Student
from gateway.domain.terms import Section


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedCareer:
    """A student's career as the office or its student system prepared it.

    ``number`` is by which pages name it: 0 while it is not kept.
    """

    student: Student
    content: bytes = field(repr=False)
    sections: frozenset[Section]
    imported_at: datetime
    imported_by: str = field(default="", repr=False)
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferWish:
    """What a student asks for. ``test_passed`` is ``None`` when no test is declared."""

    destination: MiurCode
    destination_name: str = field(repr=False)
    course: Course
    academic_year: int
    asked_on: date
    consent: bool = False
    year_of_course: int | None = None
    test_passed: bool | None = None
    why: str = field(default="", repr=False)
    notes: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoglioEdit:
    """A foglio that the office is working on, apart from the one of the request until it is kept.

    ``foglio`` is the number of the one it began with: when the request has another one, somebody
    replaced it meanwhile. ``version`` guards against two people working at once, 0 before the
    first change.
    """

    content: bytes = field(repr=False)
    foglio: int
    edited_at: datetime
    edited_by: str = field(default="", repr=False)
    version: int = 0
