"""A decision in the making: what the commission typed so far, right or wrong, one after another.

A draft keeps words as they were typed, so that nothing is lost that is not yet right. It becomes a
:class:`Delibera` only when every number is one. Credits may be written with a comma.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from gateway.domain.delibera import Conversion, Delibera, Integration, Source
from gateway.domain.foglio_congedo import Career, Exam, ExamOutcome
from gateway.domain.rejections import Cause, Reason, Rejection

COUNTING = (ExamOutcome.PASSED, ExamOutcome.RECOGNISED)
"""Exams whose credits may be converted."""
MOST_CFU = Decimal(999)
_GRADES = range(18, 31)
_YEARS = range(1, 7)


@dataclass(frozen=True, slots=True)
class DraftSource:
    """An exam of the career and the credits used of it, as typed."""

    reference: str = ""
    cfu: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """A line of the conversion table, as typed."""

    sources: tuple[DraftSource, ...] = (DraftSource(),)
    target_name: str = field(default="", repr=False)
    target_code: str = ""
    cfu: str = field(default="", repr=False)
    sector: str = ""
    grade: str = field(default="", repr=False)
    refused: bool = False
    refused_for: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftIntegration:
    """An exam still to be taken, as typed."""

    name: str = field(default="", repr=False)
    code: str = ""
    cfu: str = field(default="", repr=False)
    sector: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliberaDraft:
    """A decision as typed so far, who typed last and when."""

    body: str = ""
    decided_on: str = field(default="", repr=False)
    number: str = ""
    year_of_course: str = field(default="", repr=False)
    notes: str = field(default="", repr=False)
    lines: tuple[DraftLine, ...] = ()
    integrations: tuple[DraftIntegration, ...] = ()
    changed_by: str = field(default="", repr=False)
    changed_at: datetime | None = None
    version: int = 0

    def one_to_one(self, career: Career) -> "DeliberaDraft":
        """Return the draft with a line for each exam that counts and that no line uses yet."""
        used = {source.reference for line in self.lines for source in line.sources}
        new = tuple(
            _as_it_is(exam)
            for exam in career.exams.values()
            if exam.outcome in COUNTING and exam.reference not in used
        )
        return replace(self, lines=(*self.lines, *new))

    def delibera(self) -> Delibera:
        """Return the decision.

        Raises:
            Rejection: something is missing or is no number; every fault at once.
        """
        reasons = list(_faults(self))
        if reasons:
            raise Rejection(reasons)
        return Delibera(
            body=self.body,
            decided_on=date.fromisoformat(self.decided_on),
            number=self.number,
            year_of_course=int(self.year_of_course) if self.year_of_course else None,
            notes=self.notes,
            conversions=tuple(_conversion(line) for line in self.lines),
            integrations=tuple(_integration(one) for one in self.integrations),
        )


def credits_of(typed: str) -> Decimal | None:
    """Return a number of credits, ``None`` for what is none; an empty field is zero."""
    try:
        number = Decimal(typed.strip().replace(",", ".") or "0")
    except InvalidOperation:
        return None
    return number if number.is_finite() and 0 <= number <= MOST_CFU else None


def _as_it_is(exam: Exam) -> DraftLine:
    cfu = format(exam.cfu.normalize(), "f")
    return DraftLine(
        sources=(DraftSource(exam.reference, cfu),),
        target_name=exam.name,
        target_code=exam.code,
        cfu=cfu,
        sector=exam.sectors[0] if exam.sectors else "",
        grade=str(exam.grade) if exam.grade is not None else "",
    )


def _malformed(path: str) -> Reason:
    return Reason(Cause.VALUE_MALFORMED, path)


def _missing(path: str) -> Reason:
    return Reason(Cause.ELEMENT_MISSING, path, {"element": path.rpartition("/")[2]})


def _is_one_of(typed: str, numbers: range) -> bool:
    return not typed or (typed.isascii() and typed.isdecimal() and int(typed) in numbers)


def _faults(draft: DeliberaDraft) -> Iterator[Reason]:
    if not draft.body:
        yield _missing("body")
    if not _is_day(draft.decided_on):
        yield _malformed("decided_on")
    if not _is_one_of(draft.year_of_course, _YEARS):
        yield _malformed("year_of_course")
    for number, line in enumerate(draft.lines, start=1):
        yield from _line_faults(line, f"conversions/{number}")
    for number, one in enumerate(draft.integrations, start=1):
        if not one.name:
            yield _missing(f"integrations/{number}/name")
        if not credits_of(one.cfu):
            yield _malformed(f"integrations/{number}/cfu")


def _is_day(typed: str) -> bool:
    try:
        date.fromisoformat(typed)
    except ValueError:
        return False
    return True


def _line_faults(line: DraftLine, place: str) -> Iterator[Reason]:
    if not line.target_name:
        yield _missing(f"{place}/target_name")
    if credits_of(line.cfu) is None:
        yield _malformed(f"{place}/cfu")
    if not _is_one_of(line.grade, _GRADES):
        yield _malformed(f"{place}/grade")
    if line.refused and not line.refused_for:
        yield _missing(f"{place}/refused_for")
    for number, source in enumerate(line.sources, start=1):
        if not source.reference:
            yield _missing(f"{place}/sources/{number}/reference")
        if not credits_of(source.cfu):
            yield _malformed(f"{place}/sources/{number}/cfu")


def _number(typed: str) -> Decimal:
    return credits_of(typed) or Decimal(0)


def _conversion(line: DraftLine) -> Conversion:
    return Conversion(
        sources=tuple(Source(item.reference, _number(item.cfu)) for item in line.sources),
        target_name=line.target_name,
        target_code=line.target_code,
        cfu=_number(line.cfu),
        sector=line.sector,
        grade=int(line.grade) if line.grade else None,
        refused_for=line.refused_for if line.refused else "",
    )


def _integration(one: DraftIntegration) -> Integration:
    return Integration(one.name, one.code, _number(one.cfu), one.sector)


@dataclass(frozen=True, slots=True)
class SectorTally:
    """Credits of a scientific sector: what the career has, what is granted."""

    sector: str
    declared: Decimal
    granted: Decimal


@dataclass(frozen=True, slots=True)
class Tally:
    """Credits of a draft against the career: in all, by sector, and what each exam has left."""

    declared: Decimal
    used: Decimal
    granted: Decimal
    sectors: tuple[SectorTally, ...]
    left: dict[str, Decimal] = field(repr=False)


def tally(draft: DeliberaDraft, career: Career) -> Tally:
    """Return the credits of a draft; what is no number counts for nothing."""
    declared: dict[str, Decimal] = defaultdict(Decimal)
    granted: dict[str, Decimal] = defaultdict(Decimal)
    left = {
        reference: exam.cfu for reference, exam in career.exams.items() if exam.outcome in COUNTING
    }
    for reference in left:
        exam = career.exams[reference]
        declared[" + ".join(exam.sectors)] += exam.cfu
    kept = [line for line in draft.lines if not line.refused]
    for line in kept:
        granted[line.sector] += _number(line.cfu)
        for source in line.sources:
            if source.reference in left:
                left[source.reference] -= _number(source.cfu)
    sectors = sorted({*declared, *granted})
    return Tally(
        declared=career.cfu,
        used=career.cfu - sum(left.values(), Decimal(0)),
        granted=sum(granted.values(), Decimal(0)),
        sectors=tuple(
            SectorTally(name, declared.get(name, Decimal(0)), granted.get(name, Decimal(0)))
            for name in sectors
        ),
        left=left,
    )
