"""A message is answered exactly once; the journal has a row before the answer leaves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.domain.messages import CHANGING, ExchangeResult, Operation, ReceivedMessage
from gateway.domain.rejections import Cause, Rejection, refuse
from gateway.usecases.exchange import Answer, Writing, answer_once, refuse_message
from gateway.usecases.ports import ConcurrentChange, UnitOfWork
from tests.support.clock import START, HandClock
from tests.support.fakes import describe
from tests.support.fakes_samples import ALL, MONTELAGO, message
from tests.support.fakes_store import FakeStore
from tests.support.fakes_tables import JournalRow

pytestmark = pytest.mark.requirement("T15")

WRITING = Writing(
    accepted=lambda result: f"<ok>{result}</ok>".encode(),
    refused=lambda rejection: (3, f"<no>{describe(rejection)}</no>".encode()),
)
READS = sorted(set(Operation) - CHANGING)


class Handler:
    """Counts the effects it had; refuses while something stands in the way."""

    def __init__(self, store: FakeStore, clock: HandClock) -> None:
        self.store, self.clock = store, clock
        self.obstacle: Rejection | None = None

    def act(self, uow: UnitOfWork) -> int:
        number = uow.foglios.add_draft(b"effect", self.clock())
        if self.obstacle:
            raise self.obstacle
        return number

    def answer(self, received: ReceivedMessage) -> Answer:
        return answer_once(
            received, self.act, writing=WRITING, open_uow=self.store.open_uow, clock=self.clock
        )

    @property
    def effects(self) -> int:
        return len(self.store.tables[MONTELAGO].drafts)

    def row(self, message_id: str) -> JournalRow:
        return self.store.tables[MONTELAGO].journal[message_id]


@pytest.fixture
def handler(store: FakeStore, clock: HandClock) -> Handler:
    return Handler(store, clock)


def again(received: ReceivedMessage, message_id: str = "m2") -> ReceivedMessage:
    return replace(received, message_id=message_id)


def test_an_accepted_message_has_its_effect_and_its_row_in_one_commit(handler: Handler) -> None:
    answer = handler.answer(message())
    assert answer == Answer(b"<ok>1</ok>", ExchangeResult.ACCEPTED, 0)
    assert (handler.effects, handler.store.commits) == (1, 1)
    row = handler.row("m1")
    assert (row.result, row.code, row.answer, row.ended_at) == (
        ExchangeResult.ACCEPTED,
        0,
        b"<ok>1</ok>",
        START,
    )


def test_the_answer_is_dated_when_it_is_given(handler: Handler) -> None:
    handler.clock.advance(seconds=2)
    handler.answer(message())
    assert handler.row("m1").ended_at == START + timedelta(seconds=2)


@pytest.mark.parametrize("operation", sorted(CHANGING))
def test_a_repeated_message_gets_the_same_answer(handler: Handler, operation: Operation) -> None:
    first = handler.answer(message(operation))
    repeated = handler.answer(again(message(operation)))
    assert repeated == Answer(first.content, ExchangeResult.REPEATED, 0)
    assert handler.effects == 1


def test_the_row_of_a_repeat_points_to_the_first(handler: Handler) -> None:
    handler.answer(message())
    handler.answer(again(message()))
    row = handler.row("m2")
    assert (row.result, row.repeats, row.answer) == (ExchangeResult.REPEATED, "m1", b"")


def test_a_repeat_of_a_repeat_gets_the_first_answer_too(handler: Handler) -> None:
    first = handler.answer(message())
    for message_id in ("m2", "m3"):
        assert handler.answer(again(message(), message_id)).content == first.content


@pytest.mark.parametrize(
    "other",
    [
        message(content=b"<other/>"),
        message(Operation.PUT_DATI),
        message(id_pratica="X1"),
        message(caller="93"),
    ],
    ids=["content", "operation", "practice", "caller"],
)
def test_a_message_that_differs_in_anything_is_no_repeat(
    handler: Handler, other: ReceivedMessage
) -> None:
    handler.answer(message())
    assert handler.answer(again(other)).result is ExchangeResult.ACCEPTED
    assert handler.effects == 2


@pytest.mark.parametrize("operation", READS)
def test_a_read_always_tells_the_present(handler: Handler, operation: Operation) -> None:
    answers = [handler.answer(again(message(operation), name)) for name in ("m1", "m2")]
    assert [answer.content for answer in answers] == [b"<ok>1</ok>", b"<ok>2</ok>"]


@pytest.mark.parametrize("operation", list(Operation))
def test_only_what_has_an_effect_waits_for_the_disk(handler: Handler, operation: Operation) -> None:
    handler.answer(message(operation))
    handler.obstacle = refuse(Cause.PRACTICE_NOT_FOUND)
    handler.answer(message(operation, b"<other/>", message_id="m2"))
    assert set(handler.store.opened) == {operation in CHANGING}


def test_a_refused_message_has_no_effect_but_a_row(handler: Handler) -> None:
    handler.obstacle = refuse(Cause.EVENT_NOT_ALLOWED)
    answer = handler.answer(message())
    assert answer == Answer(b"<no>event_not_allowed</no>", ExchangeResult.REFUSED, 3)
    assert handler.effects == 0
    row = handler.row("m1")
    assert (row.result, row.code, row.answer) == (ExchangeResult.REFUSED, 3, answer.content)


def test_a_refused_message_is_judged_anew(handler: Handler) -> None:
    handler.obstacle = refuse(Cause.DEADLINE_PASSED)
    handler.answer(message())
    handler.obstacle = None
    assert handler.answer(again(message())).result is ExchangeResult.ACCEPTED
    assert handler.effects == 1


def test_a_message_that_could_not_be_read_is_refused_with_a_row(handler: Handler) -> None:
    answer = refuse_message(
        message(),
        refuse(Cause.PARAMETER_INVALID, "IdPratica"),
        writing=WRITING,
        open_uow=handler.store.open_uow,
        clock=handler.clock,
    )
    assert answer.content == b"<no>parameter_invalid</no>"
    assert handler.row("m1").result is ExchangeResult.REFUSED


def _no_more_disk() -> None:
    raise OSError("disk full")


def _too_late() -> None:
    raise ConcurrentChange


@pytest.mark.parametrize(
    ("trouble", "error"), [(_no_more_disk, OSError), (_too_late, ConcurrentChange)]
)
def test_without_a_row_no_answer_leaves(
    handler: Handler, trouble: Callable[[], None], error: type[Exception]
) -> None:
    handler.store.before_commit = trouble
    with pytest.raises(error):
        handler.answer(message())
    assert handler.effects == 0
    assert handler.store.tables[MONTELAGO].journal == {}


def test_the_foglio_of_an_accepted_message_is_kept_with_its_sections(handler: Handler) -> None:
    handler.answer(message(content=b"<foglio/>"))
    assert handler.row("m1").sections == ALL


def test_a_repeat_overtaken_by_its_first_gets_the_first_answer(handler: Handler) -> None:
    """The first copy is accepted after this one looked for it, and is what then refuses it."""
    first: list[Answer] = []

    def overtaken(_: UnitOfWork) -> int:
        first.append(handler.answer(message()))
        raise refuse(Cause.CONTENT_DIFFERS, paths="")

    repeated = answer_once(
        again(message()),
        overtaken,
        writing=WRITING,
        open_uow=handler.store.open_uow,
        clock=handler.clock,
    )
    assert repeated == Answer(first[0].content, ExchangeResult.REPEATED, 0)
    assert handler.row("m2").repeats == "m1"


def test_a_repeat_whose_answer_is_no_longer_kept_is_told_so(handler: Handler) -> None:
    handler.answer(message())
    rows = handler.store.tables[MONTELAGO].journal
    rows["m1"] = replace(rows["m1"], answer=b"")
    repeated = handler.answer(again(message()))
    assert repeated.result is ExchangeResult.REFUSED
    assert repeated.content == b"<no>content_removed</no>"
    assert handler.effects == 1
    row = handler.row("m2")
    assert (row.result, row.repeats, row.answer) == (
        ExchangeResult.REFUSED,
        "m1",
        repeated.content,
    )
