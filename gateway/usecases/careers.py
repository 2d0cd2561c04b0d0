"""Careers prepared by the office: brought in, looked at, removed (guideline A.4.1)."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from gateway.domain.calendar import italian_day, transfer_year
from gateway.domain.careers import PreparedCareer, TransferWish
from gateway.domain.identifiers import MiurCode, parse_miur_code
from gateway.domain.lifecycle import Actor
from gateway.domain.offers import Course
from gateway.domain.rejections import Cause, Reason, Rejection, refuse
from gateway.domain.students import Student
from gateway.domain.terms import Section
from gateway.usecases import foglios
from gateway.usecases.career_ports import FoglioComposer
from gateway.usecases.ports import FoglioDocuments, UnitOfWork

_ORIGIN = "FoglioCongedo/Trasferimento/DomandaDiTrasferimento/AteneoProvenienza/CodiceAteneo"
_MOST_REASONS = 40
"""Of one file; as many as an answer has about a message."""


class Brought(StrEnum):
    """What came of a file."""

    NEW = "new"
    REPLACED = "replaced"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PreparedFile:
    """A file with a prepared foglio, or why none could be taken from it."""

    name: str = field(repr=False)
    content: bytes = field(default=b"", repr=False)
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class BroughtFile:
    """What came of a file: why it was refused, or what its destination would find wrong.

    ``untold`` counts the reasons behind those told.
    """

    name: str = field(repr=False)
    result: Brought
    reasons: tuple[Reason, ...] = ()
    untold: int = 0


def bring(
    files: Iterable[PreparedFile],
    actor: Actor,
    *,
    uow: UnitOfWork,
    documents: FoglioDocuments,
    composer: FoglioComposer,
    now: datetime,
) -> list[BroughtFile]:
    """Keep the careers of some files, each in place of the one its student had.

    A file that brings what is kept already changes nothing. One that breaks the schema is refused
    and hinders no other; what is wrong with the contents is told and can be mended on the request.
    Files are taken one at a time; of each the first 40 reasons are told.
    """
    how = _Import(actor, uow, documents, composer, now)
    return [_bounded(how.bring(file)) for file in files]


def _bounded(told: BroughtFile) -> BroughtFile:
    untold = max(0, len(told.reasons) - _MOST_REASONS)
    return replace(told, reasons=told.reasons[:_MOST_REASONS], untold=untold)


@dataclass(frozen=True, slots=True)
class _Import:
    """Who brings careers in, and with what."""

    actor: Actor
    uow: UnitOfWork
    documents: FoglioDocuments
    composer: FoglioComposer
    now: datetime

    def bring(self, file: PreparedFile) -> BroughtFile:
        """Keep the career of a file."""
        if file.reasons:
            return BroughtFile(file.name, Brought.REFUSED, file.reasons)
        try:
            content, student, sections = self._read(file.content)
        except Rejection as rejection:
            return BroughtFile(file.name, Brought.REFUSED, rejection.reasons)
        wrong = tuple(self.documents.faults(self._whole(content), italian_day(self.now)))
        if any(reason.cause is Cause.CODICE_FISCALE_INVALID for reason in wrong):
            return BroughtFile(file.name, Brought.REFUSED, wrong)  # it is nobody's
        known = self.uow.careers.get(student.codice_fiscale)
        if known is not None and known.content == content:
            return BroughtFile(file.name, Brought.SAME, wrong)
        self.uow.careers.keep(
            PreparedCareer(
                student=student,
                content=content,
                sections=sections,
                imported_at=self.now,
                imported_by=self.actor.name,
            )
        )
        return BroughtFile(file.name, Brought.REPLACED if known else Brought.NEW, wrong)

    def _read(self, content: bytes) -> tuple[bytes, Student, frozenset[Section]]:
        named = self.composer.origin_of(content)
        if named and parse_miur_code(named) != self.uow.university.code:
            raise refuse(Cause.ORIGIN_DIFFERS, _ORIGIN)
        career = self.composer.career(content)
        foglio = self.documents.read(self._whole(career))
        _, student = foglios.administrative(foglio)
        return career, student, foglio.sections - {Section.TRASFERIMENTO}

    def _whole(self, career: bytes) -> bytes:
        return self.composer.compose(career, _somewhere(italian_day(self.now)), self.uow.university)


def _somewhere(day: date) -> TransferWish:
    """Return a wish that stands in for the one still unknown: only with one a foglio is whole."""
    return TransferWish(
        destination=MiurCode("0"),
        destination_name="-",
        course=Course(faculty_code="", faculty_name="", code="-", name="-"),
        academic_year=transfer_year(day),
        asked_on=day,
    )


def remove(number: int, *, uow: UnitOfWork) -> None:
    """Remove a career; requests already made keep their fogli.

    Raises:
        Rejection: there is none.
    """
    if not uow.careers.remove(number):
        raise refuse(Cause.CAREER_NOT_FOUND)


def preview(
    career: PreparedCareer, *, uow: UnitOfWork, composer: FoglioComposer, now: datetime
) -> bytes:
    """Return a career as a whole document, to be looked at: its request is nobody's yet."""
    return composer.compose(career.content, _somewhere(italian_day(now)), uow.university)
