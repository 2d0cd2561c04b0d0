"""A student who was enrolled here before the foglio came: two records become one (A.4.2).

In limited-access courses a student may enrol before asking for the transfer. What is known here of
them, from earlier practices and from the student system's list, stands beside the foglio; the
secretariat chooses field by field which holds. None of these commits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from gateway.domain.destination import IncomingTransfer
from gateway.domain.lifecycle import Actor
from gateway.domain.messages import MAX_NOTES, checked_words
from gateway.domain.particulars import Difference, cleaned
from gateway.domain.rejections import Cause, Reason, Rejection, refuse
from gateway.usecases import arrivals, destination, foglios
from gateway.usecases.arrival_ports import EnrolledStudent
from gateway.usecases.ports import FoglioDocuments, StudentFile, UnitOfWork

DOCUMENT = "foglio di congedo"


class Source(StrEnum):
    """Where a record of the student here comes from."""

    PRACTICE = "practice"
    ROLL = "roll"


class Choice(StrEnum):
    """Which of the two records holds."""

    FOGLIO = "foglio"
    HERE = "here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An enrolment of the student that exists here already."""

    matricola: str = field(repr=False)
    course_code: str
    course_name: str = ""
    source: Source
    values: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Settle:
    """What the secretariat decided: the enrolment, the course, which record holds where, why."""

    matricola: str = field(repr=False)
    course: str
    choices: Mapping[str, Choice] = field(repr=False)
    why: str = field(repr=False)


def known(
    transfer: IncomingTransfer, *, uow: UnitOfWork, documents: FoglioDocuments
) -> Sequence[Known]:
    """Return the enrolments of the student that exist here, each matricola once."""
    found: dict[str, Known] = {}
    for student in uow.enrolled.of(transfer.student.codice_fiscale):
        found[student.matricola] = _of_roll(student)
    for earlier in destination.already_enrolled(transfer, uow=uow):
        found.setdefault(earlier.matricola, _of_practice(earlier, uow, documents))
    return list(found.values())


def _of_roll(student: EnrolledStudent) -> Known:
    born = student.birth_date.isoformat() if student.birth_date else ""
    told = {
        "Cognome": student.surname,
        "Nome": student.name,
        "DataNascita": born,
        "Email": student.email,
    }
    return Known(
        matricola=student.matricola,
        course_code=student.course_code,
        course_name=student.course_name,
        source=Source.ROLL,
        values=cleaned(told),
    )


def _of_practice(earlier: IncomingTransfer, uow: UnitOfWork, documents: FoglioDocuments) -> Known:
    key = destination.key_of(earlier)
    kept = arrivals.record_of(earlier, uow=uow).values
    values = kept or foglios.particulars(key, uow=uow, documents=documents)
    return Known(
        matricola=earlier.matricola,
        course_code=earlier.course_enrolled or earlier.course_code,
        course_name="" if earlier.course_enrolled != earlier.course_code else earlier.course_name,
        source=Source.PRACTICE,
        values=cleaned(values),
    )


def compared(declared: Mapping[str, str], here: Mapping[str, str]) -> list[Difference]:
    """Return the fields of which foglio and record here say different things.

    What the record here does not know is no difference: the foglio adds it.
    """
    return [
        Difference(path, declared.get(path, ""), value)
        for path, value in here.items()
        if value and _plain(value) != _plain(declared.get(path, ""))
    ]


def _plain(value: str) -> str:
    return value.casefold()


def settle(
    transfer: IncomingTransfer,
    actor: Actor,
    command: Settle,
    *,
    uow: UnitOfWork,
    documents: FoglioDocuments,
    student_file: StudentFile,
    now: datetime,
) -> IncomingTransfer:
    """Join the practice to the enrolment chosen, with the values that hold from now on.

    The history keeps the reason and which record was chosen for which field, never the values.

    Raises:
        Rejection: the matricola is none of this student's here, the course is unknown, a
            difference is not decided, no reason is given, or the enrolment is not authorised.
    """
    here = arrivals.standing(transfer, uow=uow, documents=documents)
    chosen = _chosen(known(transfer, uow=uow, documents=documents), command.matricola)
    open_ones = compared(here.declared, chosen.values)
    _check(command, open_ones, transfer, chosen, uow)
    kept_here = {
        item.path: item.given for item in open_ones if command.choices[item.path] is Choice.HERE
    }
    why = _told(command, open_ones)
    moved = destination.reconcile(
        transfer, actor, chosen.matricola, why, uow=uow, now=now, course=command.course
    )
    record = here.record.with_person(here.declared, {**here.declared, **kept_here})
    choices = {item.path: command.choices[item.path].value for item in open_ones}
    uow.enrolments.save(replace(record, choices=choices, course=command.course), now)
    student_file.new_document(moved.student.codice_fiscale, chosen.matricola, DOCUMENT, now)
    return moved


def _chosen(candidates: Iterable[Known], matricola: str) -> Known:
    for item in candidates:
        if item.matricola == matricola:
            return item
    raise refuse(Cause.PARAMETER_INVALID, "matricola", why="matricola_of_nobody")


def _check(
    command: Settle,
    open_ones: Sequence[Difference],
    transfer: IncomingTransfer,
    chosen: Known,
    uow: UnitOfWork,
) -> None:
    reasons = [
        Reason(Cause.PARAMETER_INVALID, item.path, {"why": "difference_undecided"})
        for item in open_ones
        if item.path not in command.choices
    ]
    if command.course not in (transfer.course_code, chosen.course_code):
        year = transfer.academic_year
        if uow.offers.course(year, command.course)[1] is None:
            params = {"course": command.course, "year": str(year)}
            reasons.append(Reason(Cause.COURSE_NOT_OFFERED, "course", params))
    if not command.why.strip():
        reasons.append(Reason(Cause.ELEMENT_MISSING, "why", {"element": "why"}))
    if reasons:
        raise Rejection(reasons)


def _told(command: Settle, open_ones: Sequence[Difference]) -> str:
    """Return the reason with the choices, in the words that the history keeps."""
    parts = [command.why.strip()]
    for choice, words in ((Choice.FOGLIO, "dal foglio"), (Choice.HERE, "dall'anagrafica")):
        fields = [item.path for item in open_ones if command.choices[item.path] is choice]
        if fields:
            parts.append(f"{words}: {', '.join(fields)}")
    return checked_words("; ".join(parts), "Note", MAX_NOTES)
