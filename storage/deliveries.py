"""Outgoing messages, the jobs that carry them, and alarms."""

import json
import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from dbos import DBOSClient, EnqueueOptions

from gateway.domain.deliveries import (
    OPEN_STATES,
    ORDERED,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Side,
    Trouble,
)
from gateway.domain.identifiers import IdPratica, MiurCode
from gateway.domain.mails import Mail
from gateway.domain.verifications import Verification
from storage.context import Context, aware
from storage.tables import alarms, deliveries

QUEUE = "deliveries"
WORKFLOW = "deliver"
VERIFY_QUEUE = "verifications"
VERIFY_WORKFLOW = "verify"
MAIL_QUEUE = "mails"
MAIL_WORKFLOW = "mail"

_OPEN = sorted(state.value for state in OPEN_STATES)
_ADD = deliveries.insert()
_GET = sa.select(deliveries).where(
    deliveries.c.university == sa.bindparam("u"), deliveries.c.delivery_id == sa.bindparam("d")
)
_SAVE = deliveries.update().where(
    deliveries.c.university == sa.bindparam("u"), deliveries.c.delivery_id == sa.bindparam("row")
)


class DeliveryRows:
    """Implements ``Deliveries``."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def new_id(self) -> str:
        """Return an identifier never given before."""
        return uuid.uuid4().hex[:16]

    def add(self, delivery: Delivery) -> None:
        """Keep a new delivery."""
        values = {
            **self._values(delivery),
            "university": self._c.university.code,
            "created_at": delivery.created_at,
            "ordered": delivery.kind in ORDERED,
        }
        self._c.connection.execute(_ADD, values)

    def get(self, delivery_id: str) -> Delivery | None:
        """Return the delivery with this identifier."""
        row = self._c.connection.execute(
            _GET, {"u": self._c.university.code, "d": delivery_id}
        ).one_or_none()
        return self._read(row) if row is not None else None

    def save(self, delivery: Delivery) -> None:
        """Keep a changed delivery."""
        found = {"u": self._c.university.code, "row": delivery.delivery_id}
        self._c.connection.execute(_SAVE, {**self._values(delivery), **found})

    def is_blocked(self, delivery: Delivery) -> bool:
        """Tell whether an earlier ordered delivery of the same practice is still open."""
        if delivery.kind not in ORDERED:
            return False
        mine = (
            sa.select(deliveries.c.id)
            .where(deliveries.c.delivery_id == delivery.delivery_id)
            .scalar_subquery()
        )
        query = self._same_practice(delivery).where(deliveries.c.id < mine).limit(1)
        return self._c.connection.execute(query).first() is not None

    def next_after(self, delivery: Delivery) -> Delivery | None:
        """Return the oldest open ordered delivery of the same practice, other than this one."""
        query = (
            self._same_practice(delivery)
            .where(deliveries.c.delivery_id != delivery.delivery_id)
            .order_by(deliveries.c.id)
            .limit(1)
        )
        row = self._c.connection.execute(query).first()
        if row is None or row.state != DeliveryState.WAITING.value:
            return None
        return self._read(row)

    def _same_practice(self, delivery: Delivery) -> sa.Select[Any]:
        return sa.select(deliveries).where(
            deliveries.c.university == self._c.university.code,
            deliveries.c.partner == delivery.partner,
            deliveries.c.id_pratica == delivery.id_pratica,
            deliveries.c.side == delivery.side.value,
            deliveries.c.ordered,
            deliveries.c.state.in_(_OPEN),
        )

    def open_of(
        self, kind: DeliveryKind, partner: MiurCode, id_pratica: IdPratica | None
    ) -> Sequence[Delivery]:
        """Return the open deliveries of a kind to a partner, about a practice."""
        query = sa.select(deliveries).where(
            deliveries.c.university == self._c.university.code,
            deliveries.c.partner == partner,
            deliveries.c.id_pratica == id_pratica
            if id_pratica is not None
            else deliveries.c.id_pratica.is_(None),
            deliveries.c.kind == kind.value,
            deliveries.c.state.in_(_OPEN),
        )
        return [self._read(row) for row in self._c.connection.execute(query)]

    def of_practice(self, partner: MiurCode, id_pratica: IdPratica) -> Sequence[Delivery]:
        """Return every delivery about a practice, oldest first."""
        query = (
            sa.select(deliveries)
            .where(
                deliveries.c.university == self._c.university.code,
                deliveries.c.partner == partner,
                deliveries.c.id_pratica == id_pratica,
            )
            .order_by(deliveries.c.id)
        )
        return [self._read(row) for row in self._c.connection.execute(query)]

    def by_state(self, state: DeliveryState | None, limit: int) -> Sequence[Delivery]:
        """Return deliveries in a state (or all), newest first."""
        query = sa.select(deliveries).where(deliveries.c.university == self._c.university.code)
        if state is not None:
            query = query.where(deliveries.c.state == state.value)
        query = query.order_by(deliveries.c.id.desc()).limit(limit)
        return [self._read(row) for row in self._c.connection.execute(query)]

    def waiting_page(
        self, states: Collection[DeliveryState], before: str, limit: int
    ) -> Sequence[Delivery]:
        """Return a page of deliveries in some states, newest first, from after one on."""
        columns = deliveries.c
        query = sa.select(deliveries).where(
            columns.university == self._c.university.code,
            columns.state.in_(sorted(state.value for state in states)),
        )
        if before:
            last = sa.select(columns.id).where(
                columns.university == self._c.university.code, columns.delivery_id == before
            )
            query = query.where(columns.id < last.scalar_subquery())
        rows = self._c.connection.execute(query.order_by(columns.id.desc()).limit(limit))
        return [self._read(row) for row in rows]

    def forgotten(self, before: datetime, limit: int) -> Sequence[Delivery]:
        """Return deliveries that should have moved before ``before`` and have not."""
        waiting = sa.and_(
            deliveries.c.state == DeliveryState.WAITING.value, deliveries.c.next_at < before
        )
        cut_off = sa.and_(
            deliveries.c.state == DeliveryState.SENDING.value, deliveries.c.updated_at < before
        )
        query = (
            sa.select(deliveries)
            .where(deliveries.c.university == self._c.university.code, sa.or_(waiting, cut_off))
            .order_by(deliveries.c.id)
            .limit(limit)
        )
        return [self._read(row) for row in self._c.connection.execute(query)]

    def _values(self, delivery: Delivery) -> dict[str, object]:
        cipher = self._c.cipher
        return {
            "delivery_id": delivery.delivery_id,
            "partner": delivery.partner,
            "side": delivery.side.value,
            "id_pratica": delivery.id_pratica,
            "kind": delivery.kind.value,
            "state": delivery.state.value,
            "attempts": delivery.attempts,
            "reached": delivery.reached,
            "meta_sealed": cipher.seal_text(json.dumps(dict(delivery.meta))),
            "payload_sealed": cipher.seal(delivery.payload) if delivery.payload else None,
            "trouble": delivery.trouble.value,
            "detail_sealed": cipher.seal_text(delivery.detail),
            "updated_at": delivery.changed_at,
            "next_at": delivery.next_at,
            "expires_at": delivery.expires_at,
        }

    def _read(self, row: sa.Row[Any]) -> Delivery:
        cipher = self._c.cipher
        payload = row.payload_sealed
        return Delivery(
            delivery_id=row.delivery_id,
            university=row.university,
            partner=row.partner,
            kind=DeliveryKind(row.kind),
            side=Side(row.side),
            id_pratica=row.id_pratica,
            meta=json.loads(cipher.open_text(row.meta_sealed) or "{}"),
            payload=cipher.open(payload) if payload is not None else b"",
            state=DeliveryState(row.state),
            attempts=row.attempts,
            reached=row.reached,
            created_at=aware(row.created_at),
            changed_at=aware(row.updated_at),
            next_at=row.next_at,
            expires_at=aware(row.expires_at),
            trouble=Trouble(row.trouble),
            detail=cipher.open_text(row.detail_sealed),
        )


class DbosJobs:
    """Implements ``Jobs``: the job is a row of the same transaction."""

    def __init__(self, context: Context, client: DBOSClient) -> None:
        self._c = context
        self._client = client

    def deliver(self, delivery: Delivery, attempt: int, delay: timedelta) -> None:
        """Put an attempt in line.

        The queue has one partition for each partner of each university, so that a slow partner
        holds nobody else.
        """
        options: EnqueueOptions = {
            "workflow_name": WORKFLOW,
            "queue_name": QUEUE,
            "workflow_id": f"{delivery.delivery_id}-{attempt}",
            "queue_partition_key": f"{delivery.university}-{delivery.partner}",
        }
        seconds = delay.total_seconds()
        if seconds > 0:
            options["delay_seconds"] = seconds
        self._client.enqueue_in_transaction(
            self._c.connection, options, delivery.university, delivery.delivery_id, attempt
        )

    def verify(self, verification: Verification, attempt: int, delay: timedelta) -> None:
        """Put an attempt of a verification in line."""
        self._put(VERIFY_WORKFLOW, VERIFY_QUEUE, verification.verification_id, attempt, delay)

    def mail(self, mail: Mail, attempt: int, delay: timedelta) -> None:
        """Put an attempt of a mail in line."""
        self._put(MAIL_WORKFLOW, MAIL_QUEUE, mail.mail_id, attempt, delay)

    def _put(self, workflow: str, queue: str, subject: str, attempt: int, delay: timedelta) -> None:
        """Put an attempt in line; each university has a partition of the queue."""
        university = self._c.university.code
        options: EnqueueOptions = {
            "workflow_name": workflow,
            "queue_name": queue,
            "workflow_id": f"{subject}-{attempt}",
            "queue_partition_key": university,
        }
        seconds = delay.total_seconds()
        if seconds > 0:
            options["delay_seconds"] = seconds
        self._client.enqueue_in_transaction(
            self._c.connection, options, university, subject, attempt
        )


class AlarmRows:
    """Implements ``Alarms``: one open row for each thing to look at."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def raise_(self, kind: str, subject: str, detail: str, now: datetime) -> None:
        """Raise an alarm, unless the same one is open; then its detail is renewed."""
        sealed = self._c.cipher.seal_text(detail)
        found = self._c.connection.execute(
            sa.update(alarms).where(*self._open(kind, subject)).values(detail_sealed=sealed)
        )
        if found.rowcount == 0:
            self._c.connection.execute(
                sa.insert(alarms).values(
                    university=self._c.university.code,
                    kind=kind,
                    subject=subject,
                    detail_sealed=sealed,
                    raised_at=now,
                )
            )

    def clear(self, kind: str, subject: str, now: datetime) -> None:
        """Close an alarm, if it is open."""
        self._c.connection.execute(
            sa.update(alarms).where(*self._open(kind, subject)).values(cleared_at=now)
        )

    def open_ones(self) -> Sequence[tuple[str, str, str, datetime]]:
        """Return (kind, subject, detail, since) of every open alarm, oldest first."""
        query = (
            sa.select(alarms)
            .where(alarms.c.university == self._c.university.code, alarms.c.cleared_at.is_(None))
            .order_by(alarms.c.id)
        )
        return [
            (
                row.kind,
                row.subject,
                self._c.cipher.open_text(row.detail_sealed),
                aware(row.raised_at),
            )
            for row in self._c.connection.execute(query)
        ]

    def _open(self, kind: str, subject: str) -> list[sa.ColumnElement[bool]]:
        return [
            alarms.c.university == self._c.university.code,
            alarms.c.kind == kind,
            alarms.c.subject == subject,
            alarms.c.cleared_at.is_(None),
        ]
