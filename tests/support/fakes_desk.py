"""A desk at which deliveries are attempted, with couriers that only take notes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gateway.domain.deliveries import Delivery, DeliveryKind, DeliveryState
from gateway.domain.messages import Operation
from gateway.domain.outcomes import Outcome
from gateway.domain.rejections import Rejection
from gateway.usecases.delivery import Courier, Desk, attempt
from gateway.usecases.partner_ports import PartnerAnswer, PartnerCall
from gateway.usecases.ports import UnitOfWork
from tests.support.clock import HandClock
from tests.support.fakes import FakePartnerServices, describe
from tests.support.fakes_samples import VALDOMBRA, delivery
from tests.support.fakes_store import FakeStore, FakeUnitOfWork
from tests.support.fakes_tables import Tables


@dataclass
class NoteTaker:
    """Acts as the courier of every kind: notes what it is told, refuses if it is told to."""

    told: list[tuple[str, Any]] = field(default_factory=list)
    obstacle: Rejection | None = None

    def prepare(self, uow: UnitOfWork, made: Delivery) -> tuple[Delivery, PartnerCall]:
        self.told.append(("prepare", made.delivery_id))
        if self.obstacle:
            raise self.obstacle
        call = PartnerCall(operation=Operation.PUT_PROCESSO, caller=VALDOMBRA)
        return made, call

    def accepted(
        self, uow: UnitOfWork, made: Delivery, answer: PartnerAnswer, now: datetime
    ) -> None:
        self.told.append(("accepted", answer))

    def refused(self, uow: UnitOfWork, made: Delivery, outcome: Outcome, now: datetime) -> None:
        self.told.append(("refused", outcome))

    def courier(self, **options: Any) -> Courier:
        return Courier(Operation.PUT_PROCESSO, self.prepare, self.accepted, self.refused, **options)


class FakeDesk:
    """Valdombra's deliveries, the partner's answers, and what couriers were told."""

    def __init__(
        self, store: FakeStore, services: FakePartnerServices, clock: HandClock, **options: Any
    ) -> None:
        self.store, self.services, self.clock = store, services, clock
        self.courier = NoteTaker()
        couriers = dict.fromkeys(DeliveryKind, self.courier.courier(**options))
        self.desk = Desk(store.open_uow, services, couriers, clock, lambda: 0.5, describe)

    def put(self, kind: DeliveryKind = DeliveryKind.FOGLIO, **changes: Any) -> Delivery:
        """Keep a delivery."""
        made = delivery(kind, **changes)
        self.do(lambda uow: uow.deliveries.add(made))
        return made

    def do(self, act: Callable[[FakeUnitOfWork], object]) -> None:
        """Do something in a unit of work of its own."""
        with self.store.open_uow(VALDOMBRA) as uow:
            act(uow)
            uow.commit()

    def attempt(self, number: int = 1, delivery_id: str = "d0") -> DeliveryState:
        return attempt(VALDOMBRA, delivery_id, number, desk=self.desk)

    @property
    def tables(self) -> Tables:
        """What has been committed."""
        return self.store.tables[VALDOMBRA]

    @property
    def kept(self) -> Delivery:
        return self.tables.deliveries["d0"]

    @property
    def results(self) -> list[tuple[Operation | None, str]]:
        """How each message stands in the journal."""
        return [(row.operation, row.result.value) for row in self.tables.journal.values()]
