"""The fields of a title in files: the names and forms of the record layouts (guideline F.3).

A line is a mapping from names to texts, whatever it was read from. It becomes a title, or every
reason why it is none; a title becomes the same line again. Names are told apart from their order
and their case by whoever reads the file.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from types import MappingProxyType

from stdnum.it import codicefiscale

from gateway.domain.calendar import parse_moment
from gateway.domain.identifiers import CodiceFiscale, parse_codice_fiscale
from gateway.domain.rejections import Cause, Reason, Rejection
from gateway.domain.title_records import TitleKind
from gateway.domain.titles import (
    UNKNOWN_STATE,
    DegreeType,
    SchoolDiploma,
    Title,
    UniversityTitle,
)

_UNIVERSITY = {
    "CodiceFiscale": "codice_fiscale",
    "CodiceAteneo": "university",
    "NazioneConseguimento": "state",
    "ClasseTitolo": "classe",
    "TipoTitolo": "degree_type",
    "DataConseguimento": "awarded_on",
    "AnnoAccademico": "academic_year",
    "Voto": "grade",
}
_SCHOOL = {
    "CodiceFiscale": "codice_fiscale",
    "CodiceScuola": "school",
    "NazioneConseguimento": "state",
    "VotoDiploma": "grade",
    "TipoTitoloDiploma": "diploma_type",
    "AnnoConseguimento": "year",
    "DataConseguimento": "awarded_on",
}
FIELDS = MappingProxyType({TitleKind.UNIVERSITY: _UNIVERSITY, TitleKind.SCHOOL: _SCHOOL})
"""For each kind, the fields of a file with the attributes they become, in the file's order."""

REQUIRED = MappingProxyType(
    {
        TitleKind.UNIVERSITY: (
            "CodiceFiscale",
            "TipoTitolo",
            "DataConseguimento",
            "AnnoAccademico",
        ),
        TitleKind.SCHOOL: (
            "CodiceFiscale",
            "CodiceScuola",
            "TipoTitoloDiploma",
            "AnnoConseguimento",
        ),
    }
)
"""What a line must have. The layouts also want class, grade and state: the state has a code for
"unknown" (999), the class and the grade are left out where a title has none, as a doctorate."""

_FORMS = {
    "CodiceAteneo": re.compile("[0-9A-Z]{1,3}"),
    "NazioneConseguimento": re.compile("[0-9A-Z]{3}"),
    "ClasseTitolo": re.compile("[0-9]{1,5}"),
    "Voto": re.compile("[0-9A-Za-z][0-9A-Za-z/.,+-]{0,3}"),
    "CodiceScuola": re.compile("[0-9]{1,7}"),
    "VotoDiploma": re.compile("[0-9A-Za-z][0-9A-Za-z/.,+-]{0,3}"),
    "TipoTitoloDiploma": re.compile("[0-9]{1,4}"),
}
_YEAR = re.compile("[0-9]{4}")
_FIRST_YEAR = 1900
_ATENEO = 3


def read_title(
    kind: TitleKind, row: Mapping[str, str], *, place: str, university: str, today: date
) -> Title | tuple[Reason, ...]:
    """Return the title of a line, or everything that is wrong with the line.

    ``place`` begins the paths of reasons (``riga 12``); ``university`` is who awarded a title that
    does not say so.
    """
    values = {name: " ".join(row.get(name, "").split()) for name in FIELDS[kind]}
    reasons = tuple(_faults(kind, values, place, today))
    return reasons or _title(kind, values, university)


def _faults(
    kind: TitleKind, values: Mapping[str, str], place: str, today: date
) -> Iterator[Reason]:
    for name, value in values.items():
        if not value:
            if name in REQUIRED[kind]:
                yield Reason(Cause.ELEMENT_MISSING, place, {"element": name})
            continue
        cause = _CHECKS.get(name, _form)(name, value, today)
        if cause is not None:
            yield Reason(cause, f"{place}/{name}")


def _form(name: str, value: str, _: date) -> Cause | None:
    return None if _FORMS[name].fullmatch(value) else Cause.VALUE_MALFORMED


def _person(_: str, value: str, __: date) -> Cause | None:
    try:
        sound = codicefiscale.is_valid(parse_codice_fiscale(value))
    except Rejection:
        sound = False
    return None if sound else Cause.CODICE_FISCALE_INVALID


def _degree(_: str, value: str, __: date) -> Cause | None:
    return None if value.upper() in DegreeType.__members__ else Cause.CODE_UNKNOWN


def _day(_: str, value: str, today: date) -> Cause | None:
    day = parse_moment(value)
    possible = day is not None and date(_FIRST_YEAR, 1, 1) <= day.date() <= today
    return None if possible else Cause.DATE_IMPOSSIBLE


def _year(_: str, value: str, today: date) -> Cause | None:
    if _YEAR.fullmatch(value) is None:
        return Cause.VALUE_MALFORMED
    return None if _FIRST_YEAR <= int(value) <= today.year else Cause.VALUE_OUT_OF_RANGE


_CHECKS: dict[str, Callable[[str, str, date], Cause | None]] = {
    "CodiceFiscale": _person,
    "TipoTitolo": _degree,
    "DataConseguimento": _day,
    "AnnoAccademico": _year,
    "AnnoConseguimento": _year,
}


def _title(kind: TitleKind, values: Mapping[str, str], university: str) -> Title:
    day = parse_moment(values["DataConseguimento"])
    student = CodiceFiscale(parse_codice_fiscale(values["CodiceFiscale"]))
    state = values["NazioneConseguimento"] or UNKNOWN_STATE
    awarded_on = day.date() if day else None
    if kind is TitleKind.SCHOOL:
        return SchoolDiploma(
            codice_fiscale=student,
            school=values["CodiceScuola"],
            year=int(values["AnnoConseguimento"]),
            state=state,
            grade=values["VotoDiploma"],
            diploma_type=values["TipoTitoloDiploma"],
            awarded_on=awarded_on,
        )
    return UniversityTitle(
        codice_fiscale=student,
        university=(values["CodiceAteneo"] or university).zfill(_ATENEO),
        state=state,
        classe=values["ClasseTitolo"],
        degree_type=values["TipoTitolo"].upper(),
        awarded_on=awarded_on,
        academic_year=int(values["AnnoAccademico"]),
        grade=values["Voto"],
    )


def title_row(kind: TitleKind, title: Title) -> dict[str, str]:
    """Return the line of a title, with every field; days are GG/MM/AAAA."""
    return {name: _written(getattr(title, field)) for name, field in FIELDS[kind].items()}


def _written(value: object) -> str:
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return "" if value is None else str(value)
