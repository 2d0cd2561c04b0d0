"""Which faculty a practice belongs to, as the offer of its course tells."""

from gateway.domain.destination import IncomingTransfer
from gateway.usecases.ports import UnitOfWork


def faculty_of(transfer: IncomingTransfer, *, uow: UnitOfWork) -> str:
    """Return the faculty of a practice's course, empty if no offer tells it."""
    code = transfer.course_enrolled or transfer.course_code
    _, course = uow.offers.course(transfer.academic_year, code)
    return course.faculty_code if course is not None else ""
