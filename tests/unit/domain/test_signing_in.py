"""What a password must be, how long a guesser waits, what proves who one is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.demo.people import numbered
from gateway.domain.accounts import Account, Grant, Role
from gateway.domain.rejections import Cause
from gateway.domain.signing_in import (
    LONGEST,
    SHORTEST,
    checked_password,
    codice_fiscale_in,
    lacks_second_factor,
    wait_after,
)
from tests.support.fakes_samples import refused
from tests.support.universities import DESTINATION, ORIGIN, VALDOMBRA

FISCAL = numbered(1).codice_fiscale


@pytest.mark.parametrize(
    "password",
    [
        "corta",
        "x" * (SHORTEST - 1),
        "quattro pesci " * 20,
        "ada.ada.ada.ada!",
        "Ada-2026-2026-2026",
        "PasswordPassword",
        "password12345678",
        "Ateneo!!!!!!!",
        "123456789012",
        "abababababab",
        "!!!!!!!!!!!!",
    ],
)
def test_a_password_that_guessers_try_is_refused(password: str) -> None:
    with refused(Cause.PARAMETER_INVALID):
        checked_password(password, "Ada")


@pytest.mark.parametrize(
    "password",
    ["quattro pesci rossi", "ada va al mare ogni estate", "x7" * 6 + "q!", "è" * 9 + "àìò"],
)
def test_a_phrase_is_taken_as_it_is(password: str) -> None:
    assert checked_password(password, "ada") == password
    assert len(password) <= LONGEST


def test_an_empty_name_forbids_nothing() -> None:
    assert checked_password("quattro pesci rossi", " ") == "quattro pesci rossi"


def test_waits_begin_after_the_free_tries_double_and_have_an_end() -> None:
    waits = [wait_after(failures, 5) for failures in range(5, 9)]
    assert waits == [timedelta(seconds=seconds) for seconds in (0, 15, 30, 60)]
    assert wait_after(10_000, 5) == timedelta(minutes=30)


def test_a_second_factor_is_lacking_only_where_it_is_demanded_of_the_role() -> None:
    demanding = replace(ORIGIN, second_factor=True)
    person = Account(
        username="ada", name="Ada", grants=frozenset({Grant(Role.APPROVER, VALDOMBRA)})
    )
    assert lacks_second_factor(person, [DESTINATION, demanding])
    assert not lacks_second_factor(person, [ORIGIN, replace(DESTINATION, second_factor=True)])
    assert not lacks_second_factor(replace(person, second_factor=True), [demanding])
    operator = replace(person, grants=frozenset({Grant(Role.OPERATOR, VALDOMBRA)}))
    assert not lacks_second_factor(operator, [demanding])


@pytest.mark.parametrize(
    "written",
    [
        FISCAL,
        f"TINIT-{FISCAL}",
        f"urn:schac:personalUniqueID:IT:CF:{FISCAL}",
        ["urn:schac:personalUniqueID:IT:X:1", f"urn:schac:personalUniqueID:IT:CF:{FISCAL}"],
    ],
)
def test_a_codice_fiscale_is_found_however_it_is_written(written: object) -> None:
    assert codice_fiscale_in(written) == FISCAL


@pytest.mark.parametrize("written", [None, "", "nessuno", [], 7])
def test_what_is_none_is_none(written: object) -> None:
    assert codice_fiscale_in(written) is None
