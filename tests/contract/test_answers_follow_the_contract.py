"""Every answer our services can give is valid by the published schema (T10)."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from gateway.contracts import Role, compiled
from gateway.demo.sample import Request
from gateway.domain.destination import DestinationState
from gateway.domain.history import Step
from gateway.domain.messages import Operation
from gateway.domain.offers import Course, Offer
from gateway.domain.origin import OriginState
from gateway.domain.outcomes import Outcome
from gateway.domain.rejections import Cause, Reason, Rejection
from gateway.domain.terms import SendingMode, TransmissionTerms
from gateway.domain.tokens import Token, TokenMode
from gateway.files.courses import read_courses
from gateway.soap import writing
from gateway.soap.outcomes import CODES, LOCAL_FROM, outcome_of
from tests.support.contract_messages import HOSTED_BY, body_of
from tests.support.databases import SqliteMaker
from tests.support.transfers import Steps
from tests.support.universities import DEFERRED_PARTIAL

pytestmark = [pytest.mark.contract, pytest.mark.requirement("T10")]

CSV = {
    "Cod_Tipo_Facolta": "06",
    "Desc_Tipo_Facolta": "Ingegneria",
    "Codice": "0920207302400001",
    "Descrizione": "Informatica",
    "Classificazione": "CODICIONE",
    "Classe": "L-8",
    "Normativa": "ord. 270",
    "Facolta_Specifica": "Ingegneria",
    "TipoDiCorso": "LT",
    "Sede": "022205",
    "Scadenza": "31/12/2026",
    "IndirizzoWeb": "https://montelago.example",
    "Note": "nessuna",
}
AWKWARD = 'è <così> & "così", d\'accordo: ]]> \x0b \ufffe 𝄞'
COURSE = Course(faculty_code="06", faculty_name="Ingegneria", code="C1", name="Informatica")


def assert_valid(role: Role, answer: bytes) -> None:
    compiled(f"foglio_congedo/{role}.xsd").assertValid(body_of(answer))


@pytest.mark.parametrize("cause", [cause for cause in Cause if CODES[cause] < LOCAL_FROM])
def test_every_refusal_of_every_service_is_valid(cause: Cause) -> None:
    for reasons in (
        [Reason(cause)],
        [Reason(cause, "FoglioCongedo/A[2]", {"why": AWKWARD, "paths": AWKWARD})] * 40,
    ):
        outcome = outcome_of(Rejection(reasons))
        for role, operation in HOSTED_BY:
            assert_valid(role, writing.envelope(operation, outcome))


@pytest.mark.parametrize(("role", "operation"), HOSTED_BY)
def test_every_bare_acceptance_is_valid(role: Role, operation: Operation) -> None:
    assert_valid(role, writing.accepted(operation))


@pytest.mark.parametrize("token", [None, Token("A"), Token("<&>\"'!~"), Token("x" * 64)])
def test_every_token_is_valid(token: Token | None) -> None:
    answer = writing.accepted(Operation.PUT_PROCESSO, writing.token(token))
    assert_valid(Role.DESTINATION, answer)
    assert body_of(answer)[0].findtext("Token") == (token.value if token else None)


@pytest.mark.parametrize("mode", SendingMode)
@pytest.mark.parametrize("token", TokenMode)
@pytest.mark.parametrize(("info", "days"), [("", 1), (AWKWARD, 730), ("x" * 4000, 30)])
def test_all_terms_are_valid(mode: SendingMode, token: TokenMode, info: str, days: int) -> None:
    terms = TransmissionTerms(mode, token, info, days)
    answer = writing.accepted(Operation.GET_INFO_WORKFLOW, writing.terms(terms))
    assert_valid(Role.DESTINATION, answer)


def test_terms_with_a_text_longer_than_the_contract_allows_are_cut() -> None:
    terms = TransmissionTerms(other_info="x" * 4001)
    assert_valid(
        Role.DESTINATION, writing.accepted(Operation.GET_INFO_WORKFLOW, writing.terms(terms))
    )


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("notes", ["", AWKWARD, "&" * 5000])
def test_the_steps_through_every_state_are_valid(role: Role, notes: str) -> None:
    states = DestinationState if role is Role.DESTINATION else OriginState
    at = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    steps = [Step(state.value, at, notes) for state in states]
    answer = writing.accepted(Operation.GET_STATUS, writing.steps(steps))
    assert_valid(role, answer)
    moments = {item.text for item in body_of(answer).iter("DataTransazione")}
    assert moments == {"01/01/2027 00:30:00"}


@pytest.mark.parametrize("content", [b"%", b"%PDF" * 50_000])
def test_every_document_is_valid(content: bytes) -> None:
    answer = writing.accepted(
        Operation.GET_ALLEGATO, writing.attachment("!" * 64, "D" * 40, content)
    )
    assert_valid(Role.ORIGIN, answer)


@pytest.mark.parametrize(
    "courses",
    [
        (),
        (COURSE,),
        (
            Course(
                faculty_code="0" * 40,
                faculty_name=AWKWARD,
                code="9" * 40,
                name=AWKWARD,
                faculty_detail=AWKWARD,
                deadline=date(2026, 1, 2),
                limited_access=True,
                selection=True,
                notes="&" * 5000,
            ),
            COURSE,
        ),
    ],
)
def test_every_offer_is_valid(courses: tuple[Course, ...]) -> None:
    answer = writing.accepted(Operation.GET_OFFERTA, writing.offer(Offer(2026, courses)))
    assert_valid(Role.DESTINATION, answer)


def offer_from(values: dict[str, str]) -> bytes:
    """Return the answer that an offer published from a file gives."""
    lines = "\t".join(values), "\t".join(values.values())
    offer = read_courses("\n".join(lines).encode(), 2026)
    return writing.accepted(Operation.GET_OFFERTA, writing.offer(offer))


def test_an_offer_from_a_file_is_valid() -> None:
    assert_valid(Role.DESTINATION, offer_from(CSV))


@pytest.mark.parametrize(
    ("column", "longest"),
    [
        ("Cod_Tipo_Facolta", 40),
        ("Desc_Tipo_Facolta", 1000),
        ("Descrizione", 1000),
        ("Classificazione", 40),
        ("Classe", 40),
        ("Normativa", 40),
        ("Facolta_Specifica", 1000),
        ("TipoDiCorso", 40),
        ("Sede", 40),
        ("IndirizzoWeb", 1000),
    ],
)
def test_an_offer_with_a_field_too_long_for_the_contract_is_not_published(
    column: str, longest: int
) -> None:
    with pytest.raises(Rejection):
        offer_from({**CSV, column: "x" * (longest + 1)})


@pytest.mark.parametrize("ending", ["complete", "refuse", "cancel"])
def test_every_message_of_a_whole_transfer_and_its_answer_are_valid(
    make_steps: Callable[..., Steps], sqlite: SqliteMaker, ending: str
) -> None:
    steps = make_steps(sqlite, terms=DEFERRED_PARTIAL)
    practice = steps.ready(Request(exams=6))
    steps.authorise(practice, administrative=True)
    steps.deliver_all()
    steps.send_again(practice, AWKWARD.replace("\x0b", "").replace("\ufffe", ""))
    steps.ask_revision(practice)
    steps.deliver_all()
    steps.send_again(practice)
    steps.deliver_all()
    if ending == "complete":
        steps.authorise_enrolment(practice)
        steps.enrol(practice, "0920207302400099")
        steps.evaluate(practice)
        steps.decide(practice)
    getattr(steps, ending)(practice)
    steps.deliver_all()
    log = steps.world.network.log
    assert len(log) >= 6
    for address, message, answer in log:
        role = Role(address.rpartition("/")[2])
        assert_valid(role, message)
        assert_valid(role, answer)


def test_a_code_that_stays_inside_never_travels() -> None:
    travelling = {outcome_of(Rejection([Reason(cause)])).code for cause in Cause}
    assert len(travelling) == len(Cause)
    assert 0 not in travelling
    assert_valid(Role.ORIGIN, writing.envelope(Operation.RET_TOKEN, Outcome(2**31 - 1, "")))
