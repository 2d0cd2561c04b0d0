"""What the papers of a practice say: receipts, foglio, decision. Reads; changes nothing."""

from collections.abc import Iterable
from datetime import datetime

from gateway.domain.deliveries import Side
from gateway.domain.destination import DestinationEvent, IncomingTransfer
from gateway.domain.history import HistoryEntry
from gateway.domain.identifiers import IdPratica, MiurCode
from gateway.domain.origin import OriginEvent, OutgoingTransfer
from gateway.domain.rejections import Cause, Rejection, refuse
from gateway.domain.students import Student
from gateway.domain.terms import Section
from gateway.usecases import destination, foglios, origin
from gateway.usecases.paper_ports import (
    DecisionSheet,
    EnrolmentReceipt,
    FoglioSheet,
    PaperHead,
    Receipt,
    Registered,
    Wanted,
)
from gateway.usecases.ports import FoglioDocuments, PracticeKey, UnitOfWork

PRINT = "print"
RECEIVE = "receive"
"""The entry of a practice's history with which it begins at the destination."""


def receipt(id_pratica: IdPratica, *, uow: UnitOfWork, now: datetime) -> Receipt:
    """Return the receipt of a request.

    Raises:
        Rejection: there is no such request, or it was never submitted.
    """
    transfer = origin.find(id_pratica, uow=uow)
    key = origin.key_of(transfer)
    history = uow.records.history(key)
    submitted = _last(history, OriginEvent.CONFIRM)
    if submitted is None:
        raise refuse(Cause.EVENT_NOT_ALLOWED, state=transfer.state.value, event=PRINT)
    changed = any(entry.event == OriginEvent.EDIT and entry.at > submitted.at for entry in history)
    return Receipt(
        head=_head(id_pratica, transfer.student, uow, now),
        wanted=Wanted(
            university_code=transfer.destination,
            university_name=_name_of(transfer.destination, uow),
            course_code=transfer.course_code,
            course_name=transfer.course_name,
            academic_year=transfer.academic_year,
        ),
        registered=Registered(number=submitted.reference or "", at=submitted.at),
        irregularities=tuple(item for item in uow.records.checks(key) if item.passed is False),
        foglio=b"" if changed else _draft(transfer, uow),
    )


def submission_number(transfer: OutgoingTransfer, *, uow: UnitOfWork) -> str:
    """Return the protocol number of a student's request, empty while it is a draft.

    Each sending to the destination has a number of its own, which is not the student's.
    """
    submitted = _last(uow.records.history(origin.key_of(transfer)), OriginEvent.CONFIRM)
    return (submitted.reference or "") if submitted else ""


def enrolment(
    origin_code: MiurCode, id_pratica: IdPratica, *, uow: UnitOfWork, now: datetime
) -> EnrolmentReceipt:
    """Return the receipt of an enrolment, under the number of the student's request to enrol.

    One who had enrolled before, by another way, has none here: then it is that of the foglio.

    Raises:
        Rejection: there is no such practice, or the student has not enrolled.
    """
    transfer = destination.find(origin_code, id_pratica, uow=uow)
    key = destination.key_of(transfer)
    history = uow.records.history(key)
    enrolled = destination.enrolment_of(history)
    joined = _last(history, DestinationEvent.RECONCILE)
    if enrolled is not None:
        number, at = enrolled
        registered = Registered(number=number, at=at)
    elif joined is not None:
        registered, at = _received(transfer, history), joined.at
    else:
        raise refuse(Cause.EVENT_NOT_ALLOWED, state=transfer.state.value, event=PRINT)
    other = transfer.course_enrolled not in ("", transfer.course_code)
    return EnrolmentReceipt(
        head=_head(id_pratica, transfer.student, uow, now),
        origin=_name_of(origin_code, uow),
        wanted=_wanted_here(transfer, uow),
        registered=registered,
        matricola=transfer.matricola,
        enrolled_at=at,
        course_asked=f"{transfer.course_code} {transfer.course_name}".strip() if other else "",
        messages=_received_messages(key, uow),
    )


