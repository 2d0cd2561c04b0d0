"""What the machine says, in words."""

import errno
import os
import sqlite3

import pytest
from sqlalchemy.exc import IntegrityError

from gateway.texts import Language
from gateway.texts.machine import (
    DATABASE,
    SYSTEM,
    TROUBLES,
    database_error,
    in_words,
    system_error,
    trouble,
)

IT, EN = Language.ITALIAN, Language.ENGLISH


def test_an_error_of_the_system_names_its_file_in_both_languages() -> None:
    error = OSError(errno.ENOENT, os.strerror(errno.ENOENT), "manca.xml")
    assert system_error(error, IT) == "manca.xml: il file o la cartella non esiste"
    assert system_error(error, EN) == "manca.xml: no such file or folder"


def test_an_error_without_a_known_number_is_told_as_it_is() -> None:
    assert system_error(OSError("no free port"), IT) == "no free port"
    assert system_error(OSError(errno.EXDEV, "tra dischi", "a"), IT) == "a: tra dischi"


def test_errors_by_which_a_database_cannot_work_are_told() -> None:
    assert database_error(sqlite3.DatabaseError("file is not a database"), IT) == (
        "il file non è una base dati"
    )
    assert database_error(sqlite3.OperationalError("no such table: x"), EN) == "no such table: x"


def test_what_a_database_refuses_is_not_repeated_for_it_may_hold_values() -> None:
    for error in (
        sqlite3.IntegrityError("UNIQUE: QTTFLL"),
        IntegrityError("INSERT", {}, Exception("QTTFLL")),
    ):
        said = database_error(error, IT)
        assert said == "la base dati ha rifiutato l'operazione"


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ("NewConnectionError", "irraggiungibile: collegamento rifiutato"),
        ("SomeOtherError", "irraggiungibile"),
        ("", "irraggiungibile"),
        ("HTTP 503", "irraggiungibile: HTTP 503"),
    ],
)
def test_trouble_with_a_partner_never_shows_the_program_s_names(detail: str, said: str) -> None:
    assert trouble("unreachable", detail, IT) == said


def test_what_was_noted_of_a_trouble_is_told_in_words_and_the_rest_as_it_is() -> None:
    assert in_words("unreachable: NewConnectionError", IT) == (
        "irraggiungibile: collegamento rifiutato"
    )
    assert in_words("ReadTimeout", EN) == "no answer in time"
    assert in_words("T2: 6 {parametro}: HTTP 500", IT) == "T2: 6 {parametro}: HTTP 500"


@pytest.mark.parametrize("table", [SYSTEM, DATABASE, TROUBLES])
def test_every_text_has_two_languages(table: dict[object, object]) -> None:
    for text in table.values():
        said = (text.say(IT), text.say(EN))  # type: ignore[attr-defined]
        assert all(said)
        assert said[0] != said[1]
