"""Everything that would make a destination refuse a foglio, found before it is sent."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.domain.calendar import italian_day
from gateway.domain.foglio_congedo import FoglioCongedo, TransferRequest
from gateway.domain.offers import Course, Offer
from gateway.domain.partners import Partner
from gateway.domain.rejections import Cause, Reason, Rejection
from gateway.domain.terms import TransmissionTerms, absent
from gateway.usecases.admission import (
    attachment_faults,
    consent_faults,
    course_faults,
    origin_faults,
)
from gateway.usecases.ports import FoglioDocuments, UnitOfWork


@dataclass(frozen=True, slots=True)
class Preflight:
    """What was found; ``partner`` and ``offer`` are what the foglio was held against.

    ``foglio`` is what could be read of it, ``None`` when nothing could.
    """

    faults: tuple[Reason, ...]
    warnings: tuple[Reason, ...] = ()
    foglio: FoglioCongedo | None = None
    partner: Partner | None = None
    offer: Offer | None = None

    @property
    def assumes_terms(self) -> bool:
        """Tell whether sections are missed only because terms never asked for count as complete."""
        unknown = self.partner is not None and self.partner.terms is None
        return unknown and any(fault.cause is Cause.SECTION_MISSING for fault in self.faults)


def inspect(
    content: bytes,
    *,
    uow: UnitOfWork,
    documents: FoglioDocuments,
    read_broken: Callable[[bytes], FoglioCongedo | None],
    document_problem: Callable[[str], Reason | None],
    now: datetime,
) -> Preflight:
    """Look at a foglio as its destination will.

    ``read_broken`` returns what can be read of a document that breaks the schema.
    ``document_problem`` returns, for an announced attachment, what is wrong with its document:
    nothing when it is sound, or when documents are not looked at.
    """
    try:
        foglio = documents.read(content)
    except Rejection as rejection:
        legible = read_broken(content)
        if legible is None:
            return Preflight(rejection.reasons)
        faults = list(documents.faults(content, italian_day(now)))
        found = _judge(legible, faults, uow, document_problem, now)
        said = {reason.path for reason in rejection.reasons}
        more = (fault for fault in found.faults if fault.path not in said)
        return replace(found, faults=(*rejection.reasons, *more))
    faults = list(documents.faults(content, italian_day(now)))
    found = _judge(foglio, faults, uow, document_problem, now)
    return replace(found, warnings=tuple(documents.warnings(content)))


def _judge(
    foglio: FoglioCongedo,
    faults: list[Reason],
    uow: UnitOfWork,
    document_problem: Callable[[str], Reason | None],
    now: datetime,
) -> Preflight:
    """Hold what was read against the partner, its terms and its offer, as far as they are known."""
    request = foglio.request
    partner = uow.partners.get(request.destination) if request else None
    offer = None
    if request is not None:
        offer = uow.offers.cached(request.destination, request.academic_year)
        faults += _request_faults(foglio, request, partner, offer, uow)
    faults += attachment_faults(foglio, now)
    faults += _document_faults(foglio, document_problem)
    return Preflight(tuple(faults), (), foglio, partner, offer)


def _request_faults(
    foglio: FoglioCongedo,
    request: TransferRequest,
    partner: Partner | None,
    offer: Offer | None,
    uow: UnitOfWork,
) -> list[Reason]:
    faults = origin_faults(request, uow.university.code) + consent_faults(request)
    if partner is None:
        path = "FoglioCongedo/Trasferimento/DestinazioneTrasferimento/CodiceAteneo"
        faults.append(Reason(Cause.PARTNER_UNKNOWN, path, {"partner": request.destination}))
    terms = (partner.terms if partner else None) or TransmissionTerms()
    faults += [absent(section) for section in terms.missing(foglio.sections)]
    faults += course_faults(request, _offered(offer, request), lambda _: bool(request.test_passed))
    return faults


def _offered(offer: Offer | None, request: TransferRequest) -> tuple[bool, Course | None]:
    return (False, None) if offer is None else (True, offer.find(request.course_code))


def _document_faults(
    foglio: FoglioCongedo, document_problem: Callable[[str], Reason | None]
) -> list[Reason]:
    faults = []
    for position, reference in enumerate(foglio.attachments, start=1):
        problem = document_problem(reference.attachment_id)
        if problem is not None:
            path = f"FoglioCongedo/Allegati/Allegato[{position}]"
            params = {**problem.params, "attachment": reference.attachment_id}
            faults.append(replace(problem, path=path, params=params))
    return faults
