"""The destination's steps: what secretariat, student and commission decide (T19).

Each function loads, lets the aggregate decide, saves, and puts in line what the partner must be
told. None commits: that is the caller's last act.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.domain import delibera as decisions
from gateway.domain.calendar import italian_day
from gateway.domain.delibera import Delibera
from gateway.domain.deliveries import DeliveryKind, Side
from gateway.domain.destination import (
    DestinationEvent,
    DestinationState,
    IncomingTransfer,
)
from gateway.domain.history import HistoryEntry
from gateway.domain.identifiers import CodiceFiscale, IdPratica, MiurCode
from gateway.domain.lifecycle import Actor, Party
from gateway.domain.messages import MAX_NOTES, MAX_REASON, StatusChange, checked_words
from gateway.domain.rejections import Cause, refuse
from gateway.domain.tokens import Token
from gateway.usecases import faculties, foglios, mailing, verification
from gateway.usecases.ports import (
    FoglioDocuments,
    PracticeKey,
    ProtocolRegister,
    RegisterEntry,
    StudentFile,
    UnitOfWork,
)
from gateway.usecases.posting import post

SYSTEM = Actor(Party.SYSTEM, "congedo")
BY_TOKEN = Actor(Party.STUDENT, "student")
"""A student who came by codice fiscale and token: the history names nobody."""
IN_VAIN = (DestinationState.RIFIUTATA, DestinationState.CANCELLATA)
"""How a practice ends that leads nobody into the university."""
_NUMBERED = "prot. "
_PROTOCOL_ROOM = 60
"""What the protocol number takes of the notes."""


@dataclass(frozen=True, slots=True)
class Enrol:
    """A student's enrolment: the credentials, and the course if it is not the one asked for."""

    codice_fiscale: CodiceFiscale = field(repr=False)
    token: str = field(repr=False)
    course: str = ""


def key_of(transfer: IncomingTransfer) -> PracticeKey:
    """Return the key of a practice at the destination."""
    return PracticeKey(Side.DESTINATION, transfer.origin, transfer.id_pratica)


def find(origin: MiurCode, id_pratica: IdPratica, *, uow: UnitOfWork) -> IncomingTransfer:
    """Return the practice.

    Raises:
        Rejection: there is none of this origin under this identifier.
    """
    transfer = uow.incoming.get(origin, id_pratica)
    if transfer is None:
        raise refuse(Cause.PRACTICE_NOT_FOUND, "IdPratica")
    return transfer


def assign_token(
    transfer: IncomingTransfer,
    actor: Actor,
    *,
    uow: UnitOfWork,
    new_token: Callable[[], Token],
    now: datetime,
) -> IncomingTransfer:
    """Give the student a token and tell the origin (T8).

    A student whose enrolment was authorised before there was one is told now that they may enrol.

    Raises:
        Rejection: there is one already, or it is too late.
    """
    moved = transfer.assign_token(new_token(), actor=actor, now=now)
    authorised = moved.state is DestinationState.AUTORIZZATA_IMMATRICOLAZIONE
    moved = _saved(moved, uow, now) if authorised else uow.incoming.save(moved)
    post(DeliveryKind.TOKEN, key_of(moved), uow=uow, now=now)
    return moved


def ask_revision(
    transfer: IncomingTransfer,
    actor: Actor,
    reason: str,
    notes: str,
    *,
    uow: UnitOfWork,
    register: ProtocolRegister,
    now: datetime,
) -> IncomingTransfer:
    """Ask the origin for the foglio again (T4).

    The request carries its protocol number in the notes: a later one with the same words must not
    be taken for a repeat of this (T15). The history keeps it, too (T17).

    Raises:
        Rejection: the practice is not at a point where it can be asked for, or the words are too
            long.
    """
    reason = checked_words(reason, "Causale", MAX_REASON)
    notes = checked_words(notes, "Note", MAX_NOTES - _PROTOCOL_ROOM)
    asked = transfer.ask_revision(reason, notes, actor=actor, now=now)
    key = key_of(asked)
    number = register.assign(RegisterEntry("revision", key), now)
    moved = uow.incoming.save(asked.numbered(number))
    meta = {"reason": reason, "notes": f"{notes} (prot. {number})".strip()}
    post(DeliveryKind.REFRESH, key, meta, uow=uow, now=now)
    return moved


