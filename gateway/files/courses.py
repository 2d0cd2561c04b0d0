"""A university's offer as a CSV file.

Columns are named as on the wire (``Cod_Tipo_Facolta``, ``Codice``, ``Scadenza``…), in any order,
case and with comma, semicolon or tab between them. A line that cannot be a course is a reason with
its number and the column's name; nothing is published unless every line is good and there is one.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date

from gateway.domain.calendar import parse_moment
from gateway.domain.offers import Course, Offer
from gateway.domain.rejections import Cause, Reason, Rejection, refuse
from gateway.files.rows import Columns, row_faults

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
_FIELDS = {column.lower(): field for column, field in COLUMNS.items()}
_COLUMNS = Columns(_NAMES, _REQUIRED, _LONGEST, _CODE)
_YES_NO = {"SI": True, "SÌ": True, "S": True, "NO": False, "N": False, "": False}


def read_courses(content: bytes, year: int) -> Offer:
    """Return the offer of an academic year.

    Raises:
        Rejection: no CSV, columns missing, no course, or lines that cannot be courses; every line
            at once.
    """
    rows = _rows(content)
    if not rows:
        raise refuse(Cause.NOT_A_DOCUMENT, "CSV", why="no_course")
    reasons: list[Reason] = []
    courses: list[Course] = []
    seen: set[str] = set()
    for number, row in rows:
        found = list(_faults(row, f"riga {number}"))
        if row.get("code") in seen:
            found.append(Reason(Cause.IDENTIFIER_REPEATED, f"riga {number}/{_NAMES['code']}"))
        seen.add(row.get("code", ""))
        reasons += found
        if not found:
            courses.append(_course(row))
    if reasons:
        raise Rejection(reasons)
    return Offer(year, tuple(courses))


def _rows(content: bytes) -> list[tuple[int, dict[str, str]]]:
    """Return the lines of a CSV with their numbers, by our names of the columns."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(Cause.NOT_A_DOCUMENT, "CSV UTF-8", why="courses") from error
    header = text.splitlines()[0] if text.strip() else ""
    delimiter = max(";,\t", key=header.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = {name: _FIELDS.get(name.strip().lower(), "") for name in reader.fieldnames or []}
        _check_columns(names)
        return [(reader.line_num, _row(row, names)) for row in reader]
    except csv.Error as error:
        line = str(reader.line_num + 1)  # those before it were read
        raise refuse(Cause.NOT_A_DOCUMENT, "CSV", why="courses", line=line) from error


def _check_columns(names: Mapping[str, str]) -> None:
    lacking = [_NAMES[field] for field in _REQUIRED if field not in names.values()]
    if lacking:
        raise Rejection(Reason(Cause.ELEMENT_MISSING, "CSV", {"element": name}) for name in lacking)


def _row(row: Mapping[str | None, str | None], names: Mapping[str, str]) -> dict[str, str]:
    return {
        names[name]: (value or "").strip()
        for name, value in row.items()
        if name is not None and names[name]
    }


def _faults(row: dict[str, str], place: str) -> Iterator[Reason]:
    yield from row_faults(row, place, _COLUMNS)
    if row.get("deadline") and _day(row["deadline"]) is None:
        yield Reason(Cause.DATE_IMPOSSIBLE, f"{place}/{_NAMES['deadline']}")
    for field in ("limited_access", "selection"):
        if row.get(field, "").upper() not in _YES_NO:
            yield Reason(Cause.VALUE_MALFORMED, f"{place}/{_NAMES[field]}")


def _day(text: str) -> date | None:
    found = parse_moment(text)
    return found.date() if found else None


def _course(row: dict[str, str]) -> Course:
    fields: dict[str, object] = {name: value for name, value in row.items() if value}
    fields["deadline"] = _day(row.get("deadline", ""))
    for name in ("limited_access", "selection"):
        fields[name] = _YES_NO[row.get(name, "").upper()]
    return Course(**fields)  # type: ignore[arg-type]
