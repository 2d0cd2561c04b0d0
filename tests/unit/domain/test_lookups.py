"""What a registry's reply says of a title, when it is asked at all."""

from datetime import timedelta

import pytest

from gateway.domain.lookups import (
    Asker,
    AskTrouble,
    Circuit,
    CircuitPolicy,
    CouldNotAsk,
    Found,
    NotFound,
    Purpose,
    PurposeKind,
    QueryOutcome,
    QueryRecord,
    Reply,
    Spent,
    answer_of,
    ask_diploma,
    ask_titles,
    is_failure,
    outcome_of,
    quota_refusal,
    stated_purpose,
)
from gateway.domain.registry import REGISTRY, LookupService
from gateway.domain.rejections import Cause
from gateway.domain.titles import LookupOutcome
from tests.support.clock import START
from tests.support.fakes_samples import refused
from tests.support.titles_samples import PERSON, THE_REGISTRY, degree, diploma

pytestmark = pytest.mark.requirement("A4")

POLICY = CircuitPolicy(failures=3)
DOWN = CouldNotAsk(AskTrouble.UNREACHABLE, START)
REFUSALS = {"12", "14", "15", "94", "95", "96", "98", "99"}
FAILURES = {"3", "4", "97"}


def test_a_reply_without_a_code_speaks_by_what_it_brings() -> None:
    assert answer_of(Reply((degree(),)), START) == Found((degree(),), START)
    assert answer_of(Reply(), START) == NotFound(START)


def test_codes_that_say_something_of_the_title_are_believed_with_their_contents() -> None:
    assert answer_of(Reply((diploma(),), "0"), START) == Found((diploma(),), START)
    assert answer_of(Reply((diploma(), diploma()), "2"), START) == Found((diploma(),) * 2, START)
    assert answer_of(Reply((), "1"), START) == NotFound(START)


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_a_refused_question_is_never_not_found(code: str) -> None:
    for reply in (Reply((), code), Reply((diploma(),), code)):
        answer = answer_of(reply, START)
        assert answer == CouldNotAsk(AskTrouble.QUESTION_REFUSED, START, code)
        assert answer.lasting
        assert not answer.may_pass
        assert not is_failure(answer)


@pytest.mark.parametrize("code", sorted(FAILURES))
def test_a_registry_that_fails_is_never_not_found(code: str) -> None:
    answer = answer_of(Reply((), code), START)
    assert answer == CouldNotAsk(AskTrouble.REGISTRY_FAILED, START, code)
    assert answer.may_pass
    assert is_failure(answer)


@pytest.mark.parametrize("code", ["5", "13", "1000"])
def test_an_unknown_code_says_nothing_of_the_title(code: str) -> None:
    assert answer_of(Reply((), code), START) == CouldNotAsk(AskTrouble.REGISTRY_FAILED, START, code)


@pytest.mark.parametrize("reply", [Reply((), "0"), Reply((diploma(),), "1")])
def test_a_code_that_its_contents_contradict_is_nonsense(reply: Reply) -> None:
    answer = answer_of(reply, START)
    assert isinstance(answer, CouldNotAsk)
    assert answer.trouble is AskTrouble.MISBEHAVED


def test_several_that_are_not_told_cannot_be_asked_for_again() -> None:
    assert answer_of(Reply((), "2"), START) == CouldNotAsk(AskTrouble.QUESTION_REFUSED, START, "2")


def test_every_code_of_the_guideline_is_judged() -> None:
    judged = {"0", "1", "2"} | REFUSALS | FAILURES
    assert {item.value for item in LookupOutcome} == judged


def test_a_diploma_is_asked_for_by_a_year_and_by_both_credentials_or_none() -> None:
    plain, personal = ask_diploma(PERSON, 2019), ask_diploma(PERSON, 2019, "utente", "segreta")
    assert (plain.service, plain.year, plain.personal) == (LookupService.DIPLOMA, 2019, False)
    assert personal.personal
    for text in (repr(plain), repr(personal)):
        assert PERSON not in text
        assert "segreta" not in text
    assert ask_titles(PERSON).year == 0


@pytest.mark.parametrize(
    "given",
    [(99,), (2101,), (2019, "utente"), (2019, "", "segreta"), (2019, "u" * 101, "s"),
     (2019, "u", "s" * 16)],
)  # fmt: skip
def test_a_question_that_the_contract_forbids_is_refused(given: tuple[object, ...]) -> None:
    with refused(Cause.PARAMETER_INVALID):
        ask_diploma(PERSON, *given)  # type: ignore[arg-type]


