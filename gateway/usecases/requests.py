"""The student's steps at the origin: choose, draft, change, confirm (guideline A.4.1).

A student has one request at a time. Its foglio is made of the career that the student records tell
and of what the student asks for; the confirmation only dates it: what was looked at is what goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.domain import checks as verification
from gateway.domain.calendar import italian_day
from gateway.domain.careers import TransferWish
from gateway.domain.checks import Check
from gateway.domain.foglio_congedo import TransferRequest
from gateway.domain.identifiers import CodiceFiscale, IdPratica
from gateway.domain.lifecycle import Actor
from gateway.domain.origin import OriginState, OutgoingTransfer
from gateway.domain.rejections import Cause, Reason, Rejection, refuse
from gateway.usecases import admission, foglios, origin
from gateway.usecases.career_ports import FoglioComposer, StudentRecords
from gateway.usecases.ports import FoglioDocuments, ProtocolRegister, UnitOfWork


@dataclass(frozen=True, slots=True)
class Papers:
    """What reads and makes fogli."""

    documents: FoglioDocuments
    composer: FoglioComposer


def find_own(
    id_pratica: IdPratica, student: CodiceFiscale | None, *, uow: UnitOfWork
) -> OutgoingTransfer:
    """Return a request of a student.

    Raises:
        Rejection: there is none, or it is somebody else's: both alike.
    """
    transfer = uow.outgoing.get(id_pratica)
    if transfer is None or student is None or transfer.student.codice_fiscale != student:
        raise refuse(Cause.PRACTICE_NOT_FOUND, "IdPratica")
    return transfer


def obstacle(student: CodiceFiscale, records: StudentRecords, *, uow: UnitOfWork) -> Reason | None:
    """Return what keeps a student from making a request now, ``None`` if nothing does.

    That is another request that has not ended, one that took the student away for good, or that
    nobody prepared the career. A career prepared after the student left is a new one.
    """
    career = records.find(student)
    if career is None:
        return Reason(Cause.CAREER_NOT_FOUND)
    for transfer in uow.outgoing.of_student(student):
        left = transfer.state is OriginState.CHIUSA and _ended_at(transfer, uow) >= (
            career.imported_at
        )
        if left or not transfer.has_ended:
            return Reason(Cause.REQUEST_OPEN, params={"practice": transfer.id_pratica})
    return None


def _ended_at(transfer: OutgoingTransfer, uow: UnitOfWork) -> datetime:
    return uow.records.steps(origin.key_of(transfer))[-1].entered_at


def draft(
    wish: TransferWish,
    student: CodiceFiscale,
    actor: Actor,
    *,
    uow: UnitOfWork,
    records: StudentRecords,
    papers: Papers,
    now: datetime,
) -> OutgoingTransfer:
    """Keep a new draft of a student.

    Raises:
        Rejection: there is a request already, no career, or the course is not open any more.
    """
    _refuse_for(obstacle(student, records, uow=uow))
    career = records.find(student)
    assert career is not None
    content = papers.composer.compose(career.content, wish, uow.university)
    made = origin.draft(content, actor, uow=uow, documents=papers.documents, now=now)
    _check_course(papers.documents.read(content).request, uow)
    # the identifier was taken from the university's counter: of two drafts at once the second has
    # waited for the first, and now sees it
    others = [item for item in uow.outgoing.of_student(student) if not item.has_ended]
    twin = next((item for item in others if item.id_pratica != made.id_pratica), None)
    if twin is not None:
        raise refuse(Cause.REQUEST_OPEN, practice=twin.id_pratica)
    return made


def _refuse_for(reason: Reason | None) -> None:
    if reason is not None:
        raise Rejection([reason])


def _check_course(request: TransferRequest | None, uow: UnitOfWork) -> None:
    """Check that the course may be asked for; its admission test is only recalled (A.4.1)."""
    assert request is not None
    offer = uow.offers.cached(request.destination, request.academic_year)
    known = (False, None) if offer is None else (True, offer.find(request.course_code))
    found = list(admission.course_faults(request, known, lambda _: True))
    if found:
        raise Rejection(found)


def change(
    transfer: OutgoingTransfer,
    wish: TransferWish,
    actor: Actor,
    *,
    uow: UnitOfWork,
    records: StudentRecords,
    papers: Papers,
    now: datetime,
) -> OutgoingTransfer:
    """Change a draft: another course of the same university, notes, consent; the latest career.

    Raises:
        Rejection: it is no draft any more, or the course is not open.
    """
    career = records.find(transfer.student.codice_fiscale)
    base = career.content if career is not None else uow.foglios.draft(transfer.foglio)
    content = papers.composer.compose(base, wish, uow.university)
    moved = origin.edit(transfer, content, actor, "", uow=uow, documents=papers.documents, now=now)
    _check_course(papers.documents.read(content).request, uow)
    return moved


def look(
    transfer: OutgoingTransfer, *, uow: UnitOfWork, documents: FoglioDocuments
) -> Sequence[Check]:
    """Return what the checks would say of a draft now; nothing is kept."""
    content = uow.foglios.draft(transfer.foglio)
    request, _ = foglios.administrative(documents.read(content))
    return verification.run(request, documents.career(content))


def confirm(
    transfer: OutgoingTransfer,
    actor: Actor,
    *,
    uow: UnitOfWork,
    papers: Papers,
    register: ProtocolRegister,
    now: datetime,
) -> tuple[OutgoingTransfer, Sequence[Check]]:
    """Confirm a draft: dated today, checked, registered.

    Raises:
        Rejection: the consent is missing, a check that blocks has failed, the course has closed
            meanwhile, or it is no draft.
    """
    today = italian_day(now)
    content = uow.foglios.draft(transfer.foglio)
    request, _ = foglios.administrative(papers.documents.read(content))
    if request.submitted_on != today:
        content = papers.composer.dated(content, today)
        transfer = origin.edit(
            transfer, content, actor, "", uow=uow, documents=papers.documents, now=now
        )
        request, _ = foglios.administrative(papers.documents.read(content))
    _check_course(request, uow)
    return origin.confirm(
        transfer, actor, uow=uow, documents=papers.documents, register=register, now=now
    )
