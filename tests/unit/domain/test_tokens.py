"""The token: compared without tricks, never shown."""

import pytest

from gateway.domain.rejections import Cause
from gateway.domain.tokens import ALPHABET, Token, parse_token
from tests.support.fakes_samples import refused

pytestmark = pytest.mark.requirement("T13")

TOKEN = Token("ABCDE23456")


@pytest.mark.parametrize("typed", ["ABCDE23456", "abcde23456", " AbCdE 23456 \n"])
def test_a_token_is_recognised_whatever_its_case_and_blanks(typed: str) -> None:
    assert TOKEN.matches(typed)


@pytest.mark.parametrize("typed", ["", "ABCDE2345", "ABCDE234567", "ABCDE23457", "àBCDE23456"])
def test_another_token_is_not(typed: str) -> None:
    assert not TOKEN.matches(typed)


def test_a_partners_token_in_small_letters_is_recognised_as_it_is() -> None:
    assert Token("abc").matches("abc")
    assert not Token("abc").matches("ABC")


def test_a_token_is_never_shown() -> None:
    assert "ABCDE" not in f"{TOKEN} {TOKEN!r} {[TOKEN]}"


def test_no_letter_of_the_alphabet_is_mistaken_for_another() -> None:
    assert not set("O0I1L") & set(ALPHABET)
    assert len(set(ALPHABET)) == len(ALPHABET)


@pytest.mark.parametrize("text", ["x", " ABC ", "!~", "a" * 64])
def test_a_token_is_read_without_the_blanks_around_it(text: str) -> None:
    assert parse_token(text) == Token(text.strip())


@pytest.mark.parametrize("text", ["", "  ", "a b", "è", "a" * 65])
def test_what_is_no_token_is_refused_without_showing_it(text: str) -> None:
    with refused(Cause.PARAMETER_INVALID) as refusal:
        parse_token(text)
    reason = refusal.value.reasons[0]
    assert (reason.path, reason.params) == ("Token", {})
