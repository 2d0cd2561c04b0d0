"""With many rows the statements behind the offices' pages still go by an index."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.domain.accounts import Account, Grant, Role
from gateway.domain.audit import AuditEntry, AuditQuery
from gateway.domain.deliveries import OPEN_STATES, DeliveryState, Side
from gateway.domain.messages import ExchangeResult
from gateway.domain.worklist import Turn, queues_of
from gateway.usecases.figures import months_between
from gateway.usecases.journal_ports import Search
from gateway.usecases.ports import PracticeKey
from gateway.usecases.worklist_ports import CAP, Order, WorkSearch
from storage.store import Store
from storage.tables import (
    accounts,
    attachments,
    audit_entries,
    deliveries,
    grants,
    history,
    incoming,
    messages,
    outgoing,
    proposals,
    register_entries,
    student_careers,
)
from storage.unit_of_work import SqlUnitOfWork
from tests.integration import test_storage_plans
from tests.integration.test_storage_plans import DIFFERENT, analyse, multiply
from tests.support.clock import START
from tests.support.fakes_samples import PRACTICE, ROCCASOLE
from tests.support.storage import OURS, act, opened
from tests.support.storage_everything import CORRELATION, FISCAL, fill

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T18")]

ROWS = 16_000
FEW = 2 * CAP
"""More rows than a page, or a count that stops, has any reason to read at one place."""
STEPS, STRIDE = 36_000, 100
"""SQLite tells how many instructions a statement took: to read ``ROWS`` rows takes more."""
MANY = (
    messages,
    incoming,
    outgoing,
    history,
    deliveries,
    attachments,
    register_entries,
    proposals,
    student_careers,
    accounts,
    audit_entries,
)
NAMES = "|".join(table.name for table in (*MANY, grants)) + "|entered|left"
UNLIKE = {"username": "'p' || n.n", "subject": "'p' || n.n"}
SPREAD = (
    "UPDATE messages SET message_id = '0' || message_id WHERE message_id LIKE 'copy%'",
    "UPDATE outgoing SET state = 'chiusa', faculty = 'ING' WHERE id > 1100",
    "UPDATE outgoing SET queue = NULL, career_due = NULL WHERE id > 1100",
    "UPDATE incoming SET state = 'completata', faculty = 'ING' WHERE id > 1100",
    "UPDATE incoming SET queue = NULL, career_due = NULL WHERE id > 1100",
    "UPDATE deliveries SET state = 'delivered' WHERE id > 1050",
    "UPDATE attachments SET state = 'fetched' WHERE id > 1050",
    "UPDATE proposals SET state = 'approved' WHERE id > 1010",
    "UPDATE audit_entries SET practice = 'P' || (id % 500), account_id = 1000 + (id % 900)",
    "UPDATE audit_entries SET username = 'p' || (id % 900)",
    "UPDATE audit_entries SET action = 'practice_opened' WHERE id % 100 > 0",
    "UPDATE audit_entries SET university = '', action = 'signed_in' WHERE id % 10 = 1",
    f"""INSERT INTO grants (id, account_id, role, university, faculty)
    SELECT id + 5000, id, CASE WHEN id % 500 = 0 THEN 'auditor' ELSE 'student' END, '{OURS}', ''
    FROM accounts WHERE id > 900""",  # noqa: S608
)
"""Most of it is archive, most accounts are students', most of what was done is the same."""
WHEN = ((history, "at"), (audit_entries, "at"), (outgoing, "updated_at"), (incoming, "updated_at"))


def grow(store: Store) -> None:
    """Give a database many rows of everything that pages show, told apart by what they ask for."""
    act(store, fill)
    auditor = frozenset({Grant(Role.AUDITOR, OURS)})
    account = Account(username="ugo", name="Ugo", grants=auditor, subject="ugo")
    store.accounts.save(account, START)
    entry = AuditEntry(at=START, action="account_changed", university=OURS, username="ugo")
    store.audit.note([entry, replace(entry, practice=PRACTICE)])
    for table in MANY:
        multiply(store, table, ROWS)
    with store.engine.begin() as connection:
        for statement in SPREAD:
            connection.execute(sa.text(statement))
        for table, column in WHEN:
            rows = [
                {"number": 1000 + n, "moment": START - timedelta(hours=n)} for n in range(1, ROWS)
            ]
            mine = table.c.id == sa.bindparam("number")
            moved = sa.update(table).where(mine).values({column: sa.bindparam("moment")})
            connection.execute(moved, rows)
    analyse(store)


