"""Who must go when there are too many connections."""

from dataclasses import dataclass

from gateway.serving.crowd import Crowd


@dataclass(eq=False)
class Someone:
    address: str
    since: float
    is_idle: bool = False
    is_served: bool = False


def crowd(*members: Someone, most: int = 4, from_one: int = 3) -> Crowd[Someone]:
    made: Crowd[Someone] = Crowd(most=most, from_one=from_one)
    for member in members:
        made.enter(member)
    return made


def test_there_is_room_until_all_places_are_taken() -> None:
    made = crowd(Someone("a", 1), Someone("a", 2), Someone("b", 3))
    assert not made.is_full_for("c")
    made.enter(Someone("b", 4))
    assert made.is_full_for("c")
    assert len(made) == 4


def test_an_address_has_its_share_and_no_more() -> None:
    made = crowd(*[Someone("a", at) for at in (1, 2, 3)], most=100)
    assert made.is_full_for("a")
    assert not made.is_full_for("b")


def test_the_one_that_waits_longest_of_a_full_address_goes() -> None:
    first = Someone("a", 1)
    made = crowd(Someone("b", 0), Someone("a", 2), first, Someone("a", 3), most=100)
    assert made.first_to_go("a") is first


def test_one_that_waits_for_nothing_goes_before_one_with_half_a_request() -> None:
    idle = Someone("a", 9, is_idle=True)
    assert crowd(Someone("a", 1), idle, Someone("a", 2)).first_to_go("a") is idle


def test_when_all_places_are_taken_the_address_with_most_gives_one_up() -> None:
    mine = [Someone("a", at) for at in (5, 4, 6)]
    made = crowd(Someone("b", 1), *mine, most=4, from_one=10)
    assert made.first_to_go("c") is mine[1]


def test_whoever_is_being_answered_stays() -> None:
    served = [Someone("a", at, is_served=True) for at in (1, 2, 3)]
    made = crowd(*served)
    assert made.first_to_go("a") is None
    assert list(made.waiting()) == []


def test_in_an_empty_crowd_nobody_goes() -> None:
    assert crowd(from_one=0).first_to_go("a") is None
    assert crowd(most=0).first_to_go("a") is None


def test_leaving_twice_is_leaving_once_and_nothing_remains() -> None:
    member = Someone("a", 1)
    made = crowd(member)
    made.leave(member)
    made.leave(member)
    assert (len(made), made._by_address) == (0, {})


def test_the_crowd_may_change_while_it_is_walked_through() -> None:
    made = crowd(*[Someone(name, 1) for name in "abc"])
    for member in made.waiting():
        made.leave(member)
    assert len(made) == 0
