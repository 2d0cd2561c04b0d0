"""The documents of announced attachments, as the origin's office brings them (T16)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.domain.attachments import Attachment, AttachmentReference, AttachmentState, check_size
from gateway.domain.origin import OutgoingTransfer
from gateway.domain.rejections import Cause, refuse
from gateway.usecases.origin import key_of
from gateway.usecases.ports import FoglioDocuments, UnitOfWork


@dataclass(frozen=True, slots=True)
class Announced:
    """An attachment that the foglio announces, and its document if it is here."""

    reference: AttachmentReference
    document: Attachment | None


def announced(
    transfer: OutgoingTransfer, *, uow: UnitOfWork, documents: FoglioDocuments
) -> Sequence[Announced]:
    """Return the attachments that the foglio of a request announces, in its order."""
    kept = {item.reference.attachment_id: item for item in uow.attachments.of(key_of(transfer))}
    references = documents.read(uow.foglios.draft(transfer.foglio)).attachments
    return [Announced(item, kept.get(item.attachment_id)) for item in references]


def bring(
    transfer: OutgoingTransfer,
    document: Attachment,
    *,
    uow: UnitOfWork,
    documents: FoglioDocuments,
) -> bool:
    """Keep the document of an announced attachment; tell whether it took another one's place.

    Raises:
        Rejection: the request has ended, the foglio announces no such attachment or one of another
            size or fingerprint, or the document is empty or over 200 KB.
    """
    content = document.content or b""
    check_size(content)
    wanted = document.reference.attachment_id
    found = announced(transfer, uow=uow, documents=documents)
    of_it = next((item for item in found if item.reference.attachment_id == wanted), None)
    if of_it is None:
        raise refuse(Cause.ATTACHMENT_NOT_FOUND, "FoglioCongedo/Allegati", attachment=wanted)
    if transfer.has_ended:
        raise refuse(Cause.EVENT_NOT_ALLOWED, state=transfer.state.value, event="attach")
    of_it.reference.check_content(content)
    own = replace(document, state=AttachmentState.OWN, problem="")
    if of_it.document is None:
        uow.attachments.add(key_of(transfer), own)
    else:
        uow.attachments.save(key_of(transfer), own)
    return of_it.document is not None
