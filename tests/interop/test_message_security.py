"""Apache CXF with WSS4J as a partner that proves itself in its messages, and demands it of us.

UsernameToken with a digest, X.509 signature over Body and Timestamp, signed answers, without any
password of HTTP. WSS4J verifies what our own code has signed, and ours what WSS4J has.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from lxml import etree

from gateway.demo.sample import Request, foglio_element
from gateway.domain.deliveries import (
    AnswerNotBelieved,
    DeliveryState,
    PartnerMisbehaved,
    Side,
    Trouble,
)
from gateway.domain.identifiers import IdPratica
from gateway.domain.messages import Operation
from gateway.domain.security import Proof
from gateway.domain.tokens import Token as StudentToken
from gateway.usecases.delivery import ALARM_PARKED
from gateway.wsse.refusals import Flaw
from tests.support.contract_foglio import PDF
from tests.support.databases import SqliteMaker
from tests.support.interop_programs import Call, Program, serving_job
from tests.support.interop_signed import SignedCalls, doubts, signing_with, told
from tests.support.interop_stacks import STACKS
from tests.support.interop_transfers import Other, their_destination_takes, their_origin_sends
from tests.support.interop_wire import Meddle, Wire, wire_before
from tests.support.interop_world import Site, site
from tests.support.universities import MONTELAGO, VALDOMBRA
from tests.support.wsse_keys import pair
from tests.support.wsse_messages import DS, SOAP, WSSE, Signing, signed, unsigned
from tests.support.wsse_worlds import SIGNATURE, TOKEN

SECURED = [stack for stack in STACKS if stack.name == "cxf"]
pytestmark = [
    pytest.mark.interop,
    pytest.mark.slow,
    pytest.mark.parametrize("program", SECURED, indirect=True, ids=lambda stack: stack.name),
]

TERMS = Call("Get_InfoWorkflowTrasferimento", {"MiurAteneoChiamante": "91"})
FOGLIO = bytes(etree.tostring(foglio_element(Request(exams=4))))
LONG = date(2099, 12, 31)
NOBODYS = pair(name="nobody", ends=LONG)
PATHS = {
    "destinazione": f"/soap/{MONTELAGO}/destinazione",
    "provenienza": f"/soap/{VALDOMBRA}/provenienza",
}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, sqlite: SqliteMaker) -> Iterator[Site]:
    """An installation whose both roles demand a token and a signature, and sign their answers."""
    folder = tmp_path_factory.mktemp("interop-signed")
    with site(folder, sqlite, proofs=(TOKEN, SIGNATURE)) as made:
        yield made


@pytest.fixture
def wire(guarded: Site) -> Iterator[Wire]:
    with wire_before(guarded.address) as made:
        yield made


@pytest.fixture(scope="module")
def signing(program: Program, guarded: Site) -> Iterator[str]:
    """The address of CXF's servers, which demand and sign; our installation knows them."""
    servers = {
        "destinazione": told(MONTELAGO, VALDOMBRA),
        "provenienza": told(VALDOMBRA, MONTELAGO),
    }
    job = serving_job(guarded.contracts, PDF, security=servers)
    with program.serving(job) as address:
        guarded.point_to(address)
        yield address


def other(
    program: Program, guarded: Site, wire: Wire, service: str = "destinazione", **changes: str
) -> Other:
    """Return CXF's client of a service, on the wire."""
    code = VALDOMBRA if service == "destinazione" else MONTELAGO
    contract = wire.contract(f"{PATHS[service]}?wsdl")
    proves = {"user": "", "security": {**told(code, code), **changes}}
    return Other(program, guarded, service, contract, code, proves)


# They call us


def proven(wire: Wire) -> None:
    """See that each message on the wire was proven by itself alone, and each answer signed."""
    assert wire.passed
    for passed in wire.passed:
        assert "authorization" not in {name.lower() for name in passed.headers}
        assert b"#PasswordDigest" in passed.message
        for content in (passed.message, passed.answer):
            root = etree.fromstring(content)
            found = root.find(f"{{{SOAP}}}Header/{{{WSSE}}}Security/{{{DS}}}Signature")
            assert len(found.findall(f"{{{DS}}}SignedInfo/{{{DS}}}Reference")) == 2


@pytest.mark.journey
def test_their_origin_sends_a_student_to_us(
    program: Program, guarded: Site, wire: Wire, signing: str
) -> None:
    their_origin_sends(other(program, guarded, wire))
    proven(wire)


@pytest.mark.journey
def test_their_destination_takes_a_student_of_ours(
    program: Program, guarded: Site, wire: Wire, signing: str
) -> None:
    their_destination_takes(other(program, guarded, wire, "provenienza"))
    proven(wire)


