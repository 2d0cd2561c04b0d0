"""One act for each event of the two life cycles: the use case that lets it happen, over fakes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from gateway.domain.checks import Check
from gateway.domain.delibera import Delibera
from gateway.domain.deliveries import Delivery, DeliveryKind, DeliveryState
from gateway.domain.destination import COMPLETION, ON_REQUEST, IncomingTransfer
from gateway.domain.destination import DestinationEvent as D
from gateway.domain.lifecycle import Actor
from gateway.domain.messages import Operation, StatusChange
from gateway.domain.origin import OriginEvent as O
from gateway.domain.origin import OutgoingTransfer, RevisionRequest
from gateway.domain.outcomes import Outcome
from gateway.domain.partners import CheckKind
from gateway.domain.rejections import Rejection
from gateway.domain.tokens import Token
from gateway.usecases import commission, destination, destination_inbox, origin, origin_inbox
from gateway.usecases.delivery_by_hand import abandon
from gateway.usecases.foglio_couriers import data_courier, foglio_courier, status_change_courier
from tests.support.clock import START
from tests.support.fakes import FakeDocuments, FakeRegister, FakeStudentFile, accepts
from tests.support.fakes_samples import (
    ALL,
    AT_ORIGIN,
    MONTELAGO,
    PRACTICE,
    VALDOMBRA,
    delivery,
    draft,
    foglio,
    message,
    partner,
    received,
    student,
    university,
)
from tests.support.fakes_store import FakeStore, FakeUnitOfWork

CONTENT = b"<FoglioCongedo/>"
WORDS = " ".join(sorted(ALL))
NO = Outcome(3, "NON AMMESSO")
TOKEN = Token("TOK1")


@dataclass
class Bench:
    """Both universities, one practice, and everything that acts need."""

    store: FakeStore
    documents: FakeDocuments = field(default_factory=FakeDocuments)
    register: FakeRegister = field(default_factory=FakeRegister)
    student_file: FakeStudentFile = field(default_factory=FakeStudentFile)
    now: Any = START

    def do(self, act: Callable[[FakeUnitOfWork], object], at_origin: bool) -> Rejection | None:
        """Act in a unit of work and commit; return the refusal if there is one."""
        self.now += timedelta(minutes=1)
        with self.store.open_uow(VALDOMBRA if at_origin else MONTELAGO) as uow:
            try:
                act(uow)
            except Rejection as rejection:
                return rejection
            uow.commit()
        return None

    @property
    def everything(self) -> dict[str, Any]:
        """What an act is given beside the unit of work, by the names that use cases have for it."""
        return {"documents": self.documents, "register": self.register, "now": self.now}

    def some(self, *names: str) -> dict[str, Any]:
        known = {**self.everything, "student_file": self.student_file}
        return {name: known[name] for name in names} | {"now": self.now}


def make_bench() -> Bench:
    """Return a bench on which nothing stands in the way of a practice."""
    store = FakeStore(university(VALDOMBRA), university(MONTELAGO))
    store.tables[VALDOMBRA].partners[MONTELAGO] = partner(MONTELAGO)
    store.tables[MONTELAGO].partners[VALDOMBRA] = partner(VALDOMBRA)
    store.tables[VALDOMBRA].checks[AT_ORIGIN] = tuple(Check(kind, True) for kind in CheckKind)
    store.tables[VALDOMBRA].drafts[store.tables[VALDOMBRA].next_number("draft")] = CONTENT
    bench = Bench(store)
    bench.documents.know(CONTENT, foglio())
    return bench


Act = Callable[[Bench, FakeUnitOfWork, Any, Actor], object]


def _recall(bench: Bench, uow: FakeUnitOfWork, made: OutgoingTransfer, actor: Actor) -> object:
    sendings = uow.deliveries.open_of(DeliveryKind.FOGLIO, MONTELAGO, PRACTICE)
    chosen = sendings[0].delivery_id if sendings else "none"
    return abandon(chosen, actor, "inutile", uow=uow, now=bench.now)


def _answer(kind: DeliveryKind, *, ok: bool, reason: str = "ERRORE") -> Act:
    """Return the act of the destination that answers a message of this kind."""
    couriers = {
        DeliveryKind.FOGLIO: foglio_courier,
        DeliveryKind.DATA: data_courier,
        DeliveryKind.STATUS_CHANGE: lambda _: status_change_courier(),
    }
    meta = {"sent": WORDS, "reason": reason, "change": "ANNULLA", "notes": ""}

    def answer(bench: Bench, uow: FakeUnitOfWork, made: OutgoingTransfer, actor: Actor) -> None:
        courier = couriers[kind](bench.documents)
        sent = delivery(kind, meta=meta, created_at=bench.now)
        if ok:
            courier.accepted(uow, sent, accepts(), bench.now)
        else:
            courier.refused(uow, sent, NO, bench.now)

    return answer


def _told_by_t6(change: StatusChange) -> Act:
    return lambda bench, uow, made, actor: origin_inbox.receive_status_change(
        MONTELAGO,
        PRACTICE,
        origin_inbox.StatusChangeRequest(change, "fine"),
        uow=uow,
        register=bench.register,
        student_file=bench.student_file,
        now=bench.now,
    )


def _drop(bench: Bench, uow: FakeUnitOfWork, made: OutgoingTransfer, actor: Actor) -> object:
    return origin.drop(made, actor, "rinuncia", uow=uow, now=bench.now)


def _process(bench: Bench, uow: FakeUnitOfWork, made: OutgoingTransfer, actor: Actor) -> None:
    """Run the checks; somebody has asked the library."""
    moved, _ = origin.process(made, actor, uow=uow, **bench.some("documents"))
    origin.clear_check(moved, CheckKind.LIBRARY, actor, "libri resi", uow=uow, now=bench.now)


ORIGIN_ACTS: Mapping[O, Act] = {
    O.EDIT: lambda b, uow, made, actor: origin.edit(
        made, CONTENT, actor, "nota", uow=uow, **b.some("documents")
    ),
    O.CONFIRM: lambda b, uow, made, actor: origin.confirm(made, actor, uow=uow, **b.everything),
    O.DISCARD: _drop,
    O.WITHDRAW: _drop,
    O.PROCESS: _process,
    O.AUTHORISE_SENDING: lambda b, uow, made, actor: origin.authorise_sending(
        made, actor, uow=uow, **b.everything
    ),
    O.RECALL: _recall,
    O.ACCEPTED: _answer(DeliveryKind.FOGLIO, ok=True),
    O.REFUSED: _answer(DeliveryKind.FOGLIO, ok=False),
    O.TOKEN_RECEIVED: lambda b, uow, made, actor: origin_inbox.receive_token(
        MONTELAGO, PRACTICE, TOKEN, uow=uow, now=b.now
    ),
    O.REVISION_ASKED: lambda b, uow, made, actor: origin_inbox.receive_refresh_request(
        MONTELAGO, PRACTICE, "ERRORE", "voto", uow=uow, now=b.now
    ),
    O.AUTHORISE_DATA: lambda b, uow, made, actor: origin.authorise_data(
        made, actor, "ecco", uow=uow, **b.everything
    ),
    O.DATA_ACCEPTED: _answer(DeliveryKind.DATA, ok=True),
    O.REVISION_ACCEPTED: _answer(DeliveryKind.DATA, ok=True, reason=ON_REQUEST),
    O.DATA_REFUSED: _answer(DeliveryKind.DATA, ok=False),
    O.ASK_CANCELLATION: lambda b, uow, made, actor: origin.ask_cancellation(
        made, actor, "ripensamento", uow=uow, now=b.now
    ),
    O.CANCELLATION_REFUSED: _answer(DeliveryKind.STATUS_CHANGE, ok=False),
    O.CANCELLED: _told_by_t6(StatusChange.CANCEL),
    O.CLOSED: _told_by_t6(StatusChange.CLOSE),
    O.REJECTED: _told_by_t6(StatusChange.REJECT),
}


def _data(reason: str) -> Act:
    def send(bench: Bench, uow: FakeUnitOfWork, made: IncomingTransfer, actor: Actor) -> None:
        command = destination_inbox.ReceiveData(
            message(Operation.PUT_DATI), PRACTICE, foglio(), reason
        )
        destination_inbox.receive_data(command, uow=uow, **bench.some("register"))

    return send


DESTINATION_ACTS: Mapping[D, Act] = {
    D.ASSIGN_TOKEN: lambda b, uow, made, actor: destination.assign_token(
        made, actor, uow=uow, new_token=lambda: TOKEN, now=b.now
    ),
    D.ASK_REVISION: lambda b, uow, made, actor: destination.ask_revision(
        made, actor, "ERRORE", "voto", uow=uow, **b.some("register")
    ),
    D.RECEIVE_DATA: _data(COMPLETION),
    D.RECEIVE_REVISION: _data(ON_REQUEST),
    D.AUTHORISE_ENROLMENT: lambda b, uow, made, actor: destination.authorise_enrolment(
        made, actor, uow=uow, now=b.now
    ),
    D.ENROL: lambda b, uow, made, actor: destination.enrol(
        destination.Enrol(student().codice_fiscale, TOKEN.value),
        uow=uow,
        register=b.register,
        student_file=b.student_file,
        now=b.now,
    ),
    D.RECONCILE: lambda b, uow, made, actor: destination.reconcile(
        made, actor, "26999999", "già iscritto", uow=uow, now=b.now
    ),
    D.AUTHORISE_EVALUATION: lambda b, uow, made, actor: destination.authorise_evaluation(
        made, actor, uow=uow, now=b.now
    ),
    D.REPORT_ANOMALY: lambda b, uow, made, actor: commission.report_anomaly(
        made, actor, "manca un voto", uow=uow, now=b.now
    ),
    D.DECIDE: lambda b, uow, made, actor: destination.decide(
        made, actor, Delibera("Consiglio", date(2026, 10, 1), ()), uow=uow, **b.everything
    ),
    D.COMPLETE: lambda b, uow, made, actor: destination.complete(
        made, actor, uow=uow, **b.some("register")
    ),
    D.REFUSE: lambda b, uow, made, actor: destination.refuse_transfer(
        made, actor, "posti", uow=uow, **b.some("register", "student_file")
    ),
    D.CANCEL: lambda b, uow, made, actor: destination.cancel(
        made, actor, "rinuncia", uow=uow, **b.some("student_file")
    ),
    D.CANCELLED_BY_ORIGIN: lambda b, uow, made, actor: destination_inbox.receive_status_change(
        VALDOMBRA, PRACTICE, StatusChange.CANCEL, "ripensamento", uow=uow, now=b.now
    ),
}


def keep_outgoing(bench: Bench, state: Any) -> None:
    """Keep a request in a state as if everything had been done to it, and its sending on hand."""
    asked = RevisionRequest("ERRORE", "", START - timedelta(hours=1))
    made = draft(state=state, sent=ALL, revision=asked)
    sending = delivery(state=DeliveryState.PARKED, attempts=1, meta={"sent": WORDS})
    bench.do(lambda uow: (uow.outgoing.add(made), uow.deliveries.add(sending)), at_origin=True)


def keep_incoming(bench: Bench, state: Any, event: D) -> None:
    """Keep a practice in a state, ready for an event."""
    made = received(
        state=state,
        token=None if event is D.ASSIGN_TOKEN else TOKEN,
        revision_open=event is D.RECEIVE_REVISION,
    )
    bench.do(lambda uow: uow.incoming.add(made), at_origin=False)


def told(posted: Delivery) -> str:
    """Return the message of a delivery as the tables of the life cycles name it."""
    names = {
        DeliveryKind.FOGLIO: "T2, T3",
        DeliveryKind.DATA: "T5",
        DeliveryKind.REFRESH: "T4",
        DeliveryKind.TOKEN: "T8",
    }
    return names.get(posted.kind) or f"T6 {posted.meta['change']}"


def act_at_origin(bench: Bench, event: O, actor: Actor) -> Rejection | None:
    made = bench.store.tables[VALDOMBRA].outgoing[PRACTICE]
    act = ORIGIN_ACTS[event]
    return bench.do(lambda uow: act(bench, uow, made, actor), at_origin=True)


def act_at_destination(bench: Bench, event: D, actor: Actor) -> Rejection | None:
    made = bench.store.tables[MONTELAGO].incoming[VALDOMBRA, PRACTICE]
    act = DESTINATION_ACTS[event]
    return bench.do(lambda uow: act(bench, uow, made, actor), at_origin=False)


def let_leave(bench: Bench) -> None:
    """Let what waits in line for the first time have left, as far as the origin knows."""

    def leave(uow: FakeUnitOfWork) -> None:
        for one in uow.deliveries.open_of(DeliveryKind.FOGLIO, MONTELAGO, PRACTICE):
            left = replace(one, state=DeliveryState.PARKED, meta={**one.meta, "sent": WORDS})
            uow.deliveries.save(left)

    bench.do(leave, at_origin=True)
