"""Correcting a foglio in the office: a working copy apart, kept on the request in the end.

The copy may break the schema while it is worked on. What it began with is remembered: when the
request has another foglio meanwhile, the work is not kept over it.
"""

from datetime import datetime

from gateway.domain.careers import FoglioEdit
from gateway.domain.lifecycle import Actor, Party
from gateway.domain.origin import ORIGIN, OriginEvent, OutgoingTransfer
from gateway.domain.rejections import Cause, refuse
from gateway.usecases import origin
from gateway.usecases.ports import ConcurrentChange, FoglioDocuments, UnitOfWork


def may_edit(transfer: OutgoingTransfer) -> bool:
    """Tell whether the office may change the foglio of a request now."""
    open_now = ORIGIN.events_from(transfer.state, Party.SECRETARIAT)
    return OriginEvent.EDIT in {row.event for row in open_now}


def check_editable(transfer: OutgoingTransfer) -> None:
    """Check that the office may change the foglio of a request now.

    Raises:
        Rejection: it may not.
    """
    if not may_edit(transfer):
        event = OriginEvent.EDIT.value
        raise refuse(Cause.EVENT_NOT_ALLOWED, state=transfer.state.value, event=event)


def work_on(transfer: OutgoingTransfer, *, uow: UnitOfWork, now: datetime) -> FoglioEdit:
    """Return the work on the foglio of a request; what is not begun is the foglio as it is."""
    known = uow.foglio_edits.get(transfer)
    if known is not None:
        return known
    content = uow.foglios.draft(transfer.foglio)
    return FoglioEdit(content=content, foglio=transfer.foglio, edited_at=now)


def keep(
    transfer: OutgoingTransfer,
    edit: FoglioEdit,
    content: bytes,
    actor: Actor,
    *,
    uow: UnitOfWork,
    now: datetime,
) -> FoglioEdit:
    """Keep the next form of the working copy.

    Raises:
        Rejection: the office may not change the foglio now.
        ConcurrentChange: somebody else has worked on it since ``edit`` was read.
    """
    check_editable(transfer)
    changed = FoglioEdit(
        content=content,
        foglio=edit.foglio,
        edited_at=now,
        edited_by=actor.name,
        version=edit.version,
    )
    return uow.foglio_edits.keep(transfer, changed)


def finish(
    transfer: OutgoingTransfer,
    version: int,
    actor: Actor,
    why: str,
    *,
    uow: UnitOfWork,
    documents: FoglioDocuments,
    now: datetime,
) -> OutgoingTransfer:
    """Let the working copy be the foglio of the request.

    Raises:
        Rejection: it breaks the schema, is about somebody else, or the request cannot be edited.
        ConcurrentChange: it is not the version seen, or the request has another foglio meanwhile.
    """
    edit = uow.foglio_edits.get(transfer)
    if edit is None or edit.version != version or edit.foglio != transfer.foglio:
        raise ConcurrentChange
    moved = origin.edit(transfer, edit.content, actor, why, uow=uow, documents=documents, now=now)
    uow.foglio_edits.drop(moved)
    return moved


def replace_whole(
    transfer: OutgoingTransfer,
    content: bytes,
    actor: Actor,
    why: str,
    *,
    uow: UnitOfWork,
    documents: FoglioDocuments,
    now: datetime,
) -> OutgoingTransfer:
    """Let a document of the office's own be the foglio; work that was begun is dropped.

    Raises:
        Rejection: it breaks the schema, is about somebody else, or the request cannot be edited.
    """
    moved = origin.edit(transfer, content, actor, why, uow=uow, documents=documents, now=now)
    uow.foglio_edits.drop(moved)
    return moved
