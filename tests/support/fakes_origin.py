"""Services of the origin, as the tests of its inbox need them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from gateway.domain.deliveries import DeliveryState
from gateway.domain.identifiers import IdPratica, MiurCode
from gateway.domain.messages import StatusChange
from gateway.domain.origin import OriginState, OutgoingTransfer
from gateway.domain.tokens import Token
from gateway.usecases import origin_inbox
from gateway.usecases.origin_inbox import StatusChangeRequest
from tests.support.clock import START
from tests.support.fakes import FakeRegister, FakeStudentFile
from tests.support.fakes_samples import ALL, MONTELAGO, PRACTICE, delivery, draft
from tests.support.fakes_store import FakeUnitOfWork

NOW = START + timedelta(hours=1)
TOKEN = Token("ABCDE23456")
LEFT = {"sent": "DatiIdentificativiStudente Trasferimento"}


@dataclass
class Inbox:
    """Valdombra's services, with one request that Montelago may write about."""

    uow: FakeUnitOfWork
    register: FakeRegister
    student_file: FakeStudentFile

    def at(self, state: OriginState, **changes: Any) -> OutgoingTransfer:
        """Keep a request in a state; it was sent whole."""
        return self.uow.outgoing.add(draft(state=state, **{"sent": ALL, **changes}))

    def on_its_way(self, **changes: Any) -> None:
        """Keep a request whose foglio has left and has no answer yet."""
        self.at(OriginState.VALIDATA, sent=frozenset())
        made = delivery(state=DeliveryState.SENDING, attempts=1, meta=LEFT)
        self.uow.deliveries.add(made)

    @property
    def kept(self) -> OutgoingTransfer:
        return self.uow.tables.outgoing[PRACTICE]

    def refresh(self, caller: MiurCode = MONTELAGO, practice: IdPratica = PRACTICE) -> None:
        origin_inbox.receive_refresh_request(
            caller, practice, "ERRORE", "voto", uow=self.uow, now=NOW
        )

    def token(self, caller: MiurCode = MONTELAGO, practice: IdPratica = PRACTICE) -> None:
        origin_inbox.receive_token(caller, practice, TOKEN, uow=self.uow, now=NOW)

    def change(
        self,
        caller: MiurCode = MONTELAGO,
        practice: IdPratica = PRACTICE,
        change: StatusChange = StatusChange.CLOSE,
        course: str = "",
    ) -> None:
        origin_inbox.receive_status_change(
            caller,
            practice,
            StatusChangeRequest(change, "fine", course),
            uow=self.uow,
            register=self.register,
            student_file=self.student_file,
            now=NOW,
        )

    def attachment(self, caller: MiurCode = MONTELAGO, practice: IdPratica = PRACTICE) -> bytes:
        return origin_inbox.provide_attachment(caller, practice, "ALL1", uow=self.uow, now=NOW)
