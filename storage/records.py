"""What stands beside a practice: history, checks, decisions, attachments, partner's progress."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from gateway.domain.attachments import Attachment, AttachmentReference, AttachmentState
from gateway.domain.checks import Check
from gateway.domain.delibera import Conversion, Delibera, Integration, Source
from gateway.domain.deliveries import Side
from gateway.domain.history import UNTOLD, HistoryEntry, Step
from gateway.domain.lifecycle import Actor, Party
from gateway.domain.partners import CheckKind
from gateway.usecases.ports import PracticeKey
from storage.context import PRACTICE_COLUMNS, Context, aware
from storage.prepared import Prepared
from storage.tables import attachments, checks, delibere, history, incoming, outgoing
from storage.tables import remote_progress as progress

_ADD_HISTORY = Prepared(
    history.insert(),
    *PRACTICE_COLUMNS,
    "at",
    "party",
    "actor",
    "event",
    "source",
    "target",
    "notes_sealed",
    "reference",
)
_STEPS = (
    sa.select(history.c.target, history.c.at, history.c.event, history.c.notes_sealed)
    .where(
        history.c.university == sa.bindparam("u"),
        history.c.partner == sa.bindparam("p"),
        history.c.id_pratica == sa.bindparam("i"),
        history.c.side == sa.bindparam("s"),
        sa.or_(history.c.source.is_(None), history.c.source != history.c.target),
    )
    .order_by(history.c.id)
)


def add_history(context: Context, key: PracticeKey, entries: Iterable[HistoryEntry]) -> None:
    """Append entries to the history of a practice."""
    for entry in entries:
        row = {
            **context.practice(key),
            "at": entry.at,
            "party": entry.actor.party.value,
            "actor": entry.actor.name,
            "event": entry.event,
            "source": entry.source,
            "target": entry.target,
            "notes_sealed": context.cipher.seal_text(entry.notes),
            "reference": entry.reference,
        }
        _ADD_HISTORY.run(context.connection, row)


def _where(table: sa.Table, context: Context, key: PracticeKey) -> list[sa.ColumnElement[bool]]:
    return [table.c[name] == value for name, value in context.practice(key).items()]


class RecordRows:
    """Implements ``Records``."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def history(self, key: PracticeKey) -> Sequence[HistoryEntry]:
        """Return everything that happened to a practice, oldest first."""
        query = sa.select(history).where(*_where(history, self._c, key)).order_by(history.c.id)
        return [
            HistoryEntry(
                at=aware(row.at),
                actor=Actor(Party(row.party), row.actor),
                event=row.event,
                source=row.source,
                target=row.target,
                notes=self._c.cipher.open_text(row.notes_sealed),
                reference=row.reference,
            )
            for row in self._c.connection.execute(query)
        ]

    def steps(self, key: PracticeKey) -> Sequence[Step]:
        """Return the entries into states, oldest first; notes meant for the house are left out."""
        rows = self._c.connection.execute(
            _STEPS,
            {
                "u": self._c.university.code,
                "p": key.partner,
                "i": key.id_pratica,
                "s": key.side.value,
            },
        )
        return [
            Step(row.target, aware(row.at), self._told(row.event, row.notes_sealed)) for row in rows
        ]

    def _told(self, event: str, notes: bytes | None) -> str:
        return "" if event in UNTOLD else self._c.cipher.open_text(notes)

    def checks(self, key: PracticeKey) -> Sequence[Check]:
        """Return the checks of a request, as last run."""
        query = sa.select(checks).where(*_where(checks, self._c, key)).order_by(checks.c.id)
        return [
            Check(
                kind=CheckKind(row.kind),
                passed=row.passed,
                detail=self._c.cipher.open_text(row.detail_sealed),
                cleared_by=row.cleared_by,
                cleared_at=row.cleared_at,
                cleared_for=self._c.cipher.open_text(row.cleared_for_sealed),
            )
            for row in self._c.connection.execute(query)
        ]

    def keep_checks(self, key: PracticeKey, found: Iterable[Check]) -> None:
        """Keep the checks in place of those kept before."""
        self._c.connection.execute(sa.delete(checks).where(*_where(checks, self._c, key)))
        for check in found:
            self._c.connection.execute(
                sa.insert(checks).values(
                    **self._c.practice(key),
                    kind=check.kind.value,
                    passed=check.passed,
                    detail_sealed=self._c.cipher.seal_text(check.detail),
                    cleared_by=check.cleared_by,
                    cleared_at=check.cleared_at,
                    cleared_for_sealed=self._c.cipher.seal_text(check.cleared_for),
                )
            )

    def keep_remote(self, key: PracticeKey, steps: Sequence[Step], now: datetime) -> None:
        """Keep the partner's progress as told now."""
        data = [[step.state, step.entered_at.isoformat(), step.notes] for step in steps]
        sealed = self._c.cipher.seal(json.dumps(data).encode())
        self._replace(progress, key, asked_at=now, steps_sealed=sealed)
        table = outgoing if key.side is Side.ORIGIN else incoming
        partner = table.c.destination if key.side is Side.ORIGIN else table.c.origin
        self._c.connection.execute(
            sa.update(table)
            .where(
                table.c.university == self._c.university.code,
                partner == key.partner,
                table.c.id_pratica == key.id_pratica,
            )
            .values(checked_at=now)
        )

    def remote(self, key: PracticeKey) -> tuple[datetime, Sequence[Step]] | None:
        """Return when the partner was last asked, and what it told."""
        row = self._one(progress, key)
        if row is None:
            return None
        data = json.loads(self._c.cipher.open(row.steps_sealed))
        return aware(row.asked_at), [
            Step(state, datetime.fromisoformat(at), notes) for state, at, notes in data
        ]

    def keep_delibera(self, key: PracticeKey, delibera: Delibera, number: str) -> None:
        """Keep a decision under its protocol number."""
        sealed = self._c.cipher.seal(delibera_to_bytes(delibera))
        self._replace(delibere, key, protocol_number=number, content_sealed=sealed)

    def delibera(self, key: PracticeKey) -> tuple[str, Delibera] | None:
        """Return the protocol number and the decision."""
        row = self._one(delibere, key)
        if row is None:
            return None
        return row.protocol_number, delibera_from_bytes(self._c.cipher.open(row.content_sealed))

    def _one(self, table: sa.Table, key: PracticeKey) -> sa.Row[Any] | None:
        query = sa.select(table).where(*_where(table, self._c, key))
        return self._c.connection.execute(query).one_or_none()

    def _replace(self, table: sa.Table, key: PracticeKey, **values: object) -> None:
        self._c.connection.execute(sa.delete(table).where(*_where(table, self._c, key)))
        self._c.connection.execute(sa.insert(table).values(**self._c.practice(key), **values))


