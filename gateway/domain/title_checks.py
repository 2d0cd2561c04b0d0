"""Holding the titles that a student declared against what a registry has (A4, guideline 9.3.11).

Values are compared, not spellings. The rules, field by field:

- **university**: ANS codes have three characters, MIUR codes none to fill: ``016`` is ``16``;
- **kinds** of title and of diploma: capitals; numbers without leading zeros;
- **classe** and **school**: the registry knows numbers (ANS), a foglio may have the name of the
  classe (``L-8``) or the ministry's code of the school (``TNPS000000``). Two numbers are compared
  as numbers, two names by their letters and digits (``LM-4 c.u.`` is ``LM-4 CU``); a number
  and a name belong to two lists, and are not compared;
- **grade**: ``110L``, ``110 e lode``, ``110+Lode`` and 110 with honours are one; ``94``, ``94,0``
  and ``0094`` too. A diploma declared in sixtieths is held against the registry's grade as it is,
  and against its hundredths (48/60 is 80) where the registry normalises;
- **day**: a registry that tells the year only is held to the year;
- what either side leaves out is shown, and not compared.

A declared university title is the registry's one that has the same university and kind, or was
awarded on the same day by that university or as that kind; of several the one that agrees best,
and each of the registry's once. A diploma is looked up by student and year, so any that is found
is a candidate. Nothing here is lenient about a value: whatever differs is shown to a person.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from gateway.domain.lookups import FIRST_YEAR, LAST_YEAR, Answer, CouldNotAsk, Found
from gateway.domain.titles import SchoolDiploma, Title, TitleVerdict, UniversityTitle


class DeclaredKind(StrEnum):
    """The kinds of title that section 3 of a foglio declares (A.6)."""

    DIPLOMA = "diploma"
    UNIVERSITY = "university"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredTitle:
    """A title as the foglio declares it.

    ``year`` is the calendar year of a diploma and the first of the two academic years otherwise;
    ``grade`` and ``scale`` are numbers as written, ``judgement`` stands where there is no grade.
    """

    kind: DeclaredKind
    name: str = ""
    university: str = ""
    degree_type: str = ""
    classe: str = ""
    school: str = ""
    diploma_type: str = ""
    year: int | None = None
    awarded_on: date | None = None
    grade: str = ""
    scale: str = ""
    honours: bool = False
    judgement: str = ""
    abroad: bool = False

    def __repr__(self) -> str:
        return f"DeclaredTitle({self.kind.value})"


class Agreement(StrEnum):
    """How a declared value and the registry's stand to each other."""

    SAME = "same"
    DIFFERENT = "different"
    NOT_COMPARED = "not_compared"


@dataclass(frozen=True, slots=True)
class FieldCheck:
    """One field: what was declared, what the registry has, and whether they agree."""

    name: str
    declared: str
    registry: str
    agreement: Agreement

    def __repr__(self) -> str:
        return f"FieldCheck({self.name}, {self.agreement.value})"


class Why(StrEnum):
    """Why a title could not be verified, other than for a registry that could not be asked."""

    FOREIGN = "foreign_title"
    YEAR_MISSING = "year_missing"
    ABSENT = "not_in_registry"
    REFUSED = "question_refused"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of a declared title; ``detail`` is a code of the registry's, never a value."""

    verdict: TitleVerdict
    reason: str = ""
    detail: str = ""
    fields: tuple[FieldCheck, ...] = ()


FOREIGN = Judgement(TitleVerdict.NOT_VERIFIABLE, Why.FOREIGN)
YEAR_MISSING = Judgement(TitleVerdict.NOT_VERIFIABLE, Why.YEAR_MISSING)
ABSENT = Judgement(TitleVerdict.NOT_VERIFIABLE, Why.ABSENT)


def obstacle(title: DeclaredTitle) -> Judgement | None:
    """Return why no registry can be asked about a title; nothing if one can."""
    if title.kind is DeclaredKind.FOREIGN or title.abroad:
        return FOREIGN
    year = title.year or 0
    if title.kind is DeclaredKind.DIPLOMA and not FIRST_YEAR <= year <= LAST_YEAR:
        return YEAR_MISSING
    return None


def judge(declared: Sequence[DeclaredTitle], answer: Answer) -> list[Judgement]:
    """Return what an answer says about each of the titles it was asked for, in their order."""
    if isinstance(answer, CouldNotAsk):
        return [_unasked(answer)] * len(declared)
    has = answer.what if isinstance(answer, Found) else ()
    return _assigned(declared, has)


def _unasked(answer: CouldNotAsk) -> Judgement:
    if answer.lasting:
        return Judgement(TitleVerdict.NOT_VERIFIABLE, Why.REFUSED, answer.detail)
    return Judgement(TitleVerdict.COULD_NOT_ASK, answer.trouble.value, answer.detail)


def _assigned(declared: Sequence[DeclaredTitle], has: Sequence[Title]) -> list[Judgement]:
    """Give each declared title the registry's that agrees best, each of these once."""
    pairs = [
        (_merit(fields), mine, theirs, fields)
        for mine, title in enumerate(declared)
        for theirs, known in enumerate(has)
        if (fields := _compared(title, known)) is not None
    ]
    pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    judged: dict[int, Judgement] = {}
    taken: set[int] = set()
    for _, mine, theirs, fields in pairs:
        if mine not in judged and theirs not in taken:
            judged[mine] = _verdict(fields)
            taken.add(theirs)
    return [judged.get(position, ABSENT) for position in range(len(declared))]


