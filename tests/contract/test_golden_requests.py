"""The printed requests are accepted as printed, and answered in the printed shape (A.3)."""

import pytest
from lxml import etree

from gateway.contracts import Role
from gateway.domain.messages import Operation
from tests.support.contract_golden import GoldenWorld
from tests.support.contract_messages import (
    HOSTED_BY,
    OPERATIONS,
    body_of,
    changed,
    golden,
    outcome,
    result_of,
    shape,
)

pytestmark = [pytest.mark.contract, pytest.mark.requirement("T10")]


@pytest.mark.parametrize(("role", "operation"), HOSTED_BY)
def test_a_printed_request_is_accepted_as_printed(
    printed: GoldenWorld, role: Role, operation: Operation
) -> None:
    printed.prepare(role, operation)
    assert outcome(printed.ask(role, golden(operation, "request"))) == (0, "OK")


@pytest.mark.parametrize(("role", "operation"), HOSTED_BY)
def test_an_answer_has_the_printed_names_namespaces_nesting_and_order(
    printed: GoldenWorld, role: Role, operation: Operation
) -> None:
    printed.prepare(role, operation)
    ours = etree.fromstring(printed.ask(role, golden(operation, "request")))
    assert shape(ours) == shape(etree.fromstring(golden(operation, "answer")))


@pytest.mark.parametrize("role", Role)
def test_a_practice_nobody_knows_is_answered_with_the_printed_outcome(
    printed: GoldenWorld, role: Role
) -> None:
    answer = printed.ask(role, golden(Operation.CHANGE_STATUS, "request"))
    assert outcome(answer) == outcome(golden(Operation.CHANGE_STATUS, "answer"))
    assert outcome(answer) == (1, "PRATICA NON TROVATA")


def test_the_request_printed_with_a_stray_slash_is_accepted_where_stray_text_is_tolerated(
    printed: GoldenWorld,
) -> None:
    request = golden(Operation.GET_INFO_WORKFLOW, "request", "stray-slash")
    assert outcome(printed.ask(Role.DESTINATION, request)) == (0, "OK")


@pytest.mark.requirement("T1")
def test_the_printed_offer_comes_back_value_by_value(printed: GoldenWorld) -> None:
    printed.publish_printed_offer()
    ours = body_of(printed.ask(Role.DESTINATION, golden(Operation.GET_OFFERTA, "request")))
    theirs = body_of(golden(Operation.GET_OFFERTA, "answer"))
    for mine, its in zip(ours.iter(), theirs.iter(), strict=True):
        assert (mine.tag, dict(mine.attrib)) == (its.tag, dict(its.attrib))
        assert (mine.text or "").split() == (its.text or "").split()


@pytest.mark.requirement("T2")
def test_the_printed_terms_come_back_value_by_value(printed: GoldenWorld) -> None:
    ours = printed.ask(Role.DESTINATION, golden(Operation.GET_INFO_WORKFLOW, "request"))
    theirs = golden(Operation.GET_INFO_WORKFLOW, "answer")
    assert [element.text for element in result_of(ours).iter() if not len(element)] == [
        element.text for element in result_of(theirs).iter() if not len(element)
    ]


@pytest.mark.requirement("T9")
def test_the_printed_document_comes_back_as_printed(printed: GoldenWorld) -> None:
    printed.prepare(Role.ORIGIN, Operation.GET_ALLEGATO)
    ours = result_of(printed.ask(Role.ORIGIN, golden(Operation.GET_ALLEGATO, "request")))
    theirs = result_of(golden(Operation.GET_ALLEGATO, "answer"))
    for name in ("idAllegato", "allegato"):
        assert ours.findtext(name) == theirs.findtext(name)


@pytest.mark.requirement("T7")
def test_a_step_is_dated_as_printed_and_tells_the_hour_beside(printed: GoldenWorld) -> None:
    printed.prepare(Role.DESTINATION, Operation.GET_STATUS)
    ours = result_of(printed.ask(Role.DESTINATION, golden(Operation.GET_STATUS, "request")))
    theirs = result_of(golden(Operation.GET_STATUS, "answer"))
    day = theirs.findtext("Passi/Passo/DataTransazione")
    assert ours.findtext("Passi/Passo/DataTransazione") == f"{day} 10:00:00"


@pytest.mark.requirement("T15")
@pytest.mark.parametrize(
    "operation", [Operation.PUT_PROCESSO, Operation.PUT_DATI, Operation.CHANGE_STATUS]
)
def test_a_printed_request_sent_twice_gets_the_same_bytes(
    printed: GoldenWorld, operation: Operation
) -> None:
    printed.prepare(Role.DESTINATION, operation)
    first = printed.ask(Role.DESTINATION, golden(operation, "request"))
    assert printed.ask(Role.DESTINATION, golden(operation, "request")) == first


@pytest.mark.parametrize("operation", OPERATIONS)
def test_line_ends_and_prefixes_of_the_print_are_of_no_account(
    printed: GoldenWorld, operation: Operation
) -> None:
    role = next(role for role, hosted in HOSTED_BY if hosted is operation)
    printed.prepare(role, operation)
    request = changed(golden(operation, "request"), "pol:", "altro:")
    request = changed(request, "xmlns:pol=", "xmlns:altro=").replace(b"\n", b"\r\n  ")
    assert outcome(printed.ask(role, request)) == (0, "OK")
