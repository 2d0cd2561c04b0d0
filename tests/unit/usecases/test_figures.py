"""Months as Italy counts them."""

from datetime import UTC, date, datetime

import pytest

from gateway.domain.rejections import Cause
from gateway.usecases.figures import MOST, months_between, year_until
from tests.support.fakes_samples import refused


def test_months_begin_at_midnight_in_italy_summer_and_winter() -> None:
    months = months_between(date(2026, 10, 31), date(2026, 11, 1))
    assert months.firsts == (date(2026, 10, 1), date(2026, 11, 1))
    assert [bound.astimezone(UTC) for bound in months.bounds] == [
        datetime(2026, 9, 30, 22, tzinfo=UTC),
        datetime(2026, 10, 31, 23, tzinfo=UTC),
        datetime(2026, 11, 30, 23, tzinfo=UTC),
    ]


def test_a_year_ends_with_the_month_of_its_day() -> None:
    months = year_until(date(2026, 2, 3))
    assert (months.firsts[0], months.firsts[-1], len(months.firsts)) == (
        date(2025, 3, 1),
        date(2026, 2, 1),
        12,
    )


@pytest.mark.parametrize("last", [date(2025, 12, 31), date(2026 + MOST // 12, 1, 1)])
def test_periods_backwards_or_too_long_are_refused(last: date) -> None:
    with refused(Cause.PARAMETER_INVALID):
        months_between(date(2026, 1, 1), last)


def test_the_longest_period_is_taken() -> None:
    assert len(months_between(date(2026, 1, 1), date(2028, 12, 1)).firsts) == MOST
