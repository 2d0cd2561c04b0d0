"""Readiness names what does not hold, looks at most once a second, and holds nobody up."""

import threading

from gateway.web.health import Check, Health, Readiness
from tests.support.stopwatch import Stopwatch


class Switch:
    """A check that can be made to fail, and counts how often it is run."""

    def __init__(self) -> None:
        self.broken = False
        self.runs = 0

    def __call__(self) -> None:
        self.runs += 1
        if self.broken:
            raise OSError("password of the database")


def test_everything_that_holds_makes_ready() -> None:
    health = Readiness([Check("database", Switch()), Check("disk", Switch())]).look()
    assert health.ready
    assert health.as_json() == {"status": "ok", "checks": {"database": "ok", "disk": "ok"}}


def test_what_does_not_hold_is_named_without_detail() -> None:
    bad = Switch()
    bad.broken = True
    health = Readiness([Check("database", Switch()), Check("disk", bad)]).look()
    assert not health.ready
    assert health.as_json() == {
        "status": "unavailable",
        "checks": {"database": "ok", "disk": "failed"},
    }


def test_what_follows_from_a_failed_check_is_not_looked_at() -> None:
    bad, follower = Switch(), Switch()
    bad.broken = True
    checks = [Check("database", bad), Check("worker", follower, follows="database")]
    assert Readiness(checks).look().checks == {"database": "failed", "worker": "skipped"}
    assert follower.runs == 0


def test_probes_however_many_look_once_a_second() -> None:
    clock, switch = Stopwatch(100), Switch()
    readiness = Readiness([Check("database", switch)], monotonic=clock)
    for at, runs in ((100, 1), (100.9, 1), (101, 2), (101.5, 2), (102.5, 3)):
        clock.at = at
        readiness.look()
        assert switch.runs == runs


def test_what_broke_is_seen_at_the_next_look_and_what_was_mended_too() -> None:
    clock, switch = Stopwatch(), Switch()
    readiness = Readiness([Check("database", switch)], monotonic=clock)
    found = []
    for broken in (False, True, False):
        switch.broken = broken
        found.append(readiness.look().ready)
        clock.at += 1
    assert found == [True, False, True]


def test_while_one_looks_the_others_get_what_was_found_last() -> None:
    clock = Stopwatch()
    inside, leave = threading.Event(), threading.Event()
    leave.set()

    def hang() -> None:
        inside.set()
        assert leave.wait(10)

    readiness = Readiness([Check("database", hang)], monotonic=clock)
    first = readiness.look()
    clock.at, _ = 5, leave.clear()
    inside.clear()
    found: list[Health] = []
    looking = threading.Thread(target=lambda: found.append(readiness.look()))
    looking.start()
    assert inside.wait(10)
    assert readiness.look() is first  # at once: the other thread still hangs
    leave.set()
    looking.join()
    assert found[0].ready
