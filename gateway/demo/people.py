"""Invented people.

Their codici fiscali have a valid form and check character, and a birth place code
that does not exist (``Q``, a letter no municipality or state has): they cannot belong to anybody.
"""

from dataclasses import dataclass
from datetime import date

from stdnum.it import codicefiscale

_MONTHS = "ABCDEHLMPRST"
_LETTERS = "BCDFGLMNPRSTVZ"
_WOMEN_FROM = 40


@dataclass(frozen=True, slots=True)
class Person:
    """An invented student."""

    surname: str
    name: str
    sex: str
    born: date
    codice_fiscale: str


def _consonants(text: str, *, name: bool = False) -> str:
    letters = [letter for letter in text.upper() if letter.isalpha()]
    consonants = [letter for letter in letters if letter not in "AEIOU"]
    if name and len(consonants) > 3:  # noqa: PLR2004  the rule of the codice fiscale
        consonants = [consonants[0], *consonants[2:4]]
    vowels = [letter for letter in letters if letter in "AEIOU"]
    return "".join([*consonants, *vowels, "X", "X", "X"][:3])


def impossible_code(surname: str, name: str, sex: str, born: date, number: int) -> str:
    """Return a codice fiscale that cannot be real; ``number`` (0-999) tells people apart."""
    day = born.day + (_WOMEN_FROM if sex == "F" else 0)
    code = (
        f"{_consonants(surname)}{_consonants(name, name=True)}"
        f"{born.year % 100:02d}{_MONTHS[born.month - 1]}{day:02d}Q{number % 1000:03d}"
    )
    return code + str(codicefiscale.calc_check_digit(code))


def person(surname: str, name: str, sex: str, born: date, number: int = 1) -> Person:
    """Return an invented person."""
    return Person(surname, name, sex, born, impossible_code(surname, name, sex, born, number))


def numbered(number: int) -> Person:
    """Return the invented person of a number; different numbers are different people."""
    first = _LETTERS[number % 14] + _LETTERS[number // 14 % 14] + _LETTERS[number // 196 % 14]
    born = date(1995 + number % 10, 1 + number % 12, 1 + number % 28)
    sex = "F" if number % 2 else "M"
    return person(f"Prova{first}", "Ada" if number % 2 else "Ugo", sex, born, number)


FIORELLA = person("Quattrocchi", "Fiorella", "F", date(2003, 4, 17))
