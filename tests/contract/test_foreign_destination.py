"""Somebody else's software is the destination of a transfer, ours the origin, over HTTP.

It calls with a zeep client made from our ?wsdl alone, and answers with a server of its own, which
writes ``XResult`` in its namespace or, as node-soap and PHP do, without.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest

from gateway.contracts import Role
from gateway.demo.sample import Request
from gateway.domain.attachments import Attachment, AttachmentReference, AttachmentState
from gateway.domain.identifiers import IdPratica
from gateway.domain.origin import OriginState
from gateway.domain.terms import SendingMode
from gateway.usecases import offers, origin, status
from tests.support.contract_foglio import PDF
from tests.support.contract_foreign import ForeignDestination, refusal
from tests.support.contract_stage import Stage, stage
from tests.support.databases import SqliteMaker
from tests.support.universities import MONTELAGO

pytestmark = [pytest.mark.contract, pytest.mark.journey, pytest.mark.requirement("T10")]

US, THEM = "91", "92"
REQUEST = Request(exams=4, attachments=(("DOC1", "programma.pdf"),))
PLAIN = Request(exams=4)
REFERENCE = AttachmentReference("DOC1", "programma.pdf", "application/pdf", date(2027, 3, 31))


@pytest.fixture(params=[True, False], ids=["namespaced", "without-namespace"])
def make_stage(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite: SqliteMaker
) -> Iterator[Callable[..., Stage]]:
    """Makes stages on which the foreign destination answers in one way, then in the other."""
    with ExitStack() as stack:

        def make(**options: str) -> Stage:
            foreign = ForeignDestination(namespaced=request.param, **options)
            return stack.enter_context(stage(tmp_path / "ours", sqlite, Role.ORIGIN, foreign))

        yield make


def sent(on: Stage, request: Request = PLAIN, *, administrative: bool = False) -> IdPratica:
    """Send a practice, documents and all; return its identifier."""
    practice = on.steps.ready(request)
    if request.attachments:
        on.steps.origin(
            lambda uow: origin.attach(
                origin.find(practice, uow=uow),
                Attachment(REFERENCE, AttachmentState.OWN, content=PDF),
                uow=uow,
            )
        )
    on.steps.authorise(practice, administrative=administrative)
    on.steps.deliver_all()
    return practice


def states(on: Stage, practice: str) -> list[str]:
    """T7: the states of our steps from the sending on."""
    result = on.service.Get_StatusProcessoTrasferimento(THEM, practice)
    assert result.esito.codEsito == 0
    found = [step.Stato for step in result.Passi.Passo]
    return found[found.index("VALIDATA") :]


def test_a_practice_lives_from_the_offer_to_the_close(make_stage: Callable[..., Stage]) -> None:
    on = make_stage(mode="Parziale")
    now = on.steps.world.clock()
    on.steps.origin(lambda uow: offers.request_offer(MONTELAGO, 2026, uow=uow, now=now))
    on.steps.deliver_all()
    assert on.foreign.last("Get_Offerta")["Anno"] == "2026"
    offer = on.steps.origin(lambda uow: uow.offers.cached(MONTELAGO, 2026))
    assert offer is not None
    assert [course.name for course in offer.courses] == ["INFORMATICA & AFFINI"]

    practice = sent(on, REQUEST, administrative=True)
    assert on.foreign.last("Get_InfoWorkflowTrasferimento") == {"MiurAteneoChiamante": US}
    assert on.foreign.sections("Put_ProcessoTrasferimento") == [
        "Trasferimento",
        "DatiIdentificativiStudente",
        "Allegati",
    ]
    document = on.service.Get_Allegato(THEM, practice, "DOC1")
    assert (document.idAllegato, document.allegato) == ("DOC1", PDF)
    assert on.service.Ret_Token(THEM, practice, "55555555").codEsito == 0
    token = on.steps.out(practice).token
    assert token is not None
    assert token.value == "55555555"

    on.steps.send_again(practice, "ecco la carriera")
    on.steps.deliver_all()
    completed = on.foreign.last("Put_DatiTrasferimento")
    assert (completed["Causale"], completed["Note"]) == (
        "CompletamentoCarriera",
        "ecco la carriera",
    )
    assert "CarrieraUniversitaria" in on.foreign.sections("Put_DatiTrasferimento")

    asked = on.service.Require_RefreshDatiTrasferimento(THEM, practice, "ERRORE", "manca un esame")
    assert asked.codEsito == 0
    on.steps.send_again(practice, "corretto")
    on.steps.deliver_all()
    assert on.foreign.last("Put_DatiTrasferimento")["Causale"] == "RitrasmissioneSuRichiesta"

    closed = on.service.Change_StatusProcessoTrasferimento(
        THEM, practice, "CHIUDI", "benvenuta", "0920207302400099"
    )
    assert (closed.codEsito, closed.descEsito) == (0, "OK")
    assert on.steps.out(practice).course_enrolled == "0920207302400099"
    assert states(on, practice) == [
        "VALIDATA",
        "TRASFERITA",
        "RICHIESTA REVISIONE",
        "TRASFERITA",
        "CHIUSA",
    ]


@pytest.mark.requirement("T3")
def test_the_foglio_leaves_as_it_was_authorised(make_stage: Callable[..., Stage]) -> None:
    on = make_stage()
    practice = sent(on)
    (call,) = on.foreign.asked("Put_ProcessoTrasferimento")
    assert call.findtext("IdPratica") == practice
    foglio = call.find("FoglioCongedo")
    assert foglio.findtext("DatiIdentificativiStudente/Cognome") == PLAIN.student.surname
    request = foglio.find("Trasferimento/DomandaDiTrasferimento")
    assert request.findtext("NumeroProtocollo") == on.steps.out(practice).protocol_number
    assert request.findtext("DataProtocollo") == "2026-09-21"


@pytest.mark.requirement("T13")
def test_a_token_in_the_answer_is_kept_for_the_student(make_stage: Callable[..., Stage]) -> None:
    on = make_stage(token="58968742")
    token = on.steps.out(sent(on)).token
    assert token is not None
    assert token.value == "58968742"


@pytest.mark.requirement("T2")
def test_the_terms_asked_for_are_kept_with_the_practice(make_stage: Callable[..., Stage]) -> None:
    on = make_stage(mode="Parziale")
    terms = on.steps.out(sent(on)).terms
    assert terms is not None
    assert terms.sending_mode is SendingMode.PARTIAL


@pytest.mark.requirement("T12")
def test_a_foglio_that_is_refused_comes_back_with_the_words_of_the_refusal(
    make_stage: Callable[..., Stage],
) -> None:
    on = make_stage()
    on.foreign.refusals["Put_ProcessoTrasferimento"] = refusal(17, "CORSO <CHIUSO> & pieno")
    practice = sent(on)
    transfer = on.steps.out(practice)
    assert transfer.state is OriginState.ELABORATA
    history = on.steps.origin(lambda uow: uow.records.history(origin.key_of(transfer)))
    assert history[-1].notes == "17: CORSO <CHIUSO> & pieno"


@pytest.mark.requirement("T6")
def test_a_cancellation_of_ours_takes_place_when_the_destination_agrees(
    make_stage: Callable[..., Stage],
) -> None:
    on = make_stage()
    practice = sent(on)
    on.steps.ask_cancellation(practice)
    on.steps.deliver_all()
    assert on.foreign.last("Change_StatusProcessoTrasferimento")["StatoChange"] == "ANNULLA"
    assert on.steps.out(practice).state is OriginState.CANCELLATA


@pytest.mark.requirement("T6")
def test_a_cancellation_of_ours_that_is_refused_changes_nothing(
    make_stage: Callable[..., Stage],
) -> None:
    on = make_stage()
    practice = sent(on)
    on.foreign.refusals["Change_StatusProcessoTrasferimento"] = refusal(3, "GIA IMMATRICOLATO")
    on.steps.ask_cancellation(practice)
    on.steps.deliver_all()
    assert on.steps.out(practice).state is OriginState.TRASFERITA


@pytest.mark.requirement("T6")
@pytest.mark.parametrize(
    ("change", "state"),
    [
        ("CHIUDI", OriginState.CHIUSA),
        ("RIFIUTA", OriginState.RESPINTA),
        ("ANNULLA", OriginState.CANCELLATA),
    ],
)
def test_the_destination_ends_a_practice(
    make_stage: Callable[..., Stage], change: str, state: OriginState
) -> None:
    on = make_stage()
    practice = sent(on)
    outcome = on.service.Change_StatusProcessoTrasferimento(THEM, practice, change, "così è")
    assert outcome.codEsito == 0
    assert on.steps.out(practice).state is state


@pytest.mark.requirement("T20")
def test_the_progress_at_the_destination_is_read(make_stage: Callable[..., Stage]) -> None:
    on = make_stage()
    practice = sent(on)
    key = origin.key_of(on.steps.out(practice))
    now = on.steps.world.clock()
    on.steps.origin(lambda uow: status.ask_partner(key, uow=uow, now=now))
    on.steps.deliver_all()
    there = on.steps.origin(lambda uow: status.progress(key, uow=uow)).there
    assert [step.state for step in there] == ["RICEVUTA"]