def delibera_to_bytes(delibera: Delibera) -> bytes:
    """Return a decision as sealed columns and files keep one (JSON)."""
    return json.dumps(
        {
            "body": delibera.body,
            "decided_on": delibera.decided_on.isoformat(),
            "number": delibera.number,
            "year_of_course": delibera.year_of_course,
            "notes": delibera.notes,
            "conversions": [
                {
                    "sources": [[item.reference, str(item.cfu)] for item in line.sources],
                    "target_name": line.target_name,
                    "target_code": line.target_code,
                    "cfu": str(line.cfu),
                    "sector": line.sector,
                    "grade": line.grade,
                    "refused_for": line.refused_for,
                }
                for line in delibera.conversions
            ],
            "integrations": [
                {"name": one.name, "code": one.code, "cfu": str(one.cfu), "sector": one.sector}
                for one in delibera.integrations
            ],
        }
    ).encode()


def delibera_from_bytes(content: bytes) -> Delibera:
    """Return the decision a sealed column keeps."""
    data = json.loads(content)
    return Delibera(
        body=data["body"],
        decided_on=date.fromisoformat(data["decided_on"]),
        number=data["number"],
        year_of_course=data["year_of_course"],
        notes=data["notes"],
        conversions=tuple(
            Conversion(
                sources=tuple(Source(ref, Decimal(cfu)) for ref, cfu in line.pop("sources")),
                cfu=Decimal(line.pop("cfu")),
                **line,
            )
            for line in data["conversions"]
        ),
        integrations=tuple(
            Integration(one["name"], one["code"], Decimal(one["cfu"]), one["sector"])
            for one in data.get("integrations", ())
        ),
    )


class AttachmentRows:
    """Implements ``Attachments``."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def add(self, key: PracticeKey, attachment: Attachment) -> None:
        """Keep a new attachment."""
        self._c.connection.execute(
            sa.insert(attachments).values(**self._c.practice(key), **self._values(attachment))
        )

    def get(self, key: PracticeKey, attachment_id: str) -> Attachment | None:
        """Return the attachment with this identifier."""
        row = self._c.connection.execute(
            sa.select(attachments).where(
                *_where(attachments, self._c, key), attachments.c.attachment_id == attachment_id
            )
        ).one_or_none()
        return self._read(row) if row is not None else None

    def of(self, key: PracticeKey) -> Sequence[Attachment]:
        """Return the attachments of a practice."""
        query = (
            sa.select(attachments)
            .where(*_where(attachments, self._c, key))
            .order_by(attachments.c.id)
        )
        return [self._read(row) for row in self._c.connection.execute(query)]

    def save(self, key: PracticeKey, attachment: Attachment) -> None:
        """Keep a changed attachment."""
        self._c.connection.execute(
            sa.update(attachments)
            .where(
                *_where(attachments, self._c, key),
                attachments.c.attachment_id == attachment.reference.attachment_id,
            )
            .values(self._values(attachment))
        )

    def overdue(self, today: date) -> Sequence[tuple[PracticeKey, Attachment]]:
        """Return attachments still awaited although their term has passed."""
        query = sa.select(attachments).where(
            attachments.c.university == self._c.university.code,
            attachments.c.state == AttachmentState.AWAITED.value,
            attachments.c.available_until < today,
        )
        return [
            (PracticeKey(Side(row.side), row.partner, row.id_pratica), self._read(row))
            for row in self._c.connection.execute(query)
        ]

    def _values(self, attachment: Attachment) -> dict[str, object]:
        reference = attachment.reference
        content = attachment.content
        return {
            "attachment_id": reference.attachment_id,
            "name_sealed": self._c.cipher.seal_text(reference.name),
            "media_type": reference.media_type,
            "available_until": reference.available_until,
            "size": reference.size,
            "sha256": reference.sha256,
            "state": attachment.state.value,
            "problem_sealed": self._c.cipher.seal_text(attachment.problem[:500]),
            "content_sealed": self._c.cipher.seal(content) if content is not None else None,
        }

    def _read(self, row: sa.Row[Any]) -> Attachment:
        sealed = row.content_sealed
        return Attachment(
            AttachmentReference(
                row.attachment_id,
                self._c.cipher.open_text(row.name_sealed),
                row.media_type,
                row.available_until,
                row.size,
                row.sha256,
            ),
            AttachmentState(row.state),
            self._c.cipher.open(sealed) if sealed is not None else None,
            self._c.cipher.open_text(row.problem_sealed),
        )