def test_a_refusal_and_a_fault_of_ours_are_signed_and_read(
    program: Program, guarded: Site, wire: Wire
) -> None:
    nobody = {"MiurAteneoChiamante": "91", "IdPratica": "NESSUNO/2026/1"}
    refusal, fault = other(program, guarded, wire).ask(
        Call("Get_StatusProcessoTrasferimento", nobody),
        Call("Get_InfoWorkflowTrasferimento", {"MiurAteneoChiamante": "93"}),
    )
    assert (refusal.code, refusal.description) == (1, "PRATICA NON TROVATA")
    assert fault.fault == (
        "Client.Authorization",
        "MiurAteneoChiamante non corrisponde alle credenziali",
    )
    proven(wire)


def test_a_message_played_again_is_refused(program: Program, guarded: Site, wire: Wire) -> None:
    other(program, guarded, wire).call(TERMS.operation)
    (passed,) = wire.passed
    status, answer = wire.send(passed.path, passed.headers, passed.message)
    assert (status, b"Client.Authentication" in answer) == (401, True)
    assert doubts(guarded.log)[-1] == Flaw.REPLAYED


def test_a_message_changed_on_its_way_is_refused(
    program: Program, guarded: Site, wire: Wire
) -> None:
    wire.there = lambda message: message.replace(b">91<", b">93<")
    (answer,) = other(program, guarded, wire).ask(TERMS)
    assert answer.data["status"] == 401
    assert "error" in answer.data
    assert doubts(guarded.log)[-1] == Flaw.SIGNATURE_WRONG


@pytest.mark.parametrize(
    ("wrong", "flaw"),
    [
        pytest.param(told(VALDOMBRA, VALDOMBRA, NOBODYS), Flaw.KEY_UNKNOWN, id="key"),
        pytest.param({"password": "altra"}, Flaw.DIGEST_WRONG, id="password"),
        pytest.param({"shows": "UsernameToken"}, Flaw.SIGNATURE_MISSING, id="token alone"),
        pytest.param({"shows": "Timestamp Signature"}, Flaw.TOKEN_MISSING, id="signature alone"),
    ],
)
def test_who_does_not_prove_all_is_refused(
    program: Program, guarded: Site, wire: Wire, wrong: dict[str, str], flaw: Flaw
) -> None:
    (answer,) = other(program, guarded, wire, **wrong).ask(TERMS)
    assert answer.data["status"] == 401
    assert "error" in answer.data
    assert doubts(guarded.log)[-1] == flaw


@pytest.mark.parametrize(
    ("meddle", "fault"),
    [
        pytest.param(
            lambda answer: answer.replace(b">Completa<", b">Parziale<"), "FailedCheck", id="changed"
        ),
        pytest.param(unsigned, "InvalidSecurity", id="unsigned"),
        pytest.param(
            lambda answer: signed(unsigned(answer), NOBODYS, fresh()), "Client", id="by nobody"
        ),
    ],
)
def test_an_answer_that_is_not_ours_is_not_believed_by_them(
    program: Program, guarded: Site, wire: Wire, meddle: Meddle, fault: str
) -> None:
    us = other(program, guarded, wire)
    (good,) = us.ask(TERMS)
    wire.back = meddle
    (answer,) = us.ask(TERMS)
    assert good.code == 0
    last = wire.passed[-1]
    assert (last.status, meddle(last.answer) != last.answer) == (200, True)
    assert answer.fault[0] == fault  # CXF's own, though it looks like one of the peer's


def fresh() -> Signing:
    """Return how something is signed at this moment, with the tests' own code."""
    moment = datetime.now(UTC)
    return Signing(created=moment, expires=None)


# We call them


@pytest.fixture
def calls(signing: str) -> SignedCalls:
    return SignedCalls(signing)


PRACTICE = {"id_pratica": IdPratica("UNIVAL/2026/7")}
NINE: list[tuple[Side, Operation, dict[str, Any]]] = [
    (Side.ORIGIN, Operation.GET_OFFERTA, {"year": 2026, "kind": "LT"}),
    (Side.ORIGIN, Operation.GET_INFO_WORKFLOW, {}),
    (Side.ORIGIN, Operation.PUT_PROCESSO, {**PRACTICE, "foglio": FOGLIO}),
    (
        Side.ORIGIN,
        Operation.PUT_DATI,
        {**PRACTICE, "foglio": FOGLIO, "reason": "CORREZIONE", "notes": "così"},
    ),
    (Side.ORIGIN, Operation.CHANGE_STATUS, {**PRACTICE, "change": "ANNULLA", "notes": ""}),
    (Side.ORIGIN, Operation.GET_STATUS, PRACTICE),
    (
        Side.DESTINATION,
        Operation.REQUIRE_REFRESH,
        {**PRACTICE, "reason": "ERRORE", "notes": "è <vero> & giusto"},
    ),
    (Side.DESTINATION, Operation.RET_TOKEN, {**PRACTICE, "token": StudentToken("a&b<c>")}),
    (Side.DESTINATION, Operation.GET_ALLEGATO, {**PRACTICE, "attachment_id": "DOC1"}),
    (Side.DESTINATION, Operation.CHANGE_STATUS, {**PRACTICE, "change": "RIFIUTA", "notes": "no"}),
    (Side.DESTINATION, Operation.GET_STATUS, PRACTICE),
]