KEY = PracticeKey(Side.ORIGIN, ROCCASOLE, PRACTICE)
OFFICE = queues_of(Turn.OFFICE)
MONTHS = months_between(date(2026, 8, 1), date(2026, 9, 1))


def the_work_list(uow: SqlUnitOfWork) -> None:
    """Ask for what the lists of practices, and the page of one practice, show."""
    for faculties in (None, frozenset({"ING", "LET"})):
        for order in Order:
            uow.worklist.page(WorkSearch(queues=OFFICE, order=order, faculties=faculties))
        uow.worklist.page(WorkSearch(queues=OFFICE, partner=ROCCASOLE, faculties=faculties))
        search = WorkSearch(states=[(Side.ORIGIN, "chiusa")], faculties=faculties)
        (*_, last) = uow.worklist.page(search)
        uow.worklist.page(replace(search, after=last.place(search.order)))
        uow.worklist.counts(faculties)
        uow.worklist.ended(faculties)
    uow.worklist.page(WorkSearch(states=[(Side.ORIGIN, "chiusa")], faculties=frozenset({"LET"})))
    uow.worklist.page(WorkSearch(practices=[PRACTICE]))
    uow.worklist.page(WorkSearch(student=FISCAL))
    uow.worklist.parked()
    uow.worklist.beside([KEY])
    uow.proposals.open_ones(10)
    uow.proposals.of(KEY)
    uow.careers.page(0, 26)


def the_messages(uow: SqlUnitOfWork) -> None:
    """Ask for what the pages of messages and of deliveries show."""
    for search in (
        Search(),
        Search(result=ExchangeResult.UNREACHABLE),
        Search(practice=PRACTICE),
        Search(student=FISCAL),
        Search(correlation=CORRELATION),
    ):
        uow.journal_search.entries(search)
    uow.journal_search.entry("m1")
    uow.journal_search.opened("m1")
    uow.journal_search.of_practice(KEY)
    uow.journal_search.numbered("P1")
    uow.deliveries.waiting_page(OPEN_STATES, "", 26)
    uow.deliveries.waiting_page([DeliveryState.PARKED], "d2", 26)
    uow.deliveries.waiting_page([DeliveryState.DELIVERED], "", 26)


def the_administration(uow: SqlUnitOfWork) -> None:
    """Ask for what administrators look over."""
    uow.administration.exchanges(START - timedelta(days=30))
    uow.administration.waiting()
    uow.administration.tolerated(ROCCASOLE)
    uow.administration.offered_years()


QUERIES = (
    AuditQuery(),
    AuditQuery(action="account_changed"),
    AuditQuery(practice="P7"),
    AuditQuery(username="p7"),
    AuditQuery(first_day=date(2026, 8, 1), last_day=date(2026, 8, 31)),
)


def the_log(store: Store) -> None:
    """Ask for the log of what people did, in every way there is, and for its next page."""
    for query in QUERIES:
        found = store.audit.page(OURS, query, before=0, limit=26)
        assert found, query
        store.audit.page(OURS, query, before=found[-1].number, limit=26)
    store.audit.actions(OURS)


def the_people(store: Store) -> None:
    """Ask for the people of the university, and for one who signs in."""
    for role in (None, Role.AUDITOR, Role.STUDENT):
        assert store.accounts.page(OURS, role=role, text="", after="p", limit=26)
    store.accounts.of_student(OURS, FISCAL)
    store.accounts.by_username("p7")


def the_figures(store: Store) -> None:
    """Ask for the figures of two months."""
    store.figures.flows(OURS, MONTHS)
    store.figures.waits(OURS, MONTHS)
    store.figures.refusals(OURS, MONTHS)


