"""The journal has a row for every message, or the message is not answered OK."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.client.writing import write
from gateway.domain.deliveries import Side
from gateway.domain.history import HistoryEntry
from gateway.domain.messages import CHANGING, ExchangeResult, Operation
from gateway.domain.origin import OriginEvent
from gateway.usecases.origin import key_of
from gateway.usecases.partner_ports import PartnerCall
from gateway.usecases.ports import PracticeKey
from storage.journal import count_by_result
from storage.store import Store
from storage.tables import history, incoming, messages, register_entries
from storage.unit_of_work import SqlUnitOfWork
from tests.support.clock import START
from tests.support.databases import Maker
from tests.support.fakes_samples import STUDENT, delivery, draft, message
from tests.support.storage import OURS, THEIRS, a_put, act, count, opened, put
from tests.support.transfers import OFFICE, Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

pytestmark = pytest.mark.integration

BLOCK = {
    "sqlite": (
        """CREATE TRIGGER blocked BEFORE INSERT ON messages
           BEGIN SELECT RAISE(ABORT, 'the journal cannot be written'); END""",
    ),
    "postgresql": (
        """CREATE FUNCTION block() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'the journal cannot be written'; END $$""",
        "CREATE TRIGGER blocked BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION block()",
    ),
}
UNBLOCK = {"sqlite": "DROP TRIGGER blocked", "postgresql": "DROP TRIGGER blocked ON messages"}


def run(store: Store, *statements: str) -> None:
    """Change the database behind the program's back."""
    with store.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


@pytest.fixture
def store(database: Maker, tmp_path: Path) -> Iterator[Store]:
    with opened(database, tmp_path) as made:
        yield made


@pytest.mark.requirement("T15")
def test_a_message_whose_row_cannot_be_written_is_not_accepted(
    make_steps: Callable[..., Steps], database: Maker
) -> None:
    world = make_steps(database).world
    application, store = world.destination.wsgi(), world.destination.store
    run(store, *BLOCK[store.engine.name])
    status, answer = put(application, a_put())
    assert status == 500
    assert b"Fault" in answer
    assert b"<codEsito>0<" not in answer
    assert b"journal cannot" not in answer  # no detail of ours
    assert [count(store, table) for table in (messages, incoming, history, register_entries)] == [
        0,
        0,
        0,
        0,
    ]
    run(store, UNBLOCK[store.engine.name])
    status, answer = put(application, a_put())
    assert status == 200
    assert b"<codEsito>0<" in answer
    assert [count(store, table) for table in (messages, incoming)] == [1, 1]


def test_a_read_whose_row_cannot_be_written_is_not_answered(steps: Steps) -> None:
    practice = steps.sent()
    store = steps.world.destination.store
    run(store, *BLOCK["sqlite"])
    application = steps.world.destination.wsgi()
    call = PartnerCall(operation=Operation.GET_STATUS, caller=VALDOMBRA, id_pratica=practice)
    assert put(application, write(call), Operation.GET_STATUS)[0] == 500
    run(store, UNBLOCK["sqlite"])
    assert put(application, write(call), Operation.GET_STATUS)[0] == 200


def transaction_numbers(store: Store) -> set[str]:
    """Return the transactions that wrote what came of one message."""
    with store.reader.connect() as connection:
        return {
            str(number)
            for table in (messages, incoming, history, register_entries)
            for number in connection.execute(
                sa.select(sa.literal_column("xmin::text")).select_from(table)
            ).scalars()
        }


def test_the_row_of_an_accepted_message_shares_the_commit_of_its_effect(
    make_steps: Callable[..., Steps], postgres: Maker
) -> None:
    """PostgreSQL tells which transaction wrote a row."""
    world = make_steps(postgres).world
    assert put(world.destination.wsgi(), a_put())[0] == 200
    assert len(transaction_numbers(world.destination.store)) == 1


def test_an_accepted_message_is_one_commit(
    make_steps: Callable[..., Steps], database: Maker
) -> None:
    world = make_steps(database).world
    store, application = world.destination.store, world.destination.wsgi()
    put(application, a_put())  # what a process remembers is read
    commits: list[int] = []
    for engine in (store.engine, store.light):
        sa.event.listen(engine, "commit", lambda _: commits.append(1))
    assert put(application, a_put("UNIVAL20260000078"))[0] == 200
    assert sum(commits) == 1


@pytest.mark.requirement("T15")
def test_every_message_has_a_row_however_it_ended(
    make_steps: Callable[..., Steps], database: Maker
) -> None:
    world = make_steps(database).world
    application = world.destination.wsgi()
    sent = a_put()
    for content in (sent, sent, sent.replace(b"2026-09-21", b"2026-99-99"), b"no message"):
        put(application, content)
    with world.destination.store.reader.connect() as connection:
        results = count_by_result(connection, MONTELAGO)
    assert results == {
        ("in", ExchangeResult.ACCEPTED.value): 1,
        ("in", ExchangeResult.REPEATED.value): 1,
        ("in", ExchangeResult.REFUSED.value): 1,
        ("in", ExchangeResult.FAULT.value): 1,
    }


