"""What the origin's messages do at the destination: T3, T5 and T6 (guideline A.2, A.4.2).

Each function loads, lets the aggregate decide, saves. None commits: that is the caller's last act.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from gateway.domain.calendar import italian_day
from gateway.domain.deliveries import Side
from gateway.domain.destination import DestinationState, IncomingTransfer
from gateway.domain.foglio_congedo import FoglioCongedo
from gateway.domain.identifiers import IdPratica, MiurCode
from gateway.domain.lifecycle import Actor, Party
from gateway.domain.messages import ReceivedMessage, StatusChange
from gateway.domain.rejections import Cause, Reason, Rejection, refuse
from gateway.domain.terms import Section
from gateway.domain.tokens import Token, TokenMode
from gateway.usecases import admission, faculties, foglios, mailing, verification
from gateway.usecases.destination import SYSTEM, assign_token, find, key_of
from gateway.usecases.ports import (
    FoglioDocuments,
    PracticeKey,
    ProtocolRegister,
    RegisterEntry,
    UnitOfWork,
)


@dataclass(frozen=True, slots=True)
class ReceiveTransfer:
    """T3. ``faults`` are what was found wrong in the foglio beyond its schema."""

    message: ReceivedMessage
    id_pratica: IdPratica
    foglio: FoglioCongedo
    faults: tuple[Reason, ...] = ()

    @property
    def origin(self) -> MiurCode:
        """The authenticated caller."""
        return self.message.caller


@dataclass(frozen=True, slots=True)
class TransferReceived:
    """The answer to T3: the token, in immediate mode."""

    token: Token | None


@dataclass(frozen=True, slots=True)
class ReceiveData:
    """T5."""

    message: ReceivedMessage
    id_pratica: IdPratica
    foglio: FoglioCongedo
    reason: str
    notes: str = field(default="", repr=False)
    faults: tuple[Reason, ...] = ()


def receive_transfer(
    command: ReceiveTransfer,
    *,
    uow: UnitOfWork,
    register: ProtocolRegister,
    documents: FoglioDocuments,
    new_token: Callable[[], Token],
    now: datetime,
) -> TransferReceived:
    """T3: start a practice (guideline A.2, Put_ProcessoTrasferimento).

    Raises:
        Rejection: the identifier is taken by other content, or the foglio is not acceptable.
    """
    existing = uow.incoming.get(command.origin, command.id_pratica)
    if existing is not None:
        raise _content_differs(command.message, existing, uow, documents)
    reasons = [*command.faults, *admission.obstacles(command.origin, command.foglio, uow, now)]
    if reasons:
        raise Rejection(reasons)
    key = PracticeKey(Side.DESTINATION, command.origin, command.id_pratica)
    terms = uow.university.terms
    token = new_token() if terms.token_mode is TokenMode.IMMEDIATE else None
    request, student = foglios.administrative(command.foglio)
    transfer = uow.incoming.add(
        IncomingTransfer.receive(
            actor=Actor(Party.PARTNER, command.origin),
            now=now,
            protocol_number=register.assign(RegisterEntry("receipt", key), now),
            university=uow.university.code,
            origin=command.origin,
            id_pratica=command.id_pratica,
            student=student,
            course_code=request.course_code,
            course_name=request.course_name,
            academic_year=request.academic_year,
            sections=command.foglio.sections,
            token=token,
            career_due=terms.career_due(italian_day(now), command.foglio.sections),
            faculty=faculties.of_course(request.academic_year, request.course_code, uow=uow),
        )
    )
    foglios.await_attachments(key, command.foglio, uow=uow, now=now)
    verification.on_receipt(transfer, command.foglio.sections, uow=uow, now=now)
    if token is None and uow.university.token_on_receipt:
        assign_token(transfer, SYSTEM, uow=uow, new_token=new_token, now=now)
    return TransferReceived(token)


def _content_differs(
    message: ReceivedMessage,
    existing: IncomingTransfer,
    uow: UnitOfWork,
    documents: FoglioDocuments,
) -> Rejection:
    received = uow.foglios.received(key_of(existing))
    if not received:  # an ended practice whose messages are no longer kept
        return refuse(Cause.CONTENT_DIFFERS, "IdPratica", paths="")
    paths = documents.differences(received[0][0], message.content)
    return refuse(Cause.CONTENT_DIFFERS, "IdPratica", paths=", ".join(paths))


def receive_data(
    command: ReceiveData, *, uow: UnitOfWork, register: ProtocolRegister, now: datetime
) -> None:
    """T5: sections again, or the ones still owed (guideline A.2, Put_DatiTrasferimento).

    Another course than the one of T3 has to be one that T3 might have asked for.

    Raises:
        Rejection: no such practice, another student, faulty content, or data not expected now.
    """
    caller = command.message.caller
    transfer = find(caller, command.id_pratica, uow=uow)
    reasons = list(command.faults)
    student = command.foglio.student
    if student is not None and student.codice_fiscale != transfer.student.codice_fiscale:
        reasons.append(
            Reason(
                Cause.STUDENT_DIFFERS,
                "FoglioCongedo/DatiIdentificativiStudente/CodiceFiscale",
            )
        )
    if not command.foglio.sections:
        any_of_them = " / ".join(Section)
        reasons.append(Reason(Cause.SECTION_MISSING, "FoglioCongedo", {"section": any_of_them}))
    reasons += admission.request_faults(caller, command.foglio, uow)
    reasons += admission.change_faults(transfer, command.foglio, uow)
    if reasons:
        raise Rejection(reasons)
    actor = Actor(Party.PARTNER, caller)
    moved = transfer.receive_data(
        command.foglio.sections, command.reason, command.notes, actor=actor, now=now
    )
    moved = faculties.placed(foglios.updated(moved, command.foglio), uow=uow)
    key = key_of(transfer)
    number = register.assign(RegisterEntry("receipt", key), now)
    moved = uow.incoming.save(moved.numbered(number))
    foglios.await_attachments(key, command.foglio, uow=uow, now=now)
    verification.on_receipt(moved, command.foglio.sections, uow=uow, now=now)


def receive_status_change(
    caller: MiurCode,
    id_pratica: IdPratica,
    change: StatusChange,
    notes: str,
    *,
    uow: UnitOfWork,
    now: datetime,
) -> None:
    """T6 from the origin: only ANNULLA, and only before the student has enrolled.

    Asking for what has happened already is agreed to and changes nothing.

    Raises:
        Rejection: no such practice, not the origin's to ask, or too late.
    """
    transfer = find(caller, id_pratica, uow=uow)
    if change is not StatusChange.CANCEL:
        raise refuse(Cause.ROLE_NOT_ALLOWED, "StatoChange", change=change.value)
    if transfer.state is DestinationState.CANCELLATA:
        return
    cancelled = transfer.cancel(notes, actor=Actor(Party.PARTNER, caller), now=now)
    mailing.tell(cancelled, uow=uow, now=now)
    uow.incoming.save(cancelled)
