"""How long a client may keep the server waiting."""

import resource

import pytest

from gateway.serving.bounds import Bounds, open_files_allow


def test_a_transfer_that_does_not_move_is_given_up_after_its_first_seconds() -> None:
    assert Bounds(body_seconds=10).body_until(100, 0) == 110


def test_every_byte_that_moves_gives_more_time() -> None:
    bounds = Bounds(body_seconds=10, body_rate=1000, body_most=60)
    assert bounds.body_until(100, 5000) == 115


def test_no_transfer_takes_for_ever() -> None:
    bounds = Bounds(body_seconds=10, body_rate=1000, body_most=60)
    assert bounds.body_until(100, 10**9) == 160


def test_a_body_at_the_limit_and_at_the_least_rate_has_time_to_come() -> None:
    bounds = Bounds()
    at_least_rate = bounds.body_bytes / bounds.body_rate
    assert bounds.body_until(0, bounds.body_bytes) > at_least_rate


@pytest.mark.parametrize(
    ("soft", "connections"),
    [(1024, 512), (256, 73), (100, 32), (1_000_000, 1024), (resource.RLIM_INFINITY, 1024)],
)
def test_the_limit_of_open_files_leaves_room_for_so_many_connections(
    soft: int, connections: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, soft))
    assert open_files_allow() == connections


def test_a_form_at_the_limit_has_time_to_come_over_a_line_of_one_megabit() -> None:
    bounds = Bounds()
    assert bounds.form_bytes / (1_000_000 / 8) < bounds.body_most
    assert bounds.body_until(0, bounds.form_bytes) == bounds.body_most
