"""Everything that would make a destination refuse a foglio, found before it is sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.calendar import italian_day
from gateway.domain.foglio_congedo import FoglioCongedo, TransferRequest
from gateway.domain.offers import Course, Offer
from gateway.domain.partners import Partner
from gateway.domain.rejections import Cause, Reason, Rejection
from gateway.domain.terms import TransmissionTerms
from gateway.usecases.admission import attachment_faults, course_faults
from gateway.usecases.ports import FoglioDocuments, UnitOfWork


@dataclass(frozen=True, slots=True)
class Preflight:
    """What was found; ``partner`` and ``offer`` are what the foglio was held against."""

    faults: tuple[Reason, ...]
    warnings: tuple[Reason, ...] = ()
    foglio: FoglioCongedo | None = None
    partner: Partner | None = None
    offer: Offer | None = None


def inspect(
    content: bytes,
    *,
    uow: UnitOfWork,
    documents: FoglioDocuments,
    document_problem: Callable[[str], str | None],
    now: datetime,
) -> Preflight:
    """Look at a foglio as its destination will.

    ``document_problem`` returns, for an announced attachment, what is wrong with its document: the
    name of a cause, an empty string when it is sound, ``None`` when documents are not looked at.
    """
    try:
        foglio = documents.read(content)
    except Rejection as rejection:
        return Preflight(rejection.reasons)
    faults = list(documents.faults(content, italian_day(now)))
    request = foglio.request
    partner = uow.partners.get(request.destination) if request else None
    offer = None
    if request is not None:
        offer = uow.offers.cached(request.destination, request.academic_year)
        faults += _request_faults(foglio, request, partner, offer, uow)
    faults += attachment_faults(foglio, now)
    faults += _document_faults(foglio, document_problem)
    return Preflight(tuple(faults), tuple(documents.warnings(content)), foglio, partner, offer)


def _request_faults(
    foglio: FoglioCongedo,
    request: TransferRequest,
    partner: Partner | None,
    offer: Offer | None,
    uow: UnitOfWork,
) -> list[Reason]:
    place = "FoglioCongedo/Trasferimento"
    faults = []
    if request.origin != uow.university.code:
        path = f"{place}/DomandaDiTrasferimento/AteneoProvenienza/CodiceAteneo"
        faults.append(Reason(Cause.ORIGIN_DIFFERS, path))
    if not request.consent:
        path = f"{place}/DomandaDiTrasferimento/ConsensoTrattamentoDati"
        faults.append(Reason(Cause.CONSENT_MISSING, path))
    if partner is None:
        path = f"{place}/DestinazioneTrasferimento/CodiceAteneo"
        faults.append(Reason(Cause.PARTNER_UNKNOWN, path, {"partner": request.destination}))
    terms = (partner.terms if partner else None) or TransmissionTerms()
    faults += [
        Reason(Cause.SECTION_MISSING, f"FoglioCongedo/{section}", {"section": section.value})
        for section in terms.missing(foglio.sections)
    ]
    faults += course_faults(request, _offered(offer, request), lambda _: bool(request.test_passed))
    return faults


def _offered(offer: Offer | None, request: TransferRequest) -> tuple[bool, Course | None]:
    return (False, None) if offer is None else (True, offer.find(request.course_code))


def _document_faults(
    foglio: FoglioCongedo, document_problem: Callable[[str], str | None]
) -> list[Reason]:
    faults = []
    for position, reference in enumerate(foglio.attachments, start=1):
        problem = document_problem(reference.attachment_id)
        if problem:
            path = f"FoglioCongedo/Allegati/Allegato[{position}]"
            params = {"attachment": reference.attachment_id}
            faults.append(Reason(Cause(problem), path, params))
    return faults
