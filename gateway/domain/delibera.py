"""The commission's decision: which exams are converted into which, with what credits (T19).

One target may gather many exams, an exam may be split over targets as long as its credits last, a
target may be refused with a reason. Totals are checked against the career that was sent.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from gateway.domain.foglio_congedo import Career, ExamOutcome
from gateway.domain.rejections import Cause, Reason, Rejection


@dataclass(frozen=True, slots=True)
class Source:
    """An exam of the career, by reference, and how many of its credits are used."""

    reference: str
    cfu: Decimal


@dataclass(frozen=True, slots=True)
class Conversion:
    """One line of the conversion table. A refused line has a reason and grants nothing."""

    sources: tuple[Source, ...]
    target_name: str = field(repr=False)
    target_code: str = ""
    cfu: Decimal = Decimal(0)
    sector: str = ""
    grade: int | None = None
    refused_for: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Integration:
    """An exam that the student must still take for something that the career lacks."""

    name: str = field(repr=False)
    code: str = ""
    cfu: Decimal = Decimal(0)
    sector: str = ""


@dataclass(frozen=True, slots=True)
class Delibera:
    """A decision: body, day, conversion table and the year of course the student is admitted to.

    ``integrations`` are exams that the student must take besides.
    """

    body: str
    decided_on: date
    conversions: tuple[Conversion, ...]
    number: str = ""
    year_of_course: int | None = None
    notes: str = field(default="", repr=False)
    integrations: tuple[Integration, ...] = ()

    @property
    def cfu(self) -> Decimal:
        """Credits granted in all."""
        return sum((line.cfu for line in self.conversions), Decimal(0))


def check(delibera: Delibera, career: Career) -> None:
    """Compare a decision with the career it is about.

    Raises:
        Rejection: an exam is unknown or cannot count, credits are spent twice, more is granted
            than used, or a refused line has no reason; every fault at once.
    """
    reasons = [*_line_faults(delibera, career), *_total_faults(delibera, career)]
    if reasons:
        raise Rejection(reasons)


def _fault(line: int, why: str, **params: str) -> Reason:
    return Reason(Cause.CONVERSION_INVALID, f"conversions/{line}", {"why": why, **params})


def _line_faults(delibera: Delibera, career: Career) -> Iterator[Reason]:
    exams = career.exams
    for number, line in enumerate(delibera.conversions, start=1):
        if not line.sources:
            yield _fault(number, "no_source")
        for source in line.sources:
            exam = exams.get(source.reference)
            if exam is None:
                yield _fault(number, "unknown_exam", exam=source.reference)
            elif exam.outcome not in (ExamOutcome.PASSED, ExamOutcome.RECOGNISED):
                yield _fault(number, "exam_not_passed", exam=source.reference)
        used = sum((source.cfu for source in line.sources), Decimal(0))
        if line.refused_for and line.cfu:
            yield _fault(number, "refused_with_credits")
        elif not line.refused_for and not 0 < line.cfu <= used:
            yield _fault(number, "credits_exceed", granted=str(line.cfu), used=str(used))


def _total_faults(delibera: Delibera, career: Career) -> Iterator[Reason]:
    spent: dict[str, Decimal] = defaultdict(Decimal)
    for line in delibera.conversions:
        if not line.refused_for:
            for source in line.sources:
                spent[source.reference] += source.cfu
    for reference, cfu in spent.items():
        exam = career.exams.get(reference)
        if exam is not None and cfu > exam.cfu:
            yield Reason(
                Cause.CONVERSION_INVALID,
                "conversions",
                {
                    "why": "spent_twice",
                    "exam": reference,
                    "used": str(cfu),
                    "available": str(exam.cfu),
                },
            )
