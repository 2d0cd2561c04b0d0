"""In-memory repositories of what is exchanged: messages, documents, offers, deliveries, alarms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.domain.deliveries import (
    ORDERED,
    Delivery,
    DeliveryKind,
    DeliveryState,
)
from gateway.domain.identifiers import CodiceFiscale, IdPratica, MiurCode
from gateway.domain.mails import Mail
from gateway.domain.messages import CHANGING, ExchangeResult, Operation, ReceivedMessage
from gateway.domain.offers import Course, Offer
from gateway.domain.partners import Partner
from gateway.domain.rejections import Cause, refuse
from gateway.domain.terms import Section, TransmissionTerms
from gateway.domain.verifications import Verification
from gateway.usecases.ports import PracticeKey, StoredAnswer
from tests.support.clock import START
from tests.support.fakes_tables import Job, JournalRow, MailJob, Tables, VerifyJob


@dataclass(frozen=True)
class FakeJournal:
    """Implements ``Journal``. Messages are the same when their bytes are."""

    tables: Tables

    def find_accepted(self, message: ReceivedMessage) -> StoredAnswer | None:
        for row in self.tables.journal.values():
            same = (row.partner, row.operation, row.id_pratica, row.content) == (
                message.caller,
                message.operation,
                message.id_pratica,
                message.content,
            )
            if same and row.direction == "in" and row.result is ExchangeResult.ACCEPTED:
                return StoredAnswer(row.message_id, row.answer, removed=not row.answer)
        return None

    def add(
        self,
        message: ReceivedMessage,
        *,
        result: ExchangeResult,
        code: int,
        answer: bytes,
        answered_at: datetime,
        repeats: str = "",
    ) -> None:
        binding = result is ExchangeResult.ACCEPTED and message.operation in CHANGING
        self.tables.journal[message.message_id] = JournalRow(
            message_id=message.message_id,
            direction="in",
            partner=message.caller,
            operation=message.operation,
            id_pratica=message.id_pratica,
            content=message.content,
            result=result,
            code=code,
            answer=answer,
            at=message.received_at,
            ended_at=answered_at,
            sections=message.sections if binding else frozenset(),
            repeats=repeats,
        )

    def begin(self, delivery: Delivery, operation: Operation, request: bytes, now: datetime) -> str:
        for row in list(self.tables.journal.values()):
            if row.delivery_id == delivery.delivery_id and row.result is ExchangeResult.PENDING:
                self.tables.journal[row.message_id] = replace(
                    row, result=ExchangeResult.UNKNOWN, ended_at=now
                )
        message_id = f"out{self.tables.next_number('message')}"
        self.tables.journal[message_id] = JournalRow(
            message_id=message_id,
            direction="out",
            partner=delivery.partner,
            operation=operation,
            id_pratica=delivery.id_pratica,
            content=request,
            result=ExchangeResult.PENDING,
            code=-1,
            at=now,
            delivery_id=delivery.delivery_id,
        )
        return message_id

    def end(
        self, message_id: str, *, result: ExchangeResult, code: int, answer: bytes, now: datetime
    ) -> None:
        self.tables.journal[message_id] = replace(
            self.tables.journal[message_id], result=result, code=code, answer=answer, ended_at=now
        )


@dataclass(frozen=True)
class FakeFoglios:
    """Implements ``Foglios``."""

    tables: Tables

    def add_draft(self, content: bytes, now: datetime) -> int:
        number = self.tables.next_number("draft")
        self.tables.drafts[number] = content
        return number

    def draft(self, foglio: int) -> bytes:
        if foglio not in self.tables.drafts:
            raise refuse(Cause.CONTENT_REMOVED, "FoglioCongedo")
        return self.tables.drafts[foglio]

    def received(self, key: PracticeKey) -> Sequence[tuple[bytes, frozenset[Section]]]:
        return [
            (row.content, row.sections)
            for row in self.tables.journal.values()
            if row.sections and (row.partner, row.id_pratica) == (key.partner, key.id_pratica)
        ]

    def sent(self, key: PracticeKey) -> Sequence[bytes]:
        return [
            row.content
            for row in self.tables.journal.values()
            if row.direction == "out"
            and row.operation in (Operation.PUT_PROCESSO, Operation.PUT_DATI)
            and row.result is ExchangeResult.ACCEPTED
            and (row.partner, row.id_pratica) == (key.partner, key.id_pratica)
        ]


@dataclass(frozen=True)
class FakePartners:
    """Implements ``Partners``."""

    tables: Tables

    def get(self, code: MiurCode) -> Partner | None:
        return self.tables.partners.get(code)

    def all(self) -> Sequence[Partner]:
        return list(self.tables.partners.values())

    def save(self, partner: Partner) -> None:
        self.tables.partners[partner.code] = partner

    def keep_terms(self, code: MiurCode, terms: TransmissionTerms, now: datetime) -> None:
        self.tables.partners[code] = replace(self.tables.partners[code], terms=terms)


@dataclass(frozen=True)
class FakeOffers:
    """Implements ``Offers``."""

    tables: Tables

    def publish(self, offer: Offer) -> int:
        self.tables.offers[offer.year] = offer
        return len(offer.courses)

    def published(self, year: int) -> Offer | None:
        return self.tables.offers.get(year)

    def course(self, year: int, code: str) -> tuple[bool, Course | None]:
        offer = self.published(year)
        return offer is not None, offer.find(code) if offer else None

    def keep_cached(self, partner: MiurCode, offer: Offer) -> None:
        self.tables.cached[partner, offer.year] = offer

    def cached(self, partner: MiurCode, year: int) -> Offer | None:
        return self.tables.cached.get((partner, year))

    def admit(self, course: str, year: int, passed: Iterable[CodiceFiscale]) -> int:
        new = {(course, year, code) for code in passed} - self.tables.admitted
        self.tables.admitted.update(new)
        return len(new)

    def is_admitted(self, course: str, year: int, student: CodiceFiscale) -> bool:
        return (course, year, student) in self.tables.admitted


@dataclass(frozen=True)
class FakeDeliveries:
    """Implements ``Deliveries``; their order is that of their birth."""

    tables: Tables

    def new_id(self) -> str:
        return f"d{self.tables.next_number('delivery')}"

    def add(self, delivery: Delivery) -> None:
        self.tables.deliveries[delivery.delivery_id] = delivery

    def get(self, delivery_id: str) -> Delivery | None:
        return self.tables.deliveries.get(delivery_id)

    def save(self, delivery: Delivery) -> None:
        assert delivery.delivery_id in self.tables.deliveries
        self.tables.deliveries[delivery.delivery_id] = delivery

    def is_blocked(self, delivery: Delivery) -> bool:
        if delivery.kind not in ORDERED:
            return False
        order = list(self.tables.deliveries)
        mine = order.index(delivery.delivery_id)
        return any(order.index(other.delivery_id) < mine for other in self._same_practice(delivery))

    def next_after(self, delivery: Delivery) -> Delivery | None:
        for other in self._same_practice(delivery):
            if other.delivery_id != delivery.delivery_id:
                return other if other.state is DeliveryState.WAITING else None
        return None

    def _same_practice(self, delivery: Delivery) -> list[Delivery]:
        mine = (delivery.partner, delivery.side, delivery.id_pratica)
        return [
            other
            for other in self.tables.deliveries.values()
            if (other.partner, other.side, other.id_pratica) == mine
            and other.kind in ORDERED
            and other.is_open
        ]

    def open_of(
        self, kind: DeliveryKind, partner: MiurCode, id_pratica: IdPratica | None
    ) -> Sequence[Delivery]:
        return [
            one
            for one in self.tables.deliveries.values()
            if (one.kind, one.partner, one.id_pratica) == (kind, partner, id_pratica)
            and one.is_open
        ]

    def of_practice(self, partner: MiurCode, id_pratica: IdPratica) -> Sequence[Delivery]:
        return [
            one
            for one in self.tables.deliveries.values()
            if (one.partner, one.id_pratica) == (partner, id_pratica)
        ]

    def by_state(self, state: DeliveryState | None, limit: int) -> Sequence[Delivery]:
        newest_first = reversed(self.tables.deliveries.values())
        return [one for one in newest_first if state is None or one.state is state][:limit]

    def forgotten(self, before: datetime, limit: int) -> Sequence[Delivery]:
        return [
            one
            for one in self.tables.deliveries.values()
            if (one.state is DeliveryState.WAITING and one.next_at and one.next_at < before)
            or (one.state is DeliveryState.SENDING and one.changed_at < before)
        ][:limit]


@dataclass(frozen=True)
class FakeJobs:
    """Implements ``Jobs``."""

    tables: Tables

    def deliver(self, delivery: Delivery, attempt: int, delay: timedelta) -> None:
        self.tables.jobs.append(Job(delivery.delivery_id, attempt, delay))

    def verify(self, verification: Verification, attempt: int, delay: timedelta) -> None:
        self.tables.verify_jobs.append(VerifyJob(verification.verification_id, attempt, delay))

    def mail(self, mail: Mail, attempt: int, delay: timedelta) -> None:
        self.tables.mail_jobs.append(MailJob(mail.mail_id, attempt, delay))


@dataclass(frozen=True)
class FakeAlarms:
    """Implements ``Alarms``: those open, by kind and subject."""

    tables: Tables

    def raise_(self, kind: str, subject: str, detail: str, now: datetime) -> None:
        self.tables.alarms[kind, subject] = detail

    def clear(self, kind: str, subject: str, now: datetime) -> None:
        self.tables.alarms.pop((kind, subject), None)

    def open_ones(self) -> list[tuple[str, str, str, datetime]]:
        return [
            (kind, subject, text, START) for (kind, subject), text in self.tables.alarms.items()
        ]
