"""What makes a destination refuse a foglio, beyond its schema (T12)."""

from collections.abc import Callable, Iterator
from datetime import datetime

from gateway.domain.attachments import MAX_BYTES, MEDIA_TYPE
from gateway.domain.calendar import italian_day
from gateway.domain.destination import IncomingTransfer
from gateway.domain.foglio_congedo import FoglioCongedo, TransferRequest
from gateway.domain.identifiers import CodiceFiscale, MiurCode
from gateway.domain.offers import Course
from gateway.domain.partners import AdmissionPolicy
from gateway.domain.rejections import Cause, Reason
from gateway.domain.terms import absent
from gateway.usecases.ports import UnitOfWork

_REQUEST = "FoglioCongedo/Trasferimento/DomandaDiTrasferimento"
_WANTED = "FoglioCongedo/Trasferimento/DestinazioneTrasferimento"
_ATTACHMENTS = "FoglioCongedo/Allegati/Allegato"


def obstacles(
    origin: MiurCode, foglio: FoglioCongedo, uow: UnitOfWork, now: datetime
) -> Iterator[Reason]:
    """Yield every reason for which ``foglio`` cannot start a practice here."""
    for section in uow.university.terms.missing(foglio.sections):
        yield absent(section)
    yield from request_faults(origin, foglio, uow)
    if foglio.request is not None:
        student = foglio.student.codice_fiscale if foglio.student else None
        yield from _wish_faults(foglio.request, student, uow)
    yield from attachment_faults(foglio, now)


def change_faults(
    transfer: IncomingTransfer, foglio: FoglioCongedo, uow: UnitOfWork
) -> Iterator[Reason]:
    """Yield what stands against another course, where a foglio sent again asks for one."""
    request = foglio.request
    if request is not None and request.course_code != transfer.course_code:
        yield from _wish_faults(request, transfer.student.codice_fiscale, uow)


def _wish_faults(
    request: TransferRequest, student: CodiceFiscale | None, uow: UnitOfWork
) -> Iterator[Reason]:
    offered = uow.offers.course(request.academic_year, request.course_code)
    yield from course_faults(
        request, offered, lambda course: _test_passed(request, student, course, uow)
    )


def request_faults(origin: MiurCode, foglio: FoglioCongedo, uow: UnitOfWork) -> list[Reason]:
    """Return what is wrong with section 1 whoever sends it: the universities and the consent."""
    request = foglio.request
    if request is None:
        return []
    reasons = origin_faults(request, origin)
    if request.destination != uow.university.code:
        reasons.append(Reason(Cause.DESTINATION_DIFFERS, f"{_WANTED}/CodiceAteneo"))
    return reasons + consent_faults(request)


def origin_faults(request: TransferRequest, origin: MiurCode) -> list[Reason]:
    """Return what is wrong if the request does not name ``origin`` as its origin."""
    if request.origin == origin:
        return []
    return [Reason(Cause.ORIGIN_DIFFERS, f"{_REQUEST}/AteneoProvenienza/CodiceAteneo")]


def consent_faults(request: TransferRequest) -> list[Reason]:
    """Return what is wrong if the student has not consented to the processing of data."""
    if request.consent:
        return []
    return [Reason(Cause.CONSENT_MISSING, f"{_REQUEST}/ConsensoTrattamentoDati")]


def course_faults(
    request: TransferRequest,
    offered: tuple[bool, Course | None],
    has_passed: Callable[[Course], bool],
) -> Iterator[Reason]:
    """Yield what stands against the course asked for.

    ``offered`` says whether an offer is known for the year, and the course if it is in it: a
    destination that publishes no offer judges courses by hand.
    """
    published, course = offered
    if not published:
        return
    if course is None:
        yield Reason(
            Cause.COURSE_NOT_OFFERED,
            f"{_WANTED}/CodiceCorsoStudi/codice",
            {"course": request.course_code, "year": str(request.academic_year)},
        )
        return
    if course.deadline is not None and not course.open_on(request.submitted_on):
        yield Reason(
            Cause.DEADLINE_PASSED,
            f"{_REQUEST}/DataPresentazione",
            {"deadline": course.deadline.strftime("%d/%m/%Y")},
        )
    if course.limited_access and not has_passed(course):
        yield Reason(
            Cause.ADMISSION_TEST_MISSING, f"{_WANTED}/TestAmmissione", {"course": course.code}
        )


def _test_passed(
    request: TransferRequest, student: CodiceFiscale | None, course: Course, uow: UnitOfWork
) -> bool:
    policy = uow.university.admission_policy
    if policy is AdmissionPolicy.REGISTERED:
        return student is not None and uow.offers.is_admitted(
            course.code, request.academic_year, student
        )
    return policy is AdmissionPolicy.IGNORE or request.test_passed is True


def attachment_faults(foglio: FoglioCongedo, now: datetime) -> Iterator[Reason]:
    """Yield what is wrong with the attachments as announced."""
    for position, reference in enumerate(foglio.attachments, start=1):
        path = f"{_ATTACHMENTS}[{position}]"
        if reference.media_type.lower() != MEDIA_TYPE:
            yield Reason(Cause.ATTACHMENT_NOT_PDF, f"{path}/Tipo")
        if reference.size is not None and (reference.size == 0 or reference.size > MAX_BYTES):
            yield Reason(
                Cause.ATTACHMENT_TOO_LARGE,
                f"{path}/Dimensione",
                {"size": str(reference.size), "limit": str(MAX_BYTES)},
            )
        if reference.available_until < italian_day(now):
            yield Reason(
                Cause.ATTACHMENT_EXPIRED,
                f"{path}/DisponibileFino",
                {"until": reference.available_until.strftime("%d/%m/%Y")},
            )
