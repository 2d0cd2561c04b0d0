"""One unit of work, begun again when somebody else was faster."""

import pytest

from gateway.domain.rejections import Cause, refuse
from gateway.usecases.ports import ConcurrentChange, UnitOfWork
from gateway.usecases.transaction import ATTEMPTS, transact
from tests.support.clock import START
from tests.support.fakes_samples import VALDOMBRA, refused
from tests.support.fakes_store import FakeStore


class Rival:
    """Is faster than us a number of times."""

    def __init__(self, store: FakeStore, times: int) -> None:
        self.left = times
        store.before_commit = self.act

    def act(self) -> None:
        if self.left:
            self.left -= 1
            raise ConcurrentChange


def keep_a_draft(uow: UnitOfWork) -> int:
    return uow.foglios.add_draft(b"<f/>", START)


def test_what_was_done_is_kept_and_returned(store: FakeStore) -> None:
    number = transact(VALDOMBRA, keep_a_draft, open_uow=store.open_uow)
    assert store.tables[VALDOMBRA].drafts == {number: b"<f/>"}


@pytest.mark.parametrize("times", [1, ATTEMPTS - 1])
def test_work_that_meets_others_is_begun_again(store: FakeStore, times: int) -> None:
    Rival(store, times)
    transact(VALDOMBRA, keep_a_draft, open_uow=store.open_uow)
    assert len(store.tables[VALDOMBRA].drafts) == 1
    assert len(store.opened) == times + 1


def test_a_conflict_that_does_not_end_is_given_up(store: FakeStore) -> None:
    Rival(store, ATTEMPTS)
    with pytest.raises(ConcurrentChange):
        transact(VALDOMBRA, keep_a_draft, open_uow=store.open_uow)
    assert len(store.opened) == ATTEMPTS
    assert store.tables[VALDOMBRA].drafts == {}


def test_a_refusal_keeps_nothing_and_is_not_tried_again(store: FakeStore) -> None:
    def act(uow: UnitOfWork) -> None:
        keep_a_draft(uow)
        raise refuse(Cause.ALREADY_EXISTS)

    with refused(Cause.ALREADY_EXISTS):
        transact(VALDOMBRA, act, open_uow=store.open_uow)
    assert store.tables[VALDOMBRA].drafts == {}
    assert len(store.opened) == 1


@pytest.mark.parametrize("lasting", [True, False])
def test_it_says_whether_the_work_must_last(store: FakeStore, lasting: bool) -> None:
    transact(VALDOMBRA, keep_a_draft, open_uow=store.open_uow, lasting=lasting)
    assert store.opened == [lasting]
