"""Moving a transfer along in tests: the steps of the offices, and deliveries made by hand."""

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from gateway.bootstrap import Installation, new_token
from gateway.demo.sample import Request, foglio
from gateway.domain.delibera import Conversion, Delibera, Source
from gateway.domain.deliveries import DeliveryState
from gateway.domain.destination import IncomingTransfer
from gateway.domain.identifiers import IdPratica, MiurCode
from gateway.domain.lifecycle import Actor, Party
from gateway.domain.origin import OutgoingTransfer
from gateway.domain.partners import CheckKind
from gateway.usecases import delivery, destination, origin
from gateway.usecases.transaction import transact
from storage.unit_of_work import SqlUnitOfWork
from tests.support.universities import MONTELAGO, VALDOMBRA, World

R = TypeVar("R")

STUDENT = Actor(Party.STUDENT, "studente")
OFFICE = Actor(Party.SECRETARIAT, "segreteria")
COMMISSION = Actor(Party.COMMISSION, "commissione")
REQUEST = Request(exams=6)


class Steps:
    """The steps of both offices in a world."""

    def __init__(self, world: World) -> None:
        self.world = world

    def at(
        self, installation: Installation, code: MiurCode, act: Callable[[SqlUnitOfWork], R]
    ) -> R:
        """Act in one commit."""
        return transact(code, act, open_uow=installation.store.open_uow)  # type: ignore[arg-type]

    def origin(self, act: Callable[[SqlUnitOfWork], R]) -> R:
        """Act at the origin."""
        return self.at(self.world.origin, VALDOMBRA, act)

    def destination(self, act: Callable[[SqlUnitOfWork], R]) -> R:
        """Act at the destination."""
        return self.at(self.world.destination, MONTELAGO, act)

    def out(self, practice: IdPratica) -> OutgoingTransfer:
        """Return the request at the origin."""
        return self.origin(lambda uow: origin.find(practice, uow=uow))

    def into(self, practice: IdPratica) -> IncomingTransfer:
        """Return the practice at the destination."""
        return self.destination(lambda uow: destination.find(VALDOMBRA, practice, uow=uow))

    def draft(self, request: Request = REQUEST) -> IdPratica:
        """Keep a draft."""
        world = self.world.origin
        return self.origin(
            lambda uow: origin.draft(
                foglio(request), STUDENT, uow=uow, documents=world.documents, now=world.clock()
            )
        ).id_pratica

    def ready(self, request: Request = REQUEST) -> IdPratica:
        """Bring a request to elaborata with every check settled."""
        return self.ready_from(self.draft(request))

    def ready_from(self, practice: IdPratica) -> IdPratica:
        """Bring a draft to elaborata with every check settled."""
        world = self.world.origin
        self.origin(
            lambda uow: origin.confirm(
                origin.find(practice, uow=uow),
                STUDENT,
                uow=uow,
                documents=world.documents,
                register=world.register_for(uow),
                now=world.clock(),
            )
        )
        return self.ready_confirmed(practice)

    def ready_confirmed(self, practice: IdPratica) -> IdPratica:
        """Bring a confirmed request to elaborata with every check settled."""
        world = self.world.origin
        self.origin(
            lambda uow: origin.process(
                origin.find(practice, uow=uow),
                OFFICE,
                uow=uow,
                documents=world.documents,
                now=world.clock(),
            )
        )
        for kind in (CheckKind.LIBRARY, CheckKind.STUDENT_NOTES):
            self.origin(
                lambda uow, kind=kind: origin.clear_check(
                    origin.find(practice, uow=uow),
                    kind,
                    OFFICE,
                    "verificato",
                    uow=uow,
                    now=world.clock(),
                )
            )
        return practice

    def authorise(self, practice: IdPratica, *, administrative: bool = False) -> None:
        """Authorise the first sending."""
        world = self.world.origin
        self.origin(
            lambda uow: origin.authorise_sending(
                origin.find(practice, uow=uow),
                OFFICE,
                uow=uow,
                documents=world.documents,
                register=world.register_for(uow),
                now=world.clock(),
                administrative_only=administrative,
            )
        )

    def send_again(self, practice: IdPratica, notes: str = "") -> None:
        """Authorise a further sending."""
        world = self.world.origin
        self.origin(
            lambda uow: origin.authorise_data(
                origin.find(practice, uow=uow),
                OFFICE,
                notes,
                uow=uow,
                documents=world.documents,
                register=world.register_for(uow),
                now=world.clock(),
            )
        )

    def sent(self, request: Request = REQUEST) -> IdPratica:
        """Bring a request to trasferita."""
        practice = self.ready(request)
        self.authorise(practice)
        self.deliver_all()
        return practice

    def ask_revision(self, practice: IdPratica, notes: str = "manca un esame") -> None:
        """The destination asks for the foglio again."""
        world = self.world.destination
        self.destination(
            lambda uow: destination.ask_revision(
                destination.find(VALDOMBRA, practice, uow=uow),
                OFFICE,
                "ERRORE",
                notes,
                uow=uow,
                register=world.register_for(uow),
                now=world.clock(),
            )
        )

    def assign_token(self, practice: IdPratica) -> None:
        """The destination gives a token by hand."""
        world = self.world.destination
        self.destination(
            lambda uow: destination.assign_token(
                destination.find(VALDOMBRA, practice, uow=uow),
                OFFICE,
                uow=uow,
                new_token=new_token,
                now=world.clock(),
            )
        )

    def authorise_enrolment(self, practice: IdPratica) -> None:
        """The student may enrol."""
        now = self.world.clock()
        self.destination(
            lambda uow: destination.authorise_enrolment(
                destination.find(VALDOMBRA, practice, uow=uow), OFFICE, uow=uow, now=now
            )
        )

    def enrol(self, practice: IdPratica, course: str = "") -> None:
        """The student enrols."""
        transfer = self.into(practice)
        assert transfer.token is not None
        command = destination.Enrol(transfer.student.codice_fiscale, transfer.token.value, course)
        world = self.world.destination
        self.destination(
            lambda uow: destination.enrol(
                command,
                uow=uow,
                register=world.register_for(uow),
                student_file=world.student_file_for(uow),
                now=world.clock(),
            )
        )

    def evaluate(self, practice: IdPratica) -> None:
        """The career goes to the commission."""
        now = self.world.clock()
        self.destination(
            lambda uow: destination.authorise_evaluation(
                destination.find(VALDOMBRA, practice, uow=uow), OFFICE, uow=uow, now=now
            )
        )

    def decide(self, practice: IdPratica) -> None:
        """The commission decides."""
        world = self.world.destination
        delibera = Delibera(
            "Consiglio",
            world.clock().date(),
            (Conversion((Source("1.1", Decimal(9)),), "Analisi I", cfu=Decimal(9)),),
        )
        self.destination(
            lambda uow: destination.decide(
                destination.find(VALDOMBRA, practice, uow=uow),
                COMMISSION,
                delibera,
                uow=uow,
                register=world.register_for(uow),
                documents=world.documents,
                now=world.clock(),
            )
        )

    def complete(self, practice: IdPratica) -> None:
        """The transfer is concluded."""
        world = self.world.destination
        self.destination(
            lambda uow: destination.complete(
                destination.find(VALDOMBRA, practice, uow=uow),
                OFFICE,
                uow=uow,
                register=world.register_for(uow),
                now=world.clock(),
            )
        )

    def conclude(self, practice: IdPratica) -> None:
        """From an accepted foglio to the end of the transfer on both sides."""
        self.authorise_enrolment(practice)
        self.enrol(practice)
        self.evaluate(practice)
        self.decide(practice)
        self.complete(practice)
        self.deliver_all()

    def refuse(self, practice: IdPratica, why: str = "nessun posto") -> None:
        """The transfer is refused."""
        world = self.world.destination
        self.destination(
            lambda uow: destination.refuse_transfer(
                destination.find(VALDOMBRA, practice, uow=uow),
                OFFICE,
                why,
                uow=uow,
                register=world.register_for(uow),
                student_file=world.student_file_for(uow),
                now=world.clock(),
            )
        )

    def cancel(self, practice: IdPratica) -> None:
        """The destination cancels."""
        world = self.world.destination
        self.destination(
            lambda uow: destination.cancel(
                destination.find(VALDOMBRA, practice, uow=uow),
                OFFICE,
                "rinuncia",
                uow=uow,
                student_file=world.student_file_for(uow),
                now=world.clock(),
            )
        )

    def ask_cancellation(self, practice: IdPratica) -> None:
        """The origin asks to cancel."""
        now = self.world.clock()
        self.origin(
            lambda uow: origin.ask_cancellation(
                origin.find(practice, uow=uow), OFFICE, "ripensamento", uow=uow, now=now
            )
        )

    def deliver_due(self) -> int:
        """Make one attempt of each delivery that is due and not blocked; return how many."""
        made = 0
        for installation, code in (
            (self.world.origin, VALDOMBRA),
            (self.world.destination, MONTELAGO),
        ):
            for delivery_id, attempts in self.due(installation, code):
                delivery.attempt(code, delivery_id, attempts + 1, desk=installation.desk())
                made += 1
        return made

    def due(self, installation: Installation, code: MiurCode) -> list[tuple[str, int]]:
        """Return (id, attempts) of the deliveries whose time has come."""
        now = self.world.clock()

        def look(uow: SqlUnitOfWork) -> list[tuple[str, int]]:
            waiting = uow.deliveries.by_state(DeliveryState.WAITING, 1000)
            return [
                (item.delivery_id, item.attempts)
                for item in reversed(waiting)
                if (item.next_at or now) <= now and not uow.deliveries.is_blocked(item)
            ]

        return self.at(installation, code, look)

    def deliver_all(self) -> None:
        """Make deliveries until none is due."""
        while self.deliver_due():
            pass
