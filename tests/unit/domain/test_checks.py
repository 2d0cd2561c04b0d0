"""What the origin verifies before a request goes on."""

from dataclasses import replace

import pytest

from gateway.domain.checks import Check, obstacles, run, run_again
from gateway.domain.foglio_congedo import ExamOutcome, Fees
from gateway.domain.partners import CheckKind
from gateway.domain.rejections import Cause
from tests.support.clock import START
from tests.support.fakes_samples import career, exam, request

pytestmark = pytest.mark.requirement("T18")

SUSPENDED = exam("1.2", outcome=ExamOutcome.SUSPENDED, suspension="tasse")


def found(kind: CheckKind, checks: list[Check]) -> Check:
    return next(check for check in checks if check.kind is kind)


def test_every_kind_is_checked_once() -> None:
    assert sorted(check.kind for check in run(request(), career())) == sorted(CheckKind)


def test_a_sound_request_passes_all_but_the_library_where_nobody_has_looked() -> None:
    checks = run(request(fees=(Fees(2025, in_order=True),)), career(exam()))
    assert {check.kind: check.passed for check in checks} == {
        CheckKind.FEES: True,
        CheckKind.SUSPENDED_EXAMS: True,
        CheckKind.STUDENT_NOTES: True,
        CheckKind.LIBRARY: None,
    }


def test_fees_that_are_owed_are_named_by_year() -> None:
    owed = (Fees(2023, in_order=False), Fees(2024, in_order=True), Fees(2025, in_order=False))
    fees = found(CheckKind.FEES, run(request(fees=owed), None))
    assert (fees.passed, fees.detail) == (False, "2023, 2025")


def test_suspended_exams_are_named_with_their_reason() -> None:
    suspended = found(CheckKind.SUSPENDED_EXAMS, run(request(), career(exam(), SUSPENDED)))
    assert (suspended.passed, suspended.detail) == (False, "Esame 1.2 (tasse)")


def test_without_a_career_no_exam_is_suspended() -> None:
    assert found(CheckKind.SUSPENDED_EXAMS, run(request(), None)).passed is True


def test_notes_of_the_student_are_a_failed_check() -> None:
    notes = found(CheckKind.STUDENT_NOTES, run(request(student_notes="manca Fisica"), None))
    assert (notes.passed, notes.detail) == (False, "manca Fisica")


@pytest.mark.parametrize(("passed", "settled"), [(True, True), (False, False), (None, False)])
def test_only_a_passed_check_is_settled_by_itself(passed: bool | None, settled: bool) -> None:
    assert Check(CheckKind.FEES, passed).settled is settled


def test_a_cleared_check_is_settled_and_says_by_whom_when_and_why() -> None:
    cleared = Check(CheckKind.FEES, passed=False).clear("segreteria", "pagato", START)
    assert cleared.settled
    assert (cleared.cleared_by, cleared.cleared_for, cleared.cleared_at) == (
        "segreteria",
        "pagato",
        START,
    )
    assert cleared.passed is False


def test_what_was_cleared_stays_cleared_while_the_finding_is_the_same() -> None:
    old = Check(CheckKind.STUDENT_NOTES, passed=False, detail="nota").clear("s", "letto", START)
    new = Check(CheckKind.STUDENT_NOTES, passed=False, detail="nota")
    assert run_again([old], [new]) == [old]


@pytest.mark.parametrize(
    "before",
    [
        [],
        [Check(CheckKind.FEES, passed=False, detail="2025")],
        [Check(CheckKind.FEES, passed=False, detail="2024").clear("s", "pagato", START)],
        [Check(CheckKind.LIBRARY, passed=None, detail="2025").clear("s", "visto", START)],
    ],
    ids=["never run", "never cleared", "cleared for another finding", "another kind"],
)
def test_otherwise_the_new_finding_counts(before: list[Check]) -> None:
    new = Check(CheckKind.FEES, passed=False, detail="2025")
    assert run_again(before, [new]) == [new]


def test_each_unsettled_check_of_the_wanted_kinds_is_a_reason() -> None:
    fees = Check(CheckKind.FEES, passed=False)
    library = Check(CheckKind.LIBRARY, passed=None)
    notes = Check(CheckKind.STUDENT_NOTES, passed=False)
    reasons = obstacles([fees, library, notes], [CheckKind.FEES, CheckKind.LIBRARY])
    assert [(reason.cause, reason.path, reason.params) for reason in reasons] == [
        (Cause.CHECK_BLOCKS, "checks/fees", {"check": "fees"}),
        (Cause.CHECK_BLOCKS, "checks/library", {"check": "library"}),
    ]


def test_settled_checks_are_no_obstacle() -> None:
    fees = Check(CheckKind.FEES, passed=False)
    cleared = fees.clear("segreteria", "pagato", START)
    assert obstacles([cleared, replace(fees, passed=True)], CheckKind) == []