def authorise_enrolment(
    transfer: IncomingTransfer, actor: Actor, *, uow: UnitOfWork, now: datetime
) -> IncomingTransfer:
    """Let the student enrol; one who has no token yet is told when it is assigned.

    Raises:
        Rejection: the practice is not ricevuta.
    """
    moved = transfer.authorise_enrolment(actor=actor, now=now)
    return uow.incoming.save(moved) if moved.token is None else _saved(moved, uow, now)


def _saved(moved: IncomingTransfer, uow: UnitOfWork, now: datetime) -> IncomingTransfer:
    """Keep a practice whose student is told of what happened."""
    mailing.tell(moved, uow=uow, now=now)
    return uow.incoming.save(moved)


def enrol(
    command: Enrol,
    *,
    uow: UnitOfWork,
    register: ProtocolRegister,
    student_file: StudentFile,
    now: datetime,
) -> IncomingTransfer:
    """Enrol the student who shows codice fiscale and token; return the practice with its matricola.

    The request to enrol gets a protocol number of its own, which the history keeps (A.4.2).

    Raises:
        Rejection: the credentials open nothing, or the enrolment is not authorised yet.
    """
    transfer = by_credentials(command.codice_fiscale, command.token, uow=uow)
    matricola = uow.incoming.new_matricola(italian_day(now).year)
    number = register.assign(RegisterEntry("enrolment", key_of(transfer)), now)
    moved = transfer.enrol(
        matricola,
        command.course or transfer.course_code,
        f"{_NUMBERED}{number}",
        actor=BY_TOKEN,
        now=now,
    )
    moved = _saved(faculties.placed(moved, uow=uow), uow, now)
    student_file.new_career(moved.student.codice_fiscale, matricola, now)
    student_file.new_document(
        moved.student.codice_fiscale, matricola, "domanda di trasferimento in ingresso", now
    )
    uow.student_access.restore(moved.student.codice_fiscale, now)
    verification.on_enrolment(moved, uow=uow, now=now)
    return moved


def enrolment_of(history: Sequence[HistoryEntry]) -> tuple[str, datetime] | None:
    """Return protocol number and moment of a practice's enrolment, if the student enrolled."""
    for entry in history:
        if entry.event == DestinationEvent.ENROL:
            return entry.notes.removeprefix(_NUMBERED), entry.at
    return None


def by_credentials(
    codice_fiscale: CodiceFiscale, token: str, *, uow: UnitOfWork
) -> IncomingTransfer:
    """Return the practice that codice fiscale and token open; the newest that fits.

    Raises:
        Rejection: none fits; nothing tells which of the two was wrong.
    """
    for transfer in uow.incoming.of_student(codice_fiscale):
        if transfer.token and not transfer.token_used and transfer.token.matches(token):
            return transfer
    raise refuse(Cause.CREDENTIALS_WRONG)


def reconcile(
    transfer: IncomingTransfer,
    actor: Actor,
    matricola: str,
    why: str,
    *,
    uow: UnitOfWork,
    now: datetime,
    course: str = "",
) -> IncomingTransfer:
    """Join the practice to an enrolment that exists already (limited-access courses, A.4.2).

    Raises:
        Rejection: the enrolment is not authorised.
    """
    course = course or transfer.course_code
    moved = transfer.reconcile(matricola, course, why=why, actor=actor, now=now)
    moved = _saved(faculties.placed(moved, uow=uow), uow, now)
    verification.on_enrolment(moved, uow=uow, now=now)
    return moved


def authorise_evaluation(
    transfer: IncomingTransfer, actor: Actor, *, uow: UnitOfWork, now: datetime
) -> IncomingTransfer:
    """Pass the career to the commission.

    Raises:
        Rejection: the student has not enrolled, or sections 3-4 are missing.
    """
    return uow.incoming.save(transfer.authorise_evaluation(actor=actor, now=now))


