"""The offer of a destination, and the refresh of a partner's."""

from datetime import date

import pytest

from gateway.demo.people import numbered
from gateway.domain.deliveries import DeliveryKind
from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.offers import Offer
from gateway.domain.partners import Partner
from gateway.domain.rejections import Cause
from gateway.domain.terms import SendingMode, TransmissionTerms
from gateway.usecases.offers import OfferRequest, admit, get_offer, get_terms, request_offer
from tests.support.clock import START
from tests.support.fakes_samples import MONTELAGO, course, partner, refused, university
from tests.support.fakes_store import FakeUnitOfWork

YESTERDAY = date(2026, 9, 20)
FIRST, SECOND = (CodiceFiscale(numbered(number).codice_fiscale) for number in (1, 2))


@pytest.mark.requirement("T1")
def test_the_published_offer_of_a_year_is_told_by_kind(destination_uow: FakeUnitOfWork) -> None:
    master = course("2", kind="LM")
    destination_uow.offers.publish(Offer(2026, (course("1", kind="LT"), master)))
    assert get_offer(OfferRequest(2026, "LM"), uow=destination_uow).courses == (master,)


@pytest.mark.requirement("T1")
def test_an_offer_that_is_not_published_is_refused_and_not_empty(
    destination_uow: FakeUnitOfWork,
) -> None:
    destination_uow.offers.publish(Offer(2026, ()))
    with refused(Cause.OFFER_NOT_PUBLISHED) as refusal:
        get_offer(OfferRequest(2027, "ALL"), uow=destination_uow)
    assert refusal.value.reasons[0].params == {"year": "2027"}


@pytest.mark.requirement("T2")
def test_the_terms_are_those_of_the_hosted_university(destination_uow: FakeUnitOfWork) -> None:
    terms = TransmissionTerms(SendingMode.PARTIAL)
    destination_uow.university = university(MONTELAGO, terms=terms)
    assert get_terms(uow=destination_uow) == terms


@pytest.mark.requirement("T12")
def test_who_passed_is_noted_once_for_a_course_on_offer(destination_uow: FakeUnitOfWork) -> None:
    destination_uow.offers.publish(Offer(2026, (course("1"),)))
    assert admit("1", 2026, [FIRST, SECOND], uow=destination_uow) == 2
    assert admit("1", 2026, [FIRST], uow=destination_uow) == 0
    assert destination_uow.offers.is_admitted("1", 2026, SECOND)


@pytest.mark.requirement("T12")
def test_nobody_is_noted_for_a_course_that_is_not_on_offer(destination_uow: FakeUnitOfWork) -> None:
    with refused(Cause.OFFER_NOT_PUBLISHED):
        admit("1", 2026, [FIRST], uow=destination_uow)
    destination_uow.offers.publish(Offer(2026, (course("1"),)))
    with refused(Cause.COURSE_NOT_OFFERED) as refusal:
        admit("2", 2026, [FIRST], uow=destination_uow)
    assert refusal.value.reasons[0].params == {"course": "2", "year": "2026"}


def test_a_partners_offer_is_asked_for_once(origin_uow: FakeUnitOfWork) -> None:
    assert request_offer(MONTELAGO, 2026, uow=origin_uow, now=START) is True
    assert request_offer(MONTELAGO, 2026, uow=origin_uow, now=START) is False
    (asked,) = origin_uow.tables.deliveries.values()
    assert (asked.kind, asked.id_pratica) == (DeliveryKind.OFFER, None)
    assert asked.meta == {"year": "2026", "kind": "ALL"}


def test_another_year_is_another_question(origin_uow: FakeUnitOfWork) -> None:
    request_offer(MONTELAGO, 2026, uow=origin_uow, now=START)
    assert request_offer(MONTELAGO, 2027, uow=origin_uow, now=START) is True


def test_an_unknown_partner_is_not_asked(origin_uow: FakeUnitOfWork) -> None:
    origin_uow.tables.partners.clear()
    with refused(Cause.PARTNER_UNKNOWN):
        request_offer(MONTELAGO, 2026, uow=origin_uow, now=START)


@pytest.mark.parametrize(
    "known", [partner(active_to=YESTERDAY), partner(destination_url="")], ids=["over", "no address"]
)
def test_nor_is_one_that_cannot_answer(origin_uow: FakeUnitOfWork, known: Partner) -> None:
    origin_uow.partners.save(known)
    with refused(Cause.PARTNER_INACTIVE):
        request_offer(MONTELAGO, 2026, uow=origin_uow, now=START)
    assert origin_uow.tables.deliveries == {}
