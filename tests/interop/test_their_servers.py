"""Foreign servers, made from our contracts, are called by our client; each answer is read rightly."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from gateway.client.partner import SoapPartners
from gateway.client.transport import PartnerTransport, make_session
from gateway.demo.people import FIORELLA
from gateway.demo.sample import Request, foglio
from gateway.domain.deliveries import OutcomeUnknown, PartnerMisbehaved, Side
from gateway.domain.identifiers import IdPratica, MiurCode
from gateway.domain.messages import Operation
from gateway.domain.terms import SendingMode, TransmissionTerms
from gateway.domain.tokens import Token, TokenMode
from gateway.usecases.ports import PartnerAnswer, PartnerCall
from tests.support.contract_foglio import PDF
from tests.support.interop_world import foreign_partner

pytestmark = [pytest.mark.interop, pytest.mark.slow, pytest.mark.requirement("T10")]

US = MiurCode("91")
PRACTICE = IdPratica("UNIVAL/2026/7")
WORDS = "così è: <città> & «perché»"
REQUEST = Request(exams=4)


class Calls:
    """Our client towards one foreign server."""

    def __init__(self, address: str, services: SoapPartners) -> None:
        self.partner = foreign_partner(address)
        self.services = services

    def as_origin(self, operation: Operation, **given: object) -> PartnerAnswer:
        return self.send(Side.ORIGIN, operation, **given)

    def as_destination(self, operation: Operation, **given: object) -> PartnerAnswer:
        return self.send(Side.DESTINATION, operation, **given)

    def send(self, side: Side, operation: Operation, **given: object) -> PartnerAnswer:
        call = PartnerCall(operation=operation, caller=US, **given)  # type: ignore[arg-type]
        message = self.services.write(call)
        return self.services.send(self.partner, side, operation, message)

    def steps(self, side: Side, practice: IdPratica) -> list[tuple[str, str]]:
        """T7: what the other side noted of the practice."""
        answer = self.send(side, Operation.GET_STATUS, id_pratica=practice)
        assert {step.entered_at for step in answer.steps} == {
            datetime(2026, 9, 22, 8, 11, 12, tzinfo=UTC)
        }
        return [(step.state, step.notes) for step in answer.steps]


@pytest.fixture
def calls(theirs: str):
    with make_session() as session:
        yield Calls(theirs, SoapPartners(PartnerTransport(session)))


def test_raw(calls: Calls) -> None:
    c = calls

    def show(a):
        print(a.content.decode("utf-8", "replace")[:900])

    show(c.as_origin(Operation.GET_OFFERTA, year=2026, kind="ALL"))
    show(c.as_origin(Operation.GET_INFO_WORKFLOW))
    show(
        c.as_origin(
            Operation.PUT_PROCESSO, id_pratica=IdPratica("A/SUBITO"), foglio=foglio(REQUEST)
        )
    )
    show(
        c.as_origin(
            Operation.PUT_DATI,
            id_pratica=IdPratica("A/SUBITO"),
            foglio=foglio(REQUEST),
            reason="X",
            notes=WORDS,
        )
    )
    show(
        c.as_destination(
            Operation.GET_ALLEGATO, id_pratica=IdPratica("A/SUBITO"), attachment_id="DOC1"
        )
    )
    for pr in ("GUASTO", "SBAGLIATA"):
        r = c.services._transport.session.post(
            c.partner.origin_url,
            data=c.services.write(
                PartnerCall(operation=Operation.GET_STATUS, caller=US, id_pratica=IdPratica(pr))
            ),
            headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'},
            auth=("congedo", "segreto-di-prova"),
        )
        print(r.status_code, dict(r.headers), r.text[:700])
    r = c.services._transport.session.post(
        c.partner.origin_url,
        data=c.services.write(
            PartnerCall(operation=Operation.GET_STATUS, caller=US, id_pratica=IdPratica(pr))
        ),
        headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'},
    )
    print("NOAUTH", r.status_code, r.text[:300])