def _merit(fields: Sequence[FieldCheck]) -> int:
    same = sum(item.agreement is Agreement.SAME for item in fields)
    return same - sum(item.agreement is Agreement.DIFFERENT for item in fields)


def _verdict(fields: tuple[FieldCheck, ...]) -> Judgement:
    differs = any(item.agreement is Agreement.DIFFERENT for item in fields)
    verdict = TitleVerdict.DIFFERENT if differs else TitleVerdict.VERIFIED
    return Judgement(verdict, fields=fields)


def _compared(title: DeclaredTitle, known: Title) -> tuple[FieldCheck, ...] | None:
    """Return the fields of a pair, nothing if the two cannot be the same title."""
    if isinstance(known, SchoolDiploma):
        return _diploma(title, known) if title.kind is DeclaredKind.DIPLOMA else None
    if title.kind is not DeclaredKind.UNIVERSITY:
        return None
    fields = _university(title, known)
    agrees = {item.name: item.agreement is Agreement.SAME for item in fields}
    if agrees["university"] and agrees["degree_type"]:
        return fields
    if agrees["awarded_on"] and (agrees["university"] or agrees["degree_type"]):
        return fields
    return None


def _university(title: DeclaredTitle, known: UniversityTitle) -> tuple[FieldCheck, ...]:
    return (
        _field("university", title.university, known.university, _code),
        _field("degree_type", title.degree_type, known.degree_type, _code),
        _listed("classe", title.classe, known.classe),
        _field("academic_year", _text(title.year), _text(known.academic_year), str),
        _field("awarded_on", _text(title.awarded_on), _text(known.awarded_on), str),
        _grade(title, known.grade),
    )


def _diploma(title: DeclaredTitle, known: SchoolDiploma) -> tuple[FieldCheck, ...]:
    return (
        _listed("school", title.school, known.school),
        _listed("diploma_type", title.diploma_type, known.diploma_type),
        _field("year", _text(title.year), _text(known.year), str),
        _field("awarded_on", _text(title.awarded_on), _text(known.awarded_on), str),
        _grade(title, known.grade),
    )


def _text(value: int | date | None) -> str:
    return "" if value is None else str(value)


def _field(name: str, declared: str, registry: str, normal: Callable[[str], str]) -> FieldCheck:
    return _check(name, declared, registry, same=normal(declared) == normal(registry))


def _check(name: str, declared: str, registry: str, *, same: bool) -> FieldCheck:
    if not declared or not registry:
        agreement = Agreement.NOT_COMPARED
    else:
        agreement = Agreement.SAME if same else Agreement.DIFFERENT
    return FieldCheck(name, declared, registry, agreement)


def _code(text: str) -> str:
    """Return a code in capitals, without blanks and leading zeros."""
    return "".join(text.split()).upper().lstrip("0")


def _listed(name: str, declared: str, registry: str) -> FieldCheck:
    """Return a field whose codes may come from two lists: numbers, or names."""
    mine, theirs = (re.sub(r"[^A-Z0-9]", "", _code(text)) for text in (declared, registry))
    if mine.isdigit() != theirs.isdigit():
        return FieldCheck(name, declared, registry, Agreement.NOT_COMPARED)
    return _check(name, declared, registry, same=mine == theirs)


@dataclass(frozen=True, slots=True)
class _Grade:
    value: Decimal
    honours: bool
    scale: Decimal | None


_GRADE = re.compile(
    r"0*(?P<value>\d{1,4}(?:[.,]\d{1,2})?)(?:/(?P<scale>\d{1,4}))?(?P<honours>(?:E|\+|CON)*L(?:ODE)?)?"
)
_SIXTIETHS, _HUNDREDTHS = Decimal(60), Decimal(100)


def _parsed(text: str) -> _Grade | None:
    found = _GRADE.fullmatch("".join(text.split()).upper())
    if found is None:
        return None
    scale = found["scale"]
    return _Grade(
        Decimal(found["value"].replace(",", ".")),
        found["honours"] is not None,
        Decimal(scale) if scale else None,
    )


def shown_grade(title: DeclaredTitle) -> str:
    """Return a declared grade as people write it: ``110/110 L``; the judgement if there is none."""
    if not title.grade:
        return title.judgement
    scale = f"/{title.scale}" if title.scale else ""
    return f"{title.grade}{scale}{' L' if title.honours else ''}"


def _grade(title: DeclaredTitle, registry: str) -> FieldCheck:
    declared = shown_grade(title)
    mine, theirs = _parsed(declared), _parsed(registry)
    if mine is None or theirs is None:
        if mine is None and theirs is None:
            return _check("grade", declared, registry, same=_code(declared) == _code(registry))
        return FieldCheck("grade", declared, registry, Agreement.NOT_COMPARED)
    same = mine.honours == theirs.honours and _worth_the_same(title, mine, theirs)
    return _check("grade", declared, registry, same=same)


def _worth_the_same(title: DeclaredTitle, mine: _Grade, theirs: _Grade) -> bool:
    if mine.scale and theirs.scale and mine.scale != theirs.scale:
        return mine.value * theirs.scale == theirs.value * mine.scale
    if mine.value == theirs.value:
        return True
    if title.kind is not DeclaredKind.DIPLOMA or mine.scale != _SIXTIETHS or theirs.scale:
        return False
    hundredths = mine.value * _HUNDREDTHS / _SIXTIETHS
    return hundredths.quantize(Decimal(1), ROUND_HALF_UP) == theirs.value
