"""The courier of attachments: T9."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import pytest

from gateway.domain.attachments import MAX_BYTES, Attachment, AttachmentState
from gateway.domain.deliveries import DeliveryKind
from gateway.domain.outcomes import Outcome
from gateway.usecases.couriers import ALARM_ATTACHMENT, make_couriers
from gateway.usecases.delivery import Courier
from tests.support.clock import START
from tests.support.fakes import FakeDocuments, accepts
from tests.support.fakes_samples import (
    AT_DESTINATION,
    PRACTICE,
    attachment,
    inbound,
)
from tests.support.fakes_store import FakeUnitOfWork

NO = Outcome(3, "NON AMMESSO")
Couriers = Mapping[DeliveryKind, Courier]


@pytest.fixture
def couriers(documents: FakeDocuments) -> Couriers:
    return make_couriers(documents)


class Fetching:
    """An attachment that Montelago awaits."""

    def __init__(self, couriers: Couriers, uow: FakeUnitOfWork, **announced: Any) -> None:
        self.courier, self.uow = couriers[DeliveryKind.ATTACHMENT], uow
        self.delivery = inbound(DeliveryKind.ATTACHMENT, meta={"attachment_id": "ALL1"})
        awaited = Attachment(attachment(**announced), AttachmentState.AWAITED)
        uow.attachments.add(AT_DESTINATION, awaited)

    def arrive(self, content: bytes = b"%PDF", problem: str = "") -> Attachment:
        answer = accepts(attachment=content, attachment_problem=problem)
        self.courier.accepted(self.uow, self.delivery, answer, START)
        return self.kept

    @property
    def kept(self) -> Attachment:
        (kept,) = self.uow.attachments.of(AT_DESTINATION)
        return kept


@pytest.fixture
def fetching(couriers: Couriers, destination_uow: FakeUnitOfWork) -> Fetching:
    return Fetching(couriers, destination_uow)


@pytest.mark.requirement("T9")
@pytest.mark.requirement("T16")
def test_an_attachment_that_arrives_is_kept(fetching: Fetching) -> None:
    kept = fetching.arrive()
    assert (kept.state, kept.content, kept.problem) == (AttachmentState.FETCHED, b"%PDF", "")
    assert fetching.uow.tables.alarms == {}


@pytest.mark.requirement("T16")
@pytest.mark.parametrize(
    ("content", "problem", "why"),
    [
        (b"%PDF", "not_base64", "attachment_not_pdf"),
        (b"", "", "attachment_too_large"),
        (b"x" * (MAX_BYTES + 1), "", "attachment_too_large"),
    ],
    ids=["not a document", "empty", "too large"],
)
def test_one_that_is_no_such_document_is_not_kept_and_a_human_looks(
    fetching: Fetching, content: bytes, problem: str, why: str
) -> None:
    kept = fetching.arrive(content, problem)
    assert (kept.state, kept.content, kept.problem) == (AttachmentState.FAILED, None, why)
    assert fetching.uow.tables.alarms == {(ALARM_ATTACHMENT, f"{PRACTICE}/ALL1"): why}


@pytest.mark.requirement("T16")
def test_one_that_the_partner_refuses_has_failed_with_its_words(fetching: Fetching) -> None:
    fetching.courier.refused(fetching.uow, fetching.delivery, NO, START)
    assert (fetching.kept.state, fetching.kept.problem) == (
        AttachmentState.FAILED,
        "3: NON AMMESSO",
    )
    assert list(fetching.uow.tables.alarms) == [(ALARM_ATTACHMENT, f"{PRACTICE}/ALL1")]


def test_one_that_is_awaited_no_more_leaves_no_trace(fetching: Fetching) -> None:
    fetching.uow.tables.attachments.clear()
    fetching.courier.accepted(fetching.uow, fetching.delivery, accepts(attachment=b"x"), START)
    assert (fetching.uow.tables.attachments, fetching.uow.tables.alarms) == ({}, {})


def test_but_a_refused_one_still_alarms(fetching: Fetching) -> None:
    fetching.uow.tables.attachments.clear()
    fetching.courier.refused(fetching.uow, fetching.delivery, NO, START)
    assert fetching.uow.tables.attachments == {}
    assert list(fetching.uow.tables.alarms) == [(ALARM_ATTACHMENT, f"{PRACTICE}/ALL1")]


@pytest.mark.requirement("T16")
def test_the_alarm_ends_when_the_document_has_come(fetching: Fetching) -> None:
    fetching.arrive(b"")
    fetching.arrive()
    assert fetching.uow.tables.alarms == {}


@pytest.mark.requirement("T16")
@pytest.mark.parametrize(
    "announced",
    [{"sha256": sha256(b"%PDF one").hexdigest()}, {"size": 5}],
    ids=["fingerprint", "size"],
)
def test_a_document_other_than_the_one_announced_is_not_kept(
    couriers: Couriers, destination_uow: FakeUnitOfWork, announced: dict[str, Any]
) -> None:
    kept = Fetching(couriers, destination_uow, **announced).arrive(b"%PDF two")
    assert kept.state is AttachmentState.FAILED
