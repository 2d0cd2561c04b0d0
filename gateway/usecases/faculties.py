"""Of which faculty a practice is: who works for one faculty sees its practices and no others.

At the destination it is the faculty of the course, as the university's own offer has it; at the
origin that of the course which the student leaves, as the offer has it or as the foglio names it.
What nobody tells is of no faculty: only those who work for all of them see it.
"""

from dataclasses import replace

from gateway.domain.destination import IncomingTransfer
from gateway.domain.foglio_congedo import Career
from gateway.domain.origin import OutgoingTransfer
from gateway.domain.rejections import Rejection
from gateway.usecases.ports import FoglioDocuments, UnitOfWork

LONGEST = 40
"""How many characters the code of a faculty may have."""


def of_course(year: int, code: str, *, uow: UnitOfWork) -> str:
    """Return the faculty of a course of our own offer, empty if it is not in it."""
    _, course = uow.offers.course(year, code)
    return course.faculty_code[:LONGEST] if course else ""


def of_career(career: Career | None, year: int, *, uow: UnitOfWork) -> str:
    """Return the faculty of the course that a student is enrolled in, empty if nothing tells it.

    The offer knows the code of a faculty; a foglio only names it, so the name is looked for there.
    """
    present = career.present if career else None
    if present is None:
        return ""
    known = of_course(year, present.course_code, uow=uow)
    if known or not present.faculty:
        return known
    offer = uow.offers.published(year)
    named = (
        course.faculty_code
        for course in (offer.courses if offer else ())
        if course.faculty_name.casefold() == present.faculty.casefold()
    )
    return next(named, present.faculty)[:LONGEST]


def faculty_of(transfer: IncomingTransfer, *, uow: UnitOfWork) -> str:
    """Return the faculty kept with a practice, else that of its course, empty if nothing tells."""
    return transfer.faculty or placed(transfer, uow=uow).faculty


def faculty_of_request(
    transfer: OutgoingTransfer, *, uow: UnitOfWork, documents: FoglioDocuments
) -> str:
    """Return the faculty kept with a request, else what its foglio tells, empty if nothing does."""
    if transfer.faculty:
        return transfer.faculty
    try:
        career = documents.career(uow.foglios.draft(transfer.foglio))
    except Rejection:  # the term of keeping has passed
        return ""
    return of_career(career, transfer.academic_year, uow=uow)


def placed(transfer: IncomingTransfer, *, uow: UnitOfWork) -> IncomingTransfer:
    """Return a practice at the destination with the faculty of its course."""
    course = transfer.course_enrolled or transfer.course_code
    return replace(transfer, faculty=of_course(transfer.academic_year, course, uow=uow))


def fill(*, uow: UnitOfWork, documents: FoglioDocuments) -> int:
    """Give open practices that have no faculty theirs, where it can be told now; return how many.

    For those kept before faculties were, and for those that came before the offer was published.
    """
    found = 0
    for incoming in uow.incoming.without_faculty():
        there = placed(incoming, uow=uow)
        if there.faculty:
            uow.incoming.save(there)
            found += 1
    for outgoing in uow.outgoing.without_faculty():
        faculty = faculty_of_request(outgoing, uow=uow, documents=documents)
        if faculty:
            uow.outgoing.save(replace(outgoing, faculty=faculty))
            found += 1
    return found
