"""The log of what people did and looked at. Entries are added and outlived, never changed."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

import sqlalchemy as sa

from gateway.domain.accounts import EVERYWHERE
from gateway.domain.audit import AuditEntry, AuditQuery
from gateway.domain.calendar import ITALY
from gateway.domain.identifiers import MiurCode
from storage.tables import audit_entries, grants
from storage.unit_of_work import available

_BATCH = 5000
_NEWEST = audit_entries.c.at.desc(), audit_entries.c.id.desc()
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
        terms = [*_given(query), *self._beyond(before)]
        halves = [
            sa.select(audit_entries).where(where, *terms).order_by(*_NEWEST).limit(limit).subquery()
            for where in _seen_at(university)
        ]
        both = sa.union_all(*(sa.select(half) for half in halves)).subquery()
        wanted = sa.select(both).order_by(both.c.at.desc(), both.c.id.desc()).limit(limit)
        with available(), self._reader.connect() as connection:
            return [_read(row) for row in connection.execute(wanted)]

    def _beyond(self, before: int) -> list[sa.ColumnElement[bool]]:
        """Return what holds of the entries that come after one in the order of the log."""
        if not before:
            return []
        columns = audit_entries.c
        with available(), self._reader.connect() as connection:
            at = connection.execute(sa.select(columns.at).where(columns.id == before)).scalar()
        if at is None:  # outlived meanwhile: what is older went first
            return [columns.id < before]
        place = sa.tuple_(sa.literal(at, columns.at.type), sa.literal(before))
        return [sa.tuple_(columns.at, columns.id) < place]

    def actions(self, university: MiurCode) -> Sequence[str]:
        """Return the actions there are at a university and at none, in order.

        From each to the next by the index, so that it costs as much as there are actions.
        """
        found = sa.union(*(_actions_at(where) for where in (university, EVERYWHERE)))
        with available(), self._reader.connect() as connection:
            return sorted(row[0] for row in connection.execute(found))

    def forget(self, before: datetime) -> int:
        """Forget what belongs to no university and is older than a moment; return how many."""
        gone = 0
        old = sa.select(audit_entries.c.id).where(
            audit_entries.c.university == EVERYWHERE, audit_entries.c.at < before.astimezone(UTC)
        )
        while True:
            with available(), self._engine.begin() as connection:
                some = audit_entries.c.id.in_(old.limit(_BATCH))
                count = connection.execute(audit_entries.delete().where(some)).rowcount
            gone += count
            if count < _BATCH:
                return gone


def _seen_at(university: MiurCode) -> tuple[sa.ColumnElement[bool], ...]:
    """What happened at a university; what its people did at none: signing in.

    Told apart, so that each goes by an index that has its entries in the order of the log.
    """
    its_people = sa.exists().where(
        grants.c.account_id == audit_entries.c.account_id, grants.c.university == university
    )
    at_none = sa.and_(audit_entries.c.university == EVERYWHERE, its_people)
    return audit_entries.c.university == university, at_none


def _given(query: AuditQuery) -> list[sa.ColumnElement[bool]]:
    exactly = {
        "action": query.action.strip(),
        "practice": query.practice.strip(),
        "username": query.username.strip().lower(),
    }
    terms = [audit_entries.c[name] == value for name, value in exactly.items() if value]
    if query.first_day:
        terms.append(audit_entries.c.at >= datetime.combine(query.first_day, time(), ITALY))
    if query.last_day:
        end = query.last_day + timedelta(days=1)
        terms.append(audit_entries.c.at < datetime.combine(end, time(), ITALY))
    return terms


def _actions_at(university: str) -> sa.Select[str]:
    columns = audit_entries.c
    first = sa.select(sa.func.min(columns.action).label("action"))
    names = first.where(columns.university == university).cte(recursive=True)
    following = (
        sa.select(sa.func.min(columns.action))
        .where(columns.university == university, columns.action > names.c.action)
        .scalar_subquery()
    )
    names = names.union_all(sa.select(following).where(names.c.action.is_not(None)))
    return sa.select(names.c.action).where(names.c.action.is_not(None))


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
