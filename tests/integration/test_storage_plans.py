"""With a hundred thousand rows the statements of the wire's path still go by an index."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.domain.attachments import AttachmentState
from gateway.domain.deliveries import DeliveryKind
from gateway.domain.history import Step
from gateway.domain.messages import ExchangeResult, Operation
from gateway.domain.terms import TransmissionTerms
from gateway.usecases.journal_ports import Search
from storage.statistics import Statistics
from storage.store import Store
from storage.tables import (
    attachments,
    deliveries,
    history,
    incoming,
    messages,
    outgoing,
    register_entries,
    student_credentials,
    title_changes,
    title_refusals,
    titles,
)
from storage.title_archive import StoreTitleArchive
from storage.unit_of_work import SqlUnitOfWork
from tests.support.clock import START
from tests.support.fakes_samples import (
    COURSE,
    MONTELAGO,
    PRACTICE,
    ROCCASOLE,
    message,
    student,
)
from tests.support.storage import OURS, act, opened
from tests.support.storage_everything import (
    CHANGE,
    CORRELATION,
    CREDENTIAL,
    DEGREE,
    DIPLOMA,
    INWARD,
    OUTWARD,
    SECOND,
    SENT,
    fill,
)

pytestmark = pytest.mark.integration

ROWS = {messages: 100_000}
TITLES = (titles, title_changes, title_refusals, student_credentials)
MANY = (messages, incoming, outgoing, history, deliveries, attachments, register_entries, *TITLES)
DIFFERENT = {
    "id_pratica": "'COPY' || n.n",
    "message_id": "'copy' || n.n",
    "delivery_id": "'copy' || n.n",
    "number": "'N' || n.n",
    "student_index": "'s' || n.n",
    "title_key": "'k' || n.n",
    "former_key": "'k' || n.n",
    "user_index": "'u' || n.n",
    "correlation": "NULL",
    "id": "1000 + n.n",
}
NUMBERS = {
    "sqlite": (
        "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {rows})"
        " SELECT n FROM c) n"
    ),
    "postgresql": "(SELECT generate_series(1, {rows}) AS n) n",
}


def multiply(store: Store, table: sa.Table, rows: int) -> None:
    """Copy the first row of a table many times, each copy with identifiers of its own."""
    names = ", ".join(column.name for column in table.columns)
    values = ", ".join(DIFFERENT.get(column.name, f"t.{column.name}") for column in table.columns)
    key = next(iter(table.primary_key.columns)).name
    numbers = NUMBERS[store.engine.name].format(rows=rows)
    first = f"(SELECT * FROM {table.name} ORDER BY {key} LIMIT 1)"  # noqa: S608
    with store.engine.begin() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO {table.name} ({names}) SELECT {values} FROM {first} t, {numbers}"  # noqa: S608
        )


def grow(store: Store) -> None:
    """Give a database many rows of everything, and tell the planner."""
    act(store, fill)
    for table in MANY:
        multiply(store, table, ROWS.get(table, 8_000))
    analyse(store)


def analyse(store: Store) -> None:
    """Tell the planner, as the server does by itself."""
    if store.engine.name == "postgresql":
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def on_the_wire(uow: SqlUnitOfWork) -> None:
    """Do everything that a message coming in, or one going out, asks of the database."""
    uow.journal.find_accepted(message(university=OURS, caller=ROCCASOLE))
    uow.journal.add(
        message(university=OURS, caller=ROCCASOLE, message_id="m9"),
        result=ExchangeResult.REFUSED,
        code=1,
        answer=b"",
        answered_at=START,
    )
    into = uow.incoming.get(ROCCASOLE, PRACTICE)
    out = uow.outgoing.get(PRACTICE)
    assert into is not None
    assert out is not None
    uow.incoming.save(into)
    uow.outgoing.save(out)
    uow.incoming.of_student(student().codice_fiscale)
    uow.partners.get(ROCCASOLE)
    uow.partners.keep_terms(ROCCASOLE, TransmissionTerms(), START)
    uow.offers.course(2026, COURSE)
    uow.offers.is_admitted(COURSE, 2026, student().codice_fiscale)
    uow.registrations.next_number("protocol", 2026)
    for key in (INWARD, OUTWARD):
        uow.records.steps(key)
        uow.records.checks(key)
        uow.records.keep_remote(key, [Step("bozza", START)], START)
        uow.foglios.received(key)
        for found in uow.attachments.of(key):
            uow.attachments.get(key, found.reference.attachment_id)
            uow.attachments.save(key, found.with_state(AttachmentState.FAILED))


def on_delivery(uow: SqlUnitOfWork) -> None:
    """Do everything that an attempt to deliver asks of the database."""
    assert uow.deliveries.get(SENT.delivery_id) is not None
    uow.deliveries.is_blocked(SECOND)
    uow.deliveries.next_after(SENT)
    uow.deliveries.open_of(DeliveryKind.STATUS, ROCCASOLE, PRACTICE)
    uow.deliveries.of_practice(ROCCASOLE, PRACTICE)
    uow.deliveries.save(SECOND)
    begun = uow.journal.begin(SENT, Operation.PUT_PROCESSO, b"<m/>", START)
    uow.journal.end(begun, result=ExchangeResult.ACCEPTED, code=0, answer=b"", now=START)
    uow.alarms.raise_("kind", "subject", "d", START)
    uow.alarms.clear("kind", "subject", START)


def on_titles(uow: SqlUnitOfWork) -> None:
    """Do everything that a batch of an import, or a correction, asks of the database."""
    (stored,) = uow.titles.known([DEGREE]).values()
    assert uow.titles.get(stored.title_id) is not None
    uow.titles.change(stored, DEGREE, CHANGE)
    uow.titles.history(stored.title_id)
    uow.titles.listing(student=DEGREE.codice_fiscale, limit=50)
    uow.titles.listing(after=500, limit=50)
    uow.titles.refusals(1, 50)
    uow.titles.keep_credentials([CREDENTIAL], START)


def looked_up(store: Store) -> list[tuple[str, str]]:
    """Return the statements of a lookup with the plans the database makes of them."""
    explain = "EXPLAIN QUERY PLAN " if store.engine.name == "sqlite" else "EXPLAIN "
    seen: list[tuple[str, object]] = []

    def note(_: object, __: object, statement: str, values: object, *___: object) -> None:
        seen.append((statement, values))

    kept = StoreTitleArchive(store)
    sa.event.listen(store.reader, "before_cursor_execute", note)
    assert len(kept.titles([OURS], DEGREE.codice_fiscale)) == 1
    assert len(kept.diplomas([OURS], DIPLOMA.codice_fiscale, DIPLOMA.year)) == 1
    assert kept.credentials([OURS], CREDENTIAL.user_id)
    assert kept.credentials([OURS], "nobody") == []
    sa.event.remove(store.reader, "before_cursor_execute", note)
    with store.reader.connect() as connection:
        return [
            (
                statement,
                "\n".join(
                    str(row[-1])
                    for row in connection.exec_driver_sql(explain + statement, values)  # type: ignore[arg-type]
                ),
            )
            for statement, values in seen
        ]


def explained(store: Store, work: object) -> list[tuple[str, str]]:
    """Return each statement that some work runs, with the plan the database makes of it."""
    explain = "EXPLAIN QUERY PLAN " if store.engine.name == "sqlite" else "EXPLAIN "
    seen: list[tuple[str, object]] = []

    def note(_: object, __: object, statement: str, values: object, *___: object) -> None:
        seen.append((statement, values))

    with store.open_uow(OURS) as uow:
        connection = uow.outgoing._c.connection
        sa.event.listen(connection, "before_cursor_execute", note)
        work(uow)  # type: ignore[operator]
        sa.event.remove(connection, "before_cursor_execute", note)
        plans = []
        for statement, values in seen:
            if "dbos" in statement:
                continue
            rows = connection.exec_driver_sql(explain + statement, values).all()  # type: ignore[arg-type]
            plans.append((statement, "\n".join(str(row[-1]) for row in rows)))
    return plans


def scanned(plan: str) -> set[str]:
    """Return the tables that a plan reads from end to end, be it by an index."""
    names = "|".join(table.name for table in MANY)
    return set(re.findall(rf"\b(?:SCAN|Seq Scan on) ({names})\b", plan))


NARROW = (
    Search(code=17, operation=Operation.PUT_DATI, after="copy5"),
    Search(result=ExchangeResult.UNREACHABLE, partner=MONTELAGO, since=START),
    Search(result=ExchangeResult.FAULT, code=400),
    Search(practice=PRACTICE),
    Search(practice=PRACTICE, partner=ROCCASOLE, result=ExchangeResult.ACCEPTED),
    Search(student=student().codice_fiscale),
    Search(student=student().codice_fiscale, operation=Operation.PUT_DATI, after="copy5"),
    Search(correlation=CORRELATION),
)
SEARCHES = (
    Search(),
    Search(partner=MONTELAGO),
    Search(operation=Operation.RET_TOKEN, direction="out", after="copy5"),
    Search(since=START, until=START),
    *NARROW,
)


WHOLE = re.compile(r"messages\w* USING .*\(university=\?\)")
"""SQLite reads all that a university has, in the order of an index."""


def in_the_journal(uow: SqlUnitOfWork) -> None:
    """Look for messages in every way there is."""
    for search in SEARCHES:
        uow.journal_search.find(search)
    uow.journal_search.get("m1")


def by_what_is_known(uow: SqlUnitOfWork) -> None:
    """Look for what went wrong, for messages of one practice, one student, one exchange."""
    for search in NARROW:
        uow.journal_search.find(search)


def everything(uow: SqlUnitOfWork) -> None:
    """Look for what no index knows."""
    uow.outgoing._c.connection.execute(sa.select(history.c.id).where(history.c.actor == "")).all()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_no_statement_of_the_wire_reads_a_table_from_end_to_end(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with opened(request.getfixturevalue(kind), tmp_path) as store:
        grow(store)
        ((_, plan),) = explained(store, everything)
        assert scanned(plan) == {"history"}  # what is looked for below can be seen
        plans = [
            *explained(store, on_the_wire),
            *explained(store, on_delivery),
            *explained(store, on_titles),
            *looked_up(store),
        ]
        assert len(plans) > 45
        assert [(statement, plan) for statement, plan in plans if scanned(plan)] == []
        searches = explained(store, in_the_journal)
        narrow = explained(store, by_what_is_known)
        assert len(narrow) >= len(NARROW)
        assert [(statement, plan) for statement, plan in narrow if WHOLE.search(plan)] == []
        assert len(searches) > len(SEARCHES)
        for statement, plan in searches:
            assert not scanned(plan), f"{statement}\n{plan}"


NUMBERS_OF = (
    lambda found: found.backlog(),
    lambda found: found.late(START),
    lambda found: found.alarms(),
    lambda found: found.attachments_failed(),
    lambda found: found.terms_late([OURS], START.date()),
    lambda found: found.jobs(),
    lambda found: found.waits_since(START),
)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_no_measure_reads_a_table_from_end_to_end(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with opened(request.getfixturevalue(kind), tmp_path) as store:
        act(store, fill)
        for table in MANY:
            multiply(store, table, 8_000)
        with store.engine.begin() as connection:  # most have ended
            connection.exec_driver_sql("UPDATE deliveries SET state = 'delivered' WHERE id > 1000")
            connection.exec_driver_sql("UPDATE outgoing SET state = 'chiusa' WHERE id > 1000")
            connection.exec_driver_sql("UPDATE incoming SET state = 'completata' WHERE id > 1000")
        analyse(store)
        explain = "EXPLAIN QUERY PLAN " if kind == "sqlite" else "EXPLAIN "
        seen: list[tuple[str, object]] = []
        listen = (store.reader, "before_cursor_execute", lambda *given: seen.append(given[2:4]))
        sa.event.listen(*listen)
        for read in NUMBERS_OF:
            read(Statistics(store.reader, store.url))
        sa.event.remove(*listen)
        assert len(seen) > len(NUMBERS_OF)
        for statement, values in seen:
            with store.reader.connect() as connection:
                rows = connection.exec_driver_sql(explain + statement, values).all()  # type: ignore[arg-type]
            plan = "\n".join(str(row[-1]) for row in rows)
            whole = re.findall(
                r"\b(?:SCAN|Seq Scan on) (\w+)\b(?! USING (?:COVERING )?INDEX)", plan
            )
            assert not {*whole} - SMALL, f"{statement}\n{plan}"


SMALL = {"alarms", "workflow_status"}
"""Of these there are few rows here: PostgreSQL reads them whole whatever indexes there are."""