def test_each_of_our_calls_is_believed_by_them_and_each_answer_by_us(calls: SignedCalls) -> None:
    assert {operation for _, operation, _ in NINE} == set(Operation)
    for side, operation, given in NINE:
        answer = calls.send(side, operation, given)
        assert (answer.outcome.accepted, answer.slips) == (True, ())
        assert b"SignatureValue" in calls.transport.response.content
        assert "Authorization" not in calls.transport.posted[2]


def test_elliptic_curves_are_understood_both_ways(program: Program, guarded: Site) -> None:
    ours, theirs = (pair("p256", name, ends=LONG) for name in ("ours", "theirs"))
    servers = {"destinazione": told(MONTELAGO, VALDOMBRA, theirs, ours)}
    job = serving_job(guarded.contracts, PDF, security=servers)
    with program.serving(job) as address:
        calls = SignedCalls(address)
        changes = {**signing_with(ours), "answer_signers": (theirs.pin(),)}
        answer = calls.send(Side.ORIGIN, Operation.GET_INFO_WORKFLOW, {}, **changes)
    assert answer.outcome.accepted
    assert b"#ecdsa-sha256" in calls.transport.posted[1]
    assert b"#ecdsa-sha256" in calls.transport.response.content


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(signing_with(NOBODYS), id="key"),
        pytest.param({"token_password": "altra"}, id="password"),
        pytest.param({"proofs": frozenset({Proof.USERNAME_TOKEN})}, id="token alone"),
        pytest.param({"proofs": frozenset({Proof.SIGNATURE})}, id="signature alone"),
    ],
)
def test_what_they_do_not_believe_is_a_call_that_they_do_not_accept(
    calls: SignedCalls, wrong: dict[str, Any]
) -> None:
    practice = {"id_pratica": IdPratica("UNIVAL/2026/SCONOSCIUTA")}
    with pytest.raises(PartnerMisbehaved, match="fault SecurityError"):
        calls.send(Side.ORIGIN, Operation.PUT_PROCESSO, {**practice, "foglio": FOGLIO}, **wrong)
    assert calls.send(Side.ORIGIN, Operation.GET_STATUS, practice).outcome.code == 1


def test_their_answer_signed_by_a_key_that_we_do_not_pin_is_not_believed(
    calls: SignedCalls,
) -> None:
    with pytest.raises(AnswerNotBelieved, match=Flaw.KEY_UNKNOWN):
        calls.send(Side.ORIGIN, Operation.GET_INFO_WORKFLOW, {}, answer_signers=(NOBODYS.pin(),))


def test_a_message_of_ours_played_again_is_refused_by_them(calls: SignedCalls) -> None:
    calls.send(Side.ORIGIN, Operation.GET_INFO_WORKFLOW, {})
    again = calls.transport.post(*calls.transport.posted)
    assert again.status_code == 500
    assert b"SecurityError" in again.content
    assert b"SignatureValue" in again.content


def test_a_delivery_that_they_do_not_believe_is_parked_with_an_alarm(
    guarded: Site, signing: str
) -> None:
    steps, store = guarded.steps, guarded.installation.store
    practice = steps.ready()
    with store.open_uow(VALDOMBRA) as uow:
        known = uow.partners.get(MONTELAGO)
        assert known is not None
        outbound = replace(known.outbound, **signing_with(NOBODYS))
        uow.partners.save(replace(known, outbound=outbound))
        uow.commit()
    store.forget()
    try:
        steps.authorise(practice)
        steps.deliver_all()
        ((found, alarm),) = steps.origin(
            lambda uow: [
                (row, said)
                for row in uow.deliveries.by_state(None, 50)
                for kind, subject, said, _ in uow.alarms.open_ones()
                if row.id_pratica == practice and (kind, subject) == (ALARM_PARKED, row.delivery_id)
            ]
        )
    finally:
        with store.open_uow(VALDOMBRA) as uow:
            uow.partners.save(known)
            uow.commit()
        store.forget()
    assert (found.state, found.trouble) == (DeliveryState.PARKED, Trouble.MISBEHAVED)
    assert alarm == "misbehaved: fault SecurityError"
