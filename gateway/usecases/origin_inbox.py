"""What the destination's messages do at the origin: T4, T6, T8 and T9 (guideline A.2, A.4.1).

Each function loads, lets the aggregate decide, saves. None commits: that is the caller's last act.
"""

from dataclasses import dataclass, field
from datetime import datetime

from gateway.domain.attachments import give
from gateway.domain.calendar import italian_day
from gateway.domain.deliveries import DeliveryKind
from gateway.domain.identifiers import IdPratica, MiurCode
from gateway.domain.lifecycle import Actor, Party
from gateway.domain.messages import StatusChange
from gateway.domain.origin import OriginState, OutgoingTransfer
from gateway.domain.rejections import Cause, refuse
from gateway.domain.terms import Section
from gateway.domain.tokens import Token
from gateway.usecases import mailing
from gateway.usecases.calls import ALARM_TOKEN
from gateway.usecases.origin import find, key_of
from gateway.usecases.ports import ProtocolRegister, RegisterEntry, StudentFile, UnitOfWork


@dataclass(frozen=True, slots=True)
class StatusChangeRequest:
    """T6 as it came: what is asked, why, and the course really enrolled in."""

    change: StatusChange
    notes: str = field(default="", repr=False)
    course: str = ""


def find_sent(caller: MiurCode, id_pratica: IdPratica, *, uow: UnitOfWork) -> OutgoingTransfer:
    """Return the request that ``caller`` is the destination of.

    Raises:
        Rejection: there is none, it is for another university, or it was never sent: all alike.
    """
    transfer = find(id_pratica, uow=uow)
    if transfer.destination != caller or not transfer.may_be_known:
        raise refuse(Cause.PRACTICE_NOT_FOUND, "IdPratica")
    if transfer.state is OriginState.VALIDATA and not sections_sent(transfer, uow=uow):
        raise refuse(Cause.PRACTICE_NOT_FOUND, "IdPratica")  # it waits in line, nothing has left
    return transfer


def sections_sent(transfer: OutgoingTransfer, *, uow: UnitOfWork) -> frozenset[Section]:
    """Return the sections that the first sending, still without an answer, carries."""
    for delivery in uow.deliveries.open_of(
        DeliveryKind.FOGLIO, transfer.destination, transfer.id_pratica
    ):
        return frozenset(Section(name) for name in delivery.meta.get("sent", "").split() if name)
    return frozenset()


def _acting(
    caller: MiurCode, id_pratica: IdPratica, *, uow: UnitOfWork, now: datetime
) -> OutgoingTransfer:
    """The destination acts: if its OK to T3 was lost, record it first (profile)."""
    transfer = find_sent(caller, id_pratica, uow=uow)
    return transfer.implied_acceptance(
        sections_sent(transfer, uow=uow), actor=Actor(Party.PARTNER, caller), now=now
    )


def receive_refresh_request(
    caller: MiurCode,
    id_pratica: IdPratica,
    reason: str,
    notes: str,
    *,
    uow: UnitOfWork,
    now: datetime,
) -> None:
    """T4: the destination wants the foglio again (guideline A.2, Require_Refresh).

    Raises:
        Rejection: no such practice for this caller, or it has ended.
    """
    transfer = _acting(caller, id_pratica, uow=uow, now=now)
    asked = transfer.revision_asked(reason, notes, actor=Actor(Party.PARTNER, caller), now=now)
    mailing.tell(asked, uow=uow, now=now)
    uow.outgoing.save(asked)


def receive_token(
    caller: MiurCode, id_pratica: IdPratica, token: Token, *, uow: UnitOfWork, now: datetime
) -> None:
    """T8: the student's token (guideline A.2, Ret_Token).

    Raises:
        Rejection: no such practice for this caller, another token is assigned, or it has ended.
    """
    transfer = _acting(caller, id_pratica, uow=uow, now=now)
    given = transfer.receive_token(token, actor=Actor(Party.PARTNER, caller), now=now)
    mailing.tell(given, uow=uow, now=now)
    uow.outgoing.save(given)
    uow.alarms.clear(ALARM_TOKEN, id_pratica, now)


def receive_status_change(
    caller: MiurCode,
    id_pratica: IdPratica,
    request: StatusChangeRequest,
    *,
    uow: UnitOfWork,
    register: ProtocolRegister,
    student_file: StudentFile,
    now: datetime,
) -> None:
    """T6: the destination ends the practice (guideline A.4.1, Chiusura/rifiuto).

    Asking for what has happened already is agreed to and changes nothing.

    Raises:
        Rejection: no such practice for this caller, or it has ended otherwise.
    """
    transfer = _acting(caller, id_pratica, uow=uow, now=now)
    if transfer.is_ended_by(request.change):
        return
    closing = request.change is StatusChange.CLOSE
    key = key_of(transfer)
    moved = transfer.end(
        request.change,
        notes=request.notes,
        actor=Actor(Party.PARTNER, caller),
        now=now,
        archive_number=register.archive(RegisterEntry("closing", key), now) if closing else "",
        course_enrolled=request.course,
    )
    mailing.tell(moved, uow=uow, now=now)
    uow.outgoing.save(moved)
    if closing:
        uow.student_access.end(moved.student.codice_fiscale, now)
        student_file.end_career(
            moved.student.codice_fiscale, moved.id_pratica, "foglio di congedo", now
        )


def provide_attachment(
    caller: MiurCode, id_pratica: IdPratica, attachment_id: str, *, uow: UnitOfWork, now: datetime
) -> bytes:
    """T9: an attachment, until the day the foglio declares (guideline A.2, Get_Allegato).

    Raises:
        Rejection: no such practice for this caller, no such attachment, or its term has passed.
    """
    transfer = find_sent(caller, id_pratica, uow=uow)
    return give(uow.attachments.get(key_of(transfer), attachment_id), italian_day(now))
