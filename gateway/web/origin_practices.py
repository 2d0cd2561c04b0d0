"""Requests of one's own students as pages reach them, and whether a page is stale."""

from collections.abc import Collection
from dataclasses import dataclass

from flask import abort, flash

from gateway.domain.accounts import Role
from gateway.domain.history import HistoryEntry
from gateway.domain.identifiers import IdPratica, parse_id_pratica
from gateway.domain.origin import OutgoingTransfer
from gateway.domain.rejections import Rejection
from gateway.texts import fields
from gateway.usecases import origin
from gateway.usecases.ports import UnitOfWork
from gateway.web.access import OFFICE
from gateway.web.language import language, moment, say
from gateway.web.reach import reaches


def practice_id(text: str) -> IdPratica:
    """Return the identifier in an address; what cannot be one is not found."""
    try:
        return parse_id_pratica(text)
    except Rejection:
        abort(404)


def reach(uow: UnitOfWork, practice: str, roles: Collection[Role] = OFFICE) -> OutgoingTransfer:
    """Return a request that the visitor may reach in one of these roles; else it is not found."""
    transfer = uow.outgoing.get(practice_id(practice))
    if transfer is None or not reaches(transfer, roles, uow=uow):
        abort(404)
    return transfer


def reach_foglio(uow: UnitOfWork, practice: str) -> tuple[OutgoingTransfer, bytes]:
    """Return a request with its foglio; one that is no longer kept is not found."""
    transfer = reach(uow, practice)
    try:
        return transfer, uow.foglios.draft(transfer.foglio)
    except Rejection:
        abort(404)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page was made from: the version of the request that its form carries."""

    version: str

    def is_still(self, transfer: OutgoingTransfer) -> bool:
        """Tell whether nothing has happened to the request since the page was made."""
        return self.version == str(transfer.version)


def tell_meanwhile(uow: UnitOfWork, transfer: OutgoingTransfer) -> None:
    """Tell the visitor, on the next page, what happened while theirs was open."""
    history = uow.records.history(origin.key_of(transfer))
    flash(meanwhile(history[-1]), "warning")


def meanwhile(entry: HistoryEntry) -> str:
    """Return what happened last, for somebody whose page is older than that."""
    return say(
        "Nel frattempo la domanda è cambiata ({event}, {who}, {when}): nulla è stato fatto."
        " Verificare e ripetere se serve ancora.",
        "Meanwhile the request has changed ({event}, {who}, {when}): nothing was done."
        " Check, and repeat if it is still needed.",
        event=fields.word(entry.event, language()),
        who=entry.actor.name,
        when=moment(entry.at),
    )
