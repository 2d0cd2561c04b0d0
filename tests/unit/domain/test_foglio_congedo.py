"""A career as the commission reads it, and a student that is never shown."""

from decimal import Decimal

from gateway.domain.foglio_congedo import Career, ExamOutcome, Tratta
from tests.support.fakes_samples import MONTELAGO, career, exam, student


def test_exams_are_found_by_stretch_and_position() -> None:
    first, second = exam("1.1"), exam("2.1")
    both = Career(
        (
            Tratta(1, "1", MONTELAGO, "Fisica", "PASSAGGIO", (first,)),
            Tratta(2, "2", MONTELAGO, "Matematica", None, (second,)),
        )
    )
    assert both.exams == {"1.1": first, "2.1": second}


def test_only_passed_and_recognised_exams_give_credits() -> None:
    exams = (
        exam("1.1", 9, ExamOutcome.PASSED),
        exam("1.2", 6, ExamOutcome.RECOGNISED),
        exam("1.3", 5, ExamOutcome.ATTENDED),
        exam("1.4", 3, ExamOutcome.SUSPENDED),
    )
    assert career(*exams).cfu == Decimal(15)


def test_an_empty_career_has_no_credits() -> None:
    assert career().cfu == Decimal(0)


def test_suspended_exams_are_told_apart() -> None:
    suspended = exam("1.2", outcome=ExamOutcome.SUSPENDED)
    assert career(exam("1.1"), suspended).suspended == [suspended]


def test_a_student_is_never_shown_in_a_representation() -> None:
    one = student()
    assert one.surname not in repr(one)
    assert one.codice_fiscale not in f"{one} {one!r}"
