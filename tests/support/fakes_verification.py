"""A practice at Montelago with titles, and its registry, over the in-memory store."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from gateway.domain.destination import IncomingTransfer
from gateway.domain.lookups import Asker, CircuitPolicy
from gateway.domain.messages import ExchangeResult, Operation
from gateway.domain.title_checks import DeclaredTitle
from gateway.domain.verifications import CheckedTitle, Verification, VerificationState
from gateway.usecases import verification
from gateway.usecases.registry import RegistryDesk
from gateway.usecases.verification import VerificationDesk
from tests.support.clock import START, HandClock
from tests.support.fakes import FakeDocuments
from tests.support.fakes_registry import FakeRegistryService
from tests.support.fakes_samples import (
    ALL,
    MONTELAGO,
    PRACTICE,
    VALDOMBRA,
    foglio,
    message,
    received,
)
from tests.support.fakes_store import FakeStore, FakeUnitOfWork
from tests.support.fakes_tables import JournalRow, Tables
from tests.support.titles_samples import THE_REGISTRY

MARIO = Asker("mario", "segreteria")


class Bench:
    """A practice at Montelago with titles, and its registry."""

    def __init__(self, store: FakeStore, clock: HandClock, documents: FakeDocuments) -> None:
        self.store, self.clock, self.documents = store, clock, documents
        self.service = FakeRegistryService()
        asking = RegistryDesk(store.open_uow, self.service, clock, CircuitPolicy(failures=3))
        self.desk = VerificationDesk(asking, documents, lambda: 0.5)
        self.tables.registry["it"] = THE_REGISTRY

    @property
    def tables(self) -> Tables:
        return self.store.tables[MONTELAGO]

    def do(self, act: Callable[[FakeUnitOfWork], object]) -> None:
        with self.store.open_uow(MONTELAGO) as uow:
            act(uow)
            uow.commit()

    def bring(self, *titles: DeclaredTitle, content: bytes = b"<m/>", **changes: Any) -> None:
        """Let a message with these titles arrive for the practice."""
        self.documents.know(content, foglio(), titles=titles)
        transfer = received(**changes)
        asked = message(content=content)

        def arrive(uow: FakeUnitOfWork) -> None:
            uow.tables.incoming[VALDOMBRA, PRACTICE] = transfer
            uow.tables.journal[f"m{len(uow.tables.journal)}"] = row(asked.content)
            verification.on_receipt(transfer, ALL, uow=uow, now=self.clock())

        self.do(arrive)

    def change(self, **changes: Any) -> None:
        known = self.tables.incoming[VALDOMBRA, PRACTICE]
        self.do(
            lambda uow: uow.tables.incoming.update(
                {(VALDOMBRA, PRACTICE): replace(known, **changes)}
            )
        )

    @property
    def transfer(self) -> IncomingTransfer:
        return self.tables.incoming[VALDOMBRA, PRACTICE]

    @property
    def kept(self) -> Verification:
        (only,) = self.tables.verifications.values()
        return only

    @property
    def titles(self) -> list[CheckedTitle]:
        return list(self.tables.checked.get((VALDOMBRA, PRACTICE), ()))

    @property
    def verdicts(self) -> list[tuple[str, str]]:
        return [(item.verdict.value, item.judgement.reason) for item in self.titles]

    def attempt(self, number: int = 1) -> VerificationState:
        return verification.attempt(MONTELAGO, self.kept.verification_id, number, desk=self.desk)

    def run(self) -> VerificationState:
        """Make the attempt that is next."""
        return self.attempt(self.kept.attempts + 1)

    def request(self, *, fresh: bool = False) -> None:
        self.do(
            lambda uow: verification.request(
                self.transfer, MARIO, fresh=fresh, uow=uow, now=self.clock()
            )
        )


def row(content: bytes) -> JournalRow:
    return JournalRow(
        message_id="m",
        direction="in",
        partner=VALDOMBRA,
        operation=Operation.PUT_PROCESSO,
        id_pratica=PRACTICE,
        content=content,
        result=ExchangeResult.ACCEPTED,
        code=0,
        at=START,
        sections=ALL,
    )
