"""A database that cannot be reached: every call is told to come again, none is told a lie."""

from collections.abc import Callable

import pytest

from gateway.usecases.ports import StoreUnavailable
from tests.support.databases import Maker, close_doors, open_doors
from tests.support.hostile import Answered, Sending, destination_site
from tests.support.hostile_messages import terms, transfer
from tests.support.transfers import Steps

pytestmark = pytest.mark.integration


def is_told_to_come_again(answer: Answered) -> None:
    assert answer.status == 503
    assert answer.fault[1] == "Server.Busy"
    assert answer.headers["Retry-After"] == "5"


@pytest.mark.parametrize("remembered", [True, False], ids=["warm", "cold"])
def test_while_the_database_is_away_calls_are_told_to_come_again(
    make_steps: Callable[..., Steps], postgres: Maker, remembered: bool
) -> None:
    world = make_steps(postgres).world
    site = destination_site(world)
    sending = Sending()
    assert sending.to(site.application, terms()).outcome == (0, "OK")
    if not remembered:
        world.destination.store.forget()
    close_doors(world.destination.settings.url)
    for message in (terms(), transfer()):
        is_told_to_come_again(sending.to(site.application, message))
    with pytest.raises(StoreUnavailable):
        world.destination.store.open_uow("92").__enter__()  # type: ignore[arg-type]
    open_doors(world.destination.settings.url)
    assert sending.to(site.application, transfer()).outcome == (0, "OK")
