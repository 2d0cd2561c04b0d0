"""The registry of a hosted university: its record, how it fares, what it said, who asked."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from gateway.domain.calendar import ITALY
from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.lookups import (
    Asker,
    Circuit,
    Found,
    NotFound,
    Purpose,
    PurposeKind,
    QueryOutcome,
    QueryRecord,
    QuerySearch,
    Question,
    Spent,
)
from gateway.domain.registry import LookupService, TitleRegistry, VerifyMoment
from gateway.domain.security import InboundSecurity
from storage.context import Context, aware
from storage.partner_security import security_from_text, security_to_text
from storage.tables import (
    registries,
    registry_answers,
    registry_circuits,
    registry_queries,
    registry_quotas,
)
from storage.title_texts import answer_from_text, answer_to_text

_ALL = ""
"""The office under which the queries of all offices are counted."""
_DIALECTS: dict[str, Any] = {"sqlite": sqlite, "postgresql": postgresql}
_DETAIL = 120


class RegistryRows:
    """Implements ``Registry``."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def new_id(self) -> str:
        """Return an identifier never given before."""
        return uuid.uuid4().hex[:16]

    def get(self) -> TitleRegistry | None:
        """Return the record of the registry, if there is one."""
        row = self._c.connection.execute(
            sa.select(registries).where(self._mine(registries))
        ).one_or_none()
        return self._record(row) if row is not None else None

    def save(self, registry: TitleRegistry) -> None:
        """Keep the record of the registry."""
        self._upsert(registries, ["university"], self._values(registry))

    def circuit(self, service: LookupService) -> Circuit:
        """Return how a service fares; on PostgreSQL its row is locked until the commit."""
        table = registry_circuits
        query = sa.select(table).where(self._mine(table), table.c.service == service.value)
        row = self._c.connection.execute(query.with_for_update()).one_or_none()
        if row is None:
            return Circuit()
        return Circuit(row.failures, row.failing_since, row.probe_at, row.trouble)

    def keep_circuit(self, service: LookupService, circuit: Circuit) -> None:
        """Keep how a service fares."""
        values: dict[str, object] = {
            "service": service.value,
            "failures": circuit.failures,
            "failing_since": circuit.failing_since,
            "probe_at": circuit.probe_at,
            "trouble": circuit.trouble,
        }
        self._upsert(registry_circuits, ["university", "service"], values)

    def spend(self, office: str, day: date) -> Spent:
        """Count a query of an office on a day, and return what is spent with it."""
        total, own = (self._count(name, day, 1) for name in (_ALL, office))
        return Spent(own, total)

    def give_back(self, office: str, day: date) -> None:
        """Take back a query that never left."""
        for name in (_ALL, office):
            self._count(name, day, -1)

    def spent(self, day: date) -> Sequence[tuple[str, int]]:
        """Return the queries of each office on a day, by office."""
        table = registry_quotas
        query = (
            sa.select(table.c.office, table.c.spent)
            .where(self._mine(table), table.c.day == day, table.c.office != _ALL)
            .order_by(table.c.office)
        )
        return [(row.office, row.spent) for row in self._c.connection.execute(query)]

    def _count(self, office: str, day: date, step: int) -> int:
        """Add to what an office has spent; others wait for the commit to do the same."""
        table = registry_quotas
        insert = _DIALECTS[self._c.connection.dialect.name].insert(table)
        statement = (
            insert.values(
                university=self._c.university.code, day=day, office=office, spent=max(step, 0)
            )
            .on_conflict_do_update(
                index_elements=["university", "day", "office"],
                set_={"spent": table.c.spent + step},
            )
            .returning(table.c.spent)
        )
        return int(self._c.connection.execute(statement).scalar_one())

    def remembered(self, question: Question, now: datetime) -> Found | NotFound | None:
        """Return what the registry said to the same question, while its term lasts."""
        table = registry_answers
        query = sa.select(table).where(
            self._mine(table),
            *(table.c[name] == value for name, value in self._key(question).items()),
            table.c.expires_at > now,
        )
        row = self._c.connection.execute(query).one_or_none()
        if row is None:
            return None
        return answer_from_text(self._c.cipher.open_text(row.answer_sealed), aware(row.asked_at))

    def remember(self, question: Question, answer: Found | NotFound, until: datetime) -> None:
        """Keep what the registry said, in place of what it said before."""
        values = {
            **self._key(question),
            "answer_sealed": self._c.cipher.seal_text(answer_to_text(answer)),
            "asked_at": answer.asked_at,
            "expires_at": until,
        }
        keys = ["university", "student_index", "service", "year"]
        self._upsert(registry_answers, keys, values)

    def forget_answers(self) -> int:
        """Forget all that is remembered; return how many answers."""
        table = registry_answers
        return self._c.connection.execute(sa.delete(table).where(self._mine(table))).rowcount

    def begin_query(self, query: QueryRecord, codice_fiscale: CodiceFiscale) -> None:
        """Note that somebody asks."""
        self._c.connection.execute(
            registry_queries.insert().values(
                query_id=query.query_id,
                university=self._c.university.code,
                service=query.service.value,
                student_index=self._c.cipher.index(codice_fiscale),
                year=query.year,
                purpose=query.purpose.kind.value,
                reference=query.purpose.reference,
                words_sealed=self._c.cipher.seal_text(query.purpose.words),
                operator=query.asker.operator,
                office=query.asker.office,
                asked_at=query.asked_at,
                outcome=query.outcome.value,
                detail=query.detail,
                from_cache=query.from_cache,
            )
        )

    def end_query(self, query_id: str, outcome: QueryOutcome, detail: str, now: datetime) -> None:
        """Note what came of it."""
        self._c.connection.execute(
            sa.update(registry_queries)
            .where(self._mine(registry_queries), registry_queries.c.query_id == query_id)
            .values(outcome=outcome.value, detail=detail[:_DETAIL], ended_at=now)
        )

    def queries(self, search: QuerySearch) -> Sequence[QueryRecord]:
        """Return the queries looked for, newest first."""
        query = (
            sa.select(registry_queries)
            .where(self._mine(registry_queries), *self._narrowed(search))
            .order_by(registry_queries.c.id.desc())
            .limit(search.limit)
        )
        return [self._query(row) for row in self._c.connection.execute(query)]

    def _narrowed(self, search: QuerySearch) -> Iterator[sa.ColumnElement[bool]]:
        columns = registry_queries.c
        if search.codice_fiscale is not None:
            yield columns.student_index == self._c.cipher.index(search.codice_fiscale)
        if search.reference:
            yield columns.reference == search.reference
        if search.operator:
            yield columns.operator == search.operator
        if search.outcome is not None:
            yield columns.outcome == search.outcome.value
        if search.first is not None:
            yield columns.asked_at >= _midnight(search.first)
        if search.last is not None:
            yield columns.asked_at < _midnight(search.last + timedelta(days=1))

    def _query(self, row: sa.Row[Any]) -> QueryRecord:
        words = self._c.cipher.open_text(row.words_sealed)
        return QueryRecord(
            query_id=row.query_id,
            service=LookupService(row.service),
            year=row.year,
            purpose=Purpose(PurposeKind(row.purpose), row.reference, words),
            asker=Asker(row.operator, row.office),
            asked_at=aware(row.asked_at),
            ended_at=row.ended_at,
            outcome=QueryOutcome(row.outcome),
            detail=row.detail,
            from_cache=row.from_cache,
        )

    def _mine(self, table: sa.Table) -> sa.ColumnElement[bool]:
        return table.c.university == self._c.university.code

    def _key(self, question: Question) -> dict[str, object]:
        return {
            "service": question.service.value,
            "student_index": self._c.cipher.index(question.codice_fiscale),
            "year": question.year,
        }

    def _upsert(self, table: sa.Table, keys: list[str], values: dict[str, object]) -> None:
        insert = _DIALECTS[self._c.connection.dialect.name].insert(table)
        changed = {name: value for name, value in values.items() if name not in keys}
        self._c.connection.execute(
            insert.values(university=self._c.university.code, **values).on_conflict_do_update(
                index_elements=keys, set_=changed
            )
        )

    def _record(self, row: sa.Row[Any]) -> TitleRegistry:
        cipher = self._c.cipher
        _, outbound = security_from_text(cipher.open_text(row.security_sealed))
        return TitleRegistry(
            name=row.name,
            titles_url=row.titles_url,
            diplomas_url=row.diplomas_url,
            username=row.username,
            password=cipher.open_text(row.password_sealed),
            outbound=outbound,
            egov=row.egov,
            sender=row.sender,
            recipient=row.recipient,
            timeout_seconds=row.timeout_seconds,
            found_for=timedelta(seconds=row.found_seconds),
            not_found_for=timedelta(seconds=row.not_found_seconds),
            per_day=row.per_day,
            per_office=row.per_office,
            active=row.active,
            verify=VerifyMoment(row.verify),
            forward=row.forward,
        )

    def _values(self, registry: TitleRegistry) -> dict[str, object]:
        cipher = self._c.cipher
        security = security_to_text(InboundSecurity(), registry.outbound)
        return {
            "name": registry.name,
            "titles_url": registry.titles_url,
            "diplomas_url": registry.diplomas_url,
            "username": registry.username,
            "password_sealed": cipher.seal_text(registry.password),
            "security_sealed": cipher.seal_text(security),
            "egov": registry.egov,
            "sender": registry.sender,
            "recipient": registry.recipient,
            "timeout_seconds": registry.timeout_seconds,
            "found_seconds": int(registry.found_for.total_seconds()),
            "not_found_seconds": int(registry.not_found_for.total_seconds()),
            "per_day": registry.per_day,
            "per_office": registry.per_office,
            "active": registry.active,
            "verify": registry.verify.value,
            "forward": registry.forward,
        }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ITALY)
