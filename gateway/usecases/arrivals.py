"""The student's arrival at the destination: first access by token, the enrolment step by step.

Everything is kept at each step beside the practice, so that a student may go on later from another
device; the enrolment itself is ``destination.enrol``. None of these commits.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from gateway.domain.arrivals import (
    Confirmed,
    EnrolmentRecord,
    check_token_term,
    token_until,
)
from gateway.domain.calendar import italian_day
from gateway.domain.destination import DestinationState, IncomingTransfer
from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.messages import MAX_NOTES, checked_words
from gateway.domain.particulars import Difference, check, cleaned, differences
from gateway.domain.rejections import Cause, Reason, Rejection, refuse
from gateway.usecases import destination, foglios
from gateway.usecases.ports import (
    FoglioDocuments,
    ProtocolRegister,
    StudentFile,
    UnitOfWork,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A student's enrolment as it stands: what the foglio declares and what is kept beside it."""

    transfer: IncomingTransfer
    declared: Mapping[str, str] = field(repr=False)
    record: EnrolmentRecord = field(repr=False)

    @property
    def values(self) -> Mapping[str, str]:
        """The student's data: as confirmed, or else as declared."""
        return self.record.values or self.declared

    @property
    def courses(self) -> tuple[str, ...]:
        """The courses in which the student may enrol; the one asked for comes first."""
        asked = self.transfer.course_code
        return (asked, *(code for code in self.record.allowed_courses if code != asked))


def admit(
    codice_fiscale: CodiceFiscale, token: str, *, uow: UnitOfWork, now: datetime
) -> IncomingTransfer:
    """Return the practice that codice fiscale and token open.

    Raises:
        Rejection: they open none, or the token's term has passed.
    """
    transfer = destination.by_credentials(codice_fiscale, token, uow=uow)
    check_token_term(token_term(transfer, uow=uow), now)
    return transfer


def token_term(transfer: IncomingTransfer, *, uow: UnitOfWork) -> datetime | None:
    """Return until when the token of a practice opens, ``None`` if it has no term."""
    history = uow.records.history(destination.key_of(transfer))
    renewed = record_of(transfer, uow=uow).token_renewed_at
    return token_until(history, renewed, uow.university.token_days)


def record_of(transfer: IncomingTransfer, *, uow: UnitOfWork) -> EnrolmentRecord:
    """Return what stands beside a practice about the enrolment, an empty record if nothing does."""
    found = uow.enrolments.get(transfer.origin, transfer.id_pratica)
    return found or EnrolmentRecord(origin=transfer.origin, id_pratica=transfer.id_pratica)


def standing(
    transfer: IncomingTransfer, *, uow: UnitOfWork, documents: FoglioDocuments
) -> Standing:
    """Return a student's enrolment as it stands before the foglio as last received."""
    key = destination.key_of(transfer)
    declared = cleaned(foglios.particulars(key, uow=uow, documents=documents))
    record = record_of(transfer, uow=uow)
    if transfer.state is DestinationState.AUTORIZZATA_IMMATRICOLAZIONE:
        career = foglios.career(key, uow=uow, documents=documents)
        record = record.on(_basis(repr(sorted(declared.items())), *career.exams, str(career.cfu)))
    return Standing(transfer, declared, record)


