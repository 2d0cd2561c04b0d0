"""A practice is of the faculty of its course; what nobody tells is of none."""

from dataclasses import replace

import pytest

from gateway.domain.destination import DestinationState
from gateway.domain.foglio_congedo import Career, FoglioCongedo, Tratta
from gateway.domain.offers import Course, Offer
from gateway.domain.origin import OriginState
from gateway.usecases import faculties
from tests.support.clock import START
from tests.support.fakes import FakeDocuments
from tests.support.fakes_samples import ALL, COURSE, VALDOMBRA, draft, received
from tests.support.fakes_store import FakeUnitOfWork

pytestmark = [pytest.mark.requirement("T18"), pytest.mark.requirement("T19")]
INGEGNERIA = Course(faculty_code="ING", faculty_name="Ingegneria", code=COURSE, name="Informatica")
LETTERE = replace(INGEGNERIA, faculty_code="LET", faculty_name="Lettere", code="L1")
OFFER = Offer(2026, (INGEGNERIA, LETTERE))


def stretch(course: str = "", faculty: str = "", closed_for: str | None = None) -> Tratta:
    return Tratta(1, "1", VALDOMBRA, "Corso", closed_for, (), course_code=course, faculty=faculty)


def test_at_the_destination_it_is_that_of_the_course_on_offer(
    destination_uow: FakeUnitOfWork,
) -> None:
    uow = destination_uow
    assert faculties.placed(received(), uow=uow).faculty == ""
    uow.offers.publish(OFFER)
    assert faculties.placed(received(), uow=uow).faculty == "ING"
    assert faculties.placed(received(course_code="nessuno"), uow=uow).faculty == ""


def test_who_enrols_in_another_course_goes_to_its_faculty(destination_uow: FakeUnitOfWork) -> None:
    destination_uow.offers.publish(OFFER)
    moved = faculties.placed(received(course_enrolled="L1"), uow=destination_uow)
    assert moved.faculty == "LET"


def test_at_the_origin_it_is_that_of_the_course_which_is_left(origin_uow: FakeUnitOfWork) -> None:
    origin_uow.offers.publish(OFFER)
    career = Career((stretch(COURSE, closed_for="PASSAGGIO"), stretch("L1")))
    assert faculties.of_career(career, 2026, uow=origin_uow) == "LET"


def test_a_faculty_that_a_foglio_names_is_looked_for_in_the_offer(
    origin_uow: FakeUnitOfWork,
) -> None:
    named = Career((stretch("altro", "ingegneria"),))
    assert faculties.of_career(named, 2026, uow=origin_uow) == "ingegneria"
    origin_uow.offers.publish(OFFER)
    assert faculties.of_career(named, 2026, uow=origin_uow) == "ING"


def test_a_career_that_is_not_there_or_closed_tells_no_faculty(origin_uow: FakeUnitOfWork) -> None:
    closed = Career((stretch("L1", closed_for="RINUNCIA"),))
    unnamed = Career((stretch("altro"),))
    for career in (None, Career(()), closed, unnamed):
        assert faculties.of_career(career, 2026, uow=origin_uow) == ""


def test_the_faculty_kept_counts_before_any_offer(
    destination_uow: FakeUnitOfWork, documents: FakeDocuments
) -> None:
    uow = destination_uow
    uow.offers.publish(OFFER)
    assert faculties.faculty_of(received(), uow=uow) == "ING"
    assert faculties.faculty_of(received(faculty="LET"), uow=uow) == "LET"
    kept = draft(faculty="LET")
    assert faculties.faculty_of_request(kept, uow=uow, documents=documents) == "LET"


def test_practices_of_before_are_given_their_faculty_once_it_is_known(
    destination_uow: FakeUnitOfWork, documents: FakeDocuments
) -> None:
    uow = destination_uow
    uow.incoming.add(received())
    uow.incoming.add(received(id_pratica="ended", state=DestinationState.CANCELLATA))
    assert faculties.fill(uow=uow, documents=documents) == 0
    uow.offers.publish(OFFER)
    assert faculties.fill(uow=uow, documents=documents) == 1
    assert faculties.fill(uow=uow, documents=documents) == 0
    kept = uow.incoming.get(VALDOMBRA, received().id_pratica)
    assert kept is not None
    assert kept.faculty == "ING"


def test_requests_of_before_are_given_theirs_from_the_foglio(
    origin_uow: FakeUnitOfWork, documents: FakeDocuments
) -> None:
    uow = origin_uow
    uow.offers.publish(OFFER)
    content = documents.know(b"<a/>", FoglioCongedo(ALL), career=Career((stretch("L1"),)))
    silent = documents.know(b"<b/>", FoglioCongedo(ALL))
    for name, document in (("A1", content), ("A2", silent)):
        number = uow.foglios.add_draft(document, START)
        uow.outgoing.add(draft(id_pratica=name, foglio=number, state=OriginState.PRESENTATA))
    uow.outgoing.add(draft(id_pratica="A3", foglio=999))
    assert faculties.fill(uow=uow, documents=documents) == 1
    assert [item.faculty for item in uow.tables.outgoing.values()] == ["LET", "", ""]