UNITS = (the_work_list, the_messages, the_administration)
BESIDE = (the_log, the_people, the_figures)


@contextmanager
def noted(target: Any, seen: list[Any]) -> Iterator[None]:
    """Note the statements that run on an engine or a connection."""

    def note(*given: Any) -> None:
        seen.append(given[2:4])

    sa.event.listen(target, "before_cursor_execute", note)
    yield
    sa.event.remove(target, "before_cursor_execute", note)


def asked_of_a_unit(store: Store, work: Callable[[SqlUnitOfWork], None]) -> list[Any]:
    """Return the statements that some work runs within a unit of work."""
    seen: list[Any] = []
    with store.open_uow(OURS) as uow, noted(uow.outgoing._c.connection, seen):
        work(uow)
    return seen


def asked_of_the_store(store: Store, work: Callable[[Store], None]) -> list[Any]:
    """Return the statements that some work runs beside any unit of work."""
    seen: list[Any] = []
    with noted(store.reader, seen):
        work(store)
    return seen


def read_whole(store: Store, statement: str, values: Any) -> list[str]:
    """Return what tells that a statement reads, or sorts, all that there is."""
    with store.reader.connect() as connection:
        if store.engine.name == "sqlite":
            return list(_whole_in_sqlite(connection, statement, values))
        plan = connection.exec_driver_sql("EXPLAIN (ANALYZE) " + statement, values).all()
    return list(_whole_in_postgres([row[0] for row in plan]))


def _whole_in_sqlite(connection: sa.Connection, statement: str, values: Any) -> Iterator[str]:
    """A plan says by which index, not how far: the instructions do."""
    plan = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, values).all()
    yield from (row[-1] for row in plan if re.match(rf"SCAN ({NAMES})\b", row[-1]))
    driver: Any = connection.connection.driver_connection
    taken: list[None] = []
    driver.set_progress_handler(lambda: taken.append(None), STRIDE)
    connection.exec_driver_sql(statement, values).all()
    driver.set_progress_handler(None, 0)
    if len(taken) * STRIDE > STEPS:
        yield f"{len(taken) * STRIDE} steps"


def _whole_in_postgres(plan: list[str]) -> Iterator[str]:
    for line in plan:
        ran = re.search(r"actual time=\S+ rows=(\d+)\S* loops=(\d+)", line)
        left = re.search(r"Rows Removed by Filter: (\d+)", line)
        rows = [int(ran[1]) * int(ran[2]) if ran else 0, int(left[1]) if left else 0]
        whole = re.search(rf"Seq Scan on ({NAMES})\b", line) and "never executed" not in line
        if whole or max(rows) > FEW:
            yield line


def unbounded(store: Store) -> list[Any]:
    """Return statements that do read too much: what is looked for can be seen."""
    return asked_of_a_unit(
        store,
        lambda uow: [
            uow.outgoing._c.connection.execute(query).all()
            for query in (
                sa.select(history.c.id).where(history.c.actor == ""),
                sa.select(deliveries)
                .where(deliveries.c.university == OURS)
                .order_by(deliveries.c.attempts)
                .limit(5),
                sa.select(sa.func.count())
                .select_from(student_careers)
                .where(student_careers.c.university == OURS),
            )
        ],
    )


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_no_page_reads_a_log_or_an_archive_from_end_to_end(
    kind: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(test_storage_plans, "DIFFERENT", {**DIFFERENT, **UNLIKE})
    with opened(request.getfixturevalue(kind), tmp_path) as store:
        grow(store)
        for statement, values in unbounded(store):
            assert read_whole(store, statement, values), statement
        asked = [
            *(row for work in UNITS for row in asked_of_a_unit(store, work)),
            *(row for work in BESIDE for row in asked_of_the_store(store, work)),
        ]
        assert len(asked) > 60
        found = [(read_whole(store, *one), one[0]) for one in asked]
        assert [(lines, statement) for lines, statement in found if lines] == []
