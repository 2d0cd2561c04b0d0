"""The origin's steps: what student and secretariat decide (T18).

Each function loads, lets the aggregate decide, saves, and puts in line what the partner must be
told. None commits: that is the caller's last act.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from gateway.domain import checks as verification
from gateway.domain.attachments import Attachment, AttachmentState, check_size
from gateway.domain.calendar import italian_day
from gateway.domain.checks import Check
from gateway.domain.deliveries import DeliveryKind, Side
from gateway.domain.destination import COMPLETION, ON_REQUEST
from gateway.domain.foglio_congedo import TransferRequest
from gateway.domain.identifiers import IdPratica
from gateway.domain.lifecycle import Actor
from gateway.domain.messages import StatusChange, checked_words
from gateway.domain.origin import OriginState, OutgoingTransfer
from gateway.domain.partners import CheckKind
from gateway.domain.rejections import Cause, Reason, Rejection, refuse
from gateway.domain.terms import CAREER
from gateway.usecases import admission, faculties, foglios, mailing
from gateway.usecases.ports import (
    FoglioDocuments,
    PracticeKey,
    ProtocolRegister,
    RegisterEntry,
    UnitOfWork,
)
from gateway.usecases.posting import post

CORRECTION = "ERRORE"
"""Reason of a T5 that mends a mistake nobody asked about (guideline A.3, Put_Dati)."""


def key_of(transfer: OutgoingTransfer) -> PracticeKey:
    """Return the key of a request at the origin."""
    return PracticeKey(Side.ORIGIN, transfer.destination, transfer.id_pratica)


def find(id_pratica: IdPratica, *, uow: UnitOfWork) -> OutgoingTransfer:
    """Return the request.

    Raises:
        Rejection: there is none.
    """
    transfer = uow.outgoing.get(id_pratica)
    if transfer is None:
        raise refuse(Cause.PRACTICE_NOT_FOUND, "IdPratica")
    return transfer


def draft(
    content: bytes, actor: Actor, *, uow: UnitOfWork, documents: FoglioDocuments, now: datetime
) -> OutgoingTransfer:
    """Keep a student's draft; nothing is checked but that it can be read (guideline A.4.1).

    Raises:
        Rejection: the document does not follow the schema, is another university's, or names a
            destination that is no partner.
    """
    foglio = documents.read(content)
    request, student = foglios.administrative(foglio)
    _refuse_for(admission.origin_faults(request, uow.university.code))
    partner = uow.partners.get(request.destination)
    if partner is None:
        raise refuse(Cause.PARTNER_UNKNOWN, partner=request.destination)
    return uow.outgoing.add(
        OutgoingTransfer.draft(
            actor=actor,
            now=now,
            university=uow.university.code,
            id_pratica=uow.outgoing.new_id_pratica(italian_day(now).year),
            destination=request.destination,
            student=student,
            course_code=request.course_code,
            course_name=request.course_name,
            academic_year=request.academic_year,
            foglio=uow.foglios.add_draft(content, now),
            sections=foglio.sections,
            faculty=faculties.of_career(documents.career(content), request.academic_year, uow=uow),
        )
    )


def _refuse_for(reasons: Sequence[Reason]) -> None:
    if reasons:
        raise Rejection(reasons)


def edit(
    transfer: OutgoingTransfer,
    content: bytes,
    actor: Actor,
    why: str,
    *,
    uow: UnitOfWork,
    documents: FoglioDocuments,
    now: datetime,
) -> OutgoingTransfer:
    """Replace the foglio of a request: by its student while a draft, then by the secretariat.

    Raises:
        Rejection: it does not follow the schema, is about another student, origin or destination,
            or the request cannot be edited now.
    """
    foglio = documents.read(content)
    request, student = foglios.administrative(foglio)
    _refuse_for(admission.origin_faults(request, uow.university.code))
    if student.codice_fiscale != transfer.student.codice_fiscale:
        raise refuse(
            Cause.STUDENT_DIFFERS, "FoglioCongedo/DatiIdentificativiStudente/CodiceFiscale"
        )
    if request.destination != transfer.destination:
        raise refuse(
            Cause.DESTINATION_DIFFERS,
            "FoglioCongedo/Trasferimento/DestinazioneTrasferimento/CodiceAteneo",
        )
    moved = transfer.edit(
        uow.foglios.add_draft(content, now), foglio.sections, actor=actor, now=now, why=why
    )
    moved = replace(
        moved,
        student=student,
        course_code=request.course_code,
        course_name=request.course_name,
        academic_year=request.academic_year,
        faculty=faculties.of_career(documents.career(content), request.academic_year, uow=uow)
        or moved.faculty,
    )
    return uow.outgoing.save(moved)


def check_announced(
    transfer: OutgoingTransfer,
    attachment_id: str,
    *,
    uow: UnitOfWork,
    documents: FoglioDocuments,
) -> None:
    """Check that the foglio announces an attachment.

    Raises:
        Rejection: it does not.
    """
    announced = documents.read(uow.foglios.draft(transfer.foglio)).attachments
    if attachment_id not in {reference.attachment_id for reference in announced}:
        raise refuse(Cause.ATTACHMENT_NOT_FOUND, "FoglioCongedo/Allegati", attachment=attachment_id)


def attach(transfer: OutgoingTransfer, attachment: Attachment, *, uow: UnitOfWork) -> None:
    """Keep the document of an attachment that the foglio announces.

    Raises:
        Rejection: it is over 200 KB, or there is one of this identifier already.
    """
    check_size(attachment.content or b"")
    key = key_of(transfer)
    if uow.attachments.get(key, attachment.reference.attachment_id) is not None:
        raise refuse(Cause.ALREADY_EXISTS, attachment.reference.attachment_id)
    uow.attachments.add(key, replace(attachment, state=AttachmentState.OWN))


def confirm(
    transfer: OutgoingTransfer,
    actor: Actor,
    *,
    uow: UnitOfWork,
    documents: FoglioDocuments,
    register: ProtocolRegister,
    now: datetime,
) -> tuple[OutgoingTransfer, Sequence[Check]]:
    """The student confirms: the checks are run, the request gets its protocol number.

    Raises:
        Rejection: the consent is missing, a check that this university lets block has failed, or
            it is no draft.
    """
    request, found = _run_checks(transfer, uow=uow, documents=documents)
    _refuse_for(admission.consent_faults(request))
    looked_at = [check for check in found if check.passed is not None]
    obstacles = verification.obstacles(looked_at, uow.university.blocking_checks)
    _refuse_for(obstacles)
    key = key_of(transfer)
    moved = transfer.confirm(
        register.assign(RegisterEntry("submission", key), now), actor=actor, now=now
    )
    mailing.tell(moved, uow=uow, now=now)
    moved = uow.outgoing.save(moved)
    uow.records.keep_checks(key, found)
    return moved, found


def _run_checks(
    transfer: OutgoingTransfer, *, uow: UnitOfWork, documents: FoglioDocuments
) -> tuple[TransferRequest, list[Check]]:
    content = uow.foglios.draft(transfer.foglio)
    request, _ = foglios.administrative(documents.read(content))
    return request, verification.run(request, documents.career(content))


def process(
    transfer: OutgoingTransfer,
    actor: Actor,
    *,
    uow: UnitOfWork,
    documents: FoglioDocuments,
    now: datetime,
) -> tuple[OutgoingTransfer, Sequence[Check]]:
    """The secretariat runs the checks again; what it cleared stays cleared.

    Raises:
        Rejection: the request is not there yet, or not any more.
    """
    key = key_of(transfer)
    moved = uow.outgoing.save(transfer.process(actor=actor, now=now))
    found = verification.run_again(
        uow.records.checks(key), _run_checks(transfer, uow=uow, documents=documents)[1]
    )
    uow.records.keep_checks(key, found)
    return moved, found


def clear_check(
    transfer: OutgoingTransfer,
    kind: CheckKind,
    actor: Actor,
    why: str,
    *,
    uow: UnitOfWork,
    now: datetime,
) -> Sequence[Check]:
    """A secretary states that a check no longer stands in the way, and why.

    Raises:
        Rejection: the checks have not been run.
    """
    key = key_of(transfer)
    found = uow.records.checks(key)
    if kind not in {check.kind for check in found}:
        raise refuse(Cause.CHECK_BLOCKS, f"checks/{kind}", check=kind.value)
    kept = [check.clear(actor.name, why, now) if check.kind is kind else check for check in found]
    uow.records.keep_checks(key, kept)
    return kept


def drop(
    transfer: OutgoingTransfer, actor: Actor, why: str, *, uow: UnitOfWork, now: datetime
) -> OutgoingTransfer:
    """Give up a request that was not sent: a draft by its student, else by the secretariat.

    Raises:
        Rejection: it was sent, or it is not this actor's to give up.
    """
    dropped = transfer.drop(why, actor=actor, now=now)
    mailing.tell(dropped, uow=uow, now=now)
    return uow.outgoing.save(dropped)


def authorise_sending(
    transfer: OutgoingTransfer,
    actor: Actor,
    *,
    uow: UnitOfWork,
    documents: FoglioDocuments,
    register: ProtocolRegister,
    now: datetime,
    administrative_only: bool = False,
) -> OutgoingTransfer:
    """Authorise the first sending (T2, then T3).

    Raises:
        Rejection: a check is not settled, the foglio has faults, the partner is not active, or the
            request is not elaborata.
    """
    key = key_of(transfer)
    _refuse_for(sending_obstacles(transfer, uow=uow, documents=documents, now=now))
    number = register.assign(RegisterEntry("sending", key), now)
    moved = uow.outgoing.save(transfer.authorise_sending(number, actor=actor, now=now))
    meta = {
        "foglio": str(moved.foglio),
        "protocol": number,
        "on": italian_day(now).isoformat(),
        "sections": "administrative" if administrative_only else "all",
    }
    post(DeliveryKind.FOGLIO, key, meta, uow=uow, now=now)
    return moved


def sending_obstacles(
    transfer: OutgoingTransfer, *, uow: UnitOfWork, documents: FoglioDocuments, now: datetime
) -> list[Reason]:
    """Return what stands in the way of the first sending: checks, the foglio, the partner."""
    reasons = verification.obstacles(uow.records.checks(key_of(transfer)), CheckKind)
    reasons += data_obstacles(transfer, uow=uow, documents=documents, now=now)
    partner = uow.partners.get(transfer.destination)
    if partner is None or not partner.active_on(italian_day(now)) or not partner.destination_url:
        reasons.append(Reason(Cause.PARTNER_INACTIVE, params={"partner": transfer.destination}))
    return reasons


def data_obstacles(
    transfer: OutgoingTransfer, *, uow: UnitOfWork, documents: FoglioDocuments, now: datetime
) -> list[Reason]:
    """Return what stands in the way of any sending: faults of the foglio, documents not here."""
    return [
        *documents.faults(uow.foglios.draft(transfer.foglio), italian_day(now)),
        *_missing_documents(transfer, uow, documents),
    ]


def _missing_documents(
    transfer: OutgoingTransfer, uow: UnitOfWork, documents: FoglioDocuments
) -> list[Reason]:
    kept = {item.reference.attachment_id for item in uow.attachments.of(key_of(transfer))}
    announced = documents.read(uow.foglios.draft(transfer.foglio)).attachments
    return [
        Reason(
            Cause.ATTACHMENT_NOT_FOUND,
            f"FoglioCongedo/Allegati/Allegato[{position}]",
            {"attachment": reference.attachment_id},
        )
        for position, reference in enumerate(announced, start=1)
        if reference.attachment_id not in kept
    ]


def authorise_data(
    transfer: OutgoingTransfer,
    actor: Actor,
    notes: str,
    *,
    uow: UnitOfWork,
    documents: FoglioDocuments,
    register: ProtocolRegister,
    now: datetime,
) -> OutgoingTransfer:
    """Authorise a further sending (T5): answer to a revision, completion, or correction.

    Raises:
        Rejection: the foglio has faults or lacks what is owed, nothing was sent yet, or the notes
            are too long.
    """
    key = key_of(transfer)
    _refuse_for(data_obstacles(transfer, uow=uow, documents=documents, now=now))
    if transfer.state is OriginState.RICHIESTA_REVISIONE:
        reason = ON_REQUEST
    elif transfer.sent >= CAREER or not transfer.sections >= CAREER:
        reason = CORRECTION
    else:
        reason = COMPLETION
    number = register.assign(RegisterEntry("sending", key), now)
    moved = uow.outgoing.save(transfer.authorise_data(number, notes, actor=actor, now=now))
    meta = {
        "foglio": str(moved.foglio),
        "protocol": number,
        "on": italian_day(now).isoformat(),
        "reason": reason,
        "notes": checked_words(notes, "Note"),
    }
    post(DeliveryKind.DATA, key, meta, uow=uow, now=now)
    return moved


def ask_cancellation(
    transfer: OutgoingTransfer, actor: Actor, why: str, *, uow: UnitOfWork, now: datetime
) -> OutgoingTransfer:
    """Ask the destination to cancel what was sent (T6 ANNULLA).

    Raises:
        Rejection: nothing was sent, it has ended, or the reason is too long.
    """
    moved = uow.outgoing.save(transfer.ask_cancellation(why, actor=actor, now=now))
    meta = {"change": StatusChange.CANCEL.value, "notes": checked_words(why, "Note")}
    post(DeliveryKind.STATUS_CHANGE, key_of(moved), meta, uow=uow, now=now)
    return moved
