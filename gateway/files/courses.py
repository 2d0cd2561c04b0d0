"""A university's offer as a CSV file.

Columns are named as on the wire (``Cod_Tipo_Facolta``, ``Codice``, ``Scadenza``…), in any order,
case and with comma, semicolon or tab between them. A line that cannot be a course is a reason with
its number and the column's name; nothing is published unless every line is good and there is one.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import date

from gateway.domain.calendar import parse_moment
from gateway.domain.offers import Course, Offer
from gateway.domain.rejections import Cause, Reason, refuse
from gateway.files.rows import Columns, Faults, read_rows, row_faults

MOST_COURSES = 20_000
"""Of one offer; a large university has a thousand."""
COLUMNS = {
    "Cod_Tipo_Facolta": "faculty_code",
    "Desc_Tipo_Facolta": "faculty_name",
    "Codice": "code",
    "Descrizione": "name",
    "Classificazione": "classification",
    "Classe": "classe",
    "Normativa": "regulation",
    "Facolta_Specifica": "faculty_detail",
    "TipoDiCorso": "kind",
    "Sede": "site",
    "Scadenza": "deadline",
    "NumeroChiuso": "limited_access",
    "ProcedureSelezione": "selection",
    "IndirizzoWeb": "web",
    "Note": "notes",
}
_REQUIRED = ("faculty_code", "faculty_name", "code", "name")
_CODE, _TEXT, _NOTES = 40, 1000, 4000
_LONGEST = {
    "faculty_name": _TEXT,
    "name": _TEXT,
    "faculty_detail": _TEXT,
    "web": _TEXT,
    "notes": _NOTES,
}
"""How long a field may be on the wire; ``_CODE`` where nothing is said."""
_NAMES = {field: column for column, field in COLUMNS.items()}
_COLUMNS = Columns(_NAMES, _REQUIRED, _LONGEST, _CODE)
_YES_NO = {"SI": True, "SÌ": True, "S": True, "NO": False, "N": False, "": False}


def read_courses(content: bytes, year: int) -> Offer:
    """Return the offer of an academic year.

    Raises:
        Rejection: no CSV, columns missing, no course, too many, or lines that cannot be courses;
            every line at once, up to ``MOST_FAULTS`` faults.
    """
    courses: list[Course] = []
    faults, seen = Faults(), set[str]()
    for number, row in read_rows(content, _COLUMNS, "courses", MOST_COURSES):
        if not faults.add(_faults(row, f"riga {number}", seen), number):
            courses.append(_course(row))
        seen.add(row.get("code", ""))
    faults.stop()
    if not courses:
        raise refuse(Cause.NOT_A_DOCUMENT, "CSV", why="no_course")
    return Offer(year, tuple(courses))


def _faults(row: dict[str, str], place: str, seen: AbstractSet[str]) -> Iterator[Reason]:
    yield from row_faults(row, place, _COLUMNS)
    if row.get("deadline") and _day(row["deadline"]) is None:
        yield Reason(Cause.DATE_IMPOSSIBLE, f"{place}/{_NAMES['deadline']}")
    for field in ("limited_access", "selection"):
        if row.get(field, "").upper() not in _YES_NO:
            yield Reason(Cause.VALUE_MALFORMED, f"{place}/{_NAMES[field]}")
    if row.get("code") in seen:
        yield Reason(Cause.IDENTIFIER_REPEATED, f"{place}/{_NAMES['code']}")


def _day(text: str) -> date | None:
    found = parse_moment(text)
    return found.date() if found else None


def _course(row: dict[str, str]) -> Course:
    fields: dict[str, object] = {name: value for name, value in row.items() if value}
    fields["deadline"] = _day(row.get("deadline", ""))
    for name in ("limited_access", "selection"):
        fields[name] = _YES_NO[row.get(name, "").upper()]
    return Course(**fields)  # type: ignore[arg-type]