def test_a_circuit_opens_after_failures_in_a_row_and_remembers_since_when() -> None:
    circuit = Circuit()
    for number in range(3):
        assert circuit.admits(START)
        circuit = circuit.after(DOWN, START + timedelta(minutes=number), POLICY)
    assert circuit.is_open
    assert circuit.failing_since == START
    held = circuit.refusal(START + timedelta(minutes=2))
    assert held == CouldNotAsk(
        AskTrouble.CIRCUIT_OPEN, START, "unreachable", START + timedelta(minutes=2, seconds=30)
    )
    assert held.may_pass
    assert not is_failure(held)


def test_one_probe_at_a_time_passes_an_open_circuit() -> None:
    circuit = Circuit(3, START, START, "unreachable")
    assert circuit.admits(START)
    probing = circuit.admitted(START, POLICY)
    assert not probing.admits(START)
    assert probing.probe_at == START + timedelta(seconds=30)


def test_an_answer_closes_the_circuit_and_a_failed_probe_prolongs_it() -> None:
    circuit = Circuit(3, START, START, "unreachable")
    for answer in (NotFound(START), Found((degree(),), START),
                   CouldNotAsk(AskTrouble.QUESTION_REFUSED, START, "94")):  # fmt: skip
        assert circuit.after(answer, START, POLICY) == Circuit()
    longer = circuit.after(DOWN, START, POLICY)
    assert longer.probe_at == START + timedelta(minutes=1)
    assert Circuit(99, START, START, "").after(DOWN, START, POLICY).probe_at == (
        START + timedelta(minutes=15)
    )


def test_a_closed_circuit_lets_everybody_through_unchanged() -> None:
    assert Circuit().admitted(START, POLICY) == Circuit()
    assert Circuit().refusal(START).since == START


def test_a_quota_says_which_it_is_and_when_it_ends() -> None:
    def refusal(office: int, total: int) -> CouldNotAsk | None:
        tomorrow = START + timedelta(days=1)
        return quota_refusal(
            Spent(office, total), per_office=5, per_day=10, now=START, tomorrow=tomorrow
        )

    assert refusal(5, 10) is None
    assert refusal(6, 10) == CouldNotAsk(
        AskTrouble.QUOTA_SPENT, START, "5/office", START + timedelta(days=1)
    )
    assert refusal(1, 11) == CouldNotAsk(
        AskTrouble.QUOTA_SPENT, START, "10/day", START + timedelta(days=1)
    )


def test_a_purpose_is_a_practice_a_student_number_or_words() -> None:
    assert stated_purpose("", practice="P1") == Purpose(PurposeKind.TRANSFER, "P1")
    assert stated_purpose("a", matricola="M1") == Purpose(PurposeKind.ENROLMENT, "M1", "a")
    assert stated_purpose("  concorso \n x ") == Purpose(PurposeKind.STATED, "", "concorso x")


@pytest.mark.parametrize(
    ("words", "more"),
    [("", {}), ("   ", {}), ("x" * 501, {}), ("x", {"practice": "P", "matricola": "M"})],
)
def test_a_query_without_a_purpose_is_refused(words: str, more: dict[str, str]) -> None:
    with refused(Cause.PARAMETER_INVALID):
        stated_purpose(words, **more)


def test_the_log_says_how_a_query_ended() -> None:
    assert outcome_of(Found((degree(),), START)) == (QueryOutcome.FOUND, "1")
    assert outcome_of(NotFound(START)) == (QueryOutcome.NOT_FOUND, "")
    refusal = CouldNotAsk(AskTrouble.QUESTION_REFUSED, START, "94")
    assert outcome_of(refusal) == (QueryOutcome.COULD_NOT_ASK, "question_refused: 94")
    assert outcome_of(DOWN) == (QueryOutcome.COULD_NOT_ASK, "unreachable")


def test_a_query_is_pending_until_it_ends() -> None:
    record = QueryRecord(
        query_id="r1",
        service=LookupService.TITLES,
        purpose=Purpose(PurposeKind.STATED, "", "x"),
        asker=Asker("mario", "segreteria"),
        asked_at=START,
    )
    assert record.outcome is QueryOutcome.PENDING


def test_a_registry_is_called_like_a_partner() -> None:
    partner = THE_REGISTRY.as_partner()
    assert (partner.code, partner.username_out, partner.password_out) == (
        REGISTRY,
        THE_REGISTRY.username,
        THE_REGISTRY.password,
    )
    assert THE_REGISTRY.password not in repr(THE_REGISTRY)
    assert THE_REGISTRY.address_of(LookupService.TITLES).endswith("titoli")
    assert THE_REGISTRY.address_of(LookupService.DIPLOMA).endswith("diplomi")
