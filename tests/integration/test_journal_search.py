"""The journal is searched by what an operator knows, page by page, and old rows are found too."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.cli.journal_search import carried
from gateway.demo.people import FIORELLA, numbered
from gateway.demo.sample import Request
from gateway.domain.identifiers import CodiceFiscale, IdPratica
from gateway.domain.messages import ExchangeResult, Operation
from gateway.usecases.journal_ports import Search
from storage.journal_reindex import Reindexed, reindex
from storage.store import Store
from storage.tables import messages
from tests.support.databases import Maker
from tests.support.fakes_samples import MONTELAGO, ROCCASOLE, VALDOMBRA, message, partner
from tests.support.storage import OURS, a_put, act, opened, put
from tests.support.transfers import Steps

pytestmark = pytest.mark.integration

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
STUDENT = CodiceFiscale(FIORELLA.codice_fiscale)
OTHER = CodiceFiscale(numbered(3).codice_fiscale)


@pytest.fixture
def store(database: Maker, tmp_path: Path) -> Iterator[Store]:
    with opened(database, tmp_path) as made:
        yield made


def moment(number: int) -> datetime:
    return datetime(2026, 9, 1, tzinfo=UTC) + timedelta(hours=number)


def identifier(number: int) -> str:
    return f"{int(moment(number).timestamp()) * 10**9:016x}{number:016x}"


def keep(store: Store, number: int, **changes: Any) -> str:
    """Keep a message of Montelago's to us, an hour after the one before."""
    result = changes.pop("result", ExchangeResult.ACCEPTED)
    code = changes.pop("code", 0)
    given = {
        "university": OURS,
        "caller": MONTELAGO,
        "message_id": identifier(number),
        "at": moment(number),
        **changes,
    }
    operation = given.pop("operation", Operation.GET_STATUS)
    made = message(operation, **given)
    act(
        store,
        lambda uow: uow.journal.add(
            made, result=result, code=code, answer=b"<r/>", answered_at=made.received_at
        ),
    )
    return made.message_id


def found(store: Store, **terms: Any) -> list[str]:
    """Return the identifiers of the messages that fit."""
    with store.open_uow(OURS, lasting=False) as uow:
        return [row.message_id for row in uow.journal_search.find(Search(**terms))]


def test_each_term_finds_what_has_it_and_nothing_else(store: Store) -> None:
    plain = keep(store, 1)
    cases: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"id_pratica": "P9"}, {"practice": IdPratica("P9")}),
        ({"student": OTHER}, {"student": OTHER}),
        ({"correlation": TRACE}, {"correlation": TRACE}),
        ({"caller": ROCCASOLE}, {"partner": ROCCASOLE}),
        ({"operation": Operation.PUT_DATI}, {"operation": Operation.PUT_DATI}),
        ({"result": ExchangeResult.FAULT, "code": 400}, {"result": ExchangeResult.FAULT}),
        ({"result": ExchangeResult.REFUSED, "code": 17}, {"code": 17}),
    ]
    act(store, lambda uow: uow.partners.save(partner(MONTELAGO)))
    kept = [keep(store, number, **given) for number, (given, _) in enumerate(cases, start=2)]
    for expected, (_, terms) in zip(kept, cases, strict=True):
        assert found(store, **terms) == [expected]
        assert found(store, **terms, direction="out") == []
    assert found(store, correlation=plain) == [plain]
    assert len(found(store, direction="in")) == len(kept) + 1
    assert found(store, partner=MONTELAGO, code=17, result=ExchangeResult.REFUSED) == [kept[-1]]


def test_times_are_those_the_identifiers_begin_with(store: Store) -> None:
    kept = [keep(store, number) for number in range(6)]
    assert found(store, since=moment(4)) == [kept[5], kept[4]]
    assert found(store, until=moment(2)) == [kept[1], kept[0]]
    assert found(store, since=moment(2), until=moment(4)) == [kept[3], kept[2]]
    assert found(store, since=moment(6)) == []


def test_pages_follow_one_another_without_loss_or_repeat_while_messages_arrive(
    store: Store,
) -> None:
    kept = [keep(store, number) for number in range(7)]
    seen: list[str] = []
    after = ""
    for number in range(20, 30):
        page = found(store, limit=3, after=after)
        seen += page
        if len(page) < 3:
            break
        after = page[-1]
        keep(store, number)  # what comes later belongs to no page any more
    assert seen == kept[::-1]


def test_another_university_finds_nothing(store: Store) -> None:
    keep(store, 1, student=OTHER, correlation=TRACE)
    with store.open_uow(MONTELAGO, lasting=False) as uow:
        for search in (Search(), Search(student=OTHER), Search(correlation=TRACE)):
            assert uow.journal_search.find(search) == []
        assert uow.journal_search.get(identifier(1)) is None


