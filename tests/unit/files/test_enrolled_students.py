"""A list of enrolled students is read whole or not at all."""

from datetime import date

import pytest

from gateway.demo.people import numbered
from gateway.domain.rejections import Cause, Rejection
from gateway.files.enrolled_students import read_enrolled
from tests.support.fakes_samples import paths, refused

pytestmark = pytest.mark.requirement("T19")

ADA, UGO = numbered(1).codice_fiscale, numbered(2).codice_fiscale
HEAD = "Matricola;CodiceFiscale;Corso;DataNascita;Nome"


def faults(*lines: str) -> list[tuple[Cause, str]]:
    with pytest.raises(Rejection) as refusal:
        read_enrolled("\n".join([HEAD, *lines]).encode())
    return [(reason.cause, reason.path) for reason in refusal.value.reasons]


@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_students_are_read_whatever_separates_the_columns(mark: str) -> None:
    text = f"{HEAD}\nA1;{ADA.lower()};C1;17/04/2003;Ada\n\nA2;{UGO};C2;;\n".replace(";", mark)
    first, second = read_enrolled(b"\xef\xbb\xbf" + text.encode())
    assert (first.matricola, first.codice_fiscale, first.course_code) == ("A1", ADA, "C1")
    assert (first.birth_date, first.name) == (date(2003, 4, 17), "Ada")
    assert (second.birth_date, second.name) == (None, "")


def test_every_wrong_line_is_told() -> None:
    assert faults(
        f";{ADA};C1;;",
        "A2;NESSUNO;C1;;",
        f"A3;{UGO};{'C' * 41};31/02/2003;",
        f"A3;{UGO};C1;;",
    ) == [
        (Cause.ELEMENT_MISSING, "riga 2"),
        (Cause.CODICE_FISCALE_INVALID, "riga 3/CodiceFiscale"),
        (Cause.VALUE_TOO_LONG, "riga 4/Corso"),
        (Cause.DATE_IMPOSSIBLE, "riga 4/DataNascita"),
        (Cause.IDENTIFIER_REPEATED, "riga 5/Matricola"),
    ]


def test_a_check_character_that_is_wrong_is_told() -> None:
    wrong = ADA[:-1] + ("A" if ADA[-1] != "A" else "B")
    assert faults(f"A1;{wrong};C1;;") == [(Cause.CODICE_FISCALE_INVALID, "riga 2/CodiceFiscale")]


def test_columns_that_are_needed_are_named() -> None:
    with pytest.raises(Rejection) as refusal:
        read_enrolled(b"Matricola;Cognome\nA1;Prova\n")
    assert [reason.params["element"] for reason in refusal.value.reasons] == [
        "CodiceFiscale",
        "Corso",
    ]
    assert paths(refusal.value.reasons) == ["CSV", "CSV"]


ENDLESS = HEAD.encode() + b'\nA1;"' + b"x" * 200_000


@pytest.mark.parametrize("content", [b"\xff\xfe", HEAD.encode(), ENDLESS])
def test_what_is_no_list_or_an_empty_one_is_refused(content: bytes) -> None:
    with refused(Cause.NOT_A_DOCUMENT):
        read_enrolled(content)


@pytest.mark.parametrize("character", ["\0", "\x0b", "\x1b", "\ufffe"])
def test_what_no_store_could_keep_is_refused(character: str) -> None:
    assert faults(f"A{character}1;{ADA};C1;;") == [(Cause.VALUE_MALFORMED, "riga 2/Matricola")]
