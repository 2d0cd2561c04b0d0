"""The printed answers follow the published schema, and our client reads them (A.3)."""

from datetime import date, datetime

import pytest

from gateway.contracts import Role, compiled
from gateway.domain.calendar import ITALY
from gateway.domain.messages import Operation
from gateway.domain.outcomes import OK, Outcome
from gateway.domain.terms import SendingMode
from gateway.domain.tokens import TokenMode
from tests.support.answers import read_answer
from tests.support.contract_messages import HOSTED_BY, OPERATIONS, body_of, golden

pytestmark = [pytest.mark.contract, pytest.mark.requirement("T10")]


@pytest.mark.parametrize(("role", "operation"), HOSTED_BY)
def test_a_printed_answer_is_valid(role: Role, operation: Operation) -> None:
    compiled(f"foglio_congedo/{role}.xsd").assertValid(body_of(golden(operation, "answer")))


@pytest.mark.parametrize(("role", "operation"), HOSTED_BY)
def test_a_printed_request_is_valid(role: Role, operation: Operation) -> None:
    compiled(f"foglio_congedo/{role}.xsd").assertValid(body_of(golden(operation, "request")))


def test_the_request_printed_with_a_stray_slash_is_not_valid() -> None:
    request = golden(Operation.GET_INFO_WORKFLOW, "request", "stray-slash")
    assert not compiled("foglio_congedo/destinazione.xsd").validate(body_of(request))


@pytest.mark.parametrize(
    "operation", [item for item in OPERATIONS if item is not Operation.CHANGE_STATUS]
)
def test_our_client_reads_a_printed_acceptance(operation: Operation) -> None:
    assert read_answer(operation, golden(operation, "answer")).outcome == OK


@pytest.mark.requirement("T6")
def test_our_client_reads_the_printed_refusal() -> None:
    answer = read_answer(Operation.CHANGE_STATUS, golden(Operation.CHANGE_STATUS, "answer"))
    assert answer.outcome == Outcome(1, "PRATICA NON TROVATA")


@pytest.mark.requirement("T1")
def test_our_client_reads_the_printed_offer() -> None:
    offer = read_answer(Operation.GET_OFFERTA, golden(Operation.GET_OFFERTA, "answer")).offer
    assert offer is not None
    first, second = offer.courses
    assert (first.faculty_code, first.faculty_name) == ("06", "Ingegneria")
    assert (first.code, first.name) == (
        "0150207302400006",
        "CIVIL ENGINEERING FOR RISK MITIGATION",
    )
    assert first.classification == "CODICIONE"
    assert (first.classe, first.regulation, first.kind) == ("LM-23", "ord. 270", "MS")
    assert (first.site, first.deadline) == ("15146", date(2011, 1, 1))
    assert (first.limited_access, first.selection) == (True, True)
    assert (second.faculty_name, second.name) == ("Architettura", "DESIGN & ENGINEERING")
    assert second.web == "www.design.polimi.it"
    assert second.notes.endswith("CORSO OFFERTO SULLA SEDE DI MILANO BOVISA")


@pytest.mark.requirement("T2")
def test_our_client_reads_the_printed_terms() -> None:
    terms = read_answer(
        Operation.GET_INFO_WORKFLOW, golden(Operation.GET_INFO_WORKFLOW, "answer")
    ).terms
    assert terms is not None
    assert (terms.sending_mode, terms.token_mode, terms.other_info) == (
        SendingMode.COMPLETE,
        TokenMode.IMMEDIATE,
        "NESSUNA INFO AGGIUNTIVA",
    )


@pytest.mark.requirement("T3")
def test_our_client_reads_the_printed_token() -> None:
    token = read_answer(Operation.PUT_PROCESSO, golden(Operation.PUT_PROCESSO, "answer")).token
    assert token is not None
    assert token.value == "58968742"


@pytest.mark.requirement("T7")
def test_our_client_reads_the_printed_step() -> None:
    (step,) = read_answer(Operation.GET_STATUS, golden(Operation.GET_STATUS, "answer")).steps
    assert (step.state, step.notes) == ("BOZZA", "")
    assert step.entered_at == datetime(2010, 12, 2, tzinfo=ITALY)


@pytest.mark.requirement("T9")
def test_our_client_reads_the_printed_document_and_sees_that_it_is_no_pdf() -> None:
    answer = read_answer(Operation.GET_ALLEGATO, golden(Operation.GET_ALLEGATO, "answer"))
    assert (answer.attachment, answer.attachment_problem) == (b"aaaa", "attachment_not_pdf")