def foglio_sent(id_pratica: IdPratica, *, uow: UnitOfWork, now: datetime) -> FoglioSheet:
    """Return the foglio of a request: what the destination accepted, else the present draft.

    Raises:
        Rejection: there is no such request, or its foglio is no longer kept.
    """
    transfer = origin.find(id_pratica, uow=uow)
    key = origin.key_of(transfer)
    sendings = (OriginEvent.AUTHORISE_SENDING, OriginEvent.AUTHORISE_DATA)
    sent = [entry for entry in uow.records.history(key) if entry.event in sendings]
    messages = tuple(uow.foglios.sent(key))
    return FoglioSheet(
        head=_head(id_pratica, transfer.student, uow, now),
        side=Side.ORIGIN,
        partner=_name_of(transfer.destination, uow),
        registered=Registered(number=sent[-1].reference or "", at=sent[-1].at) if sent else None,
        messages=messages,
        draft=b"" if messages else uow.foglios.draft(transfer.foglio),
    )


def foglio_received(
    origin_code: MiurCode, id_pratica: IdPratica, *, uow: UnitOfWork, now: datetime
) -> FoglioSheet:
    """Return the foglio of a practice, as received.

    Raises:
        Rejection: there is no such practice, or its messages are no longer kept.
    """
    transfer = destination.find(origin_code, id_pratica, uow=uow)
    key = destination.key_of(transfer)
    messages = _received_messages(key, uow)
    if not messages:
        raise refuse(Cause.CONTENT_REMOVED, "FoglioCongedo")
    return FoglioSheet(
        head=_head(id_pratica, transfer.student, uow, now),
        side=Side.DESTINATION,
        partner=_name_of(origin_code, uow),
        registered=_received(transfer, uow.records.history(key)),
        messages=messages,
    )


def decision(
    origin_code: MiurCode,
    id_pratica: IdPratica,
    *,
    uow: UnitOfWork,
    documents: FoglioDocuments,
    now: datetime,
) -> DecisionSheet:
    """Return the decision about a practice.

    Raises:
        Rejection: there is no such practice, or the commission has not decided.
    """
    transfer = destination.find(origin_code, id_pratica, uow=uow)
    key = destination.key_of(transfer)
    kept = uow.records.delibera(key)
    decided = _last(uow.records.history(key), DestinationEvent.DECIDE)
    if kept is None or decided is None:
        raise refuse(Cause.EVENT_NOT_ALLOWED, state=transfer.state.value, event=PRINT)
    number, delibera = kept
    career = foglios.career(key, uow=uow, documents=documents)
    return DecisionSheet(
        head=_head(id_pratica, transfer.student, uow, now),
        origin=_name_of(origin_code, uow),
        wanted=_wanted_here(transfer, uow),
        registered=Registered(number=number, at=decided.at),
        delibera=delibera,
        exams=career.exams,
        messages=tuple(
            content
            for content, sections in uow.foglios.received(key)
            if Section.CARRIERA in sections
        )[-1:],
    )


def _head(id_pratica: IdPratica, student: Student, uow: UnitOfWork, now: datetime) -> PaperHead:
    return PaperHead(
        university=uow.university, id_pratica=id_pratica, student=student, printed_at=now
    )


def _wanted_here(transfer: IncomingTransfer, uow: UnitOfWork) -> Wanted:
    """Return the course enrolled in, by the name the university's own offer gives it."""
    code = transfer.course_enrolled or transfer.course_code
    _, course = uow.offers.course(transfer.academic_year, code)
    told = transfer.course_name if code == transfer.course_code else ""
    return Wanted(
        university_code=transfer.university,
        university_name=uow.university.name,
        course_code=code,
        course_name=course.name if course else told,
        academic_year=transfer.academic_year,
    )


def _received(transfer: IncomingTransfer, history: Iterable[HistoryEntry]) -> Registered:
    first = next(entry for entry in history if entry.event == RECEIVE)
    return Registered(number=transfer.protocol_number, at=first.at)


def _received_messages(key: PracticeKey, uow: UnitOfWork) -> tuple[bytes, ...]:
    return tuple(content for content, _ in uow.foglios.received(key))


def _draft(transfer: OutgoingTransfer, uow: UnitOfWork) -> bytes:
    """Return the submitted document; a receipt is given also when it is no longer kept."""
    try:
        return uow.foglios.draft(transfer.foglio)
    except Rejection:
        return b""


def _last(history: Iterable[HistoryEntry], event: str) -> HistoryEntry | None:
    return next((entry for entry in reversed(list(history)) if entry.event == event), None)


def _name_of(code: MiurCode, uow: UnitOfWork) -> str:
    partner = uow.partners.get(code)
    return partner.name if partner else code
