"""The world of the printed examples: the university 16 calls one whose codes fit what it sends."""

from datetime import UTC, date, datetime
from pathlib import Path

from gateway.bootstrap import Installation
from gateway.contracts import Role
from gateway.domain.attachments import Attachment, AttachmentReference, AttachmentState
from gateway.domain.identifiers import CodiceFiscale, IdPratica, MiurCode
from gateway.domain.lifecycle import Actor, Party
from gateway.domain.messages import Operation
from gateway.domain.offers import Offer
from gateway.domain.origin import OutgoingTransfer
from gateway.domain.partners import University
from gateway.domain.students import Student
from gateway.domain.terms import Section, SendingMode, TransmissionTerms
from gateway.domain.tokens import TokenMode
from gateway.usecases.origin import key_of
from tests.support.answers import read_answer
from tests.support.clock import HandClock
from tests.support.contract_messages import body_of, changed, golden, outcome, post
from tests.support.databases import Maker
from tests.support.network import WsgiNetwork
from tests.support.universities import introduce, make_home

HOST = MiurCode("15")
CALLER = MiurCode("16")
PRINTED_ON = datetime(2010, 12, 2, 9, 0, tzinfo=UTC)
"""The day of the printed step: the printed deadline lies ahead of it."""

_HOSTED = University(
    code=HOST,
    name="Ateneo ospitato",
    name_en="Hosted university",
    practice_prefix="UNIOSP",
    terms=TransmissionTerms(SendingMode.COMPLETE, TokenMode.IMMEDIATE, "NESSUNA INFO AGGIUNTIVA"),
)
_CALLING = University(
    code=CALLER, name="Ateneo chiamante", name_en="Calling university", practice_prefix="UNICH"
)
_STUDENT = Actor(Party.STUDENT, "studente")
_OFFICE = Actor(Party.SECRETARIAT, "segreteria")
_PARTNER = Actor(Party.PARTNER, CALLER)


class GoldenWorld:
    """An installation that hosts the university which the printed requests call."""

    def __init__(self, folder: Path, maker: Maker) -> None:
        self.clock = HandClock(PRINTED_ON)
        self.installation = Installation(
            make_home(folder, maker), clock=self.clock, transport=WsgiNetwork()
        )
        introduce(self.installation, _HOSTED, (_CALLING, "caller"))
        self.application = self.installation.wsgi()

    def ask(self, role: Role, request: bytes) -> bytes:
        """Return the answer to a request of the calling university."""
        answered = post(self.application, f"/soap/{HOST}/{role}", request, f"ateneo-{CALLER}")
        assert answered.status_code == 200, answered.text
        return answered.data

    def prepare(self, role: Role, operation: Operation) -> None:
        """Let there be what a printed request speaks of."""
        self.publish_printed_offer()
        if operation is Operation.PUT_PROCESSO:
            return
        practice = body_of(golden(operation, "request")).findtext("IdPratica")
        if practice and role is Role.DESTINATION:
            self.receive(practice)
        elif practice:
            self.send(practice)

    def publish_printed_offer(self) -> None:
        """Offer the printed courses, as our client reads the printed answer."""
        printed = read_answer(Operation.GET_OFFERTA, golden(Operation.GET_OFFERTA, "answer")).offer
        assert printed is not None
        with self.installation.store.open_uow(HOST) as uow:
            uow.offers.publish(Offer(2010, printed.courses))
            uow.commit()

    def receive(self, practice: str) -> None:
        """Let the printed foglio have arrived under another identifier."""
        printed = golden(Operation.PUT_PROCESSO, "request")
        answer = self.ask(Role.DESTINATION, changed(printed, "POLIMI20100000052", practice))
        assert outcome(answer) == (0, "OK")

    def send(self, practice: str) -> None:
        """Let a request of ours with an attachment be transferred to the calling university."""
        now, sections = self.clock(), frozenset(Section)
        draft = OutgoingTransfer.draft(
            actor=_STUDENT,
            now=now,
            university=HOST,
            id_pratica=IdPratica(practice),
            destination=CALLER,
            student=Student(
                codice_fiscale=CodiceFiscale("VNTTTV89E52Q007Q"),
                surname="Ventimiglia",
                name="Ottavia",
                birth_date=date(1989, 5, 12),
                email="",
            ),
            course_code="0160207302400001",
            academic_year=2010,
            foglio=0,
            sections=sections,
        )
        moved = draft.confirm("P-1", actor=_STUDENT, now=now).process(actor=_OFFICE, now=now)
        moved = moved.authorise_sending("P-2", actor=_OFFICE, now=now)
        moved = moved.accepted(sections, None, actor=_PARTNER, now=now)
        reference = AttachmentReference(
            "1235892", "programma.pdf", "application/pdf", date(2011, 3, 31)
        )
        kept = Attachment(reference, AttachmentState.OWN, content=b"aaaa")
        with self.installation.store.open_uow(HOST) as uow:
            stored = uow.outgoing.add(moved)
            uow.attachments.add(key_of(stored), kept)
            uow.commit()
