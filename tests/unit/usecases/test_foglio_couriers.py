"""The courier of the foglio: T3, and what its answer does."""

from typing import Any

import pytest

from gateway.domain.deliveries import Delivery, DeliveryKind
from gateway.domain.history import Step
from gateway.domain.messages import Operation
from gateway.domain.origin import OriginState, OutgoingTransfer
from gateway.domain.outcomes import Outcome
from gateway.domain.rejections import Cause
from gateway.domain.terms import ADMINISTRATIVE, SendingMode, TransmissionTerms
from gateway.domain.tokens import Token, TokenMode
from gateway.usecases.calls import ALARM_REFUSED
from gateway.usecases.foglio_couriers import ALARM_TOKEN, foglio_courier
from gateway.usecases.partner_ports import PartnerCall
from tests.support.clock import START
from tests.support.fakes import FakeDocuments, accepts, refuses
from tests.support.fakes_samples import (
    ALL,
    AT_ORIGIN,
    MONTELAGO,
    PRACTICE,
    VALDOMBRA,
    delivery,
    draft,
    partner,
    refused,
)
from tests.support.fakes_store import FakeUnitOfWork

pytestmark = pytest.mark.requirement("T3")

_S = OriginState
TOKEN = Token("TOK1")
WHOLE = "CarrieraUniversitaria DatiIdentificativiStudente TitoliConseguiti Trasferimento"
PARTIAL = TransmissionTerms(SendingMode.PARTIAL, TokenMode.DEFERRED, career_days=10)


class Sending:
    """A request whose foglio is being sent to Montelago."""

    def __init__(self, uow: FakeUnitOfWork, documents: FakeDocuments) -> None:
        self.uow, self.courier = uow, foglio_courier(documents)

    def keep(self, state: OriginState = _S.VALIDATA, **changes: Any) -> None:
        number = self.uow.foglios.add_draft(b"<f/>", START)
        self.uow.outgoing.add(draft(state=state, foglio=number, **changes))

    def know(self, terms: TransmissionTerms) -> None:
        """Let Montelago's terms be known."""
        self.uow.partners.save(partner(terms=terms))

    @property
    def kept(self) -> OutgoingTransfer:
        return self.uow.tables.outgoing[PRACTICE]

    def delivery(self, **meta: str) -> Delivery:
        noted = {"foglio": "1", "protocol": "P2", "on": "2026-09-22", "sections": "all"}
        return delivery(meta={**noted, **meta})

    def prepare(self, **meta: str) -> tuple[Delivery, PartnerCall]:
        return self.courier.prepare(self.uow, self.delivery(**meta))

    def accept(self, *, sent: str = WHOLE, token: Token | None = None) -> None:
        answer = accepts(token=token)
        self.courier.accepted(self.uow, self.delivery(sent=sent), answer, START)

    def refuse(self) -> None:
        outcome = Outcome(28, "sezione mancante")
        self.courier.refused(self.uow, self.delivery(sent=WHOLE), outcome, START)


@pytest.fixture
def sending(origin_uow: FakeUnitOfWork, documents: FakeDocuments) -> Sending:
    return Sending(origin_uow, documents)


@pytest.mark.requirement("T2")
def test_the_foglio_asks_for_the_terms_first(sending: Sending) -> None:
    assert sending.courier.needs_terms
    assert sending.courier.operation is Operation.PUT_PROCESSO


@pytest.mark.requirement("T17")
def test_the_foglio_is_composed_with_number_and_day_of_its_registration(sending: Sending) -> None:
    sending.keep()
    _, call = sending.prepare()
    names = "Trasferimento,DatiIdentificativiStudente,TitoliConseguiti,CarrieraUniversitaria"
    assert call.foglio.decode() == f"<f/>|{names}|P2|2026-09-22"
    assert (call.operation, call.caller, call.id_pratica) == (
        Operation.PUT_PROCESSO,
        VALDOMBRA,
        PRACTICE,
    )


def test_what_is_sent_is_noted_on_the_delivery(sending: Sending) -> None:
    sending.keep()
    prepared, _ = sending.prepare()
    assert prepared.meta == {**sending.delivery().meta, "sent": WHOLE}


@pytest.mark.requirement("T14")
def test_the_first_two_sections_go_alone_where_the_terms_let_them(sending: Sending) -> None:
    sending.keep()
    sending.know(PARTIAL)
    prepared, call = sending.prepare(sections="administrative")
    assert prepared.meta["sent"] == "DatiIdentificativiStudente Trasferimento"
    assert b"|Trasferimento,DatiIdentificativiStudente|" in call.foglio


@pytest.mark.requirement("T2")
@pytest.mark.requirement("T14")
def test_the_terms_of_the_day_are_kept_with_the_request(sending: Sending) -> None:
    sending.keep()
    sending.know(PARTIAL)
    sending.prepare()
    assert sending.kept.terms == PARTIAL


