"""Who is enrolled here, as CSV from the university's student system.

Columns ``Matricola``, ``CodiceFiscale``, ``Corso`` are needed; ``DescrizioneCorso``, ``Cognome``,
``Nome``, ``DataNascita``, ``Email``, ``DataImmatricolazione`` help to compare. Any order and case,
comma, semicolon or tab between them.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import date

from stdnum.it import codicefiscale

from gateway.domain.calendar import parse_moment
from gateway.domain.identifiers import parse_codice_fiscale
from gateway.domain.rejections import Cause, Reason, Rejection, refuse
from gateway.files.rows import Columns, Faults, read_rows, row_faults
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
_DAYS = ("birth_date", "enrolled_on")
_LONGEST = {"matricola": 40, "course_code": 40, "email": 254, "surname": 100, "name": 100}
_LONG = 255
_COLUMNS = Columns(_NAMES, _NEEDED, _LONGEST, _LONG)


def read_enrolled(content: bytes) -> list[EnrolledStudent]:
    """Return the students of a file.

    Raises:
        Rejection: no CSV, columns missing, nobody in it, too many rows, or lines are wrong; every
            line at once, up to ``MOST_FAULTS`` faults.
    """
    students: list[EnrolledStudent] = []
    faults, seen = Faults(), set[str]()
    for number, row in read_rows(content, _COLUMNS, "enrolled"):
        if not faults.add(_faults(row, f"riga {number}", seen), number):
            students.append(_student(row))
        seen.add(row.get("matricola", ""))
    faults.stop()
    if not students:
        raise refuse(Cause.NOT_A_DOCUMENT, "CSV", why="no_enrolled")
    return students


def _faults(row: dict[str, str], place: str, seen: AbstractSet[str]) -> Iterator[Reason]:
    yield from row_faults(row, place, _COLUMNS)
    for field in _DAYS:
        if row.get(field) and _day(row[field]) is None:
            yield Reason(Cause.DATE_IMPOSSIBLE, f"{place}/{_NAMES[field]}")
    if row.get("codice_fiscale") and not _is_person(row["codice_fiscale"]):
        yield Reason(Cause.CODICE_FISCALE_INVALID, f"{place}/{_NAMES['codice_fiscale']}")
    if row.get("matricola") and row["matricola"] in seen:
        yield Reason(Cause.IDENTIFIER_REPEATED, f"{place}/{_NAMES['matricola']}")


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
