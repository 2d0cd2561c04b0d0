"""A student's arrival over fakes: a practice with a foglio, its particulars and its career."""

from dataclasses import dataclass
from typing import Any

from gateway.domain.destination import DestinationState, IncomingTransfer
from gateway.domain.foglio_congedo import Career
from gateway.domain.offers import Offer
from gateway.domain.particulars import cleaned
from gateway.domain.terms import Section
from gateway.domain.tokens import Token
from gateway.usecases import arrivals, destination
from gateway.usecases.arrivals import Standing
from tests.support.fakes import FakeDocuments, FakeRegister, FakeStudentFile
from tests.support.fakes_destination import NOW
from tests.support.fakes_samples import (
    ALL,
    AT_DESTINATION,
    MONTELAGO,
    PRACTICE,
    VALDOMBRA,
    career,
    course,
    exam,
    foglio,
    message,
    received,
    student,
)
from tests.support.fakes_store import FakeUnitOfWork
from tests.support.fakes_tables import JournalRow

TOKEN = Token("ABCDE23456")
CONTENT = b"<T3/>"
DECLARED = cleaned(
    {
        "Cognome": "Prova",
        "Nome": "Ada",
        "Sesso": "F",
        "DataNascita": "2003-04-17",
        "Residenza/Via": "via dei Ciliegi",
        "Residenza/DescrizioneComune": "Trento",
        "Email": "ada@example.org",
    }
)
OTHER = "0920207302400009"


@dataclass
class Arriving:
    """Montelago with one practice and what came with it."""

    uow: FakeUnitOfWork
    register: FakeRegister
    student_file: FakeStudentFile
    documents: FakeDocuments

    def at(
        self,
        state: DestinationState = DestinationState.AUTORIZZATA_IMMATRICOLAZIONE,
        *,
        known: Career | None = None,
        **changes: Any,
    ) -> IncomingTransfer:
        """Keep a practice in a state, whose foglio was received."""
        made = self.uow.incoming.add(received(state=state, **{"token": TOKEN, **changes}))
        self.receive(CONTENT, known=known or career(exam("1.1", 9), exam("1.2", 6)))
        return made

    def receive(
        self,
        content: bytes,
        *,
        known: Career | None = None,
        sections: frozenset[Section] = ALL,
        **told: str,
    ) -> None:
        """Let a message bring a foglio."""
        said = foglio(sections)
        self.documents.know(content, said, career=known, particulars={**DECLARED, **told})
        number = f"m{len(self.uow.tables.journal)}"
        arrived = message(content=content)
        self.uow.tables.journal[number] = JournalRow(
            number,
            "in",
            VALDOMBRA,
            arrived.operation,
            PRACTICE,
            content,
            result=None,  # type: ignore[arg-type]
            code=0,
            sections=said.sections,
        )

    def offer(self) -> None:
        """Let Montelago offer two courses."""
        self.uow.offers.publish(Offer(2026, (course(), course(OTHER, faculty_code="20"))))

    @property
    def kept(self) -> IncomingTransfer:
        return destination.find(VALDOMBRA, PRACTICE, uow=self.uow)

    @property
    def standing(self) -> Standing:
        return arrivals.standing(self.kept, uow=self.uow, documents=self.documents)

    def confirm(self, course_code: str = "") -> None:
        """Confirm every step."""
        arrivals.keep_person(self.standing, DECLARED, {}, uow=self.uow, now=NOW)
        arrivals.keep_career(self.standing, "", uow=self.uow, now=NOW)
        chosen = course_code or self.kept.course_code
        arrivals.keep_course(self.standing, chosen, privacy=True, uow=self.uow, now=NOW)

    def enrol(self) -> IncomingTransfer:
        return arrivals.enrol(
            self.standing,
            uow=self.uow,
            register=self.register,
            student_file=self.student_file,
            now=NOW,
        )


CF = student().codice_fiscale
KEY = AT_DESTINATION
HERE = MONTELAGO
