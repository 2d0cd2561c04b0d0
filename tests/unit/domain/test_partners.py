"""Partners are active between two days, and their secrets are not shown."""

from datetime import date

import pytest

from tests.support.fakes_samples import partner

FIRST, LAST = date(2026, 9, 1), date(2026, 9, 30)


@pytest.mark.parametrize(
    ("since", "until", "day", "active"),
    [
        (None, None, date(2026, 9, 15), True),
        (FIRST, LAST, FIRST, True),
        (FIRST, LAST, LAST, True),
        (FIRST, None, date(2026, 8, 31), False),
        (None, LAST, date(2026, 10, 1), False),
        (FIRST, None, date(2030, 1, 1), True),
    ],
)
def test_a_partner_is_active_between_its_days_both_included(
    since: date | None, until: date | None, day: date, active: bool
) -> None:
    assert partner(active_from=since, active_to=until).active_on(day) is active


def test_our_password_is_not_shown_with_a_partner() -> None:
    assert "parola-segreta" not in repr(partner(password_out="parola-segreta"))
