"""The two lookups of awarded titles: A1, A2. Read, use case, note, write (guideline F.3)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from gateway.contracts import Lookup
from gateway.domain.calendar import ITALY, italian_day
from gateway.domain.identifiers import MiurCode
from gateway.domain.messages import LookupOperation, ReceivedMessage
from gateway.domain.partners import Partner
from gateway.domain.titles import LookupOutcome, TitleSource
from gateway.egov import EgovHeader, identifier, make_header
from gateway.soap import titles_writing as writing
from gateway.soap.faults import registry_silent
from gateway.soap.titles_reading import diploma_question, titles_question, without_password
from gateway.soap.wiring import Wiring
from gateway.usecases.lookups import (
    DiplomaFound,
    LookupDesk,
    look_up_diploma,
    look_up_titles,
    note_lookup,
)
from gateway.usecases.title_ports import CouldNotAsk


@dataclass(frozen=True, slots=True)
class Answered:
    """The bytes of an answer, and who spoke in it."""

    content: bytes
    source: TitleSource


@dataclass(frozen=True, slots=True)
class LookupCall:
    """An authenticated call of a lookup. ``universities`` let its caller see what they keep.

    One that was ``forwarded`` to us is answered from here: it never goes in a circle.
    """

    wiring: Wiring
    partner: Partner
    message: ReceivedMessage
    body: etree._Element
    universities: Sequence[MiurCode]
    forwarded: bool = False
    egov: EgovHeader | None = None

    def desk(self, lookup: Lookup) -> LookupDesk:
        """Return what answers the call: our store, before it the university's registry if any."""
        desk = self.wiring.lookups
        if self.forwarded:
            return replace(desk, upstream=None)
        if desk.upstream is not None:
            return desk
        university, caller = self.message.university, self.partner.code
        return replace(desk, upstream=self.wiring.upstream_for(university, caller, lookup))

    def answer(
        self, lookup: Lookup, outcome: LookupOutcome, source: TitleSource, results: str
    ) -> Answered:
        """Note the lookup in the journal and return its answer."""

        def write(number: int) -> bytes:
            return writing.envelope(lookup, results, *self._blocks(source, number))

        content = note_lookup(
            self.message,
            outcome,
            write,
            numbered=self.egov is not None,
            open_uow=self.wiring.open_uow,
            clock=self.wiring.clock,
        )
        return Answered(content, source)

    def _blocks(self, source: TitleSource, number: int) -> Sequence[etree._Element]:
        if self.egov is None:
            return ()
        now = self.wiring.clock()
        ours = identifier(self.egov.receiver, number, now)
        return make_header(self.egov.answered(ours), now), writing.source_block(source)


def look_up_university_titles(call: LookupCall) -> Answered:
    """A1: the university titles of a student."""
    student = titles_question(call.body)
    try:
        found = look_up_titles(
            student, universities=call.universities, desk=call.desk(Lookup.TITLES)
        )
    except CouldNotAsk as trouble:
        since = trouble.since.astimezone(ITALY).strftime("%d/%m/%Y %H:%M")
        raise registry_silent(since) from trouble
    return call.answer(Lookup.TITLES, found.outcome, found.source, writing.titles(found.titles))


def look_up_school_diploma(call: LookupCall) -> Answered:
    """A2: the school diploma of a student in a year."""
    question = diploma_question(call.body, italian_day(call.message.received_at))
    kept = without_password(call.body)
    if kept is not None:
        call = replace(call, message=replace(call.message, content=kept))
    if isinstance(question, LookupOutcome):
        found, student, year = DiplomaFound(question), "", ""
    else:
        found = look_up_diploma(
            question, universities=call.universities, desk=call.desk(Lookup.DIPLOMA)
        )
        student, year = question.codice_fiscale, str(question.year)
    results = writing.diplomas(found, student, year)
    return call.answer(Lookup.DIPLOMA, found.outcome, found.source, results)


LookupHandler = Callable[[LookupCall], Answered]
HANDLERS: dict[Lookup, dict[LookupOperation, LookupHandler]] = {
    Lookup.TITLES: {LookupOperation.TITLES: look_up_university_titles},
    Lookup.DIPLOMA: {LookupOperation.DIPLOMA: look_up_school_diploma},
}
