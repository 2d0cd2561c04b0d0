"""Messages: which have an effect, and how long the words of people may be."""

import pytest

from gateway.domain.messages import CHANGING, MAX_NOTES, MAX_REASON, Operation, checked_words
from gateway.domain.rejections import Cause
from tests.support.fakes_samples import paths, refused


def test_what_tells_something_has_an_effect_and_what_asks_has_none() -> None:
    reads = set(Operation) - CHANGING
    assert {operation for operation in Operation if operation.startswith("Get_")} == reads


@pytest.mark.parametrize("longest", [MAX_NOTES, MAX_REASON])
def test_words_may_be_as_long_as_the_contract_lets_them(longest: int) -> None:
    assert checked_words("à" * longest, "Note", longest) == "à" * longest


@pytest.mark.parametrize("longest", [MAX_NOTES, MAX_REASON])
def test_longer_ones_are_refused_by_the_name_of_their_field(longest: int) -> None:
    with refused(Cause.VALUE_TOO_LONG) as refusal:
        checked_words("à" * (longest + 1), "Note", longest)
    assert paths(refusal.value.reasons) == ["Note"]


def test_blanks_around_words_do_not_count() -> None:
    assert checked_words(f"  {'x' * MAX_NOTES}\n", "Note") == "x" * MAX_NOTES
