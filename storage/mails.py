"""Mails of a hosted university, its settings, and what readers chose."""

import secrets
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.domain.deliveries import DeliveryState, Side
from gateway.domain.destination import DestinationState
from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.mails import Mail, MailChoice, MailKind, MailSettings, MailState
from gateway.domain.origin import OriginState
from gateway.domain.worklist import Queue
from storage.context import Context, aware
from storage.tables import (
    deliveries,
    incoming,
    mail_choices,
    mail_settings,
    mails,
    outgoing,
)

PARKED = "parked"
"""What a digest calls deliveries that wait for a human."""
_FOR_US = (
    (outgoing, (OriginState.PRESENTATA, OriginState.ELABORATA, OriginState.RICHIESTA_REVISIONE)),
    (
        incoming,
        (
            DestinationState.RICEVUTA,
            DestinationState.IMMATRICOLATO,
            DestinationState.AUTORIZZATA_VALUTAZIONE,
            DestinationState.DELIBERATA,
        ),
    ),
)
"""The states in which a practice waits for the offices of this university."""
_FOR_US_BESIDES = (Queue.TOKEN_TO_ASSIGN, Queue.ANOMALY_REPORTED)
"""Queues of arriving practices that wait for them for a reason that the state does not tell."""


class MailRows:
    """Implements ``Mails``."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def settings(self) -> MailSettings:
        """Return what the university decided; who never did sends nothing."""
        query = sa.select(mail_settings).where(
            mail_settings.c.university == self._c.university.code
        )
        row = self._c.connection.execute(query).one_or_none()
        if row is None:
            return MailSettings()
        return MailSettings(sender=row.sender, offices=tuple(row.offices), active=row.active)

    def keep_settings(self, settings: MailSettings) -> None:
        """Keep what the university decided."""
        values = {
            "sender": settings.sender,
            "offices": list(settings.offices),
            "active": settings.active,
        }
        ours = mail_settings.c.university == self._c.university.code
        found = self._c.connection.execute(sa.update(mail_settings).where(ours).values(values))
        if found.rowcount == 0:
            values["university"] = self._c.university.code
            self._c.connection.execute(sa.insert(mail_settings).values(values))

    def new_id(self) -> str:
        """Return an identifier never given before."""
        return uuid.uuid4().hex

    def add(self, mail: Mail) -> None:
        """Keep a new mail."""
        self._c.connection.execute(
            sa.insert(mails).values(
                **self._values(mail),
                mail_id=mail.mail_id,
                message_id=mail.message_id,
                university=self._c.university.code,
                side=mail.side.value if mail.side else "",
                partner=mail.partner,
                id_pratica=mail.id_pratica,
                kind=mail.kind.value,
                recipient_sealed=self._c.cipher.seal_text(mail.recipient),
                created_at=mail.created_at,
            )
        )

    def get(self, mail_id: str) -> Mail | None:
        """Return the mail with this identifier; nobody else changes it meanwhile."""
        query = sa.select(mails).where(self._ours(mails), mails.c.mail_id == mail_id)
        row = self._c.connection.execute(query.with_for_update()).one_or_none()
        return self._read(row) if row is not None else None

    def save(self, mail: Mail) -> None:
        """Keep a changed mail."""
        mine = self._ours(mails), mails.c.mail_id == mail.mail_id
        self._c.connection.execute(sa.update(mails).where(*mine).values(self._values(mail)))

    def by_state(self, state: MailState | None, limit: int) -> Sequence[Mail]:
        """Return mails in a state (or all), newest first."""
        query = sa.select(mails).where(self._ours(mails))
        if state is not None:
            query = query.where(mails.c.state == state.value)
        query = query.order_by(mails.c.id.desc()).limit(limit)
        return [self._read(row) for row in self._c.connection.execute(query)]

    def forgotten(self, before: datetime, limit: int) -> Sequence[Mail]:
        """Return mails that should have moved before ``before`` and have not."""
        waiting = sa.and_(mails.c.state == MailState.WAITING.value, mails.c.next_at < before)
        cut_off = sa.and_(mails.c.state == MailState.SENDING.value, mails.c.updated_at < before)
        query = (
            sa.select(mails)
            .where(self._ours(mails), sa.or_(waiting, cut_off))
            .order_by(mails.c.id)
            .limit(limit)
        )
        return [self._read(row) for row in self._c.connection.execute(query)]

    def choice(self, recipient: str, student: CodiceFiscale | None = None) -> MailChoice:
        """Return what a reader chose; a new reader gets a code of their own."""
        index = self._c.cipher.index(recipient.strip().lower())
        found = self._choice(mail_choices.c.recipient_index == index)
        if found is not None:
            return found
        made = MailChoice(code=secrets.token_urlsafe(24))
        self._c.connection.execute(
            sa.insert(mail_choices).values(
                university=self._c.university.code,
                recipient_index=index,
                student_index=self._c.cipher.index(student) if student else None,
                code=made.code,
                off="",
            )
        )
        return made

    def by_code(self, code: str) -> MailChoice | None:
        """Return what the holder of a code chose."""
        return self._choice(mail_choices.c.code == code)

    def choose(self, choice: MailChoice) -> None:
        """Keep what a reader chose."""
        off = " ".join(sorted(kind.value for kind in choice.off))
        mine = self._ours(mail_choices), mail_choices.c.code == choice.code
        self._c.connection.execute(sa.update(mail_choices).where(*mine).values(off=off))

    def waiting(self) -> Mapping[str, int]:
        """Return how many practices and deliveries wait for the offices, by what they wait for."""
        found: dict[str, int] = {}
        for table, states in _FOR_US:
            wanted = [state.value for state in states]
            query = (
                sa.select(table.c.state, sa.func.count())
                .where(self._ours(table), table.c.state.in_(wanted))
                .group_by(table.c.state)
            )
            for state, number in self._c.connection.execute(query):
                found[f"{table.name} {state}"] = number
        found.update(self._besides())
        parked = sa.select(sa.func.count()).where(
            self._ours(deliveries), deliveries.c.state == DeliveryState.PARKED.value
        )
        number = self._c.connection.execute(parked).scalar_one()
        return {**found, PARKED: number} if number else found

    def _besides(self) -> dict[str, int]:
        query = (
            sa.select(incoming.c.queue, sa.func.count())
            .where(self._ours(incoming), incoming.c.queue.in_(_FOR_US_BESIDES))
            .group_by(incoming.c.queue)
        )
        rows = self._c.connection.execute(query)
        return {f"{incoming.name} {queue}": number for queue, number in rows}

    def _choice(self, condition: sa.ColumnElement[bool]) -> MailChoice | None:
        query = sa.select(mail_choices).where(self._ours(mail_choices), condition)
        row = self._c.connection.execute(query).one_or_none()
        if row is None:
            return None
        off = frozenset(MailKind(name) for name in row.off.split())
        return MailChoice(code=row.code, off=off)

    def _ours(self, table: sa.Table) -> sa.ColumnElement[bool]:
        return table.c.university == self._c.university.code

    def _values(self, mail: Mail) -> dict[str, object]:
        return {
            "state": mail.state.value,
            "attempts": mail.attempts,
            "trouble": mail.trouble[:80],
            "updated_at": mail.changed_at,
            "next_at": mail.next_at,
            "expires_at": mail.expires_at,
        }

    def _read(self, row: sa.Row[Any]) -> Mail:
        return Mail(
            mail_id=row.mail_id,
            message_id=row.message_id,
            kind=MailKind(row.kind),
            recipient=self._c.cipher.open_text(row.recipient_sealed),
            created_at=aware(row.created_at),
            changed_at=aware(row.updated_at),
            expires_at=aware(row.expires_at),
            side=Side(row.side) if row.side else None,
            partner=row.partner,
            id_pratica=row.id_pratica,
            state=MailState(row.state),
            attempts=row.attempts,
            next_at=row.next_at,
            trouble=row.trouble,
        )
