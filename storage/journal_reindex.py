"""Telling of messages written before they were found by their student whom they are about.

In small commits, oldest first. What was done is not done again, so it may be stopped at any moment
and begun anew.
"""

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.messages import Operation
from storage.encryption import Cipher, Unreadable
from storage.tables import incoming, messages, outgoing

BATCH = 500
_CARRYING = (Operation.PUT_PROCESSO.value, Operation.PUT_DATI.value)


@dataclass(frozen=True, slots=True)
class Reindexed:
    """How many messages were looked at, were given their student, could not be opened."""

    seen: int
    found: int
    unreadable: int


def reindex(
    engine: sa.Engine,
    cipher: Cipher,
    carried: Callable[[bytes], CodiceFiscale | None],
    *,
    told: Callable[[int], None] = lambda _: None,
    batch: int = BATCH,
) -> Reindexed:
    """Give every message without one its student: the one its foglio names, or its practice's.

    ``carried`` returns whom the foglio of a message is about; ``told`` hears after each commit how
    many messages were looked at so far.
    """
    last, seen, found, unreadable = "", 0, 0, 0
    while True:
        with engine.begin() as connection:
            rows = connection.execute(_next(last, batch)).all()
            values = []
            for row in rows:
                if row.request_sealed is None:
                    continue
                try:
                    student = carried(cipher.open(row.request_sealed))
                except Unreadable:
                    unreadable += 1
                    continue
                if student is not None:
                    values.append({"row": row.message_id, "student_index": cipher.index(student)})
            if values:
                connection.execute(_KEEP, values)
            found += len(values)
            if rows:
                found += connection.execute(
                    _BY_PRACTICE, {"first": rows[0].message_id, "last": rows[-1].message_id}
                ).rowcount
        if not rows:
            return Reindexed(seen, found, unreadable)
        last, seen = rows[-1].message_id, seen + len(rows)
        told(seen)


def _next(last: str, batch: int) -> sa.Select[tuple[str, bytes]]:
    sealed = sa.case((messages.c.operation.in_(_CARRYING), messages.c.request_sealed))
    return (
        sa.select(messages.c.message_id, sealed.label("request_sealed"))
        .where(messages.c.message_id > last, messages.c.student_index.is_(None))
        .order_by(messages.c.message_id)
        .limit(batch)
    )


def _student_of(practices: sa.Table, partner: sa.Column[str]) -> sa.ScalarSelect[str]:
    return (
        sa.select(practices.c.student_index)
        .where(
            practices.c.university == messages.c.university,
            partner == messages.c.partner,
            practices.c.id_pratica == messages.c.id_pratica,
        )
        .scalar_subquery()
    )


_STUDENT = sa.func.coalesce(
    _student_of(incoming, incoming.c.origin), _student_of(outgoing, outgoing.c.destination)
)
_KEEP = messages.update().where(messages.c.message_id == sa.bindparam("row"))
_BY_PRACTICE = (
    messages.update()
    .where(
        messages.c.message_id.between(sa.bindparam("first"), sa.bindparam("last")),
        messages.c.student_index.is_(None),
        _STUDENT.is_not(None),
    )
    .values(student_index=_STUDENT)
)
