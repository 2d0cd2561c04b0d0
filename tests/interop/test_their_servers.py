"""Foreign servers, made from our contracts, are called by our client, which reads them rightly."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from lxml import etree

from gateway.bootstrap import now
from gateway.client import title_wire
from gateway.client.exchange import tree_of
from gateway.client.message_security import MessageSecurity
from gateway.client.partner import SoapPartners
from gateway.client.titles import SoapRegistry
from gateway.client.transport import PartnerTransport
from gateway.demo.people import FIORELLA
from gateway.demo.sample import Request, foglio_element
from gateway.domain.deliveries import OutcomeUnknown, PartnerMisbehaved, Side
from gateway.domain.identifiers import CodiceFiscale, IdPratica, MiurCode
from gateway.domain.lookups import Question, Reply
from gateway.domain.messages import Operation
from gateway.domain.partners import AnswerSlip, Partner
from gateway.domain.registry import LookupService, TitleRegistry
from gateway.domain.terms import SendingMode, TransmissionTerms
from gateway.domain.titles import SchoolDiploma, UniversityTitle
from gateway.domain.tokens import Token, TokenMode
from gateway.usecases.partner_ports import PartnerAnswer, PartnerCall
from tests.support.contract_foglio import PDF
from tests.support.interop_matrix import KNOWN
from tests.support.interop_programs import USER, Program
from tests.support.interop_registry import KNOWN as STUDENT
from tests.support.interop_registry import UNKNOWN as STRANGER
from tests.support.interop_signed import Kept
from tests.support.interop_world import foreign_partner
from tests.support.universities import SECRET

pytestmark = [pytest.mark.interop, pytest.mark.slow, pytest.mark.requirement("T10")]

US = MiurCode("91")
WORDS = "così è: <città> & «perché»"
FOGLIO = bytes(etree.tostring(foglio_element(Request(exams=4))))
EXAMS = 6
"""Four, one recognised and one attended."""


class Calls:
    """Our client towards one foreign server, and the slips of the answers it got."""

    def __init__(self, partner: Partner, transport: PartnerTransport) -> None:
        self.partner = partner
        self.transport = transport
        self.services = SoapPartners(transport, MessageSecurity(now))
        self.slips: set[AnswerSlip] = set()

    def as_origin(self, operation: Operation, **given: object) -> PartnerAnswer:
        return self.send(Side.ORIGIN, operation, **given)

    def as_destination(self, operation: Operation, **given: object) -> PartnerAnswer:
        return self.send(Side.DESTINATION, operation, **given)

    def send(self, side: Side, operation: Operation, **given: object) -> PartnerAnswer:
        call = PartnerCall(operation=operation, caller=US, **given)  # type: ignore[arg-type]
        message = self.services.write(call)
        answer = self.services.send(self.partner, side, operation, message)
        self.slips.update(answer.slips)
        return answer

    def steps(self, side: Side, practice: str) -> list[tuple[str, str]]:
        """T7: what the other side noted of the practice."""
        answer = self.send(side, Operation.GET_STATUS, id_pratica=IdPratica(practice))
        assert {step.entered_at for step in answer.steps} == {
            datetime(2026, 9, 22, 8, 11, 12, tzinfo=UTC)
        }
        return [(step.state, step.notes) for step in answer.steps]

    def look_up(self, service: LookupService, student: str, year: int = 0) -> Reply:
        """A1, A2."""
        registry = TitleRegistry(
            titles_url=self.partner.origin_url.replace("provenienza", "titoli"),
            diplomas_url=self.partner.origin_url.replace("provenienza", "diplomi"),
            username=USER,
            password=SECRET,
        )
        asked = Question(service=service, codice_fiscale=CodiceFiscale(student), year=year)
        watched = Kept()
        reply = SoapRegistry(watched, MessageSecurity(now)).ask(
            registry, asked, "1", datetime.now(UTC)
        )
        self.slips.update(title_wire.slips(asked, tree_of(watched.response.content)))
        return reply


@pytest.fixture
def calls(theirs: str) -> Calls:
    return Calls(foreign_partner(theirs), PartnerTransport())


def test_a_destination_of_theirs_is_understood(calls: Calls) -> None:
    offer = calls.as_origin(Operation.GET_OFFERTA, year=2026, kind="LT").offer
    assert offer is not None
    (course,) = offer.courses
    assert course.code == "0920207302400001"
    assert (course.classification, course.name) == ("CODICIONE", "Città & <affini> 2026")
    assert (course.faculty_code, course.classe, course.kind) == ("06", "L-8", "LT")
    assert (course.deadline, course.limited_access) == (date(2026, 9, 30), True)

    assert calls.as_origin(Operation.GET_INFO_WORKFLOW).terms == TransmissionTerms(
        SendingMode.PARTIAL, TokenMode.DEFERRED, "orario: 9–12", 45
    )

    later, at_once = IdPratica("UNIVAL/2026/7"), IdPratica("UNIVAL/2026/SUBITO")
    sent = calls.as_origin(Operation.PUT_PROCESSO, id_pratica=later, foglio=FOGLIO)
    assert (sent.outcome.accepted, sent.token) == (True, None)
    sent = calls.as_origin(Operation.PUT_PROCESSO, id_pratica=at_once, foglio=FOGLIO)
    assert sent.token == Token("58968742")

    again = calls.as_origin(
        Operation.PUT_DATI, id_pratica=later, foglio=FOGLIO, reason="CORREZIONE", notes=WORDS
    )
    assert again.outcome.accepted
    calls.as_origin(Operation.CHANGE_STATUS, id_pratica=later, change="ANNULLA", notes="")
    assert calls.steps(Side.ORIGIN, later) == [
        ("RICEVUTA", f"{FIORELLA.surname} {FIORELLA.born}"),
        ("RICEVUTA", f"CORREZIONE: {WORDS}: {EXAMS}"),
        ("ANNULLA", ""),
    ]


def test_an_origin_of_theirs_is_understood(calls: Calls) -> None:
    practice = IdPratica("ALTRI/2026/1")
    calls.as_destination(
        Operation.REQUIRE_REFRESH, id_pratica=practice, reason="ERRORE", notes=WORDS
    )
    calls.as_destination(Operation.RET_TOKEN, id_pratica=practice, token=Token("a&b<c>"))
    document = calls.as_destination(
        Operation.GET_ALLEGATO, id_pratica=practice, attachment_id="DOC1"
    )
    assert (document.attachment, document.attachment_problem) == (PDF, "")
    calls.as_destination(
        Operation.CHANGE_STATUS,
        id_pratica=practice,
        change="CHIUDI",
        notes="benvenuta",
        course="0920207302400099",
    )
    assert calls.steps(Side.DESTINATION, practice) == [
        ("RICHIESTA REVISIONE", f"ERRORE: {WORDS}"),
        ("TOKEN", "a&b<c>"),
        ("CHIUDI", "benvenuta 0920207302400099"),
    ]


@pytest.mark.requirement("A4")
def test_a_registry_of_theirs_is_understood(calls: Calls) -> None:
    found = calls.look_up(LookupService.TITLES, STUDENT)
    first, second = found.titles
    assert isinstance(first, UniversityTitle)
    assert (first.university, first.degree_type, first.grade) == ("091", "LT", "110L")
    assert (first.awarded_on, first.academic_year) == (date(2024, 7, 14), 2023)
    assert isinstance(second, UniversityTitle)
    assert (second.university, second.state, second.grade) == ("092", "999", "")
    assert calls.look_up(LookupService.TITLES, STRANGER) == Reply()

    (diploma,) = calls.look_up(LookupService.DIPLOMA, STUDENT, 2022).titles
    assert isinstance(diploma, SchoolDiploma)
    assert (diploma.school, diploma.year, diploma.grade) == ("1234567", 2022, "94")
    assert calls.look_up(LookupService.DIPLOMA, STRANGER, 2022) == Reply()


def test_refusals_of_theirs_are_refusals(calls: Calls) -> None:
    nobody = calls.as_origin(Operation.GET_STATUS, id_pratica=IdPratica("NESSUNO"))
    assert nobody.outcome.code == 1
    assert nobody.outcome.description == "PRATICA NON TROVATA: città, né così"
    assert calls.as_origin(Operation.GET_OFFERTA, year=1999, kind="ALL").outcome.code == 7
    missing = calls.as_destination(
        Operation.GET_ALLEGATO, id_pratica=IdPratica("ALTRI/2026/1"), attachment_id="DOC2"
    )
    assert (missing.outcome.code, missing.attachment) == (60, b"")


@pytest.mark.parametrize("side", Side)
def test_a_failure_of_theirs_leaves_the_outcome_unknown(calls: Calls, side: Side) -> None:
    with pytest.raises(OutcomeUnknown, match="fault Server"):
        calls.send(side, Operation.GET_STATUS, id_pratica=IdPratica("GUASTO"))


@pytest.mark.parametrize("side", Side)
def test_a_call_that_they_do_not_accept_is_no_failure_of_theirs(calls: Calls, side: Side) -> None:
    with pytest.raises(PartnerMisbehaved, match="fault Client"):
        calls.send(side, Operation.GET_STATUS, id_pratica=IdPratica("SBAGLIATA"))


def test_a_wrong_password_is_no_answer(theirs: str) -> None:
    partner = replace(foreign_partner(theirs), password_out="sbagliata")
    calls = Calls(partner, PartnerTransport())
    with pytest.raises((PartnerMisbehaved, OutcomeUnknown)):
        calls.as_origin(Operation.GET_INFO_WORKFLOW)


def test_their_slips_of_form_are_those_that_the_page_names(calls: Calls, program: Program) -> None:
    test_a_destination_of_theirs_is_understood(calls)
    test_an_origin_of_theirs_is_understood(calls)
    test_a_registry_of_theirs_is_understood(calls)
    assert calls.slips == KNOWN[program.stack.name].slips
