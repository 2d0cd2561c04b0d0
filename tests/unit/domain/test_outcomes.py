"""The outcome that every answer carries."""

import pytest

from gateway.domain.outcomes import OK, Outcome


@pytest.mark.parametrize(("code", "accepted"), [(0, True), (1, False), (-1, False)])
def test_only_zero_is_an_acceptance(code: int, accepted: bool) -> None:
    assert Outcome(code, "").accepted is accepted


def test_ok_is_an_acceptance() -> None:
    assert OK.accepted
