"""Courses on offer: by kind, by code, by faculty, until their deadline."""

from datetime import date

import pytest

from gateway.domain.offers import Offer
from tests.support.clock import START
from tests.support.fakes_samples import course

pytestmark = pytest.mark.requirement("T1")

BACHELOR = course("1", kind="LT")
MASTER = course("2", kind="LM")
LAW = course("3", kind="LMCU", faculty_code="20", faculty_name="Giurisprudenza")
OFFER = Offer(2026, (BACHELOR, LAW, MASTER), START)


@pytest.mark.parametrize("kind", ["ALL", "all"])
def test_all_courses_may_be_asked_for(kind: str) -> None:
    assert OFFER.of_kind(kind) == OFFER


def test_or_those_of_one_kind_with_the_year_and_the_day_kept() -> None:
    assert OFFER.of_kind("LM") == Offer(2026, (MASTER,), START)


def test_a_kind_that_is_not_offered_has_no_courses() -> None:
    assert OFFER.of_kind("DOT").courses == ()


def test_a_course_is_found_by_its_code() -> None:
    assert OFFER.find("3") is LAW
    assert OFFER.find("4") is None


def test_courses_are_grouped_by_faculty_in_the_order_of_first_appearance() -> None:
    assert OFFER.by_faculty() == [
        ("10", "Ingegneria", [BACHELOR, MASTER]),
        ("20", "Giurisprudenza", [LAW]),
    ]


@pytest.mark.parametrize(
    ("deadline", "open_"),
    [(None, True), (date(2026, 9, 21), True), (date(2026, 9, 20), False)],
)
def test_a_request_may_be_made_until_the_deadline(deadline: date | None, open_: bool) -> None:
    assert course(deadline=deadline).open_on(date(2026, 9, 21)) is open_
