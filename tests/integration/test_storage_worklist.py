"""The work list goes by indexes: pages join, counts stop, the archive costs nothing."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.domain.deliveries import Side
from gateway.domain.destination import DestinationState
from gateway.domain.identifiers import IdPratica
from gateway.domain.origin import OriginState
from gateway.domain.proposals import ProposalState
from gateway.domain.worklist import Queue, Turn, queues_of
from gateway.usecases.four_eyes import key_of
from gateway.usecases.worklist_ports import CAP, Order, WorkSearch
from storage.store import Store
from storage.tables import deliveries, incoming, outgoing
from storage.unit_of_work import SqlUnitOfWork
from tests.integration.test_storage_plans import analyse, explained, multiply
from tests.support.clock import START
from tests.support.databases import Maker
from tests.support.fakes_samples import (
    MONTELAGO,
    ROCCASOLE,
    VALDOMBRA,
    draft,
    partner,
    received,
    student,
)
from tests.support.storage import OURS, THEIRS, act, opened
from tests.support.storage_everything import fill
from tests.unit.domain.test_proposals import proposal

pytestmark = [
    pytest.mark.integration,
    pytest.mark.requirement("T18"),
    pytest.mark.requirement("T19"),
]
_numbers = count(1)
OFFICE = queues_of(Turn.OFFICE)


def one_more(uow: SqlUnitOfWork, side: Side, **changes: Any) -> IdPratica:
    """Keep a practice of ours, an hour younger than the one before."""
    number = next(_numbers)
    made = draft() if side is Side.ORIGIN else received(university=OURS, origin=ROCCASOLE)
    entry = replace(made.history[0], at=START + timedelta(hours=number))
    name = IdPratica(f"P{number:05d}")
    changed = replace(made, id_pratica=name, history=(entry,), **changes)
    (uow.outgoing if side is Side.ORIGIN else uow.incoming).add(changed)
    return name


def some(uow: SqlUnitOfWork) -> dict[str, IdPratica]:
    """Keep practices of both sides in several queues and faculties."""
    uow.partners.save(partner(ROCCASOLE))
    return {
        "to process": one_more(uow, Side.ORIGIN, state=OriginState.PRESENTATA, faculty="ING"),
        "to verify": one_more(uow, Side.DESTINATION, faculty="LET"),
        "to send": one_more(uow, Side.ORIGIN, state=OriginState.ELABORATA),
        "owing": one_more(
            uow, Side.ORIGIN, state=OriginState.TRASFERITA, career_due=date(2026, 10, 1)
        ),
        "draft": one_more(uow, Side.ORIGIN, faculty="ING"),
        "closed": one_more(uow, Side.ORIGIN, state=OriginState.CHIUSA, faculty="ING"),
        "refused": one_more(uow, Side.DESTINATION, state=DestinationState.RIFIUTATA),
    }


def names(uow: SqlUnitOfWork, **search: Any) -> list[str]:
    return [item.id_pratica for item in uow.worklist.page(WorkSearch(**search))]


def test_a_page_has_both_sides_in_one_order(database: Maker, tmp_path: Path) -> None:
    with opened(database, tmp_path) as store:
        kept = act(store, some)
        with store.open_uow(OURS) as uow:
            office = [kept[name] for name in ("to process", "to verify", "to send", "owing")]
            assert names(uow, queues=OFFICE) == office
            assert names(uow, queues=OFFICE, order=Order.NEWEST) == office[::-1]
            assert names(uow, queues=OFFICE, side=Side.DESTINATION) == [kept["to verify"]]
            assert names(uow, queues=OFFICE, order=Order.DUE) == [kept["owing"]]
            assert names(uow, queues=[Queue.DRAFT]) == [kept["draft"]]
            (item,) = uow.worklist.page(WorkSearch(queues=[Queue.TO_VERIFY]))
            assert (item.surname, item.state, item.queue) == (
                student().surname,
                "ricevuta",
                Queue.TO_VERIFY,
            )
        with store.open_uow(THEIRS) as uow:
            assert names(uow, queues=OFFICE) == []


def test_filters_narrow_what_is_listed(database: Maker, tmp_path: Path) -> None:
    with opened(database, tmp_path) as store:
        kept = act(store, some)
        with store.open_uow(OURS) as uow:
            assert names(uow, queues=OFFICE, partner=ROCCASOLE) == [kept["to verify"]]
            assert names(uow, queues=OFFICE, course="altro") == []
            assert names(uow, queues=OFFICE, year=2025) == []
            assert len(names(uow, queues=OFFICE, year=2026)) == 4
            due = {"queues": OFFICE, "order": Order.DUE}
            assert names(uow, **due, due_before=date(2026, 10, 1)) == []
            assert names(uow, **due, due_before=date(2026, 10, 2)) == [kept["owing"]]
            assert names(uow, states=[(Side.ORIGIN, "chiusa")]) == [kept["closed"]]
            wanted = [kept["to send"], kept["to verify"], IdPratica("nessuna")]
            assert set(names(uow, practices=wanted)) == {kept["to send"], kept["to verify"]}
            assert len(names(uow, student=student().codice_fiscale)) == len(kept)


def test_who_works_for_some_faculties_sees_theirs(database: Maker, tmp_path: Path) -> None:
    with opened(database, tmp_path) as store:
        kept = act(store, some)
        with store.open_uow(OURS) as uow:
            for search in (
                {"queues": OFFICE},
                {"practices": [kept["to process"], kept["to verify"], kept["to send"]]},
            ):
                assert names(uow, **search, faculties=frozenset({"ING"})) == [kept["to process"]]
                both = names(uow, **search, faculties=frozenset({"ING", "LET"}))
                assert both == [kept["to process"], kept["to verify"]]
                assert names(uow, **search, faculties=frozenset()) == []
            counts = uow.worklist.counts(frozenset({"ING"}))
            assert {queue: n for queue, n in counts.items() if n} == {
                Queue.TO_PROCESS: 1,
                Queue.DRAFT: 1,
            }
            assert sum(uow.worklist.ended(frozenset({"ING"})).values()) == 1
            assert sum(uow.worklist.counts(frozenset()).values()) == 0


@pytest.mark.parametrize("order", Order)
def test_pages_join_without_gaps_though_practices_moved_at_the_same_moment(
    database: Maker, tmp_path: Path, order: Order
) -> None:
    with opened(database, tmp_path) as store:

        def alike(uow: SqlUnitOfWork) -> None:
            for number in range(12):
                side = Side.ORIGIN if number % 2 else Side.DESTINATION
                made = draft() if side is Side.ORIGIN else received(university=OURS)
                state = OriginState.PRESENTATA if number % 2 else DestinationState.RICEVUTA
                at = START + timedelta(days=number // 5)
                made = replace(
                    made,
                    state=state,
                    id_pratica=IdPratica(f"S{number}"),
                    career_due=at.date(),
                    history=(replace(made.history[0], at=at),),
                )
                (uow.outgoing if number % 2 else uow.incoming).add(made)

        act(store, alike)
        with store.open_uow(OURS) as uow:
            whole = names(uow, queues=OFFICE, order=order, limit=100)
            assert len(set(whole)) == 12
            pages, after = [], None
            while True:
                search = WorkSearch(queues=OFFICE, order=order, limit=5, after=after)
                items = uow.worklist.page(search)
                pages += [item.id_pratica for item in items]
                if len(items) < search.limit:
                    break
                after = items[-1].place(order)
            assert pages == whole


def test_the_queue_follows_the_practice(database: Maker, tmp_path: Path) -> None:
    with opened(database, tmp_path) as store:
        name = act(store, lambda uow: one_more(uow, Side.ORIGIN, state=OriginState.PRESENTATA))

        def end(uow: SqlUnitOfWork) -> None:
            kept = uow.outgoing.get(name)
            assert kept is not None
            uow.outgoing.save(replace(kept, state=OriginState.CANCELLATA))

        act(store, end)
        with store.open_uow(OURS) as uow:
            assert names(uow, queues=OFFICE) == []
            assert uow.worklist.ended(None)[Side.ORIGIN, "cancellata"] == 1


def test_what_stands_beside_is_told_of_the_right_practices(database: Maker, tmp_path: Path) -> None:
    with opened(database, tmp_path) as store:
        act(store, fill)
        with store.open_uow(OURS) as uow:
            found = [key_of(item) for item in (*uow.outgoing.listing(), *uow.incoming.listing())]
            beside = uow.worklist.beside(found)
            assert set(beside) == set(found)
            assert any(item.sending for item in beside.values())
            assert uow.worklist.beside([]) == {}


def test_saved_filters_are_ones_own(database: Maker, tmp_path: Path) -> None:
    with opened(database, tmp_path) as store:

        def keep(uow: SqlUnitOfWork) -> None:
            uow.saved_filters.keep(1, "miei", "coda=to_send")
            uow.saved_filters.keep(1, "miei", "coda=draft")
            uow.saved_filters.keep(2, "altri", "")

        act(store, keep)
        with store.open_uow(OURS) as uow:
            (mine,) = uow.saved_filters.of(1)
            assert (mine.name, mine.query) == ("miei", "coda=draft")
            uow.saved_filters.drop(2, mine.filter_id)
            assert len(uow.saved_filters.of(1)) == 1
            uow.saved_filters.drop(1, mine.filter_id)
            assert uow.saved_filters.of(1) == []
        with store.open_uow(THEIRS) as uow:
            assert uow.saved_filters.of(1) == []


def test_proposals_are_kept_with_their_words_sealed(database: Maker, tmp_path: Path) -> None:
    with opened(database, tmp_path) as store:
        words = {"why": "rinuncia-riservata"}
        made = act(store, lambda uow: uow.proposals.add(proposal(words=words)))
        key_columns = (made.side, made.partner, made.id_pratica)
        with store.open_uow(OURS) as uow:
            assert uow.proposals.get(made.proposal_id) == made
            assert uow.proposals.open_ones(5) == [made]
        with store.open_uow(THEIRS) as uow:
            assert uow.proposals.get(made.proposal_id) is None
        ended = made.declined("eva", "motivo", START)
        act(store, lambda uow: uow.proposals.save(ended))
        with store.open_uow(OURS) as uow:
            kept = uow.proposals.get(made.proposal_id)
            assert kept == ended
            assert kept.state is ProposalState.DECLINED
            assert uow.proposals.open_ones(5) == []
        with store.reader.connect() as connection:
            (row,) = connection.execute(sa.text("SELECT * FROM proposals")).all()
        assert b"rinuncia" not in bytes(row.words_sealed)
        assert key_columns[1] == VALDOMBRA


def crowd(store: Store, rows: int) -> None:
    """Give both sides as many open practices, and a larger archive."""
    act(store, some)
    for table in (outgoing, incoming):
        multiply(store, table, rows)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE outgoing SET state='elaborata', queue='to_send'")
        connection.exec_driver_sql("UPDATE incoming SET state='ricevuta', queue='to_verify'")
        for table, last in (("outgoing", "chiusa"), ("incoming", "completata")):
            connection.exec_driver_sql(
                f"UPDATE {table} SET state='{last}', queue=NULL WHERE id - (id / 3) * 3 = 0"  # noqa: S608
            )
    analyse(store)


def look(uow: SqlUnitOfWork) -> None:
    """Ask for everything that the first page of an office asks for."""
    for faculties in (None, frozenset({"ING", "LET"})):
        for order in Order:
            search = WorkSearch(queues=OFFICE, order=order, faculties=faculties)
            items = uow.worklist.page(search)
            if items:
                uow.worklist.page(replace(search, after=items[-1].place(order)))
        uow.worklist.counts(faculties)
        uow.worklist.ended(faculties)
    uow.worklist.page(WorkSearch(practices=[IdPratica("P1")]))
    uow.worklist.page(WorkSearch(student=student().codice_fiscale))
    uow.worklist.parked()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_no_statement_of_the_work_list_reads_the_practices_from_end_to_end_or_sorts_them(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with opened(request.getfixturevalue(kind), tmp_path) as store:
        crowd(store, 8_000)
        plans = explained(store, look)
        assert len(plans) > 15
        for statement, plan in plans:
            for line in plan.splitlines():
                whole = ("SCAN outgoing", "SCAN incoming", "Seq Scan on outgoing", "Seq Scan on in")
                assert not any(word in line for word in whole), f"{statement}\n{plan}"
            if "queue" in statement and "ORDER BY" in statement and kind == "sqlite":
                assert "TEMP B-TREE" not in plan or "career_due" in statement, plan


def test_counts_stop_where_people_stop_counting(sqlite: Maker, tmp_path: Path) -> None:
    with opened(sqlite, tmp_path) as store:
        crowd(store, 3_000)
        with store.open_uow(OURS) as uow:
            assert uow.worklist.counts(None)[Queue.TO_SEND] == CAP + 1
            assert uow.worklist.ended(None)[Side.DESTINATION, "completata"] == CAP + 1
            assert uow.worklist.parked() == 0
        assert MONTELAGO != OURS
        assert deliveries.name == "deliveries"
