"""Every request our client writes is valid by the published schema (T10)."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from gateway.client.writing import ROLE_OF, write
from gateway.contracts import POLIJ, SOAP11, compiled
from gateway.demo.sample import Request, foglio
from gateway.domain.identifiers import IdPratica, MiurCode
from gateway.domain.messages import Operation, StatusChange
from gateway.domain.tokens import Token
from gateway.foglio.documents import element_of
from gateway.usecases.partner_ports import PartnerCall
from tests.support.contract_messages import (
    HOSTED_BY,
    OPERATIONS,
    body_of,
    golden,
)
from tests.support.transfers import Steps

pytestmark = [pytest.mark.contract, pytest.mark.requirement("T10")]

WITHOUT_PRACTICE = (Operation.GET_OFFERTA, Operation.GET_INFO_WORKFLOW)
AWKWARD = 'è <così> & "così", d\'accordo: ]]> 𝄞\nsu due righe'
FOGLIO = etree.tostring(element_of(foglio(Request(exams=2))))
TITLES = (
    b"<FoglioCongedo>"
    + etree.tostring(etree.fromstring(FOGLIO).find("TitoliConseguiti"))
    + b"</FoglioCongedo>"
)


def call(operation: Operation) -> PartnerCall:
    """Return a call with nothing that may be left out."""
    return PartnerCall(
        operation=operation,
        caller=MiurCode("91"),
        id_pratica=None if operation in WITHOUT_PRACTICE else IdPratica("UNIVAL20260000001"),
        foglio=TITLES if operation is Operation.PUT_DATI else FOGLIO,
        reason="ERRORE",
        change="ANNULLA",
        token=Token("58968742"),
        attachment_id="DOC1",
        year=2026,
        kind="ALL",
    )


def assert_valid(operation: Operation, message: bytes) -> None:
    for role, hosted in HOSTED_BY:
        if hosted is operation:
            compiled(f"foglio_congedo/{role}.xsd").assertValid(body_of(message))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_request_without_optional_parts_is_valid(operation: Operation) -> None:
    assert_valid(operation, write(call(operation)))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_request_with_every_optional_part_is_valid(operation: Operation) -> None:
    full = replace(call(operation), notes=AWKWARD, course="0920207302400099", foglio=FOGLIO)
    assert_valid(operation, write(full))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_request_at_the_limits_of_its_parameters_is_valid(operation: Operation) -> None:
    extreme = replace(
        call(operation),
        caller=MiurCode("Z9Z9Z"),
        id_pratica=None if operation in WITHOUT_PRACTICE else IdPratica("~<&>\"'" + "!" * 58),
        reason="&" * 100,
        notes="<" * 4000,
        course="x" * 40,
        token=Token("&" * 64),
        attachment_id="à" * 40,
        kind="L" * 40,
        year=2099,
    )
    assert_valid(operation, write(extreme))


@pytest.mark.parametrize("change", StatusChange)
def test_every_change_of_status_is_valid(change: StatusChange) -> None:
    asked = replace(call(Operation.CHANGE_STATUS), change=change.value)
    assert_valid(Operation.CHANGE_STATUS, write(asked))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_request_has_the_printed_elements_in_the_printed_order(operation: Operation) -> None:
    ours = body_of(write(replace(call(operation), notes="nota")))
    printed = body_of(golden(operation, "request"))
    assert ours.tag == printed.tag
    assert [child.tag for child in ours] == [child.tag for child in printed]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_request_is_an_envelope_that_declares_its_encoding(operation: Operation) -> None:
    message = write(call(operation))
    assert message.startswith(b"<?xml version=")
    root = etree.fromstring(message)
    assert root.tag == f"{{{SOAP11}}}Envelope"
    assert root.getroottree().docinfo.encoding.lower() == "utf-8"
    assert body_of(message).tag == f"{{{POLIJ}}}{operation.value}"


@pytest.mark.requirement("T3")
def test_a_foglio_travels_unchanged() -> None:
    sent = body_of(write(call(Operation.PUT_PROCESSO))).find("FoglioCongedo")
    before = etree.tostring(etree.fromstring(FOGLIO), method="c14n", exclusive=True)
    assert etree.tostring(sent, method="c14n", exclusive=True) == before


TEXT = st.text(
    st.characters(min_codepoint=0x20, codec="utf-8", exclude_characters="\ufffe\uffff"),
    max_size=200,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(notes=TEXT)
def test_whatever_people_write_in_their_notes_arrives(notes: str) -> None:
    for operation in (Operation.REQUIRE_REFRESH, Operation.PUT_DATI, Operation.CHANGE_STATUS):
        message = write(replace(call(operation), notes=notes))
        assert_valid(operation, message)
        assert (body_of(message).findtext("Note") or "") == notes


WITH_NOTES = [Operation.REQUIRE_REFRESH, Operation.PUT_DATI, Operation.CHANGE_STATUS]


@pytest.mark.parametrize("operation", WITH_NOTES)
def test_what_xml_cannot_carry_is_left_out_of_the_notes(operation: Operation) -> None:
    message = write(replace(call(operation), notes="prima\x0cdopo"))
    assert_valid(operation, message)


@pytest.mark.parametrize("operation", WITH_NOTES)
def test_notes_longer_than_the_contract_allows_are_cut(operation: Operation) -> None:
    assert_valid(operation, write(replace(call(operation), notes="x" * 4001)))


def test_a_revision_asked_for_with_a_page_break_in_its_notes_leaves(steps: Steps) -> None:
    practice = steps.sent()
    steps.ask_revision(practice, "prima\x0cdopo")
    steps.deliver_all()


def test_every_operation_is_looked_up_in_one_contract() -> None:
    assert set(ROLE_OF) == set(OPERATIONS)
