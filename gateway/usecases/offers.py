"""What a destination offers and under which terms (T1, T2), and the cache of partners' offers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.calendar import italian_day
from gateway.domain.deliveries import DeliveryKind, Side
from gateway.domain.identifiers import CodiceFiscale, IdPratica, MiurCode
from gateway.domain.offers import Offer
from gateway.domain.rejections import Cause, refuse
from gateway.domain.terms import TransmissionTerms
from gateway.usecases.ports import PracticeKey, UnitOfWork
from gateway.usecases.posting import post


@dataclass(frozen=True, slots=True)
class OfferRequest:
    """T1: an academic year and a kind of course, or ALL."""

    year: int
    kind: str


def get_offer(request: OfferRequest, *, uow: UnitOfWork) -> Offer:
    """T1: return the courses on offer (guideline A.2, Get_Offerta).

    Raises:
        Rejection: nothing is published for the year, so that a partner keeps what it knew.
    """
    offer = uow.offers.published(request.year)
    if offer is None:
        raise refuse(Cause.OFFER_NOT_PUBLISHED, "Anno", year=str(request.year))
    return offer.of_kind(request.kind)


def get_terms(*, uow: UnitOfWork) -> TransmissionTerms:
    """T2: return the terms of transmission (guideline A.2, Get_InfoWorkflow)."""
    return uow.university.terms


def admit(course: str, year: int, passed: Iterable[CodiceFiscale], *, uow: UnitOfWork) -> int:
    """Note who passed the entrance test of a course; return how many were not noted yet.

    Raises:
        Rejection: no offer is published for the year, or the course is not in it.
    """
    published, found = uow.offers.course(year, course)
    if not published:
        raise refuse(Cause.OFFER_NOT_PUBLISHED, "--year", year=str(year))
    if found is None:
        raise refuse(Cause.COURSE_NOT_OFFERED, "--course", course=course, year=str(year))
    return uow.offers.admit(course, year, passed)


def request_offer(partner: MiurCode, year: int, *, uow: UnitOfWork, now: datetime) -> bool:
    """Put the refresh of a partner's offer in line, unless one is there; tell whether it was.

    Raises:
        Rejection: the partner is unknown, inactive, or has no destination address.
    """
    known = uow.partners.get(partner)
    if known is None:
        raise refuse(Cause.PARTNER_UNKNOWN, partner=partner)
    if not known.destination_url or not known.active_on(italian_day(now)):
        raise refuse(Cause.PARTNER_INACTIVE, partner=partner)
    if any(
        delivery.meta.get("year") == str(year)
        for delivery in uow.deliveries.open_of(DeliveryKind.OFFER, partner, None)
    ):
        return False
    key = PracticeKey(Side.ORIGIN, partner, IdPratica(""))
    post(DeliveryKind.OFFER, key, {"year": str(year), "kind": "ALL"}, uow=uow, now=now)
    return True
