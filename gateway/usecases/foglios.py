"""What both sides do with foglio documents and their attachments."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from gateway.domain.attachments import Attachment, AttachmentState
from gateway.domain.deliveries import DeliveryKind
from gateway.domain.destination import IncomingTransfer
from gateway.domain.foglio_congedo import Career, FoglioCongedo, TransferRequest
from gateway.domain.rejections import Cause, Rejection, refuse
from gateway.domain.students import Student
from gateway.domain.terms import ADMINISTRATIVE, Section, absent
from gateway.domain.title_checks import DeclaredTitle
from gateway.usecases.ports import FoglioDocuments, PracticeKey, UnitOfWork
from gateway.usecases.posting import post


def administrative(foglio: FoglioCongedo) -> tuple[TransferRequest, Student]:
    """Return sections 1 and 2.

    Raises:
        Rejection: one of them is missing.
    """
    if foglio.request is None or foglio.student is None:
        raise Rejection(
            absent(section) for section in Section if section in ADMINISTRATIVE - foglio.sections
        )
    return foglio.request, foglio.student


def updated(transfer: IncomingTransfer, foglio: FoglioCongedo) -> IncomingTransfer:
    """Return the practice with the identity and the course that a newer foglio gives."""
    if foglio.student is not None:
        transfer = replace(transfer, student=foglio.student)
    if foglio.request is not None:
        transfer = replace(
            transfer,
            course_code=foglio.request.course_code,
            course_name=foglio.request.course_name,
        )
    return transfer


def await_attachments(
    key: PracticeKey, foglio: FoglioCongedo, *, uow: UnitOfWork, now: datetime
) -> None:
    """Note the attachments that a received foglio announces and put their fetching in line (T9)."""
    for reference in foglio.attachments:
        known = uow.attachments.get(key, reference.attachment_id)
        failed = known is not None and known.state is AttachmentState.FAILED
        if known is not None and known.reference == reference and not failed:
            continue
        awaited = Attachment(reference, AttachmentState.AWAITED)
        if known is None:
            uow.attachments.add(key, awaited)
        else:
            uow.attachments.save(key, awaited)
        meta = {"attachment_id": reference.attachment_id}
        post(DeliveryKind.ATTACHMENT, key, meta, uow=uow, now=now)


def fetch_again(key: PracticeKey, attachment_id: str, *, uow: UnitOfWork, now: datetime) -> bool:
    """Put the fetching of an attachment in line once more, unless it is; tell whether it was.

    Raises:
        Rejection: the practice has no such attachment, or it is here already.
    """
    known = uow.attachments.get(key, attachment_id)
    if known is None or known.content is not None:
        raise refuse(Cause.ATTACHMENT_NOT_FOUND, attachment=attachment_id)
    in_line = uow.deliveries.open_of(DeliveryKind.ATTACHMENT, key.partner, key.id_pratica)
    if any(item.meta.get("attachment_id") == attachment_id for item in in_line):
        return False
    uow.attachments.save(key, known.with_state(AttachmentState.AWAITED))
    meta = {"attachment_id": attachment_id}
    post(DeliveryKind.ATTACHMENT, key, meta, uow=uow, now=now)
    return True


def particulars(
    key: PracticeKey, *, uow: UnitOfWork, documents: FoglioDocuments
) -> Mapping[str, str]:
    """Return who the student is as last received, field by field; empty when nothing is kept."""
    for content, sections in reversed(uow.foglios.received(key)):
        if Section.DATI_IDENTIFICATIVI in sections:
            return documents.particulars(content)
    return {}


def titles(
    key: PracticeKey, *, uow: UnitOfWork, documents: FoglioDocuments
) -> Sequence[DeclaredTitle]:
    """Return the titles as last received, none when section 3 has not come."""
    for content, sections in reversed(uow.foglios.received(key)):
        if Section.TITOLI_CONSEGUITI in sections:
            return documents.titles(content)
    return ()


def career(key: PracticeKey, *, uow: UnitOfWork, documents: FoglioDocuments) -> Career:
    """Return the career as last received; an empty one when none has come."""
    for content, sections in reversed(uow.foglios.received(key)):
        if Section.CARRIERA in sections:
            return documents.career(content) or Career(())
    return Career(())
