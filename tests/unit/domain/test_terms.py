"""What a destination announces, and what it demands."""

from datetime import date

import pytest

from gateway.domain.terms import ADMINISTRATIVE, CAREER, Section, SendingMode, TransmissionTerms
from tests.support.fakes_samples import ALL

pytestmark = [pytest.mark.requirement("T2"), pytest.mark.requirement("T14")]

COMPLETE = TransmissionTerms(SendingMode.COMPLETE)
PARTIAL = TransmissionTerms(SendingMode.PARTIAL, career_days=10)


@pytest.mark.parametrize("terms", [COMPLETE, PARTIAL])
def test_a_whole_foglio_lacks_nothing(terms: TransmissionTerms) -> None:
    assert terms.missing(ALL) == []


def test_complete_sending_demands_all_sections_and_names_them_in_order() -> None:
    assert COMPLETE.missing(frozenset()) == list(Section)
    assert COMPLETE.missing(ADMINISTRATIVE) == [Section.TITOLI_CONSEGUITI, Section.CARRIERA]


def test_partial_sending_demands_the_first_two_sections_only() -> None:
    assert PARTIAL.missing(ADMINISTRATIVE) == []
    assert PARTIAL.missing(CAREER) == [Section.TRASFERIMENTO, Section.DATI_IDENTIFICATIVI]


def test_the_term_for_the_career_is_counted_from_the_acceptance() -> None:
    assert PARTIAL.career_due(date(2026, 9, 25), ADMINISTRATIVE) == date(2026, 10, 5)


def test_one_section_of_two_still_leaves_the_term() -> None:
    half = ADMINISTRATIVE | {Section.CARRIERA}
    assert PARTIAL.career_due(date(2026, 9, 25), half) == date(2026, 10, 5)


def test_a_career_that_came_is_not_due() -> None:
    assert PARTIAL.career_due(date(2026, 9, 25), ALL) is None
