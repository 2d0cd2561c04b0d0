"""What has come to a stop and needs a person."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.domain.deliveries import Delivery, DeliveryKind, DeliveryState, Side
from gateway.domain.identifiers import IdPratica
from gateway.domain.origin import OriginState
from gateway.domain.rejections import Cause, Reason, refuse
from gateway.usecases import parked
from tests.support.clock import START
from tests.support.fakes import FakeDocuments
from tests.support.fakes_samples import AT_ORIGIN, attachment, delivery, foglio
from tests.support.fakes_samples import draft as sample
from tests.support.fakes_store import FakeUnitOfWork

pytestmark = pytest.mark.requirement("T18")

ODD = Reason(Cause.VALUES_DISAGREE, "FoglioCongedo/Voto", {"why": "passed_without_grade"})
LATER = START + timedelta(hours=1)
REFUSED = delivery(state=DeliveryState.REFUSED)


def stopped(uow: FakeUnitOfWork, *deliveries: Delivery) -> list[str]:
    """Return which of these have stopped."""
    for item in deliveries:
        uow.deliveries.add(item)
    return [item.delivery_id for item in parked.stopped(uow=uow)]


def test_parked_deliveries_of_every_kind_have_stopped(origin_uow: FakeUnitOfWork) -> None:
    held = delivery(DeliveryKind.STATUS, state=DeliveryState.PARKED)
    others = [
        delivery(delivery_id=state.value, state=state)
        for state in (DeliveryState.WAITING, DeliveryState.DELIVERED, DeliveryState.ABANDONED)
    ]
    assert stopped(origin_uow, held, *others) == [held.delivery_id]


def test_a_refusal_has_stopped_until_something_is_sent_again(origin_uow: FakeUnitOfWork) -> None:
    asked = delivery(DeliveryKind.STATUS, delivery_id="ask", created_at=LATER)
    theirs = delivery(side=Side.DESTINATION, delivery_id="in", created_at=LATER)
    assert stopped(origin_uow, REFUSED, asked, theirs) == [REFUSED.delivery_id]
    assert stopped(origin_uow, delivery(delivery_id="again", created_at=LATER)) == []


def test_a_refused_question_needs_nobody(origin_uow: FakeUnitOfWork) -> None:
    question = delivery(DeliveryKind.STATUS, state=DeliveryState.REFUSED)
    offer = delivery(
        DeliveryKind.FOGLIO, delivery_id="x", id_pratica=None, state=DeliveryState.REFUSED
    )
    assert stopped(origin_uow, question, offer) == []


class Desk:
    """Valdombra's office with requests of several states."""

    def __init__(self, uow: FakeUnitOfWork, documents: FakeDocuments) -> None:
        self.uow, self.documents = uow, documents

    def request(self, number: int, *faults: Reason, **changes: object) -> IdPratica:
        """Keep a request."""
        content = f"<{number}/>".encode()
        made = {"state": OriginState.ELABORATA, "announced": (), **changes}
        announced = made.pop("announced")
        self.documents.know(content, foglio(attachments=announced), faults=faults)
        name = IdPratica(f"UNIVAL{number}")
        draft = self.uow.foglios.add_draft(content, START)
        self.uow.outgoing.add(sample(id_pratica=name, foglio=draft, **made))
        return name

    def look(self, after: int = 0, limit: int = 9) -> parked.LookedAt:
        """Look at the fogli."""
        return parked.faulty_fogli(
            after,
            limit,
            uow=self.uow,
            documents=self.documents,
            read_broken=lambda _: None,
            now=START,
        )


@pytest.fixture
def desk(origin_uow: FakeUnitOfWork, documents: FakeDocuments) -> Desk:
    return Desk(origin_uow, documents)


def test_fogli_with_faults_are_found_among_those_in_the_office(desk: Desk) -> None:
    desk.request(1)
    faulty = desk.request(2, ODD)
    desk.request(3, ODD, state=OriginState.TRASFERITA)
    found = desk.look()
    assert [item.transfer.id_pratica for item in found.faulty] == [faulty]
    assert list(found.faulty[0].faults) == [ODD]
    assert (found.count, found.following) == (2, None)


def test_fogli_are_looked_at_a_page_at_a_time(desk: Desk) -> None:
    names = [desk.request(number, ODD) for number in range(3)]
    first = desk.look(limit=2)
    assert (first.count, len(first.faulty)) == (2, 2)
    assert first.following is not None
    second = desk.look(after=first.following, limit=2)
    assert [item.transfer.id_pratica for item in second.faulty] == names[2:]
    assert second.following is None


def test_a_document_that_is_missing_is_a_fault_and_one_that_is_here_is_none(desk: Desk) -> None:
    name = desk.request(1, announced=(attachment("A1"), attachment("A2")))
    key = replace(AT_ORIGIN, id_pratica=name)
    from gateway.domain.attachments import own_document  # noqa: PLC0415

    desk.uow.attachments.add(key, own_document("A1", "a", b"x", START.date()))
    (item,) = desk.look().faulty
    assert [reason.params["attachment"] for reason in item.faults] == ["A2"]


def test_a_foglio_that_is_no_longer_kept_says_so(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.request(1)

    def gone(_: object, __: int) -> bytes:
        raise refuse(Cause.CONTENT_REMOVED)

    monkeypatch.setattr(type(desk.uow.foglios), "draft", gone)
    (item,) = desk.look().faulty
    assert [reason.cause for reason in item.faults] == [Cause.CONTENT_REMOVED]
