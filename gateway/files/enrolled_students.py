"""Who is enrolled here, as CSV from the university's student system.

Columns ``Matricola``, ``CodiceFiscale``, ``Corso`` are needed; ``DescrizioneCorso``, ``Cognome``,
``Nome``, ``DataNascita``, ``Email``, ``DataImmatricolazione`` help to compare. Any order and case,
comma, semicolon or tab between them.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date

from stdnum.it import codicefiscale

from gateway.domain.calendar import parse_moment
from gateway.domain.identifiers import parse_codice_fiscale
from gateway.domain.rejections import Cause, Reason, Rejection, refuse
from gateway.files.rows import Columns, row_faults
from gateway.usecases.arrival_ports import EnrolledStudent

COLUMNS = {
    "Matricola": "matricola",
    "CodiceFiscale": "codice_fiscale",
    "Corso": "course_code",
    "DescrizioneCorso": "course_name",
    "Cognome": "surname",
    "Nome": "name",
    "DataNascita": "birth_date",
    "Email": "email",
    "DataImmatricolazione": "enrolled_on",
}
_NEEDED = ("matricola", "codice_fiscale", "course_code")
_NAMES = {field: column for column, field in COLUMNS.items()}
_FIELDS = {column.lower(): field for column, field in COLUMNS.items()}
_DAYS = ("birth_date", "enrolled_on")
_LONGEST = {"matricola": 40, "course_code": 40, "email": 254, "surname": 100, "name": 100}
_LONG = 255
_COLUMNS = Columns(_NAMES, _NEEDED, _LONGEST, _LONG)


def read_enrolled(content: bytes) -> list[EnrolledStudent]:
    """Return the students of a file.

    Raises:
        Rejection: no CSV, columns missing, nobody in it, or lines are wrong; every line at once.
    """
    rows = list(_rows(content))
    if not rows:
        raise refuse(Cause.NOT_A_DOCUMENT, "CSV", why="no_enrolled")
    reasons: list[Reason] = []
    seen: set[str] = set()
    for number, row in rows:
        reasons += _faults(row, f"riga {number}")
        if row.get("matricola") and row["matricola"] in seen:
            path = f"riga {number}/{_NAMES['matricola']}"
            reasons.append(Reason(Cause.IDENTIFIER_REPEATED, path))
        seen.add(row.get("matricola", ""))
    if reasons:
        raise Rejection(reasons)
    return [_student(row) for _, row in rows]


def _rows(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(Cause.NOT_A_DOCUMENT, "CSV UTF-8", why="enrolled") from error
    header = text.splitlines()[0] if text.strip() else ""
    delimiter = max(";,\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = [_FIELDS.get(name.strip().lower(), "") for name in next(reader, [])]
        lacking = [_NAMES[field] for field in _NEEDED if field not in names]
        if lacking:
            raise Rejection(
                Reason(Cause.ELEMENT_MISSING, "CSV", {"element": name}) for name in lacking
            )
        for values in reader:
            row = {name: value.strip() for name, value in zip(names, values, strict=False) if name}
            if any(row.values()):
                yield reader.line_num, row
    except csv.Error as error:
        line = str(reader.line_num)
        raise refuse(Cause.NOT_A_DOCUMENT, "CSV", why="enrolled", line=line) from error


def _faults(row: dict[str, str], place: str) -> Iterator[Reason]:
    yield from row_faults(row, place, _COLUMNS)
    for field in _DAYS:
        if row.get(field) and _day(row[field]) is None:
            yield Reason(Cause.DATE_IMPOSSIBLE, f"{place}/{_NAMES[field]}")
    if row.get("codice_fiscale") and not _is_person(row["codice_fiscale"]):
        yield Reason(Cause.CODICE_FISCALE_INVALID, f"{place}/{_NAMES['codice_fiscale']}")


def _is_person(text: str) -> bool:
    try:
        return bool(codicefiscale.is_valid(parse_codice_fiscale(text)))
    except Rejection:
        return False


def _day(text: str) -> date | None:
    found = parse_moment(text)
    return found.date() if found else None


def _student(row: dict[str, str]) -> EnrolledStudent:
    return EnrolledStudent(
        matricola=row["matricola"],
        codice_fiscale=parse_codice_fiscale(row["codice_fiscale"]),
        course_code=row["course_code"],
        course_name=row.get("course_name", ""),
        surname=row.get("surname", ""),
        name=row.get("name", ""),
        birth_date=_day(row.get("birth_date", "")),
        email=row.get("email", ""),
        enrolled_on=_day(row.get("enrolled_on", "")),
    )
