"""Whom a role lets reach which practices: those of its faculty.

The faculty is the one kept with the practice; only where none is kept, the offer and the foglio are
asked for it. What nobody tells is reached only by who works for all faculties.
"""

from collections.abc import Collection

from gateway.domain.accounts import Role
from gateway.domain.origin import OutgoingTransfer
from gateway.usecases.faculties import faculty_of, faculty_of_request
from gateway.usecases.four_eyes import Transfer
from gateway.usecases.ports import UnitOfWork
from gateway.web.access import faculties, wiring


def reaches(transfer: Transfer, roles: Collection[Role], *, uow: UnitOfWork) -> bool:
    """Tell whether one of these roles lets the visitor reach a practice."""
    mine = faculties(roles)
    return mine is None or bool(mine and _faculty(transfer, uow) in mine)


def _faculty(transfer: Transfer, uow: UnitOfWork) -> str:
    if isinstance(transfer, OutgoingTransfer):
        return faculty_of_request(transfer, uow=uow, documents=wiring().documents)
    return faculty_of(transfer, uow=uow)
