"""Days are Italian, years begin to be asked about in July, dates are read in either form."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gateway.domain.calendar import ITALY, italian_day, parse_moment, transfer_year


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 7, 1, 21, 59, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), date(2026, 7, 2)),
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_a_day_begins_at_midnight_in_italy_summer_and_winter(moment: datetime, day: date) -> None:
    assert italian_day(moment) == day


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 6, 30), 2025),
        (date(2026, 7, 1), 2026),
        (date(2026, 12, 31), 2026),
        (date(2027, 1, 1), 2026),
    ],
)
def test_requests_from_july_on_are_about_the_year_that_begins(day: date, year: int) -> None:
    assert transfer_year(day) == year


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("21/09/2026", (2026, 9, 21, 0, 0, 0)),
        ("21092026", (2026, 9, 21, 0, 0, 0)),
        ("21/09/2026 08:05", (2026, 9, 21, 8, 5, 0)),
        ("21/09/2026 08:05:09", (2026, 9, 21, 8, 5, 9)),
        ("21/09/2026T08:05:09", (2026, 9, 21, 8, 5, 9)),
        ("2026-09-21", (2026, 9, 21, 0, 0, 0)),
        ("2026-09-21T08:05", (2026, 9, 21, 8, 5, 0)),
        ("2026-09-21 08:05:09", (2026, 9, 21, 8, 5, 9)),
        ("2026-09-21T08:05:09.123", (2026, 9, 21, 8, 5, 9)),
        ("29/02/2028", (2028, 2, 29, 0, 0, 0)),
    ],
)
def test_a_moment_is_read_as_italian_time(text: str, expected: tuple[int, ...]) -> None:
    year, month, day, hour, minute, second = expected
    found = parse_moment(text)
    assert found == datetime(year, month, day, hour, minute, second, tzinfo=ITALY)
    assert found is not None
    assert found.utcoffset() in (timedelta(hours=1), timedelta(hours=2))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ieri",
        "21/09",
        "31/02/2026",
        "00/01/2026",
        "21/13/2026",
        "21/09/2026 24:00",
        "2026-02-30",
    ],
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert parse_moment(text) is None
