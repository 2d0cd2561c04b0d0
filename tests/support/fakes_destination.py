"""Office and services of the destination, as the tests of its steps need them."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from gateway.domain.delibera import Delibera
from gateway.domain.deliveries import Delivery
from gateway.domain.destination import ON_REQUEST, DestinationState, IncomingTransfer
from gateway.domain.foglio_congedo import FoglioCongedo
from gateway.domain.identifiers import CodiceFiscale, MiurCode
from gateway.domain.messages import Operation, StatusChange
from gateway.domain.rejections import Reason
from gateway.domain.terms import TransmissionTerms
from gateway.domain.tokens import Token
from gateway.usecases import destination, destination_inbox
from gateway.usecases.destination_inbox import ReceiveData, ReceiveTransfer
from tests.support.clock import START
from tests.support.fakes import FakeDocuments, FakeRegister, FakeStudentFile, tokens
from tests.support.fakes_samples import (
    COMMISSION,
    MONTELAGO,
    OFFICE,
    PRACTICE,
    VALDOMBRA,
    message,
    received,
    university,
)
from tests.support.fakes_store import FakeUnitOfWork

NOW = START + timedelta(hours=1)


@dataclass
class Office:
    """Montelago's office, with one practice to work on."""

    uow: FakeUnitOfWork
    register: FakeRegister
    student_file: FakeStudentFile
    documents: FakeDocuments

    def at(self, state: DestinationState, **changes: Any) -> IncomingTransfer:
        """Keep a practice in a state."""
        return self.uow.incoming.add(received(state=state, **changes))

    @property
    def kept(self) -> IncomingTransfer:
        return destination.find(VALDOMBRA, PRACTICE, uow=self.uow)

    def enrol(self, cf: CodiceFiscale, token: str, course: str = "") -> IncomingTransfer:
        return destination.enrol(
            destination.Enrol(cf, token, course),
            uow=self.uow,
            register=self.register,
            student_file=self.student_file,
            now=NOW,
        )

    def decide(self, transfer: IncomingTransfer, delibera: Delibera) -> IncomingTransfer:
        return destination.decide(
            transfer,
            COMMISSION,
            delibera,
            uow=self.uow,
            register=self.register,
            documents=self.documents,
            now=NOW,
        )

    def refuse(self, transfer: IncomingTransfer, why: str) -> IncomingTransfer:
        return destination.refuse_transfer(
            transfer,
            OFFICE,
            why,
            uow=self.uow,
            register=self.register,
            student_file=self.student_file,
            now=NOW,
        )

    def cancel(self, transfer: IncomingTransfer, why: str) -> IncomingTransfer:
        return destination.cancel(
            transfer, OFFICE, why, uow=self.uow, student_file=self.student_file, now=NOW
        )

    @property
    def posted(self) -> list[Delivery]:
        return list(self.uow.tables.deliveries.values())


@dataclass
class Inbox:
    """Montelago's services."""

    uow: FakeUnitOfWork
    register: FakeRegister
    documents: FakeDocuments

    def announce(self, terms: TransmissionTerms, **changes: Any) -> None:
        """Let Montelago announce other terms."""
        self.uow.university = university(MONTELAGO, terms=terms, **changes)

    def transfer(
        self, said: FoglioCongedo, *faults: Reason, caller: MiurCode = VALDOMBRA
    ) -> Token | None:
        """T3."""
        command = ReceiveTransfer(message(caller=caller, content=b"<T3/>"), PRACTICE, said, faults)
        return destination_inbox.receive_transfer(
            command,
            uow=self.uow,
            register=self.register,
            documents=self.documents,
            new_token=tokens("TOK1"),
            now=NOW,
        ).token

    def data(
        self, said: FoglioCongedo, *faults: Reason, caller: MiurCode = VALDOMBRA, **changes: Any
    ) -> None:
        """T5."""
        command = ReceiveData(
            message(Operation.PUT_DATI, caller=caller), PRACTICE, said, ON_REQUEST, faults=faults
        )
        destination_inbox.receive_data(
            replace(command, **changes), uow=self.uow, register=self.register, now=NOW
        )

    def change(
        self, change: StatusChange = StatusChange.CANCEL, caller: MiurCode = VALDOMBRA
    ) -> None:
        """T6."""
        destination_inbox.receive_status_change(
            caller, PRACTICE, change, "ripensamento", uow=self.uow, now=NOW
        )

    def at(self, state: DestinationState, **changes: Any) -> IncomingTransfer:
        return self.uow.incoming.add(received(state=state, **changes))

    @property
    def kept(self) -> IncomingTransfer:
        return self.uow.tables.incoming[VALDOMBRA, PRACTICE]

    @property
    def posted(self) -> list[Delivery]:
        return list(self.uow.tables.deliveries.values())
