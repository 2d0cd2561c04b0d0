"""A strict zeep client, made from the served ?wsdl alone, calls a destination over HTTP."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from zeep.exceptions import Fault

from gateway.demo.sample import Request
from gateway.domain.destination import DestinationState
from gateway.domain.identifiers import IdPratica
from gateway.domain.offers import Course, Offer
from tests.support.contract_foglio import foglio_values
from tests.support.contract_http import http_client
from tests.support.transfers import Steps

pytestmark = [pytest.mark.contract, pytest.mark.requirement("T10")]

CALLER = "91"
PRACTICE = IdPratica("UNIVAL2026-Z1")
REQUEST = Request(exams=3, notes="Ch'i' sappia, <nulla> & niente: è così")
COURSE = Course(
    faculty_code="06",
    faculty_name="Ingegneria",
    code="0920207302400001",
    name='Ingegneria "informatica" & affini',
    faculty_detail="Scuola d'ingegneria",
    classe="L-8",
    regulation="ord. 270",
    kind="LT",
    site="022205",
    deadline=date(2026, 12, 31),
    web="https://montelago.example/corsi?id=1&lang=it",
    notes="prima riga\nseconda riga",
)


@pytest.fixture
def client(steps: Steps) -> Iterator[Any]:
    """The client of the destination, as the origin uses it."""
    with http_client(
        steps.world.destination.wsgi(), "/soap/92/destinazione", f"ateneo-{CALLER}"
    ) as made:
        yield made


def put(client: Any, request: Request = REQUEST, practice: str = PRACTICE) -> Any:
    return client.service.Put_ProcessoTrasferimento(
        MiurAteneoChiamante=CALLER, IdPratica=practice, FoglioCongedo=foglio_values(request)
    )


def publish(steps: Steps, *courses: Course) -> None:
    steps.destination(lambda uow: uow.offers.publish(Offer(2026, courses)))


@pytest.mark.requirement("T1")
def test_get_offerta_carries_every_field_of_every_course(steps: Steps, client: Any) -> None:
    other = replace(COURSE, code="0920207302400002", limited_access=True, deadline=None)
    publish(steps, COURSE, other)
    result = client.service.Get_Offerta(CALLER, "2026", "ALL")
    assert (result.esito.codEsito, result.esito.descEsito) == (0, "OK")
    (faculty,) = result.Elenco_Facolta.Facolta_Tipo
    assert (faculty.Cod_Tipo_Facolta, faculty.Desc_Tipo_Facolta) == ("06", "Ingegneria")
    first, second = faculty.Cdl.CorsoDiStudio
    code = first.CodiceCorsoStudi.codice
    assert (code._value_1, code.classificazione) == (COURSE.code, "CODICIONE")
    assert code.descrizione == COURSE.name
    assert (first.Classe, first.Normativa, first.TipoDiCorso) == ("L-8", "ord. 270", "LT")
    assert (first.Facolta_Specifica, first.Sede) == (COURSE.faculty_detail, COURSE.site)
    assert (first.ScadenzaDomandaTrasferimento, first.NumeroChiuso) == ("31122026", "NO")
    assert (first.ProcedureSelezione, first.IndirizzoWeb) == ("NO", COURSE.web)
    assert first.Note == COURSE.notes
    assert (second.NumeroChiuso, second.ScadenzaDomandaTrasferimento) == ("SI", None)


@pytest.mark.requirement("T1")
def test_get_offerta_of_another_kind_is_an_empty_offer(steps: Steps, client: Any) -> None:
    publish(steps, COURSE)
    result = client.service.Get_Offerta(CALLER, "2026", "LM")
    assert result.esito.codEsito == 0
    assert result.Elenco_Facolta is None or not result.Elenco_Facolta.Facolta_Tipo


@pytest.mark.requirement("T1")
def test_get_offerta_of_a_year_without_an_offer_is_refused(client: Any) -> None:
    result = client.service.Get_Offerta(CALLER, "2031", "ALL")
    assert result.esito.codEsito == 7
    assert "2031" in result.esito.descEsito
    assert result.Elenco_Facolta is None


@pytest.mark.requirement("T2")
def test_get_infoworkflow_carries_the_terms(client: Any) -> None:
    result = client.service.Get_InfoWorkflowTrasferimento(CALLER)
    assert result.esito.codEsito == 0
    terms = result.InfoWorkflow
    assert (terms.ModalitaTrasmissione, terms.ModalitaToken) == ("Completa", "I")
    assert (terms.AltreInfo, terms.GiorniCompletamento) == (None, None)


@pytest.mark.requirement("T2")
def test_get_infoworkflow_with_what_is_no_code_is_refused(client: Any) -> None:
    result = client.service.Get_InfoWorkflowTrasferimento("non un codice")
    assert result.esito.codEsito == 6
    assert "MiurAteneoChiamante" in result.esito.descEsito
    assert result.InfoWorkflow is None


@pytest.mark.requirement("T3")
def test_put_processo_starts_a_practice_and_carries_its_token(steps: Steps, client: Any) -> None:
    result = put(client)
    assert (result.esito.codEsito, result.esito.descEsito) == (0, "OK")
    received = steps.into(PRACTICE)
    assert received.token is not None
    assert result.Token == received.token.value
    assert received.student.surname == REQUEST.student.surname


@pytest.mark.requirement("T15")
def test_put_processo_repeated_carries_the_same_token(client: Any) -> None:
    assert put(client).Token == put(client).Token


@pytest.mark.requirement("T12")
def test_put_processo_for_another_university_is_refused_with_the_place(client: Any) -> None:
    result = put(client, replace(REQUEST, destination="93"))
    assert result.esito.codEsito == 41
    assert "DestinazioneTrasferimento/CodiceAteneo" in result.esito.descEsito
    assert result.Token is None


@pytest.mark.requirement("T5")
def test_put_dati_replaces_a_section(steps: Steps, client: Any) -> None:
    put(client)
    outcome = client.service.Put_DatiTrasferimento(
        MiurAteneoChiamante=CALLER,
        IdPratica=PRACTICE,
        FoglioCongedo=foglio_values(replace(REQUEST, exams=5), "CarrieraUniversitaria"),
        Causale="ERRORE",
        Note="un esame mancava",
    )
    assert (outcome.codEsito, outcome.descEsito) == (0, "OK")
    row = steps.destination(lambda uow: uow.journal.latest(id_pratica=PRACTICE))[0]
    assert (row.operation, row.sections) == ("Put_DatiTrasferimento", "CarrieraUniversitaria")


@pytest.mark.requirement("T5")
def test_put_dati_of_an_unknown_practice_is_refused(client: Any) -> None:
    outcome = client.service.Put_DatiTrasferimento(
        CALLER, "MAI-VISTA", foglio_values(REQUEST, "TitoliConseguiti"), "ERRORE"
    )
    assert (outcome.codEsito, outcome.descEsito) == (1, "PRATICA NON TROVATA")


@pytest.mark.requirement("T6")
def test_change_status_annulla_cancels(steps: Steps, client: Any) -> None:
    put(client)
    outcome = client.service.Change_StatusProcessoTrasferimento(
        CALLER, PRACTICE, "ANNULLA", "rinuncia"
    )
    assert (outcome.codEsito, outcome.descEsito) == (0, "OK")
    assert steps.into(PRACTICE).state is DestinationState.CANCELLATA


@pytest.mark.requirement("T6")
@pytest.mark.parametrize("change", ["CHIUDI", "RIFIUTA"])
def test_change_status_that_is_not_the_origins_is_refused(client: Any, change: str) -> None:
    put(client)
    outcome = client.service.Change_StatusProcessoTrasferimento(CALLER, PRACTICE, change)
    assert outcome.codEsito == 4
    assert change in outcome.descEsito


@pytest.mark.requirement("T7")
def test_get_status_carries_the_steps_oldest_first(steps: Steps, client: Any) -> None:
    put(client)
    steps.world.clock.advance(hours=2)
    steps.ask_revision(PRACTICE, "manca un esame")
    result = client.service.Get_StatusProcessoTrasferimento(CALLER, PRACTICE)
    assert result.esito.codEsito == 0
    assert [(step.Stato, step.DataTransazione) for step in result.Passi.Passo] == [
        ("RICEVUTA", "21/09/2026 10:00:00"),
        ("RICHIESTA REVISIONE", "21/09/2026 12:00:00"),
    ]
    assert "manca un esame" in result.Passi.Passo[1].Note


@pytest.mark.requirement("T7")
def test_get_status_of_an_unknown_practice_is_refused(client: Any) -> None:
    result = client.service.Get_StatusProcessoTrasferimento(CALLER, "MAI-VISTA")
    assert result.esito.codEsito == 1
    assert result.Passi is None


def test_a_caller_that_says_to_be_somebody_else_gets_a_fault(client: Any) -> None:
    with pytest.raises(Fault) as caught:
        client.service.Get_InfoWorkflowTrasferimento("93")
    assert str(caught.value.code).endswith("Client.Authorization")


def test_a_wrong_password_gets_a_fault(client: Any) -> None:
    client.transport.session.auth = (f"ateneo-{CALLER}", "sbagliata")
    with pytest.raises(Fault) as caught:
        client.service.Get_InfoWorkflowTrasferimento(CALLER)
    assert str(caught.value.code).endswith("Client.Authentication")


def test_the_client_finds_exactly_the_services_of_a_destination(client: Any) -> None:
    assert sorted(client.service._operations) == [
        "Change_StatusProcessoTrasferimento",
        "Get_InfoWorkflowTrasferimento",
        "Get_Offerta",
        "Get_StatusProcessoTrasferimento",
        "Put_DatiTrasferimento",
        "Put_ProcessoTrasferimento",
    ]
