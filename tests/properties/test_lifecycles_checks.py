"""The life of the origin's checks: what stands in the way is settled by being passed or cleared."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain import checks
from gateway.domain.checks import Check
from gateway.domain.foglio_congedo import ExamOutcome, Fees
from gateway.domain.partners import CheckKind
from gateway.domain.rejections import Cause
from tests.support.clock import START
from tests.support.fakes_samples import career, exam, request

DETAIL = st.sampled_from(["", "2025", "manca un voto"])


def _check(kind: CheckKind) -> st.SearchStrategy[Check]:
    made = st.builds(Check, st.just(kind), st.sampled_from([None, False, True]), DETAIL)
    return made | made.map(lambda check: check.clear("segreteria", "visto", START))


CHECKS = st.tuples(*(_check(kind) for kind in CheckKind)).map(list)
KINDS = st.frozensets(st.sampled_from(list(CheckKind)))
REQUESTS = st.builds(
    lambda fees, notes: request(fees=tuple(fees), student_notes=notes),
    st.lists(st.builds(Fees, st.integers(2000, 2026), st.booleans()), max_size=4),
    DETAIL,
)
CAREERS = st.none() | st.lists(st.sampled_from(list(ExamOutcome)), max_size=4).map(
    lambda outcomes: career(
        *(exam(str(number), outcome=outcome) for number, outcome in enumerate(outcomes))
    )
)


@given(REQUESTS, CAREERS)
def test_each_check_is_run_once_and_nothing_is_cleared_by_running(
    asked: object, taken: object
) -> None:
    found = checks.run(asked, taken)  # type: ignore[arg-type]
    assert sorted(check.kind for check in found) == sorted(CheckKind)
    assert all(check.cleared_at is None for check in found)
    assert {check.kind for check in found if check.passed is None} == {CheckKind.LIBRARY}


@given(CHECKS, KINDS)
def test_what_stands_in_the_way_is_exactly_what_is_wanted_and_not_settled(
    found: list[Check], wanted: frozenset[CheckKind]
) -> None:
    reasons = checks.obstacles(found, wanted)
    open_ = [check.kind for check in found if check.kind in wanted and not check.settled]
    assert [reason.params["check"] for reason in reasons] == open_
    assert {reason.cause for reason in reasons} <= {Cause.CHECK_BLOCKS}


@given(CHECKS)
def test_every_check_can_be_settled_by_clearing_and_clearing_undoes_nothing(
    found: list[Check],
) -> None:
    cleared = [check.clear("segreteria", "visto", START) for check in found]
    assert checks.obstacles(cleared, CheckKind) == []
    assert [(check.kind, check.passed, check.detail) for check in cleared] == [
        (check.kind, check.passed, check.detail) for check in found
    ]


@given(CHECKS, CHECKS)
def test_what_was_cleared_stays_so_exactly_while_the_finding_is_the_same(
    old: list[Check], new: list[Check]
) -> None:
    kept = checks.run_again(old, new)
    assert [check.kind for check in kept] == [check.kind for check in new]
    for before, now, after in zip(old, new, kept, strict=True):
        same = before.cleared_at is not None and before.detail == now.detail
        assert after == (before if same else now)


@given(CHECKS)
def test_to_run_them_again_on_the_same_findings_changes_nothing(found: list[Check]) -> None:
    assert checks.run_again(found, found) == found
