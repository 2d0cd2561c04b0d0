"""The origin's sendings: what the secretariat authorises, and what is put in line for it."""

from datetime import date, timedelta
from typing import Any

import pytest

from gateway.domain.attachments import Attachment, AttachmentState
from gateway.domain.checks import Check
from gateway.domain.deliveries import Delivery, DeliveryKind
from gateway.domain.messages import MAX_NOTES
from gateway.domain.origin import OriginState, OutgoingTransfer
from gateway.domain.partners import CheckKind, Partner
from gateway.domain.rejections import Cause, Reason
from gateway.domain.terms import ADMINISTRATIVE
from gateway.usecases import origin
from tests.support.clock import START
from tests.support.fakes import FakeDocuments, FakeRegister
from tests.support.fakes_samples import (
    ALL,
    AT_ORIGIN,
    MONTELAGO,
    OFFICE,
    STUDENT,
    attachment,
    draft,
    foglio,
    partner,
    refused,
)
from tests.support.fakes_store import FakeUnitOfWork

pytestmark = pytest.mark.requirement("T18")

CONTENT = b"<FoglioCongedo/>"
NOW = START + timedelta(days=1)
YESTERDAY = date(2026, 9, 21)


class Office:
    """Valdombra's office, with one request to send."""

    def __init__(
        self, uow: FakeUnitOfWork, documents: FakeDocuments, register: FakeRegister
    ) -> None:
        self.uow, self.documents, self.register = uow, documents, register
        documents.know(CONTENT, foglio())
        uow.records.keep_checks(AT_ORIGIN, [Check(kind, passed=True) for kind in CheckKind])

    def at(self, state: OriginState, **changes: Any) -> OutgoingTransfer:
        number = self.uow.foglios.add_draft(CONTENT, START)
        return self.uow.outgoing.add(draft(state=state, foglio=number, **changes))

    def send(self, **options: Any) -> OutgoingTransfer:
        """Authorise the first sending of a request that is elaborata."""
        return origin.authorise_sending(
            self.at(OriginState.ELABORATA),
            OFFICE,
            uow=self.uow,
            documents=self.documents,
            register=self.register,
            now=NOW,
            **options,
        )

    def send_again(self, transfer: OutgoingTransfer, notes: str = "") -> OutgoingTransfer:
        return origin.authorise_data(
            transfer,
            OFFICE,
            notes,
            uow=self.uow,
            documents=self.documents,
            register=self.register,
            now=NOW,
        )

    @property
    def posted(self) -> list[Delivery]:
        return list(self.uow.tables.deliveries.values())


@pytest.fixture
def office(origin_uow: FakeUnitOfWork, documents: FakeDocuments, register: FakeRegister) -> Office:
    return Office(origin_uow, documents, register)


@pytest.mark.requirement("T17")
def test_an_authorised_sending_is_registered_and_put_in_line(office: Office) -> None:
    moved = office.send()
    assert (moved.state, moved.protocol_number) == (OriginState.VALIDATA, "P1")
    (posted,) = office.posted
    assert posted.kind is DeliveryKind.FOGLIO
    assert posted.meta == {
        "foglio": str(moved.foglio),
        "protocol": "P1",
        "on": "2026-09-22",
        "sections": "all",
    }


@pytest.mark.requirement("T14")
def test_the_first_two_sections_may_be_sent_alone(office: Office) -> None:
    office.send(administrative_only=True)
    assert office.posted[0].meta["sections"] == "administrative"


def test_no_check_may_be_unsettled_not_even_one_nobody_has_looked_at(office: Office) -> None:
    found = [Check(CheckKind.FEES, passed=False), Check(CheckKind.LIBRARY, None)]
    office.uow.records.keep_checks(AT_ORIGIN, found)
    with refused(Cause.CHECK_BLOCKS, Cause.CHECK_BLOCKS):
        office.send()
    assert (office.posted, office.register.entries) == ([], [])


def test_a_foglio_with_faults_is_not_sent(office: Office) -> None:
    fault = Reason(Cause.DATE_IMPOSSIBLE, "FoglioCongedo/x")
    office.documents.know(CONTENT, foglio(), faults=(fault,))
    with refused(Cause.DATE_IMPOSSIBLE):
        office.send()


@pytest.mark.requirement("T16")
def test_every_announced_attachment_must_be_here(office: Office) -> None:
    announced = foglio(attachments=(attachment("A1"), attachment("A2")))
    office.documents.know(CONTENT, announced)
    office.uow.attachments.add(
        AT_ORIGIN, Attachment(attachment("A1"), AttachmentState.OWN, b"%PDF")
    )
    with refused(Cause.ATTACHMENT_NOT_FOUND) as refusal:
        office.send()
    reason = refusal.value.reasons[0]
    assert (reason.path, reason.params) == (
        "FoglioCongedo/Allegati/Allegato[2]",
        {"attachment": "A2"},
    )


