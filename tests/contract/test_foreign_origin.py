"""Somebody else's software is the origin of a transfer, ours the destination, over HTTP.

It calls with a zeep client made from our ?wsdl alone, and answers with a server of its own, which
writes ``XResult`` in its namespace or, as node-soap and PHP do, without.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.contracts import Role
from gateway.demo.sample import Request
from gateway.domain.attachments import AttachmentState
from gateway.domain.deliveries import DeliveryState, Side
from gateway.domain.destination import DestinationState
from gateway.domain.identifiers import IdPratica
from gateway.domain.offers import Course, Offer
from gateway.usecases import destination, status
from gateway.usecases.ports import PracticeKey
from tests.support.contract_foglio import PDF, foglio_values
from tests.support.contract_foreign import ForeignOrigin, refusal
from tests.support.contract_stage import Stage, stage
from tests.support.databases import SqliteMaker
from tests.support.universities import DEFERRED_PARTIAL, IMMEDIATE, VALDOMBRA

pytestmark = [pytest.mark.contract, pytest.mark.journey, pytest.mark.requirement("T10")]

US, THEM = "92", "91"
PRACTICE = IdPratica("ALTRO-SOFTWARE/2026/1")
REQUEST = Request(exams=4, attachments=(("DOC1", "programma.pdf"),))
ADMINISTRATIVE = ("Trasferimento", "DatiIdentificativiStudente", "Allegati")
CAREER = ("TitoliConseguiti", "CarrieraUniversitaria")
COURSE = Course(
    faculty_code="06", faculty_name="Ingegneria", code=REQUEST.course, name=REQUEST.course_name
)


@pytest.fixture(params=[True, False], ids=["namespaced", "without-namespace"])
def make_stage(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite: SqliteMaker
) -> Iterator[Callable[..., Stage]]:
    """Makes stages on which the foreign origin answers in one way, then in the other."""
    with ExitStack() as stack:

        def make(**options: object) -> Stage:
            foreign = ForeignOrigin({"DOC1": PDF}, namespaced=request.param)
            made = stage(tmp_path / "ours", sqlite, Role.DESTINATION, foreign, **options)
            return stack.enter_context(made)

        yield make


def put(on: Stage, *sections: str) -> str | None:
    """T3: send the foglio and return the token that comes back."""
    result = on.service.Put_ProcessoTrasferimento(THEM, PRACTICE, foglio_values(REQUEST, *sections))
    assert result.esito.codEsito == 0, result.esito.descEsito
    return result.Token


def put_data(on: Stage, reason: str, *sections: str) -> None:
    """T5: send sections again."""
    outcome = on.service.Put_DatiTrasferimento(
        THEM, PRACTICE, foglio_values(REQUEST, *sections), reason, "dal software d'altri"
    )
    assert outcome.codEsito == 0, outcome.descEsito


def states(on: Stage) -> list[str]:
    """T7: the states of our steps."""
    result = on.service.Get_StatusProcessoTrasferimento(THEM, PRACTICE)
    assert result.esito.codEsito == 0
    return [step.Stato for step in result.Passi.Passo]


def conclude(on: Stage, course: str) -> None:
    """Enrol, evaluate, decide and conclude at the destination."""
    on.steps.authorise_enrolment(PRACTICE)
    on.steps.enrol(PRACTICE, course)
    on.steps.evaluate(PRACTICE)
    on.steps.decide(PRACTICE)
    on.steps.complete(PRACTICE)
    on.steps.deliver_all()


def test_a_practice_lives_from_the_offer_to_the_close(make_stage: Callable[..., Stage]) -> None:
    on = make_stage(terms=DEFERRED_PARTIAL)
    on.steps.destination(lambda uow: uow.offers.publish(Offer(2026, (COURSE,))))
    (faculty,) = on.service.Get_Offerta(THEM, "2026", "ALL").Elenco_Facolta.Facolta_Tipo
    assert faculty.Cdl.CorsoDiStudio[0].CodiceCorsoStudi.codice._value_1 == REQUEST.course
    terms = on.service.Get_InfoWorkflowTrasferimento(THEM).InfoWorkflow
    assert (terms.ModalitaTrasmissione, terms.ModalitaToken) == ("Parziale", "D")
    assert terms.GiorniCompletamento == 30

    assert put(on, *ADMINISTRATIVE) is None
    on.steps.deliver_all()
    token = on.steps.into(PRACTICE).token
    assert token is not None
    assert on.foreign.last("Ret_Token") == {
        "MiurAteneoChiamante": US,
        "IdPratica": PRACTICE,
        "Token": token.value,
    }
    put_data(on, "CompletamentoCarriera", *CAREER)

    on.steps.ask_revision(PRACTICE, "manca un esame")
    on.steps.deliver_all()
    asked = on.foreign.last("Require_RefreshDatiTrasferimento")
    assert asked["Causale"] == "ERRORE"
    assert asked["Note"].startswith("manca un esame (prot. ")
    put_data(on, "RitrasmissioneSuRichiesta", "CarrieraUniversitaria")

    conclude(on, "0920207302400099")
    assert on.foreign.last("Change_StatusProcessoTrasferimento") == {
        "MiurAteneoChiamante": US,
        "IdPratica": PRACTICE,
        "StatoChange": "CHIUDI",
        "Note": "",
        "CorsoStudioCodD": "0920207302400099",
    }
    assert states(on) == [
        "RICEVUTA",
        "RICHIESTA REVISIONE",
        "RICEVUTA",
        "AUTORIZZATA IMMATRICOLAZIONE",
        "IMMATRICOLATO",
        "AUTORIZZATA VALUTAZIONE",
        "DELIBERATA",
        "COMPLETATA",
    ]


@pytest.mark.requirement("T13")
def test_a_token_given_at_once_is_the_one_that_opens_the_enrolment(
    make_stage: Callable[..., Stage],
) -> None:
    on = make_stage(terms=IMMEDIATE)
    token = put(on)
    on.steps.authorise_enrolment(PRACTICE)
    command = destination.Enrol(on.steps.into(PRACTICE).student.codice_fiscale, token or "")
    world = on.steps.world
    on.steps.destination(
        lambda uow: destination.enrol(
            command,
            uow=uow,
            register=world.destination.register_for(uow),
            student_file=world.destination.student_file_for(uow),
            now=world.clock(),
        )
    )
    assert on.steps.into(PRACTICE).state is DestinationState.IMMATRICOLATO
    assert not on.foreign.asked("Ret_Token")


@pytest.mark.requirement("T9")
def test_the_documents_a_foglio_announces_are_fetched(make_stage: Callable[..., Stage]) -> None:
    on = make_stage()
    put(on)
    on.steps.deliver_all()
    assert on.foreign.last("Get_Allegato") == {
        "MiurAteneoChiamante": US,
        "IdPratica": PRACTICE,
        "IdDocumento": "DOC1",
    }
    key = destination.key_of(on.steps.into(PRACTICE))
    kept = on.steps.destination(lambda uow: uow.attachments.get(key, "DOC1"))
    assert kept is not None
    assert (kept.state, kept.content) == (AttachmentState.FETCHED, PDF)


@pytest.mark.requirement("T9")
def test_a_document_that_is_refused_is_noted_with_the_words_of_the_refusal(
    make_stage: Callable[..., Stage],
) -> None:
    on = make_stage()
    on.foreign.refusals["Get_Allegato"] = refusal(9, "DOCUMENTO SCADUTO")
    put(on)
    on.steps.deliver_all()
    key = destination.key_of(on.steps.into(PRACTICE))
    kept = on.steps.destination(lambda uow: uow.attachments.get(key, "DOC1"))
    assert kept is not None
    assert (kept.state, kept.problem) == (AttachmentState.FAILED, "9: DOCUMENTO SCADUTO")


@pytest.mark.requirement("T6")
def test_the_origin_cancels(make_stage: Callable[..., Stage]) -> None:
    on = make_stage()
    put(on)
    outcome = on.service.Change_StatusProcessoTrasferimento(THEM, PRACTICE, "ANNULLA", "rinuncia")
    assert outcome.codEsito == 0
    assert states(on) == ["RICEVUTA", "CANCELLATA"]


@pytest.mark.requirement("T6")
@pytest.mark.parametrize(("ending", "change"), [("refuse", "RIFIUTA"), ("cancel", "ANNULLA")])
def test_the_destination_ends_a_practice_and_says_why(
    make_stage: Callable[..., Stage], ending: str, change: str
) -> None:
    on = make_stage()
    put(on)
    getattr(on.steps, ending)(PRACTICE)
    on.steps.deliver_all()
    told = on.foreign.last("Change_StatusProcessoTrasferimento")
    assert (told["StatoChange"], bool(told["Note"])) == (change, True)
    assert "CorsoStudioCodD" not in told


@pytest.mark.requirement("T20")
def test_the_progress_at_the_origin_is_read(make_stage: Callable[..., Stage]) -> None:
    on = make_stage()
    put(on)
    key = PracticeKey(Side.DESTINATION, VALDOMBRA, PRACTICE)
    on.steps.destination(lambda uow: status.ask_partner(key, uow=uow, now=on.steps.world.clock()))
    on.steps.deliver_all()
    there = on.steps.destination(lambda uow: status.progress(key, uow=uow)).there
    assert [(step.state, step.entered_at.day) for step in there] == [
        ("BOZZA", 20),
        ("TRASFERITA", 21),
    ]


def test_no_message_of_ours_is_left_unanswered(make_stage: Callable[..., Stage]) -> None:
    on = make_stage(change=lambda us: replace(us, terms=DEFERRED_PARTIAL))
    put(on)
    on.steps.ask_revision(PRACTICE)
    on.steps.cancel(PRACTICE)
    on.steps.deliver_all()
    rows = on.steps.destination(lambda uow: uow.deliveries.by_state(None, 100))
    assert {row.state for row in rows} == {DeliveryState.DELIVERED}
    assert [name for name, _ in on.foreign.calls].count("Ret_Token") == 1
