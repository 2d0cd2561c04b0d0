"""Pins hold up to their last day."""

from datetime import date

import pytest

from gateway.domain.security import KeyPin, SubjectPin

DAY = date(2026, 9, 21)


@pytest.mark.parametrize("until", [None, DAY, date(2026, 9, 22)])
def test_a_pin_is_good_up_to_its_last_day(until: date | None) -> None:
    assert KeyPin("a", until).good_on(DAY)
    assert SubjectPin("a", "b", until).good_on(DAY)


def test_a_pin_is_not_good_after_its_last_day() -> None:
    before = date(2026, 9, 20)
    assert not KeyPin("a", before).good_on(DAY)
    assert not SubjectPin("a", "b", before).good_on(DAY)
