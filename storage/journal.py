"""The journal of messages, and the foglio documents it holds."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.domain.deliveries import Delivery
from gateway.domain.identifiers import IdPratica, MiurCode
from gateway.domain.messages import CHANGING, ExchangeResult, Operation, ReceivedMessage
from gateway.domain.rejections import Cause, refuse
from gateway.domain.terms import Section
from gateway.logs import new_message_id
from gateway.usecases.ports import PracticeKey, StoredAnswer
from storage.context import Context, inserted_key
from storage.practices import sections_from_text, sections_to_text
from storage.prepared import Prepared
from storage.tables import foglio_drafts, incoming, messages, outgoing
from storage.tables.journal import TOLERATED_WHERE

_FIND = Prepared(
    sa.select(messages.c.message_id, messages.c.sha256, messages.c.canonical)
    .where(
        messages.c.university == sa.bindparam("university"),
        messages.c.partner == sa.bindparam("partner"),
        messages.c.id_pratica == sa.bindparam("id_pratica"),
        messages.c.operation == sa.bindparam("operation"),
        messages.c.direction == "in",
        messages.c.result == ExchangeResult.ACCEPTED.value,
    )
    .order_by(messages.c.message_id),
    "university",
    "partner",
    "id_pratica",
    "operation",
)
_PRACTICE = ("of_university", "of_partner", "of_practice")


def _student_of(practices: sa.Table, partner: sa.Column[str]) -> sa.ScalarSelect[str]:
    """Return the student of the practice that a message is about."""
    university, code, practice = (sa.bindparam(name, type_=sa.String) for name in _PRACTICE)
    return (
        sa.select(practices.c.student_index)
        .where(
            practices.c.university == university,
            partner == code,
            practices.c.id_pratica == practice,
        )
        .scalar_subquery()
    )


STUDENT = sa.func.coalesce(
    _student_of(incoming, incoming.c.origin), _student_of(outgoing, outgoing.c.destination)
)
_ADD = Prepared(
    messages.insert().values(
        student_index=sa.func.coalesce(sa.bindparam("student", type_=sa.String), STUDENT)
    ),
    *(name for name in messages.columns.keys() if name != "student_index"),  # noqa: SIM118
    "student",
    *_PRACTICE,
)
_END = messages.update().where(
    messages.c.university == sa.bindparam("u"), messages.c.message_id == sa.bindparam("row")
)
_ADD_DRAFT = foglio_drafts.insert()


class JournalRows:
    """Implements ``Journal``."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def find_accepted(self, message: ReceivedMessage) -> StoredAnswer | None:
        """Return the answer that the same message got when it was accepted (T15).

        The same bytes are found by their digest; only if none match are the earlier messages of the
        same operation on the practice compared with this one in canonical form. One whose content
        is no longer kept left the digest of that form.
        """
        known = _FIND.run(
            self._c.connection,
            {
                "university": self._c.university.code,
                "partner": message.caller,
                "id_pratica": message.id_pratica,
                "operation": message.operation.value if message.operation else "",
            },
        ).all()
        if not known:
            return None
        digest = hashlib.sha256(message.content).hexdigest()
        for row in known:
            if row.sha256 == digest:
                return self._stored(row.message_id)[1]
        wanted = self._c.canonical(message.content)
        for row in known:
            content, answer = self._stored(row.message_id)
            if (row.canonical or self._c.canonical(content)) == wanted:
                return answer
        return None

    def _stored(self, message_id: str) -> tuple[bytes, StoredAnswer]:
        content, answer = self.contents(message_id) or (b"", b"")
        return content, StoredAnswer(message_id, answer, removed=not content and not answer)

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
        """Note a message that came in, with its answer."""
        binding = result is ExchangeResult.ACCEPTED and message.operation in CHANGING
        cipher = self._c.cipher
        student = cipher.index(message.student) if message.student else None
        _ADD.run(
            self._c.connection,
            {
                **self._about(message.caller, message.id_pratica, student),
                "correlation": message.correlation or None,
                "message_id": message.message_id,
                "university": self._c.university.code,
                "direction": "in",
                "partner": message.caller,
                "operation": message.operation.value if message.operation else "",
                "id_pratica": message.id_pratica,
                "sha256": hashlib.sha256(message.content).hexdigest(),
                "result": result.value,
                "code": code,
                "began_at": message.received_at,
                "ended_at": answered_at,
                "request_sealed": cipher.seal(message.content) if message.content else None,
                "answer_sealed": cipher.seal(answer) if answer else None,
                "request_bytes": len(message.content),
                "sections": sections_to_text(message.sections) if binding else "",
                "address": message.address[:60],
                "tolerated": " ".join(rule.value for rule in message.tolerated),
                "repeats": repeats,
                "delivery_id": "",
                "canonical": None,
            },
        )

    def _about(
        self, partner: MiurCode, id_pratica: IdPratica | None, student: str | None = None
    ) -> dict[str, str | None]:
        """Return by what the student of a message is known: itself, or the practice."""
        return {
            "student": student,
            "of_university": self._c.university.code,
            "of_partner": partner,
            "of_practice": id_pratica,
        }

    def begin(self, delivery: Delivery, operation: Operation, request: bytes, now: datetime) -> str:
        """Note that a message is about to leave; return its id.

        A row of the same delivery that never ended was cut off by a crash: its outcome is unknown.
        """
        self._c.connection.execute(
            messages.update()
            .where(
                messages.c.university == self._c.university.code,
                messages.c.partner == delivery.partner,
                messages.c.id_pratica == delivery.id_pratica,
                messages.c.delivery_id == delivery.delivery_id,
                messages.c.result == ExchangeResult.PENDING.value,
            )
            .values(result=ExchangeResult.UNKNOWN.value, ended_at=now)
        )
        message_id = new_message_id()
        _ADD.run(
            self._c.connection,
            {
                **self._about(delivery.partner, delivery.id_pratica),
                "correlation": None,
                "message_id": message_id,
                "university": self._c.university.code,
                "direction": "out",
                "partner": delivery.partner,
                "operation": operation.value,
                "id_pratica": delivery.id_pratica,
                "sha256": hashlib.sha256(request).hexdigest(),
                "sections": "",
                "result": ExchangeResult.PENDING.value,
                "code": -1,
                "began_at": now,
                "ended_at": None,
                "request_sealed": self._c.cipher.seal(request),
                "answer_sealed": None,
                "request_bytes": len(request),
                "address": "",
                "tolerated": "",
                "repeats": "",
                "delivery_id": delivery.delivery_id,
                "canonical": None,
            },
        )
        return message_id

    def end(
        self, message_id: str, *, result: ExchangeResult, code: int, answer: bytes, now: datetime
    ) -> None:
        """Note how a message that left has ended."""
        self._c.connection.execute(
            _END,
            {
                "u": self._c.university.code,
                "row": message_id,
                "result": result.value,
                "code": code,
                "ended_at": now,
                "answer_sealed": self._c.cipher.seal(answer) if answer else None,
            },
        )

    def of(self, key: PracticeKey) -> Sequence[sa.Row[Any]]:
        """Return the rows about a practice, oldest first."""
        query = (
            sa.select(messages)
            .where(
                messages.c.university == self._c.university.code,
                messages.c.partner == key.partner,
                messages.c.id_pratica == key.id_pratica,
            )
            .order_by(messages.c.message_id)
        )
        return self._c.connection.execute(query).all()

    def latest(
        self, result: ExchangeResult | None = None, id_pratica: str = "", limit: int = 50
    ) -> Sequence[sa.Row[Any]]:
        """Return rows, newest first, of a result or a practice if one is given."""
        query = sa.select(messages).where(messages.c.university == self._c.university.code)
        if result is not None:
            query = query.where(messages.c.result == result.value)
        if id_pratica:
            query = query.where(messages.c.id_pratica == id_pratica)
        query = query.order_by(messages.c.message_id.desc()).limit(limit)
        return self._c.connection.execute(query).all()

    def tolerated(self, partner: MiurCode) -> dict[str, int]:
        """Return how often each tolerance rule was applied to a partner's messages."""
        query = (
            sa.select(messages.c.tolerated, sa.func.count())
            .where(
                messages.c.university == self._c.university.code,
                messages.c.partner == partner,
                sa.text(TOLERATED_WHERE),
            )
            .group_by(messages.c.tolerated)
        )
        counts: dict[str, int] = {}
        for rules, count in self._c.connection.execute(query):
            for rule in rules.split():
                counts[rule] = counts.get(rule, 0) + count
        return counts

    def contents(self, message_id: str) -> tuple[bytes, bytes] | None:
        """Return a message and its answer as they went over the wire."""
        row = self._c.connection.execute(
            sa.select(messages.c.request_sealed, messages.c.answer_sealed).where(
                messages.c.message_id == message_id,
                messages.c.university == self._c.university.code,
            )
        ).one_or_none()
        if row is None:
            return None
        opened = [self._c.cipher.open(part) if part is not None else b"" for part in row]
        return opened[0], opened[1]


