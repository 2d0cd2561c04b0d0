"""Titles that universities and schools award, and what a lookup in a registry found (A1-A5).

Codes are those of the ANS record layouts (guideline, appendix F.3): universities in three
characters, states in three (999 where unknown), kinds of title in two.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gateway.domain.identifiers import CodiceFiscale

UNKNOWN_STATE = "999"
"""The code of a state that is not known (F.3, Nazione di conseguimento)."""


class DegreeType(StrEnum):
    """Kinds of title, by their ANS codes (F.3, Tipo Titolo)."""

    DS = "DS"
    SF = "SF"
    DU = "DU"
    DF = "DF"
    LV = "LV"
    LT = "LT"
    M1 = "M1"
    TU = "TU"
    M2 = "M2"
    LS = "LS"
    LM = "LM"
    AP = "AP"
    SI = "SI"
    SM = "SM"
    SL = "SL"
    SA = "SA"
    DR = "DR"
    EE = "EE"
    DL = "DL"
    DA = "DA"
    CP = "CP"
    A1 = "A1"
    A2 = "A2"
    MA = "MA"
    TS = "TS"


@dataclass(frozen=True, slots=True, kw_only=True)
class UniversityTitle:
    """A university title as the registry tells it (RicercaTitoloStudente).

    ``university`` is an ANS code as the registry spells it, ``academic_year`` the first of the two
    years, ``grade`` at most four characters (``110L``). What a registry leaves out is empty or
    ``None``.
    """

    codice_fiscale: CodiceFiscale
    university: str
    state: str = UNKNOWN_STATE
    classe: str = ""
    degree_type: str = ""
    awarded_on: date | None = None
    academic_year: int | None = None
    grade: str = ""

    def __repr__(self) -> str:
        return "UniversityTitle(...)"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolDiploma:
    """A school diploma as the registry tells it (RicercaDiplomaStudente).

    ``year`` is the one in which the school year ends; ``diploma_type`` and ``school`` are codes of
    the ministry.
    """

    codice_fiscale: CodiceFiscale
    school: str
    year: int
    state: str = UNKNOWN_STATE
    grade: str = ""
    diploma_type: str = ""
    awarded_on: date | None = None

    def __repr__(self) -> str:
        return "SchoolDiploma(...)"


Title = UniversityTitle | SchoolDiploma


class TitleSource(StrEnum):
    """Who spoke in an answer: our own store, or the registry that was asked for it.

    The values are those of the HTTP header ``Congedo-Fonte``.
    """

    LOCAL = "locale"
    REGISTRY = "registro"


class LookupOutcome(StrEnum):
    """How a diploma lookup ended (F.3, codici di errore).

    The first five have no number in the guideline: theirs is of the profile.
    """

    FOUND = "0"
    NOT_FOUND = "1"
    MANY = "2"
    NO_CONNECTION = "3"
    FAILED = "4"
    CODICE_FISCALE_MALFORMED = "12"
    YEAR_MALFORMED = "14"
    YEAR_NOT_NUMERIC = "15"
    CREDENTIALS_OF_ANOTHER = "94"
    YEAR_MISSING = "95"
    CODICE_FISCALE_MISSING = "96"
    CREDENTIALS_NOT_CHECKED = "97"
    CREDENTIALS_WRONG = "98"
    CREDENTIALS_HALF = "99"


ASKED: frozenset[LookupOutcome] = frozenset(
    {LookupOutcome.FOUND, LookupOutcome.NOT_FOUND, LookupOutcome.MANY}
)
"""The outcomes that say something about the title; every other one says: could not ask."""


class TitleVerdict(StrEnum):
    """What became of the verification of a declared title."""

    WAITING = "waiting"
    VERIFIED = "verified"
    DIFFERENT = "different"
    NOT_VERIFIABLE = "not_verifiable"
    COULD_NOT_ASK = "could_not_ask"