def students(store: Store) -> dict[str, int]:
    """Return how many messages of each operation have a student."""
    query = (
        sa.select(messages.c.operation, sa.func.count())
        .where(messages.c.student_index.is_not(None))
        .group_by(messages.c.operation)
    )
    with store.reader.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def test_every_message_about_a_student_is_found_by_the_codice_fiscale(
    make_steps: Callable[..., Steps], database: Maker
) -> None:
    steps = make_steps(database)
    practice = steps.sent()
    steps.ask_revision(practice)
    steps.deliver_all()
    steps.send_again(practice)
    steps.deliver_all()
    concerned = {
        Operation.PUT_PROCESSO.value: 1,
        Operation.REQUIRE_REFRESH.value: 1,
        Operation.PUT_DATI.value: 1,
    }
    asked = {Operation.GET_INFO_WORKFLOW.value: 1}  # the origin asked because of the student
    for installation, code, known in (
        (steps.world.origin, VALDOMBRA, {**concerned, **asked}),
        (steps.world.destination, MONTELAGO, concerned),
    ):
        assert students(installation.store) == known
        with installation.store.open_uow(code, lasting=False) as uow:
            assert len(uow.journal_search.find(Search(student=STUDENT))) == sum(known.values())
            assert uow.journal_search.find(Search(student=OTHER)) == []


def test_a_refused_foglio_is_found_by_its_student_though_no_practice_was_begun(
    make_steps: Callable[..., Steps], database: Maker
) -> None:
    installation = make_steps(database).world.destination
    status, answer = put(installation.wsgi(), a_put().replace(b">92<", b">93<"))
    assert status == 200
    assert b"<codEsito>0<" not in answer
    with installation.store.open_uow(MONTELAGO, lasting=False) as uow:
        (row,) = uow.journal_search.find(Search(student=STUDENT))
    assert row.result == "refused"


def forget_students(store: Store) -> None:
    """Make the rows as an older program left them."""
    with store.engine.begin() as connection:
        connection.execute(messages.update().values(student_index=None))


def test_messages_of_before_are_given_their_student(
    make_steps: Callable[..., Steps], database: Maker
) -> None:
    steps = make_steps(database)
    practice = steps.sent()
    steps.ask_revision(practice)
    steps.deliver_all()
    for store, nobodys in ((steps.world.origin.store, 0), (steps.world.destination.store, 1)):
        before = students(store)
        assert before[Operation.PUT_PROCESSO.value] == before[Operation.REQUIRE_REFRESH.value] == 1
        forget_students(store)
        done = reindex(store.engine, store.cipher, carried)
        assert students(store) == before
        assert done == Reindexed(seen=3, found=3 - nobodys, unreadable=0)
        assert reindex(store.engine, store.cipher, carried) == Reindexed(nobodys, 0, 0)


def test_giving_students_may_be_stopped_and_begun_again(
    make_steps: Callable[..., Steps], database: Maker
) -> None:
    steps = make_steps(database)
    for number in range(4):
        steps.sent(Request(exams=2, student=numbered(number)))
    store = steps.world.destination.store
    forget_students(store)

    class Stopped(Exception):  # noqa: N818
        pass

    def stop(seen: int) -> None:
        if seen >= 4:
            raise Stopped

    with pytest.raises(Stopped):
        reindex(store.engine, store.cipher, carried, told=stop, batch=2)
    done = students(store).get(Operation.PUT_PROCESSO.value, 0)
    assert 0 < done < 4
    rest = reindex(store.engine, store.cipher, carried, batch=2)
    assert rest.found == 4 - done
    assert students(store) == {Operation.PUT_PROCESSO.value: 4}


def test_a_message_that_does_not_open_is_counted_and_the_rest_goes_on(
    make_steps: Callable[..., Steps], database: Maker
) -> None:
    steps = make_steps(database)
    for number in range(2):
        steps.sent(Request(exams=2, student=numbered(number)))
    store = steps.world.destination.store
    forget_students(store)
    with store.engine.begin() as connection:
        first = sa.select(sa.func.min(messages.c.message_id)).where(
            messages.c.operation == Operation.PUT_PROCESSO.value
        )
        connection.execute(
            messages.update()
            .where(messages.c.message_id == first.scalar_subquery())
            .values(request_sealed=b"damaged", id_pratica="unknown")
        )
    done = reindex(store.engine, store.cipher, carried)
    assert (done.found, done.unreadable) == (1, 1)


def test_the_callers_identifier_is_kept_beside_ours(store: Store) -> None:
    ours = keep(store, 1, correlation=TRACE)
    with store.open_uow(OURS, lasting=False) as uow:
        row = uow.journal_search.get(ours)
    assert row is not None
    assert (row.message_id, row.correlation) == (ours, TRACE)
