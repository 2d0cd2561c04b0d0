"""The log of what people did and looked at. Entries are added and outlived, never changed."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

import sqlalchemy as sa

from gateway.domain.audit import AuditEntry, AuditQuery
from gateway.domain.calendar import ITALY
from gateway.domain.identifiers import MiurCode
from storage.tables import audit_entries, grants
from storage.unit_of_work import available

_BATCH = 5000
_LIMITS = {"action": 60, "practice": 64, "subject": 120, "detail": 500, "username": 80}


class AuditRows:
    """Implements ``AuditLog``."""

    def __init__(self, engine: sa.Engine, reader: sa.Engine) -> None:
        self._engine = engine
        self._reader = reader

    def note(self, entries: Sequence[AuditEntry]) -> None:
        """Add entries."""
        names = [column.name for column in audit_entries.columns if column.name != "id"]
        rows = [{name: _cut(name, getattr(entry, name)) for name in names} for entry in entries]
        if rows:
            with available(), self._engine.begin() as connection:
                connection.execute(audit_entries.insert(), rows)

    def page(
        self, university: MiurCode, query: AuditQuery, *, before: int, limit: int
    ) -> Sequence[AuditEntry]:
        """Return entries at a university and sign-ins of its people, newest first."""
        terms = [_seen_at(university)]
        if before:
            terms.append(audit_entries.c.id < before)
        exactly = {
            "action": query.action.strip(),
            "practice": query.practice.strip(),
            "username": query.username.strip().lower(),
        }
        terms += [audit_entries.c[name] == value for name, value in exactly.items() if value]
        if query.first_day:
            terms.append(audit_entries.c.at >= datetime.combine(query.first_day, time(), ITALY))
        if query.last_day:
            end = query.last_day + timedelta(days=1)
            terms.append(audit_entries.c.at < datetime.combine(end, time(), ITALY))
        wanted = sa.select(audit_entries).where(*terms)
        wanted = wanted.order_by(audit_entries.c.id.desc()).limit(limit)
        with available(), self._reader.connect() as connection:
            return [_read(row) for row in connection.execute(wanted)]

    def actions(self, university: MiurCode) -> Sequence[str]:
        """Return the actions there are, in order."""
        query = sa.select(audit_entries.c.action).distinct().where(_seen_at(university))
        with available(), self._reader.connect() as connection:
            return sorted(connection.execute(query).scalars())

    def forget(self, before: datetime) -> int:
        """Forget what belongs to no university and is older than a moment; return how many."""
        gone = 0
        old = sa.select(audit_entries.c.id).where(
            audit_entries.c.university == "", audit_entries.c.at < before.astimezone(UTC)
        )
        while True:
            with available(), self._engine.begin() as connection:
                some = audit_entries.c.id.in_(old.limit(_BATCH))
                count = connection.execute(audit_entries.delete().where(some)).rowcount
            gone += count
            if count < _BATCH:
                return gone


def _seen_at(university: MiurCode) -> sa.ColumnElement[bool]:
    """What happened at a university, and what its people did at none: signing in."""
    people = sa.select(grants.c.account_id).where(grants.c.university == university)
    nowhere = sa.and_(audit_entries.c.university == "", audit_entries.c.account_id.in_(people))
    return sa.or_(audit_entries.c.university == university, nowhere)


def _cut(name: str, value: object) -> object:
    return value[: _LIMITS[name]] if isinstance(value, str) and name in _LIMITS else value


def _read(row: sa.Row[tuple[object, ...]]) -> AuditEntry:
    return AuditEntry(
        number=row.id,
        at=row.at,
        university=MiurCode(row.university),
        account_id=row.account_id,
        username=row.username or "",
        action=row.action,
        practice=row.practice,
        subject=row.subject or "",
        detail=row.detail or "",
    )
