"""A strict zeep client, made from the served ?wsdl alone, calls an origin over HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from gateway.demo.sample import Request
from gateway.domain.attachments import Attachment, AttachmentReference, AttachmentState
from gateway.domain.identifiers import IdPratica
from gateway.domain.origin import OriginState, OutgoingTransfer
from gateway.domain.terms import SendingMode, TransmissionTerms
from gateway.domain.tokens import TokenMode
from gateway.usecases import origin
from tests.support.contract_foglio import PDF
from tests.support.contract_http import http_client
from tests.support.transfers import Steps
from tests.support.universities import DESTINATION

pytestmark = [pytest.mark.contract, pytest.mark.requirement("T10")]

CALLER = "92"
LATER = TransmissionTerms(SendingMode.COMPLETE, TokenMode.DEFERRED)
REFERENCE = AttachmentReference("DOC1", "programma.pdf", "application/pdf", date(2027, 3, 31))


@dataclass
class Sent:
    """A practice that was sent, and the client with which its destination calls us."""

    steps: Steps
    client: Any
    practice: IdPratica

    @property
    def service(self) -> Any:
        """The services of the origin."""
        return self.client.service

    @property
    def transfer(self) -> OutgoingTransfer:
        """The practice as it is now."""
        return self.steps.out(self.practice)


@pytest.fixture
def sent(steps: Steps) -> Iterator[Sent]:
    """A practice sent to a destination that gives tokens by hand."""
    steps.world.destination.store.save_university(
        replace(DESTINATION, terms=LATER, token_on_receipt=False)
    )
    practice = steps.ready(Request(exams=3, attachments=(("DOC1", "programma.pdf"),)))
    steps.origin(
        lambda uow: origin.attach(
            origin.find(practice, uow=uow),
            Attachment(REFERENCE, AttachmentState.OWN, content=PDF),
            uow=uow,
        )
    )
    steps.authorise(practice)
    steps.deliver_all()
    with http_client(
        steps.world.origin.wsgi(), "/soap/91/provenienza", f"ateneo-{CALLER}"
    ) as client:
        yield Sent(steps, client, practice)


@pytest.mark.requirement("T4")
def test_require_refresh_asks_for_a_revision(sent: Sent) -> None:
    outcome = sent.service.Require_RefreshDatiTrasferimento(
        CALLER, sent.practice, "ERRORE", "manca un esame & altro"
    )
    assert (outcome.codEsito, outcome.descEsito) == (0, "OK")
    assert sent.transfer.state is OriginState.RICHIESTA_REVISIONE
    assert sent.transfer.revision is not None
    assert (sent.transfer.revision.reason, sent.transfer.revision.notes) == (
        "ERRORE",
        "manca un esame & altro",
    )


@pytest.mark.requirement("T4")
def test_require_refresh_of_a_practice_that_has_ended_is_refused(sent: Sent) -> None:
    sent.service.Change_StatusProcessoTrasferimento(CALLER, sent.practice, "RIFIUTA")
    outcome = sent.service.Require_RefreshDatiTrasferimento(CALLER, sent.practice, "ERRORE")
    assert outcome.codEsito == 3
    assert "respinta" in outcome.descEsito


@pytest.mark.requirement("T8")
def test_ret_token_brings_the_token(sent: Sent) -> None:
    outcome = sent.service.Ret_Token(CALLER, sent.practice, "55555555")
    assert (outcome.codEsito, outcome.descEsito) == (0, "OK")
    assert sent.transfer.token is not None
    assert sent.transfer.token.value == "55555555"


@pytest.mark.requirement("T8")
def test_ret_token_with_a_second_token_is_refused(sent: Sent) -> None:
    sent.service.Ret_Token(CALLER, sent.practice, "55555555")
    outcome = sent.service.Ret_Token(CALLER, sent.practice, "66666666")
    assert outcome.codEsito == 5
    assert "66666666" not in outcome.descEsito


@pytest.mark.requirement("T9")
def test_get_allegato_carries_the_document(sent: Sent) -> None:
    result = sent.service.Get_Allegato(CALLER, sent.practice, "DOC1")
    assert (result.esito.codEsito, result.esito.descEsito) == (0, "OK")
    assert (result.idPratica, result.idAllegato) == (sent.practice, "DOC1")
    assert result.allegato == PDF


@pytest.mark.requirement("T16")
def test_get_allegato_after_its_term_is_refused(sent: Sent) -> None:
    sent.steps.world.clock.advance(days=365)
    result = sent.service.Get_Allegato(CALLER, sent.practice, "DOC1")
    assert result.esito.codEsito == 61
    assert "31/03/2027" in result.esito.descEsito
    assert (result.idPratica, result.idAllegato, result.allegato) == (None, None, None)


@pytest.mark.requirement("T9")
def test_get_allegato_of_an_unknown_document_is_refused(sent: Sent) -> None:
    assert sent.service.Get_Allegato(CALLER, sent.practice, "DOC9").esito.codEsito == 60


@pytest.mark.requirement("T6")
def test_change_status_chiudi_closes_with_the_course_really_enrolled_in(sent: Sent) -> None:
    outcome = sent.service.Change_StatusProcessoTrasferimento(
        MiurAteneoChiamante=CALLER,
        IdPratica=sent.practice,
        StatoChange="CHIUDI",
        CorsoStudioCodD="0920207302400099",
    )
    assert (outcome.codEsito, outcome.descEsito) == (0, "OK")
    assert sent.transfer.state is OriginState.CHIUSA
    assert sent.transfer.course_enrolled == "0920207302400099"


@pytest.mark.requirement("T6")
def test_change_status_of_a_practice_that_ended_otherwise_is_refused(sent: Sent) -> None:
    sent.service.Change_StatusProcessoTrasferimento(CALLER, sent.practice, "CHIUDI")
    outcome = sent.service.Change_StatusProcessoTrasferimento(CALLER, sent.practice, "RIFIUTA")
    assert outcome.codEsito == 3
    assert sent.transfer.state is OriginState.CHIUSA


@pytest.mark.requirement("T7")
def test_get_status_carries_the_steps_of_the_origin(sent: Sent) -> None:
    result = sent.service.Get_StatusProcessoTrasferimento(CALLER, sent.practice)
    assert result.esito.codEsito == 0
    assert [step.Stato for step in result.Passi.Passo] == [
        "BOZZA",
        "PRESENTATA",
        "ELABORATA",
        "VALIDATA",
        "TRASFERITA",
    ]


@pytest.mark.requirement("T7")
def test_get_status_of_a_practice_not_sent_yet_is_refused(sent: Sent) -> None:
    draft = sent.steps.draft()
    result = sent.service.Get_StatusProcessoTrasferimento(CALLER, draft)
    assert (result.esito.codEsito, result.Passi) == (1, None)


def test_the_client_finds_exactly_the_services_of_an_origin(sent: Sent) -> None:
    assert sorted(sent.service._operations) == [
        "Change_StatusProcessoTrasferimento",
        "Get_Allegato",
        "Get_StatusProcessoTrasferimento",
        "Require_RefreshDatiTrasferimento",
        "Ret_Token",
    ]
