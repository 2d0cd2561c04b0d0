"""A decision in the making keeps what was typed and becomes one only when it is right."""

from dataclasses import replace
from decimal import Decimal

import pytest

from gateway.domain.delibera_draft import (
    DeliberaDraft,
    DraftIntegration,
    DraftLine,
    DraftSource,
    SectorTally,
    credits_of,
    tally,
)
from gateway.domain.foglio_congedo import ExamOutcome
from gateway.domain.rejections import Cause, Rejection
from tests.support.fakes_samples import career, exam, paths

pytestmark = pytest.mark.requirement("T19")

CAREER = career(
    replace(exam("1.1", 9), sectors=("MAT/05",), grade=26, code="A1"),
    replace(exam("1.2", 6, ExamOutcome.RECOGNISED), sectors=("FIS/01", "FIS/02")),
    exam("1.3", 6, ExamOutcome.ATTENDED),
    exam("1.4", 3),
)
LINE = DraftLine(
    sources=(DraftSource("1.1", "4,5"), DraftSource("1.2", "6")),
    target_name="Mista",
    cfu="9",
    sector="MAT/05",
    grade="28",
)
GOOD = DeliberaDraft(
    body="Consiglio",
    decided_on="2026-09-21",
    year_of_course="2",
    lines=(LINE,),
    integrations=(DraftIntegration(name="Disegno", cfu="6"),),
)


def wrong(draft: DeliberaDraft) -> list[str]:
    with pytest.raises(Rejection) as refusal:
        draft.delibera()
    return paths(refusal.value.reasons)


def test_a_draft_that_is_right_is_a_decision() -> None:
    made = GOOD.delibera()
    assert made.year_of_course == 2
    assert [source.cfu for source in made.conversions[0].sources] == [Decimal("4.5"), Decimal(6)]
    assert made.conversions[0].grade == 28
    assert made.integrations[0].cfu == Decimal(6)
    assert replace(GOOD, year_of_course="").delibera().year_of_course is None


def test_every_fault_is_told_by_its_place() -> None:
    bad = DraftLine(cfu="molti", grade="31")
    draft = DeliberaDraft(
        decided_on="domani",
        year_of_course="7",
        lines=(LINE, bad),
        integrations=(DraftIntegration(),),
    )
    assert wrong(draft) == [
        "body",
        "decided_on",
        "year_of_course",
        "conversions/2/target_name",
        "conversions/2/cfu",
        "conversions/2/grade",
        "conversions/2/sources/1/reference",
        "conversions/2/sources/1/cfu",
        "integrations/1/name",
        "integrations/1/cfu",
    ]


def test_a_refused_line_wants_a_reason_and_a_recognised_one_forgets_it() -> None:
    refused = replace(LINE, refused=True)
    assert wrong(replace(GOOD, lines=(refused,))) == ["conversions/1/refused_for"]
    told = replace(refused, refused_for="altro programma")
    assert replace(GOOD, lines=(told,)).delibera().conversions[0].refused_for == "altro programma"
    kept = replace(told, refused=False)
    assert replace(GOOD, lines=(kept,)).delibera().conversions[0].refused_for == ""


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("", "0"),
        ("4,5", "4.5"),
        (" 6 ", "6"),
        ("-1", None),
        ("NaN", None),
        ("1e9", None),
        ("x", None),
    ],
)
def test_credits_are_numbers_that_can_be(typed: str, number: str | None) -> None:
    assert credits_of(typed) == (Decimal(number) if number is not None else None)


def test_exams_not_used_yet_are_taken_over_one_by_one() -> None:
    draft = DeliberaDraft(lines=(DraftLine(sources=(DraftSource("1.4", "3"),)),))
    first, second = draft.one_to_one(CAREER).lines[1:]
    assert (first.sources[0], first.cfu, first.sector, first.grade) == (
        DraftSource("1.1", "9"),
        "9",
        "MAT/05",
        "26",
    )
    assert (second.sector, second.grade) == ("FIS/01", "")
    whole = DeliberaDraft().one_to_one(CAREER)
    assert [line.sector for line in whole.lines] == ["MAT/05", "FIS/01", ""]


def test_totals_by_sector_count_what_is_recognised_and_tell_what_is_left() -> None:
    refused = replace(LINE, refused=True, cfu="9")
    stranger = DraftLine(sources=(DraftSource("9.9", "x"),), cfu="2", sector="ICAR/17")
    found = tally(replace(GOOD, lines=(LINE, refused, stranger)), CAREER)
    assert found.declared == Decimal(18)
    assert found.used == Decimal("10.5")
    assert found.granted == Decimal(11)
    assert found.left == {"1.1": Decimal("4.5"), "1.2": Decimal(0), "1.4": Decimal(3)}
    assert found.sectors == (
        SectorTally("", Decimal(3), Decimal(0)),
        SectorTally("FIS/01 + FIS/02", Decimal(6), Decimal(0)),
        SectorTally("ICAR/17", Decimal(0), Decimal(2)),
        SectorTally("MAT/05", Decimal(9), Decimal(9)),
    )


def test_what_is_missing_has_a_cause_of_its_own() -> None:
    with pytest.raises(Rejection) as refusal:
        DeliberaDraft(decided_on="2026-09-21").delibera()
    assert [reason.cause for reason in refusal.value.reasons] == [Cause.ELEMENT_MISSING]
