"""Foreign software as the other university of a whole transfer, over HTTP both ways.

Its client calls us, we call its server; how either proves who it is, the caller says. Each function
ends when the practice has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from lxml import etree

from gateway.demo.sample import Request, foglio
from gateway.domain.attachments import Attachment, AttachmentReference, AttachmentState
from gateway.domain.destination import DestinationState
from gateway.domain.identifiers import IdPratica
from gateway.domain.offers import Course, Offer
from gateway.domain.origin import OriginState
from gateway.usecases import destination, offers, origin, status
from tests.support.contract_foglio import PDF
from tests.support.interop_programs import Answer, Call, Program, many
from tests.support.interop_world import Site
from tests.support.universities import MONTELAGO

UNTIL = date.today() + timedelta(days=100)  # noqa: DTZ011  the served process has the real clock
REQUEST = Request(exams=4, attachments=(("DOC1", "programma.pdf"),), available_until=UNTIL)
COURSE = Course(
    faculty_code="06", faculty_name="Ingegneria", code=REQUEST.course, name="Città & <affini>"
)
WORDS = "così è: <città> & «perché»"


@dataclass(frozen=True)
class Other:
    """The other university's client: ``proves`` is how it proves that it is ``code``."""

    program: Program
    place: Site
    service: str
    contract: str
    code: str
    proves: Mapping[str, Any]

    def call(self, operation: str, foglio: bytes = b"", **given: str) -> Answer:
        """Make one call that must not be refused."""
        (answer,) = self.ask(Call(operation, {"MiurAteneoChiamante": self.code, **given}, foglio))
        assert answer.code == 0, answer.description
        return answer

    def ask(self, *calls: Call, **options: Any) -> list[Answer]:
        """Make calls and return what was understood of the answers."""
        options = {**self.proves, **options}
        return self.program.call(self.service, self.contract, calls, **options)

    def states(self, practice: str) -> list[str]:
        """T7: the states of our steps."""
        found = self.call("Get_StatusProcessoTrasferimento", IdPratica=practice).result["Passi"]
        return [step["Stato"] for step in many(found["Passo"])]


def sections(request: Request, *names: str) -> bytes:
    """Return a foglio with only some of its sections."""
    root = etree.fromstring(foglio(request))
    for part in list(root):
        if part.tag not in names:
            root.remove(part)
    return bytes(etree.tostring(root))


def noted(place: Site, practice: IdPratica) -> Sequence[str]:
    """Return what their server says of a practice of ours, as our office reads it (T7, T20)."""
    steps = place.steps
    key = origin.key_of(steps.out(practice))
    now = steps.world.clock()
    steps.origin(lambda uow: status.ask_partner(key, uow=uow, now=now))
    steps.deliver_all()
    there = steps.origin(lambda uow: status.progress(key, uow=uow)).there
    return [f"{step.state} {step.notes}".strip() for step in there]


def their_origin_sends(them: Other) -> None:
    """A student comes to us from their university, with a revision, and is cancelled (T1-T7, T9).

    Their server is known to ours.
    """
    place, steps = them.place, them.place.steps
    place.announce(partial=False)
    steps.destination(lambda uow: uow.offers.publish(Offer(2026, (COURSE,))))
    practice = IdPratica(f"ALTRI-{them.program.stack.name}/2026/1")

    offered = them.call("Get_Offerta", Anno="2026", Tipo_Tit_Univ="ALL").result
    (faculty,) = many(offered["Elenco_Facolta"]["Facolta_Tipo"])
    (course,) = many(faculty["Cdl"]["CorsoDiStudio"])
    assert COURSE.code in str(course["CodiceCorsoStudi"])
    assert COURSE.name in str(course["CodiceCorsoStudi"])
    terms = them.call("Get_InfoWorkflowTrasferimento").result["InfoWorkflow"]
    assert (terms["ModalitaTrasmissione"], terms["ModalitaToken"]) == ("Completa", "I")

    token = them.call("Put_ProcessoTrasferimento", foglio(REQUEST), IdPratica=practice)
    received = steps.into(practice)
    assert received.token is not None
    assert token.result["Token"] == received.token.value
    steps.deliver_all()  # T9
    kept = steps.destination(lambda uow: uow.attachments.get(destination.key_of(received), "DOC1"))
    assert kept is not None
    assert (kept.state, kept.content) == (AttachmentState.FETCHED, PDF)

    steps.ask_revision(practice, WORDS)
    steps.deliver_all()  # T4
    assert them.states(practice) == ["RICEVUTA", "RICHIESTA REVISIONE"]
    them.call(
        "Put_DatiTrasferimento",
        sections(REQUEST, "TitoliConseguiti", "CarrieraUniversitaria"),
        IdPratica=practice,
        Causale="RitrasmissioneSuRichiesta",
        Note=WORDS,
    )
    them.call(
        "Change_StatusProcessoTrasferimento",
        IdPratica=practice,
        StatoChange="ANNULLA",
        Note=WORDS,
    )
    assert steps.into(practice).state is DestinationState.CANCELLATA
    assert them.states(practice) == ["RICEVUTA", "RICHIESTA REVISIONE", "RICEVUTA", "CANCELLATA"]


def their_destination_takes(them: Other) -> None:
    """A student of ours goes to their university, in parts, and is closed there (T1-T9).

    Their server is known to ours.
    """
    place, steps = them.place, them.place.steps
    now = steps.world.clock()
    steps.origin(lambda uow: offers.request_offer(MONTELAGO, 2026, uow=uow, now=now))
    practice = steps.ready(replace(REQUEST, submitted_on=now.date()))
    reference = AttachmentReference("DOC1", "programma.pdf", "application/pdf", UNTIL)
    steps.origin(
        lambda uow: origin.attach(
            origin.find(practice, uow=uow),
            Attachment(reference, AttachmentState.OWN, content=PDF),
            uow=uow,
        )
    )
    steps.authorise(practice, administrative=True)
    steps.deliver_all()  # T1, T2, T3
    offer = steps.origin(lambda uow: uow.offers.cached(MONTELAGO, 2026))
    assert offer is not None
    assert [course.name for course in offer.courses] == ["Città & <affini> 2026"]

    assert them.call("Get_Allegato", IdPratica=practice, IdDocumento="DOC1").document == PDF
    them.call("Ret_Token", IdPratica=practice, Token="a&b<c>")
    token = steps.out(practice).token
    assert token is not None
    assert token.value == "a&b<c>"
    steps.send_again(practice, WORDS)
    steps.deliver_all()  # T5
    them.call("Require_RefreshDatiTrasferimento", IdPratica=practice, Causale="ERRORE", Note=WORDS)
    steps.send_again(practice, "corretto")
    steps.deliver_all()
    there = noted(place, practice)
    assert len(there) == 3
    assert there[1].startswith(f"RICEVUTA CompletamentoCarriera: {WORDS}")
    assert there[2].startswith("RICEVUTA RitrasmissioneSuRichiesta: corretto")

    them.call(
        "Change_StatusProcessoTrasferimento",
        IdPratica=practice,
        StatoChange="CHIUDI",
        Note=WORDS,
        CorsoStudioCodD="0920207302400099",
    )
    ended = steps.out(practice)
    assert (ended.state, ended.course_enrolled) == (OriginState.CHIUSA, "0920207302400099")
    states = them.states(practice)
    assert states[states.index("VALIDATA") :] == [
        "VALIDATA", "TRASFERITA", "RICHIESTA REVISIONE", "TRASFERITA", "CHIUSA",
    ]  # fmt: skip