def test_messages_and_answers_are_kept_byte_for_byte(
    make_steps: Callable[..., Steps], database: Maker
) -> None:
    world = make_steps(database).world
    sent = a_put().replace(b"><", b">\r\n <", 1)
    _, answer = put(world.destination.wsgi(), sent)
    store = world.destination.store
    with store.open_uow(MONTELAGO) as uow:
        (row,) = uow.journal.latest()
        assert uow.journal.contents(row.message_id) == (sent, answer)
        assert (row.partner, row.operation) == (VALDOMBRA, Operation.PUT_PROCESSO)
        assert row.request_bytes == len(sent)
        assert row.ended_at >= row.began_at


def test_both_sides_tell_the_same_of_every_message(steps: Steps) -> None:
    practice = steps.sent()
    steps.ask_revision(practice)
    steps.deliver_all()

    def told(rows: Sequence[object]) -> list[tuple[object, ...]]:
        return sorted(
            (row.operation, row.sha256, row.result, row.code)  # type: ignore[attr-defined]
            for row in rows
            if row.operation in CHANGING  # type: ignore[attr-defined]
        )

    out = PracticeKey(Side.ORIGIN, MONTELAGO, practice)
    into = PracticeKey(Side.DESTINATION, VALDOMBRA, practice)
    here = told(steps.origin(lambda uow: uow.journal.of(out)))
    there = told(steps.destination(lambda uow: uow.journal.of(into)))
    assert here == there
    assert len(here) == 2


def test_a_sending_cut_off_by_a_crash_is_noted_as_unknown(store: Store) -> None:
    first = act(
        store,
        lambda uow: uow.journal.begin(delivery(), Operation.PUT_PROCESSO, b"<m/>", START),
    )
    second = act(
        store,
        lambda uow: uow.journal.begin(delivery(), Operation.PUT_PROCESSO, b"<m/>", START),
    )
    act(
        store,
        lambda uow: uow.journal.end(
            second, result=ExchangeResult.ACCEPTED, code=0, answer=b"<r/>", now=START
        ),
    )
    with store.open_uow(OURS) as uow:
        ends = {row.message_id: row.result for row in uow.journal.latest()}
        assert ends == {first: ExchangeResult.UNKNOWN, second: ExchangeResult.ACCEPTED}
        assert uow.journal.contents(second) == (b"<m/>", b"<r/>")
        assert uow.journal.contents(first) == (b"<m/>", b"")


def test_a_repeat_is_found_by_its_bytes_and_by_its_meaning(store: Store) -> None:
    first = message(content=a_put())
    act(
        store,
        lambda uow: uow.journal.add(
            first, result=ExchangeResult.ACCEPTED, code=0, answer=b"<r/>", answered_at=START
        ),
        THEIRS,
    )
    indented = a_put().replace(b"><", b">\n  <")
    other = a_put().replace(b"Fiorella", b"Fiammetta")
    with store.open_uow(THEIRS) as uow:
        for content, answer in ((a_put(), b"<r/>"), (indented, b"<r/>"), (other, None)):
            found = uow.journal.find_accepted(replace(first, content=content, message_id="m2"))
            assert (found.content if found else None) == answer


def test_a_refused_message_is_no_answer_to_its_repeat(store: Store) -> None:
    for result in (ExchangeResult.REFUSED, ExchangeResult.FAULT, ExchangeResult.REPEATED):
        one = message(message_id=result.value)
        act(
            store,
            lambda uow, one=one, result=result: uow.journal.add(  # type: ignore[misc]
                one, result=result, code=9, answer=b"<no/>", answered_at=START
            ),
            THEIRS,
        )
    with store.open_uow(THEIRS) as uow:
        assert uow.journal.find_accepted(message(message_id="m9")) is None


def test_a_history_says_who_did_what_when_and_why(store: Store) -> None:
    made = act(store, lambda uow: uow.outgoing.add(draft()))
    act(
        store,
        lambda uow: uow.outgoing.save(
            made.drop("ripensamento", actor=STUDENT, now=START.replace(hour=9))
        ),
    )

    def entries(uow: SqlUnitOfWork) -> Sequence[HistoryEntry]:
        return uow.records.history(key_of(made))

    first, second = act(store, entries)
    assert (first.source, first.target, first.at) == (None, "bozza", START)
    assert second == HistoryEntry(
        START.replace(hour=9), STUDENT, OriginEvent.DISCARD, "bozza", "cancellata", "ripensamento"
    )


def test_a_whole_transfer_leaves_an_unbroken_history_on_both_sides(steps: Steps) -> None:
    practice = steps.sent()
    steps.authorise_enrolment(practice)
    steps.enrol(practice)
    for key, at in (
        (PracticeKey(Side.ORIGIN, MONTELAGO, practice), steps.origin),
        (PracticeKey(Side.DESTINATION, VALDOMBRA, practice), steps.destination),
    ):
        entries = at(lambda uow, key=key: uow.records.history(key))  # type: ignore[misc]
        assert [entry.source for entry in entries] == [
            None,
            *(entry.target for entry in entries[:-1]),
        ]
        assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
        assert all(entry.actor.name for entry in entries)
        assert OFFICE in {entry.actor for entry in entries}
