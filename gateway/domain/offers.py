"""The degree courses that a destination offers to incoming transfers (T1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

ALL_KINDS = "ALL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A degree course on offer.

    ``site`` is an ISTAT code, ``deadline`` the last day for a request.
    """

    faculty_code: str
    faculty_name: str
    code: str
    name: str
    classification: str = "CODICIONE"
    faculty_detail: str = ""
    classe: str = ""
    regulation: str = ""
    kind: str = ""
    site: str = ""
    deadline: date | None = None
    limited_access: bool = False
    selection: bool = False
    web: str = ""
    notes: str = ""

    def open_on(self, day: date) -> bool:
        """Tell whether a request may still be made on ``day``."""
        return self.deadline is None or day <= self.deadline


@dataclass(frozen=True, slots=True)
class Offer:
    """The courses of one academic year (``year`` is the first of the two)."""

    year: int
    courses: tuple[Course, ...]
    fetched_at: datetime | None = None

    def of_kind(self, kind: str) -> "Offer":
        """Return the courses of one kind (ANS Codici_Tipo_Laurea), or all for ``ALL``."""
        if kind.upper() == ALL_KINDS:
            return self
        return Offer(self.year, tuple(c for c in self.courses if c.kind == kind), self.fetched_at)

    def find(self, code: str) -> Course | None:
        """Return the course with this code, if offered."""
        return next((course for course in self.courses if course.code == code), None)

    def by_faculty(self) -> list[tuple[str, str, list[Course]]]:
        """Return (code, name, courses) of each faculty, in the order of first appearance."""
        return group_by_faculty(self.courses)


def group_by_faculty(courses: Iterable[Course]) -> list[tuple[str, str, list[Course]]]:
    """Return (code, name, courses) of each faculty, in the order of first appearance."""
    groups: dict[tuple[str, str], list[Course]] = {}
    for course in courses:
        groups.setdefault((course.faculty_code, course.faculty_name), []).append(course)
    return [(code, name, found) for (code, name), found in groups.items()]
