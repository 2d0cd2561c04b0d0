"""Answering a lookup of awarded titles (A1, A2, A5): from our own store, or for another registry.

Where a registry stands behind us it is asked, and what it says is the answer. When it cannot be
asked, our own store speaks, but only of what it has: it never says "not found" in the place of a
registry that would know. Nothing is asked while a transaction is open.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.identifiers import CodiceFiscale, MiurCode
from gateway.domain.messages import ExchangeResult, ReceivedMessage
from gateway.domain.titles import (
    ASKED,
    LookupOutcome,
    SchoolDiploma,
    TitleSource,
    UniversityTitle,
)
from gateway.usecases.ports import OpenUnitOfWork, UnitOfWork
from gateway.usecases.title_ports import (
    CouldNotAsk,
    DiplomaQuestion,
    StudentCredentials,
    TitleArchive,
    Upstream,
)
from gateway.usecases.transaction import transact

SERIES = "egov"
"""The series of numbers that identifiers of e-Gov messages are made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupDesk:
    """What answers lookups. Without ``upstream`` our own store is all there is."""

    archive: TitleArchive
    credentials: StudentCredentials
    upstream: Upstream | None = None


@dataclass(frozen=True, slots=True)
class TitlesFound:
    """What is known of a student's university titles, and who said so."""

    titles: tuple[UniversityTitle, ...]
    source: TitleSource

    @property
    def outcome(self) -> LookupOutcome:
        """Found, or not found: the other outcomes never come to an answer."""
        return LookupOutcome.FOUND if self.titles else LookupOutcome.NOT_FOUND


@dataclass(frozen=True, slots=True)
class DiplomaFound:
    """How a diploma lookup ended, and who said so.

    ``instead`` tells that our store spoke for a registry that was silent; ``detail`` are the
    registry's words where it failed.
    """

    outcome: LookupOutcome
    diplomas: tuple[SchoolDiploma, ...] = ()
    source: TitleSource = TitleSource.LOCAL
    instead: bool = False
    detail: str = ""


def look_up_titles(
    codice_fiscale: CodiceFiscale, *, universities: Sequence[MiurCode], desk: LookupDesk
) -> TitlesFound:
    """Return the university titles of a student (A1).

    ``universities`` are those hosted here that let the caller look up what they keep.

    Raises:
        CouldNotAsk: the registry is silent, and we keep nothing of this student.
    """
    if desk.upstream is None:
        own = tuple(desk.archive.titles(universities, codice_fiscale))
        return TitlesFound(own, TitleSource.LOCAL)
    try:
        titles = desk.upstream.ask_titles(codice_fiscale)
        return TitlesFound(tuple(titles), TitleSource.REGISTRY)
    except CouldNotAsk:
        own = tuple(desk.archive.titles(universities, codice_fiscale))
        if not own:
            raise
        return TitlesFound(own, TitleSource.LOCAL)


def look_up_diploma(
    question: DiplomaQuestion, *, universities: Sequence[MiurCode], desk: LookupDesk
) -> DiplomaFound:
    """Return the school diploma of a student in a year (A2).

    Several of that year are outcome 2, and all of them. Credentials are checked by who answers.
    """
    if desk.upstream is None:
        return _own_diploma(question, universities, desk)
    try:
        reply = desk.upstream.ask_diploma(question)
    except CouldNotAsk:
        own = _own_diploma(question, universities, desk, instead=True)
        if own.outcome is LookupOutcome.NOT_FOUND:
            return DiplomaFound(LookupOutcome.NO_CONNECTION, instead=True)
        return own
    return DiplomaFound(
        reply.outcome, reply.diplomas, TitleSource.REGISTRY, instead=False, detail=reply.detail
    )


def _own_diploma(
    question: DiplomaQuestion,
    universities: Sequence[MiurCode],
    desk: LookupDesk,
    *,
    instead: bool = False,
) -> DiplomaFound:
    if question.user_id:
        trouble = desk.credentials.check(universities, question)
        if trouble is not None:
            return DiplomaFound(trouble, instead=instead)
    found = tuple(desk.archive.diplomas(universities, question.codice_fiscale, question.year))
    if len(found) > 1:
        outcome = LookupOutcome.MANY
    else:
        outcome = LookupOutcome.FOUND if found else LookupOutcome.NOT_FOUND
    return DiplomaFound(outcome, found, instead=instead)


def note_lookup(
    message: ReceivedMessage,
    outcome: LookupOutcome,
    write: Callable[[int], bytes],
    *,
    numbered: bool,
    open_uow: OpenUnitOfWork,
    clock: Callable[[], datetime],
) -> bytes:
    """Note a lookup in the journal of the university whose partner asked; return the answer.

    ``write`` makes the answer; it is given a number of its year where it is to be ``numbered``,
    else 0.
    """
    result = ExchangeResult.ACCEPTED if outcome in ASKED else ExchangeResult.REFUSED

    def note(uow: UnitOfWork) -> bytes:
        year = message.received_at.year
        number = uow.registrations.next_number(SERIES, year) if numbered else 0
        content = write(number)
        code = int(outcome)
        uow.journal.add(message, result=result, code=code, answer=content, answered_at=clock())
        return content

    return transact(message.university, note, open_uow=open_uow, lasting=False)