def decide(
    transfer: IncomingTransfer,
    actor: Actor,
    delibera: Delibera,
    *,
    uow: UnitOfWork,
    register: ProtocolRegister,
    documents: FoglioDocuments,
    now: datetime,
) -> IncomingTransfer:
    """Record the commission's decision under a protocol number.

    Raises:
        Rejection: the table does not add up, or the practice is not under evaluation.
    """
    key = key_of(transfer)
    career = foglios.career(key, uow=uow, documents=documents)
    decisions.check(delibera, career)
    moved = transfer.decide(
        register.assign(RegisterEntry("delibera", key), now), actor=actor, now=now
    )
    uow.records.keep_delibera(key, delibera, moved.history[-1].reference or "")
    return uow.incoming.save(moved)


def complete(
    transfer: IncomingTransfer,
    actor: Actor,
    *,
    uow: UnitOfWork,
    register: ProtocolRegister,
    now: datetime,
    notes: str = "",
) -> IncomingTransfer:
    """Conclude the transfer and tell the origin (T6 CHIUDI), with the real course if it differs.

    Raises:
        Rejection: the practice is not deliberata.
    """
    number = register.assign(RegisterEntry("conclusion", key_of(transfer)), now)
    moved = _saved(transfer.complete(number, notes, actor=actor, now=now), uow, now)
    course = moved.course_enrolled if moved.course_enrolled != moved.course_code else ""
    return _tell(moved, StatusChange.CLOSE, notes, uow=uow, now=now, course=course)


def refuse_transfer(
    transfer: IncomingTransfer,
    actor: Actor,
    why: str,
    *,
    uow: UnitOfWork,
    register: ProtocolRegister,
    student_file: StudentFile,
    now: datetime,
) -> IncomingTransfer:
    """Refuse the transfer and tell the origin (T6 RIFIUTA).

    Raises:
        Rejection: the practice cannot be refused any more, or not yet.
    """
    number = register.assign(RegisterEntry("conclusion", key_of(transfer)), now)
    moved = _saved(transfer.refuse(number, why, actor=actor, now=now), uow, now)
    _end_position(moved, "rifiuto del trasferimento", uow, student_file, now)
    return _tell(moved, StatusChange.REJECT, why, uow=uow, now=now)


def cancel(
    transfer: IncomingTransfer,
    actor: Actor,
    why: str,
    *,
    uow: UnitOfWork,
    student_file: StudentFile,
    now: datetime,
) -> IncomingTransfer:
    """Cancel at the student's wish and tell the origin (T6 ANNULLA).

    Raises:
        Rejection: the practice has ended.
    """
    moved = _saved(transfer.cancel(why, actor=actor, now=now), uow, now)
    _end_position(moved, "annullamento del trasferimento", uow, student_file, now)
    return _tell(moved, StatusChange.CANCEL, why, uow=uow, now=now)


def _end_position(
    transfer: IncomingTransfer,
    document: str,
    uow: UnitOfWork,
    student_file: StudentFile,
    now: datetime,
) -> None:
    """Close file and account that a student got by enrolling with this practice (A.4.2, 3.5).

    One who was reconciled had enrolled before, by another way: theirs are not ours to close.
    """
    if enrolment_of(uow.records.history(key_of(transfer))):
        person = transfer.student.codice_fiscale
        student_file.end_career(person, transfer.matricola, document, now)
        uow.student_access.end(person, now)


def _tell(
    transfer: IncomingTransfer,
    change: StatusChange,
    notes: str,
    *,
    uow: UnitOfWork,
    now: datetime,
    course: str = "",
) -> IncomingTransfer:
    """Tell the origin of a change (T6).

    Raises:
        Rejection: the notes are too long.
    """
    meta = {"change": change.value, "notes": checked_words(notes, "Note"), "course": course}
    post(DeliveryKind.STATUS_CHANGE, key_of(transfer), meta, uow=uow, now=now)
    return transfer


def already_enrolled(transfer: IncomingTransfer, *, uow: UnitOfWork) -> Sequence[IncomingTransfer]:
    """Return other practices of the same student whose enrolment here still holds."""
    return [
        other
        for other in uow.incoming.of_student(transfer.student.codice_fiscale)
        if other.matricola
        and other.transfer_id != transfer.transfer_id
        and other.state not in IN_VAIN
    ]
