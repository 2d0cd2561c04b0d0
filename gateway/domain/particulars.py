"""Who a student is, as section 2 of the foglio tells it field by field, and as it holds here.

The destination takes these data over: the student confirms or changes them when enrolling, the
secretariat chooses between two records of one person when reconciling. Fields keep the paths of
the foglio. The codice fiscale is not among them: it is who the student is.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from gateway.domain.rejections import Cause, Reason, Rejection


class Shape(StrEnum):
    """What a value looks like."""

    TEXT = "text"
    DAY = "day"
    SEX = "sex"
    MAIL = "mail"
    PHONE = "phone"
    POSTCODE = "postcode"
    PROVINCE = "province"


_FORMS = {
    Shape.SEX: re.compile(r"[MF]"),
    Shape.MAIL: re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,}"),
    Shape.PHONE: re.compile(r"\+?[0-9][0-9 ./-]{3,24}"),
    Shape.POSTCODE: re.compile(r"[0-9A-Z][0-9A-Z -]{1,8}[0-9A-Z]"),
    Shape.PROVINCE: re.compile(r"[A-Z]{2}"),
}
_FIRST_YEAR = 1900


@dataclass(frozen=True, slots=True)
class Particular:
    """A field: its path below section 2, its shape, and whether it must have a value."""

    path: str
    shape: Shape = Shape.TEXT
    required: bool = False
    longest: int = 100


def _address(under: str, *, required: bool) -> tuple[Particular, ...]:
    return (
        Particular(f"{under}/Via", required=required, longest=255),
        Particular(f"{under}/NumeroCivico", longest=40),
        Particular(f"{under}/CAP", Shape.POSTCODE),
        Particular(f"{under}/DescrizioneComune", required=required),
        Particular(f"{under}/Provincia", Shape.PROVINCE),
        Particular(f"{under}/DescrizioneStato"),
    )


GROUPS: tuple[tuple[str, tuple[Particular, ...]], ...] = (
    (
        "identity",
        (
            Particular("Cognome", required=True),
            Particular("Nome", required=True),
            Particular("Sesso", Shape.SEX, required=True),
            Particular("DataNascita", Shape.DAY, required=True),
            Particular("LuogoNascita/DescrizioneComune"),
            Particular("LuogoNascita/Provincia", Shape.PROVINCE),
            Particular("LuogoNascita/DescrizioneStato"),
            Particular("Cittadinanza/DescrizioneStato"),
        ),
    ),
    ("residence", _address("Residenza", required=True)),
    ("domicile", _address("Domicilio", required=False)),
    (
        "contacts",
        (
            Particular("Email", Shape.MAIL, required=True, longest=254),
            Particular("PEC", Shape.MAIL, longest=254),
            Particular("Telefono", Shape.PHONE, longest=25),
            Particular("Cellulare", Shape.PHONE, longest=25),
        ),
    ),
)
"""The fields that people see, in groups, in the order of the foglio."""
FIELDS: Mapping[str, Particular] = {item.path: item for _, items in GROUPS for item in items}


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of which two records say two things."""

    path: str
    declared: str = field(repr=False)
    given: str = field(repr=False)


def cleaned(values: Mapping[str, str]) -> dict[str, str]:
    """Return the fields among ``values``, blanks collapsed, codes in capitals."""
    found = {}
    for path, item in FIELDS.items():
        value = " ".join(values.get(path, "").split())
        capitals = item.shape in (Shape.SEX, Shape.PROVINCE, Shape.POSTCODE)
        found[path] = value.upper() if capitals else value
    return found


def differences(declared: Mapping[str, str], given: Mapping[str, str]) -> tuple[Difference, ...]:
    """Return where ``given`` says something else than ``declared``, in the order of the fields."""
    return tuple(
        Difference(path, declared.get(path, ""), given.get(path, ""))
        for path in FIELDS
        if declared.get(path, "") != given.get(path, "")
    )


def check(values: Mapping[str, str], today: date) -> None:
    """Look at values that somebody typed.

    Raises:
        Rejection: some are missing or cannot be; every fault at once, by its path.
    """
    reasons = list(_faults(values, today))
    if reasons:
        raise Rejection(reasons)


def _faults(values: Mapping[str, str], today: date) -> Iterator[Reason]:
    for path, item in FIELDS.items():
        value = values.get(path, "")
        if not value:
            if item.required:
                yield Reason(Cause.ELEMENT_MISSING, path, {"element": path})
        elif len(value) > item.longest:
            yield Reason(Cause.VALUE_TOO_LONG, path)
        elif item.shape is Shape.DAY:
            yield from _day_faults(path, value, today)
        elif item.shape in _FORMS and _FORMS[item.shape].fullmatch(value) is None:
            yield Reason(Cause.VALUE_MALFORMED, path)


def _day_faults(path: str, value: str, today: date) -> Iterator[Reason]:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        yield Reason(Cause.VALUE_MALFORMED, path)
        return
    if not date(_FIRST_YEAR, 1, 1) <= day < today:
        yield Reason(Cause.DATE_IMPOSSIBLE, path)
