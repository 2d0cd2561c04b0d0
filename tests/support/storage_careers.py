"""A career and the work on a foglio, and how they are read and written."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from gateway.demo.people import numbered
from gateway.domain.careers import FoglioEdit, PreparedCareer
from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.origin import OutgoingTransfer
from storage.unit_of_work import SqlUnitOfWork
from tests.support.clock import START
from tests.support.fakes_samples import student

FISCAL = CodiceFiscale(numbered(1).codice_fiscale)
CAREER = PreparedCareer(
    student=student(), content=b"<FoglioCongedo/>", sections=frozenset(), imported_at=START
)
WORK = FoglioEdit(content=b"<FoglioCongedo/>", foglio=1, edited_at=START)

Use = Callable[[SqlUnitOfWork, dict[str, Any]], object]


def fill_careers(uow: SqlUnitOfWork, transfer: OutgoingTransfer) -> FoglioEdit:
    """Let our university own a career and the work on the foglio of a request; return this."""
    uow.careers.keep(CAREER)
    return uow.foglio_edits.keep(transfer, WORK)


READS: dict[str, Use] = {
    "careers.get": lambda uow, _: uow.careers.get(FISCAL),
    "careers.by_number": lambda uow, _: uow.careers.by_number(1),
    "careers.page": lambda uow, _: uow.careers.page(0, 9),
    "careers.count": lambda uow, _: uow.careers.count(),
    "foglio_edits.get": lambda uow, kept: uow.foglio_edits.get(kept["out"]),
}
WRITES: dict[str, Use] = {
    "careers.keep": lambda uow, _: uow.careers.keep(replace(CAREER, content=b"<y/>")),
    "careers.remove": lambda uow, _: uow.careers.remove(1),
    "foglio_edits.keep": lambda uow, kept: uow.foglio_edits.keep(kept["out"], kept["work"]),
    "foglio_edits.drop": lambda uow, kept: uow.foglio_edits.drop(kept["out"]),
}