class FoglioRows:
    """Implements ``Foglios``."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def add_draft(self, content: bytes, now: datetime) -> int:
        """Keep a draft's document; return its number."""
        result = self._c.connection.execute(
            _ADD_DRAFT,
            {
                "university": self._c.university.code,
                "sha256": hashlib.sha256(content).hexdigest(),
                "content_sealed": self._c.cipher.seal(content),
                "created_at": now,
            },
        )
        return inserted_key(result)

    def draft(self, foglio: int) -> bytes:
        """Return the document of a draft.

        Raises:
            Rejection: it is no longer kept.
        """
        sealed = self._c.connection.execute(
            sa.select(foglio_drafts.c.content_sealed).where(
                foglio_drafts.c.id == foglio,
                foglio_drafts.c.university == self._c.university.code,
            )
        ).scalar_one_or_none()
        if sealed is None:
            raise refuse(Cause.CONTENT_REMOVED, "FoglioCongedo")
        return self._c.cipher.open(sealed)

    def received(self, key: PracticeKey) -> Sequence[tuple[bytes, frozenset[Section]]]:
        """Return the messages that brought a foglio, oldest first, with the sections of each.

        Those whose content is no longer kept are left out.
        """
        query = (
            sa.select(messages.c.request_sealed, messages.c.sections)
            .where(
                messages.c.university == self._c.university.code,
                messages.c.partner == key.partner,
                messages.c.id_pratica == key.id_pratica,
                messages.c.sections != "",
                messages.c.request_sealed.is_not(None),
            )
            .order_by(messages.c.message_id)
        )
        return [
            (self._c.cipher.open(row.request_sealed), sections_from_text(row.sections))
            for row in self._c.connection.execute(query)
        ]

    def sent(self, key: PracticeKey) -> Sequence[bytes]:
        """Return the messages with a foglio that the destination accepted, oldest first.

        Those whose content is no longer kept are left out.
        """
        query = (
            sa.select(messages.c.request_sealed)
            .where(
                messages.c.university == self._c.university.code,
                messages.c.partner == key.partner,
                messages.c.id_pratica == key.id_pratica,
                messages.c.direction == "out",
                messages.c.operation.in_([Operation.PUT_PROCESSO.value, Operation.PUT_DATI.value]),
                messages.c.result == ExchangeResult.ACCEPTED.value,
                messages.c.request_sealed.is_not(None),
            )
            .order_by(messages.c.message_id)
        )
        return [self._c.cipher.open(sealed) for sealed in self._c.connection.scalars(query)]


def count_by_result(
    connection: sa.Connection, university: MiurCode, id_pratica: IdPratica | None = None
) -> dict[tuple[str, str], int]:
    """Return how many messages there are by direction and result."""
    query = (
        sa.select(messages.c.direction, messages.c.result, sa.func.count())
        .where(messages.c.university == university)
        .group_by(messages.c.direction, messages.c.result)
    )
    if id_pratica is not None:
        query = query.where(messages.c.id_pratica == id_pratica)
    return {(row[0], row[1]): row[2] for row in connection.execute(query)}