def _basis(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _writable(transfer: IncomingTransfer) -> None:
    if transfer.state is not DestinationState.AUTORIZZATA_IMMATRICOLAZIONE:
        raise refuse(Cause.EVENT_NOT_ALLOWED, state=transfer.state.value, event="enrol")


def unconfirmed(
    here: Standing, given: Mapping[str, str], ticked: Mapping[str, str]
) -> list[Difference]:
    """Return the changes that the student has not confirmed as they stand now."""
    return [
        change
        for change in differences(here.declared, cleaned(given))
        if ticked.get(change.path) != change.given
    ]


def keep_person(
    here: Standing,
    given: Mapping[str, str],
    ticked: Mapping[str, str],
    *,
    uow: UnitOfWork,
    now: datetime,
) -> EnrolmentRecord:
    """Keep the student's data; ``ticked`` are the changes confirmed, by field with their value.

    Raises:
        Rejection: a value cannot be, or a change is not confirmed; every one at once.
    """
    _writable(here.transfer)
    values = cleaned(given)
    check(values, italian_day(now))
    open_ones = unconfirmed(here, values, ticked)
    if open_ones:
        raise Rejection(
            Reason(Cause.PARAMETER_INVALID, change.path, {"why": "change_unconfirmed"})
            for change in open_ones
        )
    return uow.enrolments.save(here.record.with_person(here.declared, values), now)


def keep_career(here: Standing, remark: str, *, uow: UnitOfWork, now: datetime) -> EnrolmentRecord:
    """Keep that the student has seen the career as declared, and what they remark on it.

    Raises:
        Rejection: the remark is too long, or it is not the time.
    """
    _writable(here.transfer)
    said = checked_words(remark, "Note", MAX_NOTES)
    return uow.enrolments.save(here.record.with_career(said), now)


def keep_course(
    here: Standing, course: str, *, privacy: bool, uow: UnitOfWork, now: datetime
) -> EnrolmentRecord:
    """Keep the course, and that the privacy statement was read.

    Raises:
        Rejection: the course is not the one asked for nor one that was allowed, or it was not read.
    """
    _writable(here.transfer)
    reasons = []
    if course not in here.courses:
        year = str(here.transfer.academic_year)
        reasons.append(Reason(Cause.COURSE_NOT_OFFERED, "course", {"course": course, "year": year}))
    if not privacy:
        reasons.append(Reason(Cause.PARAMETER_INVALID, "privacy", {"why": "privacy_unread"}))
    if reasons:
        raise Rejection(reasons)
    return uow.enrolments.save(here.record.with_course(course, now), now)


def enrol(
    here: Standing,
    *,
    uow: UnitOfWork,
    register: ProtocolRegister,
    student_file: StudentFile,
    now: datetime,
) -> IncomingTransfer:
    """Enrol a student who confirmed every step, in the course chosen.

    Raises:
        Rejection: a step is not confirmed, the course is not allowed any more, or it is too late.
    """
    transfer, record = here.transfer, here.record
    _writable(transfer)
    step = record.next_step
    if step is not None:
        raise refuse(Cause.PARAMETER_INVALID, step.value, why="step_unconfirmed")
    if record.course not in here.courses:
        raise refuse(
            Cause.COURSE_NOT_OFFERED,
            Confirmed.COURSE.value,
            course=record.course,
            year=str(transfer.academic_year),
        )
    assert transfer.token is not None  # nobody comes here without one
    moved = destination.enrol(
        destination.Enrol(transfer.student.codice_fiscale, transfer.token.value, record.course),
        uow=uow,
        register=register,
        student_file=student_file,
        now=now,
    )
    enrolled = destination.enrolment_of(uow.records.history(destination.key_of(moved)))
    assert enrolled is not None  # a moment ago
    uow.enrolments.save(replace(record, protocol_number=enrolled[0]), now)
    return moved


def allow_courses(
    transfer: IncomingTransfer, courses: tuple[str, ...], *, uow: UnitOfWork, now: datetime
) -> EnrolmentRecord:
    """Let the student enrol in other courses than the one asked for.

    Raises:
        Rejection: a course is not in the offer of the year, or the student has enrolled already.
    """
    if transfer.matricola or transfer.has_ended:
        raise refuse(Cause.EVENT_NOT_ALLOWED, state=transfer.state.value, event="enrol")
    year = transfer.academic_year
    unknown = [code for code in courses if uow.offers.course(year, code)[1] is None]
    if unknown:
        raise Rejection(
            Reason(Cause.COURSE_NOT_OFFERED, "courses", {"course": code, "year": str(year)})
            for code in unknown
        )
    record = replace(record_of(transfer, uow=uow), allowed_courses=courses)
    return uow.enrolments.save(record, now)


def renew_token(transfer: IncomingTransfer, *, uow: UnitOfWork, now: datetime) -> EnrolmentRecord:
    """Let the token open for a whole term from now on.

    Raises:
        Rejection: there is no token, or nothing that it opens.
    """
    if transfer.token is None or transfer.token_used or transfer.has_ended:
        raise refuse(Cause.EVENT_NOT_ALLOWED, state=transfer.state.value, event="assign_token")
    return uow.enrolments.save(replace(record_of(transfer, uow=uow), token_renewed_at=now), now)
