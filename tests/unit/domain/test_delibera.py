"""The commission's conversion table must add up."""

from datetime import date
from decimal import Decimal

import pytest

from gateway.domain.delibera import Conversion, Delibera, Source, check
from gateway.domain.foglio_congedo import ExamOutcome
from gateway.domain.rejections import Cause, Reason, Rejection
from tests.support.fakes_samples import career, exam, refused

pytestmark = pytest.mark.requirement("T19")

CAREER = career(
    exam("1.1", 9),
    exam("1.2", 6, ExamOutcome.RECOGNISED),
    exam("1.3", 6, ExamOutcome.ATTENDED),
    exam("1.4", 6, ExamOutcome.SUSPENDED),
)


def line(*sources: tuple[str, int], cfu: int, refused_for: str = "") -> Conversion:
    used = tuple(Source(reference, Decimal(credits_)) for reference, credits_ in sources)
    return Conversion(used, "Analisi", cfu=Decimal(cfu), refused_for=refused_for)


def decision(*lines: Conversion) -> Delibera:
    return Delibera("Consiglio di corso", date(2026, 11, 3), lines)


def faults(*lines: Conversion) -> list[Reason]:
    with pytest.raises(Rejection) as refusal:
        check(decision(*lines), CAREER)
    assert {reason.cause for reason in refusal.value.reasons} == {Cause.CONVERSION_INVALID}
    return list(refusal.value.reasons)


def whys(*lines: Conversion) -> list[str]:
    return [reason.params["why"] for reason in faults(*lines)]


@pytest.mark.parametrize(
    "lines",
    [
        (line(("1.1", 9), cfu=9),),
        (line(("1.1", 9), ("1.2", 6), cfu=12),),
        (line(("1.1", 5), cfu=5), line(("1.1", 4), cfu=3)),
        (line(("1.1", 9), cfu=9), line(("1.1", 9), cfu=0, refused_for="programma diverso")),
        (),
    ],
    ids=["one to one", "many to one", "one split", "a refused line spends nothing", "empty"],
)
def test_a_table_that_adds_up_is_accepted(lines: tuple[Conversion, ...]) -> None:
    check(decision(*lines), CAREER)


def test_the_credits_of_a_decision_are_those_of_its_lines() -> None:
    assert decision(line(("1.1", 9), cfu=9), line(("1.2", 6), cfu=3)).cfu == Decimal(12)


def test_a_line_needs_an_exam() -> None:
    assert whys(line(cfu=0, refused_for="niente")) == ["no_source"]


def test_an_exam_must_be_in_the_career() -> None:
    reason = faults(line(("9.9", 6), cfu=6))[0]
    assert (reason.path, reason.params) == (
        "conversions/1",
        {"why": "unknown_exam", "exam": "9.9"},
    )


@pytest.mark.parametrize("reference", ["1.3", "1.4"])
def test_an_exam_attended_or_suspended_cannot_be_converted(reference: str) -> None:
    assert whys(line((reference, 6), cfu=6)) == ["exam_not_passed"]


def test_a_refused_line_grants_no_credits() -> None:
    assert whys(line(("1.1", 9), cfu=3, refused_for="programma diverso")) == [
        "refused_with_credits"
    ]


@pytest.mark.parametrize("granted", [0, 10, -1])
def test_a_line_grants_something_but_no_more_than_it_uses(granted: int) -> None:
    reason = faults(line(("1.1", 9), cfu=granted))[0]
    assert reason.params == {"why": "credits_exceed", "granted": str(granted), "used": "9"}


def test_the_credits_of_an_exam_are_spent_once() -> None:
    reason = faults(line(("1.1", 9), cfu=9), line(("1.1", 1), cfu=1))[0]
    assert (reason.path, reason.params) == (
        "conversions",
        {"why": "spent_twice", "exam": "1.1", "used": "10", "available": "9"},
    )


def test_every_fault_is_told_at_once_with_its_line() -> None:
    found = faults(line(("1.1", 9), cfu=9), line(("9.9", 3), cfu=4), line(("1.1", 5), cfu=5))
    assert [(reason.path, reason.params["why"]) for reason in found] == [
        ("conversions/2", "unknown_exam"),
        ("conversions/2", "credits_exceed"),
        ("conversions", "spent_twice"),
    ]


def test_nothing_can_be_converted_from_an_empty_career() -> None:
    with refused(Cause.CONVERSION_INVALID):
        check(decision(line(("1.1", 9), cfu=9)), career())