@pytest.mark.parametrize(
    "known",
    [None, partner(destination_url=""), partner(active_to=YESTERDAY)],
    ids=["gone", "no address", "over"],
)
def test_the_partner_must_be_able_to_receive(office: Office, known: Partner | None) -> None:
    del office.uow.tables.partners[MONTELAGO]
    if known is not None:
        office.uow.partners.save(known)
    with refused(Cause.PARTNER_INACTIVE) as refusal:
        office.send()
    assert refusal.value.reasons[0].params == {"partner": MONTELAGO}


def test_everything_in_the_way_is_told_at_once(office: Office) -> None:
    office.uow.tables.partners.clear()
    office.uow.records.keep_checks(AT_ORIGIN, [Check(CheckKind.FEES, passed=False)])
    fault = Reason(Cause.CODE_UNKNOWN, "FoglioCongedo/x")
    office.documents.know(CONTENT, foglio(attachments=(attachment(),)), faults=(fault,))
    with refused(
        Cause.CHECK_BLOCKS,
        Cause.CODE_UNKNOWN,
        Cause.ATTACHMENT_NOT_FOUND,
        Cause.PARTNER_INACTIVE,
    ):
        office.send()


SENT = {"sent": ALL, "sections": ALL}


@pytest.mark.requirement("T5")
@pytest.mark.parametrize(
    ("state", "changes", "reason"),
    [
        (OriginState.RICHIESTA_REVISIONE, SENT, "RitrasmissioneSuRichiesta"),
        (
            OriginState.TRASFERITA,
            {"sent": ADMINISTRATIVE, "sections": ALL},
            "CompletamentoCarriera",
        ),
        (OriginState.TRASFERITA, SENT, "ERRORE"),
        (
            OriginState.TRASFERITA,
            {"sent": ADMINISTRATIVE, "sections": ADMINISTRATIVE},
            "ERRORE",
        ),
    ],
    ids=["answer", "completion", "correction", "correction without the career"],
)
def test_a_further_sending_says_why_it_is_made(
    office: Office, state: OriginState, changes: dict[str, Any], reason: str
) -> None:
    office.send_again(office.at(state, **changes))
    (posted,) = office.posted
    assert (posted.kind, posted.meta["reason"]) == (DeliveryKind.DATA, reason)


@pytest.mark.requirement("T5")
@pytest.mark.requirement("T17")
def test_a_further_sending_has_its_own_number_and_notes(office: Office) -> None:
    made = office.at(OriginState.TRASFERITA, **SENT, protocol_number="P0")
    moved = office.send_again(made, "voto corretto")
    assert moved.protocol_number == "P1"
    meta = office.posted[0].meta
    assert (meta["protocol"], meta["notes"], meta["on"], meta["foglio"]) == (
        "P1",
        "voto corretto",
        "2026-09-22",
        str(made.foglio),
    )


@pytest.mark.requirement("T5")
def test_nothing_is_sent_again_that_was_not_sent(office: Office) -> None:
    with refused(Cause.EVENT_NOT_ALLOWED):
        office.send_again(office.at(OriginState.ELABORATA))
    assert office.posted == []


@pytest.mark.requirement("T5")
def test_nor_with_faults_or_without_its_attachments(office: Office) -> None:
    fault = Reason(Cause.CODE_UNKNOWN, "FoglioCongedo/x")
    office.documents.know(CONTENT, foglio(attachments=(attachment(),)), faults=(fault,))
    with refused(Cause.CODE_UNKNOWN, Cause.ATTACHMENT_NOT_FOUND):
        office.send_again(office.at(OriginState.TRASFERITA, **SENT))


@pytest.mark.requirement("T6")
def test_asking_to_cancel_is_put_in_line(office: Office) -> None:
    made = office.at(OriginState.TRASFERITA, **SENT)
    moved = origin.ask_cancellation(made, OFFICE, "ripensamento", uow=office.uow, now=NOW)
    assert moved.state is OriginState.TRASFERITA
    (posted,) = office.posted
    assert (posted.kind, posted.meta) == (
        DeliveryKind.STATUS_CHANGE,
        {"change": "ANNULLA", "notes": "ripensamento"},
    )


@pytest.mark.requirement("T6")
def test_the_student_does_not_ask_the_destination(office: Office) -> None:
    with refused(Cause.EVENT_NOT_ALLOWED):
        origin.ask_cancellation(
            office.at(OriginState.TRASFERITA, **SENT), STUDENT, "?", uow=office.uow, now=NOW
        )
    assert office.posted == []


TOO_LONG = "x" * (MAX_NOTES + 1)


@pytest.mark.requirement("T5")
def test_notes_too_long_for_the_destination_are_not_sent(office: Office) -> None:
    made = office.at(OriginState.TRASFERITA, **SENT)
    with refused(Cause.VALUE_TOO_LONG):
        office.send_again(made, TOO_LONG)
    assert office.posted == []


@pytest.mark.requirement("T6")
def test_nor_is_too_long_a_reason_to_cancel(office: Office) -> None:
    made = office.at(OriginState.TRASFERITA, **SENT)
    with refused(Cause.VALUE_TOO_LONG):
        origin.ask_cancellation(made, OFFICE, TOO_LONG, uow=office.uow, now=NOW)
    assert office.posted == []
