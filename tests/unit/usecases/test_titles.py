"""Importing titles line by line, and putting them right afterwards."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import pytest

from gateway.domain.rejections import Cause, Reason, Rejection, refuse
from gateway.domain.title_records import ImportRun, Line, StoredTitle, TitleEvent, key_of
from gateway.domain.titles import Title
from gateway.usecases import titles
from gateway.usecases.ports import UnitOfWork
from gateway.usecases.transaction import transact
from tests.support.clock import HandClock
from tests.support.fakes_samples import OFFICE, VALDOMBRA, refused
from tests.support.fakes_store import FakeStore
from tests.support.titles import degree, diploma

BAD = Reason(Cause.DATE_IMPOSSIBLE, "riga 3/DataConseguimento")


class Desk:
    """Imports and looks at what came of it."""

    def __init__(self, store: FakeStore, clock: HandClock) -> None:
        self.store, self.clock = store, clock
        self.told: list[int] = []

    def begin(self, digest: str = "d", *, replacing: bool = False) -> ImportRun:
        return self.act(
            lambda uow: titles.begin_import(
                digest, replacing=replacing, actor=OFFICE, uow=uow, now=self.clock()
            )
        )

    def act(self, what: Callable[[UnitOfWork], object]) -> object:
        return transact(VALDOMBRA, what, open_uow=self.store.open_uow)

    def bring(
        self, *found: Title | Reason, digest: str = "d", replacing: bool = False
    ) -> ImportRun:
        return self.bring_lines(lines(*found), digest=digest, replacing=replacing)

    def bring_lines(
        self, found: Iterable[Line], *, digest: str = "d", replacing: bool = False
    ) -> ImportRun:
        return titles.import_lines(
            self.begin(digest, replacing=replacing),
            found,
            in_one_commit=self.act,
            actor=OFFICE,
            clock=self.clock,
            tell=lambda run: self.told.append(run.position),
        )

    @property
    def kept(self) -> list[StoredTitle]:
        return list(self.store.tables[VALDOMBRA].titles.values())

    @property
    def refusals(self) -> list[tuple[int, Cause]]:
        rows = self.store.tables[VALDOMBRA].title_refusals
        return [(line, reason.cause) for run in rows.values() for line, reason in run]


def lines(*found: Title | Reason) -> Iterator[Line]:
    for number, item in enumerate(found, start=2):
        yield Line(number, None, (item,)) if isinstance(item, Reason) else Line(number, item)


def counts(run: ImportRun) -> tuple[int, int, int, int]:
    return run.added, run.unchanged, run.replaced, run.refused


@pytest.fixture
def desk(store: FakeStore, clock: HandClock) -> Desk:
    return Desk(store, clock)


def test_every_good_line_is_kept_and_every_bad_one_refused_with_its_reason(desk: Desk) -> None:
    run = desk.bring(degree(), BAD, diploma())
    assert counts(run) == (2, 0, 0, 1)
    assert run.position == 3
    assert run.finished_at is not None
    assert [stored.title for stored in desk.kept] == [degree(), diploma()]
    assert desk.refusals == [(3, Cause.DATE_IMPOSSIBLE)]


def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    desk.bring(degree(), diploma())
    before = desk.kept
    assert counts(desk.bring(degree(), diploma())) == (0, 2, 0, 0)
    assert desk.kept == before


def test_the_same_line_twice_is_one_title(desk: Desk) -> None:
    assert counts(desk.bring(degree(), degree())) == (1, 1, 0, 0)


def test_other_values_for_a_title_are_a_conflict(desk: Desk) -> None:
    desk.bring(degree(), digest="first")
    assert counts(desk.bring(degree(grade="100"))) == (0, 0, 0, 1)
    assert desk.refusals == [(2, Cause.TITLE_DIFFERS)]
    assert desk.kept[0].title == degree()


def test_other_values_twice_in_one_file_are_a_conflict_too(desk: Desk) -> None:
    assert counts(desk.bring(degree(), degree(grade="100"))) == (1, 0, 0, 1)
    assert desk.kept[0].title == degree()


def test_the_file_s_values_win_when_they_are_to_replace(desk: Desk) -> None:
    desk.bring(degree(), digest="first")
    run = desk.bring(degree(grade="100"), degree(grade="101"), replacing=True)
    assert counts(run) == (0, 0, 2, 0)
    assert desk.kept[0].title == degree(grade="101")
    with desk.store.open_uow(VALDOMBRA) as uow:
        changes = uow.titles.history(desk.kept[0].title_id)
    assert [change.event for change in changes] == [TitleEvent.REPLACED] * 2
    assert changes[0].before == degree()


def test_within_one_batch_the_later_line_replaces_the_earlier(desk: Desk) -> None:
    run = desk.bring(degree(), degree(grade="100"), replacing=True)
    assert counts(run) == (1, 0, 1, 0)
    assert [stored.title for stored in desk.kept] == [degree(grade="100")]


@pytest.mark.parametrize("replacing", [False, True])
def test_a_withdrawn_title_does_not_come_back_with_a_file(desk: Desk, *, replacing: bool) -> None:
    desk.bring(degree(), digest="first")
    withdraw(desk, 1)
    assert counts(desk.bring(degree(), replacing=replacing)) == (0, 0, 0, 1)
    assert desk.refusals == [(2, Cause.TITLE_WITHDRAWN)]


def test_a_corrected_title_is_known_by_what_it_was_before(desk: Desk) -> None:
    desk.bring(degree(), digest="first")
    correct(desk, 1, degree(degree_type="LM"))
    assert key_of(degree()) != key_of(degree(degree_type="LM"))
    assert counts(desk.bring(degree())) == (0, 0, 0, 1)
    assert counts(desk.bring(degree(degree_type="LM"), digest="third")) == (0, 1, 0, 0)
    assert len(desk.kept) == 1


@pytest.mark.parametrize("number", [0, titles.BATCH])
def test_no_batch_is_empty(desk: Desk, number: int) -> None:
    made = [replace(degree(), university=f"{index:03d}") for index in range(number)]
    run = desk.bring(*made)
    assert desk.told == [number][: number > 0]
    assert (run.added, run.finished_at is not None) == (number, True)


def test_lines_are_committed_in_batches_with_how_far_they_are(desk: Desk) -> None:
    made = [replace(degree(), university=f"{number:03d}") for number in range(titles.BATCH + 1)]
    run = desk.bring(*made)
    assert desk.told == [titles.BATCH, titles.BATCH + 1]
    assert run.added == titles.BATCH + 1


def test_an_import_that_was_cut_off_goes_on_from_where_it_was(desk: Desk) -> None:
    made = [replace(degree(), university=f"{number:03d}") for number in range(titles.BATCH + 7)]

    def cut() -> Iterator[Line]:
        yield from list(lines(*made))[: titles.BATCH + 3]
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        desk.bring_lines(cut())
    assert len(desk.kept) == titles.BATCH
    run = desk.bring(*made)
    assert run.resumed == titles.BATCH
    assert counts(run) == (titles.BATCH + 7, 0, 0, 0)
    assert run.position == len(made)
    assert desk.bring(*made).resumed == 0  # finished: the next one looks at every line


@pytest.mark.parametrize("before", [0, 3])
def test_a_file_that_cannot_be_read_on_is_taken_up_to_there(desk: Desk, before: int) -> None:
    def broken() -> Iterator[Line]:
        made = (replace(degree(), university=f"{number:03d}") for number in range(before))
        yield from lines(*made)
        raise refuse(Cause.NOT_A_DOCUMENT, "XML")

    with refused(Cause.NOT_A_DOCUMENT):
        desk.bring_lines(broken())
    assert len(desk.kept) == before
    assert desk.begin().position == before


def test_a_file_with_other_rights_is_another_import(desk: Desk) -> None:
    first = desk.begin("d")
    assert desk.begin("d", replacing=True).run_id != first.run_id
    assert desk.begin("e").run_id != first.run_id
    assert desk.begin("d").run_id == first.run_id


def correct(desk: Desk, number: int, new: Title, why: str = "errore di registrazione") -> object:
    return desk.act(
        lambda uow: titles.correct_title(number, new, why, uow=uow, actor=OFFICE, now=desk.clock())
    )


def withdraw(desk: Desk, number: int, why: str = "conferito per errore") -> object:
    return desk.act(
        lambda uow: titles.withdraw_title(number, why, uow=uow, actor=OFFICE, now=desk.clock())
    )


def restore(desk: Desk, number: int, why: str = "ritirato per errore") -> object:
    return desk.act(
        lambda uow: titles.restore_title(number, why, uow=uow, actor=OFFICE, now=desk.clock())
    )


def test_a_correction_keeps_who_when_why_and_what_was_before(desk: Desk) -> None:
    desk.bring(degree())
    correct(desk, 1, degree(grade="105"))
    assert desk.kept[0].title == degree(grade="105")
    assert desk.kept[0].version == 2
    with desk.store.open_uow(VALDOMBRA) as uow:
        (change,) = uow.titles.history(1)
    assert (change.actor, change.at) == (OFFICE, desk.clock())
    assert (change.event, change.why) == (TitleEvent.CORRECTED, "errore di registrazione")
    assert change.before == degree()


def test_a_correction_to_the_same_values_is_no_change(desk: Desk) -> None:
    desk.bring(degree())
    correct(desk, 1, degree())
    assert desk.kept[0].version == 1


def test_a_title_does_not_become_another_that_is_kept(desk: Desk) -> None:
    desk.bring(degree(), degree(degree_type="LM"))
    with refused(Cause.ALREADY_EXISTS):
        correct(desk, 1, degree(degree_type="LM"))


def test_a_title_may_become_again_what_it_was(desk: Desk) -> None:
    desk.bring(degree())
    correct(desk, 1, degree(degree_type="LM"))
    correct(desk, 1, degree())
    assert desk.kept[0].title == degree()


def test_a_withdrawn_title_is_put_back_before_it_is_corrected(desk: Desk) -> None:
    desk.bring(degree())
    withdraw(desk, 1)
    assert desk.kept[0].withdrawn_at == desk.clock()
    with refused(Cause.TITLE_WITHDRAWN):
        correct(desk, 1, degree(grade="105"))
    restore(desk, 1)
    assert desk.kept[0].withdrawn_at is None
    correct(desk, 1, degree(grade="105"))
    with desk.store.open_uow(VALDOMBRA) as uow:
        events = [change.event for change in uow.titles.history(1)]
    assert events == [TitleEvent.WITHDRAWN, TitleEvent.RESTORED, TitleEvent.CORRECTED]


def test_withdrawing_or_putting_back_twice_is_once(desk: Desk) -> None:
    desk.bring(degree())
    restore(desk, 1)
    withdraw(desk, 1)
    version = desk.kept[0].version
    withdraw(desk, 1)
    assert desk.kept[0].version == version == 2


@pytest.mark.parametrize("act", [withdraw, restore])
def test_a_title_that_is_not_kept_is_refused(desk: Desk, act: Callable[..., object]) -> None:
    with refused(Cause.TITLE_NOT_FOUND):
        act(desk, 9)
    with refused(Cause.TITLE_NOT_FOUND):
        correct(desk, 9, degree())


def test_nothing_is_changed_without_a_reason(desk: Desk) -> None:
    desk.bring(degree())
    with refused(Cause.PARAMETER_INVALID):
        withdraw(desk, 1, " ")
    with refused(Cause.PARAMETER_INVALID):
        correct(desk, 1, degree(grade="90"), "")
    with pytest.raises(Rejection):
        correct(desk, 1, degree(grade="90"), "x" * 4001)
    assert desk.kept[0].version == 1
