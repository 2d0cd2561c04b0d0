"""A university's offer as a CSV file.

Columns are named as on the wire (``Cod_Tipo_Facolta``, ``Codice``, ``Scadenza``…), in any order,
case and with comma, semicolon or tab between them. A line that cannot be a course is a reason with
its number; nothing is published unless every line is good.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date

from gateway.domain.calendar import parse_moment
from gateway.domain.offers import Course, Offer
from gateway.domain.rejections import Cause, Reason, Rejection, refuse

COLUMNS = {
    "cod_tipo_facolta": "faculty_code",
    "desc_tipo_facolta": "faculty_name",
    "codice": "code",
    "descrizione": "name",
    "classificazione": "classification",
    "classe": "classe",
    "normativa": "regulation",
    "facolta_specifica": "faculty_detail",
    "tipodicorso": "kind",
    "sede": "site",
    "scadenza": "deadline",
    "numerochiuso": "limited_access",
    "procedureselezione": "selection",
    "indirizzoweb": "web",
    "note": "notes",
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
_YES_NO = {"SI": True, "SÌ": True, "S": True, "NO": False, "N": False, "": False}


def read_courses(content: bytes, year: int) -> Offer:
    """Return the offer of an academic year.

    Raises:
        Rejection: no CSV, columns missing, or lines that cannot be courses; every line at once.
    """
    rows = _rows(content)
    reasons: list[Reason] = []
    courses: list[Course] = []
    seen: set[str] = set()
    for number, row in rows:
        found = list(_faults(row, f"riga {number}"))
        if row.get("code") in seen:
            found.append(Reason(Cause.IDENTIFIER_REPEATED, f"riga {number}/Codice"))
        seen.add(row.get("code", ""))
        reasons += found
        if not found:
            courses.append(_course(row))
    if reasons:
        raise Rejection(reasons)
    return Offer(year, tuple(courses))


def _rows(content: bytes) -> list[tuple[int, dict[str, str]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(Cause.NOT_A_DOCUMENT, "CSV UTF-8") from error
    header = text.splitlines()[0] if text.strip() else ""
    delimiter = max(";,\t", key=header.count)
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    names = {name: COLUMNS.get(name.strip().lower(), "") for name in reader.fieldnames or []}
    missing = [name for name, field in COLUMNS.items() if field in _REQUIRED]
    lacking = [name for name in missing if COLUMNS[name] not in names.values()]
    if lacking:
        raise Rejection(Reason(Cause.ELEMENT_MISSING, "CSV", {"element": name}) for name in lacking)
    return [
        (
            number,
            {
                names[name]: (value or "").strip()
                for name, value in row.items()
                if name is not None and names[name]
            },
        )
        for number, row in enumerate(reader, start=2)
    ]


def _faults(row: dict[str, str], place: str) -> Iterator[Reason]:
    for field in _REQUIRED:
        if not row.get(field):
            yield Reason(Cause.ELEMENT_MISSING, place, {"element": field})
    for field, value in row.items():
        if len(value) > _LONGEST.get(field, _CODE):
            yield Reason(Cause.VALUE_TOO_LONG, f"{place}/{_NAMES[field]}")
    if row.get("deadline") and _day(row["deadline"]) is None:
        yield Reason(Cause.DATE_IMPOSSIBLE, f"{place}/Scadenza")
    for field in ("limited_access", "selection"):
        if row.get(field, "").upper() not in _YES_NO:
            yield Reason(Cause.VALUE_MALFORMED, f"{place}/{field}")


def _day(text: str) -> date | None:
    found = parse_moment(text)
    return found.date() if found else None


def _course(row: dict[str, str]) -> Course:
    fields: dict[str, object] = {name: value for name, value in row.items() if value}
    fields["deadline"] = _day(row.get("deadline", ""))
    for name in ("limited_access", "selection"):
        fields[name] = _YES_NO[row.get(name, "").upper()]
    return Course(**fields)  # type: ignore[arg-type]