@pytest.mark.requirement("T14")
@pytest.mark.parametrize("known", [True, False], ids=["complete", "no terms known"])
def test_where_all_sections_are_demanded_two_are_not_sent(sending: Sending, known: bool) -> None:
    sending.keep()
    if known:
        sending.know(TransmissionTerms())
    with refused(Cause.SECTION_MISSING, Cause.SECTION_MISSING) as refusal:
        sending.prepare(sections="administrative")
    assert [reason.params["section"] for reason in refusal.value.reasons] == [
        "TitoliConseguiti",
        "CarrieraUniversitaria",
    ]


@pytest.mark.requirement("T14")
def test_nor_to_a_partner_that_is_gone(sending: Sending) -> None:
    sending.keep(sections=ADMINISTRATIVE)
    sending.uow.tables.partners.clear()
    with refused(Cause.SECTION_MISSING, Cause.SECTION_MISSING):
        sending.prepare()


@pytest.mark.requirement("T13")
def test_an_accepted_foglio_is_trasferita_with_its_token(sending: Sending) -> None:
    sending.keep()
    sending.accept(token=TOKEN)
    assert (sending.kept.state, sending.kept.sent, sending.kept.token) == (
        _S.TRASFERITA,
        ALL,
        TOKEN,
    )
    assert sending.uow.tables.alarms == {}
    assert sending.uow.records.history(AT_ORIGIN)[-1].actor.name == MONTELAGO


@pytest.mark.requirement("T14")
def test_only_what_was_sent_is_accepted(sending: Sending) -> None:
    sending.keep(terms=PARTIAL)
    sending.accept(sent="DatiIdentificativiStudente Trasferimento")
    assert (sending.kept.sent, str(sending.kept.career_due)) == (ADMINISTRATIVE, "2026-10-01")


@pytest.mark.parametrize("state", [_S.TRASFERITA, _S.RICHIESTA_REVISIONE])
def test_an_ok_that_comes_late_changes_no_state(sending: Sending, state: OriginState) -> None:
    sending.keep(state, sent=ALL, token=TOKEN)
    sending.accept(token=TOKEN)
    assert (sending.kept.state, sending.kept.token) == (state, TOKEN)


@pytest.mark.parametrize("state", [_S.CHIUSA, _S.RESPINTA, _S.CANCELLATA])
def test_nor_does_one_that_comes_after_the_end(sending: Sending, state: OriginState) -> None:
    sending.keep(state, sent=ALL)
    sending.accept(token=TOKEN)
    assert (sending.kept.state, sending.kept.token) == (state, None)


def test_a_refused_foglio_brings_the_request_back_with_the_reasons(sending: Sending) -> None:
    sending.keep()
    sending.refuse()
    assert sending.kept.state is _S.ELABORATA
    assert sending.uow.records.history(AT_ORIGIN)[-1].notes == "28: sezione mancante"
    assert sending.uow.tables.alarms == {}


@pytest.mark.parametrize("state", [_S.TRASFERITA, _S.RICHIESTA_REVISIONE, _S.CHIUSA])
def test_a_destination_that_has_acted_had_accepted_whatever_it_says_now(
    sending: Sending, state: OriginState
) -> None:
    sending.keep(state, sent=ALL)
    before = sending.kept
    sending.refuse()
    assert sending.kept == before
    assert sending.uow.tables.alarms == {
        (ALARM_REFUSED, f"foglio {MONTELAGO} {PRACTICE}"): "28: sezione mancante"
    }


@pytest.mark.requirement("T7")
@pytest.mark.parametrize(("steps", "there"), [((), False), ((Step("RICEVUTA", START),), True)])
def test_a_practice_with_steps_had_arrived(
    sending: Sending, steps: tuple[Step, ...], there: bool
) -> None:
    assert sending.courier.done is not None
    assert sending.courier.done(delivery(DeliveryKind.FOGLIO), accepts(steps=steps)) is there


def taken_by_t7(sending: Sending) -> None:
    """The repeat was refused, and T7 says the first had arrived."""
    answer = refuses(2, "già presente")
    sending.courier.accepted(sending.uow, sending.delivery(sent=WHOLE), answer, START)


@pytest.mark.requirement("T13")
def test_when_a_repeat_gets_no_token_a_human_asks_for_it(sending: Sending) -> None:
    sending.keep(terms=TransmissionTerms())
    taken_by_t7(sending)
    assert (sending.kept.state, sending.kept.sent) == (_S.TRASFERITA, ALL)
    assert sending.uow.tables.alarms == {(ALARM_TOKEN, PRACTICE): "già presente"}


@pytest.mark.requirement("T13")
@pytest.mark.parametrize(
    "changes",
    [{"state": _S.TRASFERITA, "sent": ALL, "token": TOKEN}, {"terms": PARTIAL}],
    ids=["it came by T8", "it will come by T8"],
)
def test_but_not_for_one_that_is_here_or_not_due(sending: Sending, changes: dict[str, Any]) -> None:
    sending.keep(**changes)
    taken_by_t7(sending)
    assert sending.uow.tables.alarms == {}
