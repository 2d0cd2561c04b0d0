"""Asking the registry: what is remembered, circuit, quota, the log, and the question itself.

A query is three pieces, like a delivery's attempt. A unit of work admits it and notes it in the
log; the registry is asked with no transaction open; a second unit of work records what came. Only
what the registry said of the title is remembered: never that it could not be asked.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from gateway.domain.calendar import ITALY, italian_day
from gateway.domain.deliveries import OutcomeUnknown, PartnerMisbehaved, PartnerUnreachable
from gateway.domain.identifiers import MiurCode
from gateway.domain.lookups import (
    Answer,
    Asker,
    AskTrouble,
    CircuitPolicy,
    CouldNotAsk,
    Found,
    NotFound,
    Purpose,
    QueryRecord,
    Question,
    answer_of,
    is_failure,
    outcome_of,
    quota_refusal,
)
from gateway.domain.registry import TitleRegistry
from gateway.usecases.ports import OpenUnitOfWork, UnitOfWork
from gateway.usecases.registry_ports import RegistryService
from gateway.usecases.transaction import transact

ALARM_REGISTRY = "registry_down"
CIRCUIT = CircuitPolicy()

_TROUBLES: dict[type[Exception], AskTrouble] = {
    PartnerUnreachable: AskTrouble.UNREACHABLE,
    OutcomeUnknown: AskTrouble.UNKNOWN,
    PartnerMisbehaved: AskTrouble.MISBEHAVED,
}


@dataclass(frozen=True, slots=True)
class RegistryDesk:
    """What every query needs."""

    open_uow: OpenUnitOfWork
    service: RegistryService
    clock: Callable[[], datetime]
    circuit: CircuitPolicy = CIRCUIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question, why it is asked, who asks, and whether past what is remembered."""

    question: Question
    purpose: Purpose
    asker: Asker
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class _Ticket:
    """A query on its way."""

    registry: TitleRegistry
    query_id: str
    asked_at: datetime


def look_up(university: MiurCode, query: Query, *, desk: RegistryDesk) -> Answer:
    """Return what the registry of ``university`` says, or why it could not be asked."""
    ticket = transact(university, lambda uow: _admit(query, uow, desk), open_uow=desk.open_uow)
    if not isinstance(ticket, _Ticket):
        return ticket
    answer = _ask(ticket, query.question, desk)
    return transact(
        university, lambda uow: _record(ticket, query, answer, uow, desk), open_uow=desk.open_uow
    )


def _admit(query: Query, uow: UnitOfWork, desk: RegistryDesk) -> _Ticket | Answer:
    """Answer from memory, hold the question back, or let it leave; the log has each."""
    now, question = desk.clock(), query.question
    registry = uow.registry.get()
    if registry is None or not registry.active:
        return _answered(query, CouldNotAsk(AskTrouble.NO_REGISTRY, now), uow, now)
    if not registry.address_of(question.service):
        return _answered(query, CouldNotAsk(AskTrouble.NO_SERVICE, now), uow, now)
    if not (query.fresh or question.personal):
        known = uow.registry.remembered(question, now)
        if known is not None:
            return _answered(query, known, uow, now)
    circuit = uow.registry.circuit(question.service)
    if not circuit.admits(now):
        return _answered(query, circuit.refusal(now), uow, now)
    refusal = _spend(query.asker.office, registry, uow, now)
    if refusal is not None:
        return _answered(query, refusal, uow, now)
    if circuit.is_open:
        uow.registry.keep_circuit(question.service, circuit.admitted(now, desk.circuit))
    return _Ticket(registry, _noted(query, uow, now), now)


def _noted(query: Query, uow: UnitOfWork, now: datetime, *, from_cache: bool = False) -> str:
    """Put a query in the log and return its identifier."""
    record = QueryRecord(
        query_id=uow.registry.new_id(),
        service=query.question.service,
        purpose=query.purpose,
        asker=query.asker,
        asked_at=now,
        year=query.question.year,
        from_cache=from_cache,
    )
    uow.registry.begin_query(record, query.question.codice_fiscale)
    return record.query_id


def _answered(query: Query, answer: Answer, uow: UnitOfWork, now: datetime) -> Answer:
    """Note a query that needs no call, with its answer."""
    from_cache = not isinstance(answer, CouldNotAsk)
    query_id = _noted(query, uow, now, from_cache=from_cache)
    uow.registry.end_query(query_id, *outcome_of(answer), now)
    return answer


def _spend(
    office: str, registry: TitleRegistry, uow: UnitOfWork, now: datetime
) -> CouldNotAsk | None:
    """Count the query, or say why it is one too many."""
    day = italian_day(now)
    refusal = quota_refusal(
        uow.registry.spend(office, day),
        per_office=registry.per_office,
        per_day=registry.per_day,
        now=now,
        tomorrow=datetime.combine(day + timedelta(days=1), time(), ITALY),
    )
    if refusal is not None:
        uow.registry.give_back(office, day)
    return refusal


def _ask(ticket: _Ticket, question: Question, desk: RegistryDesk) -> Answer:
    try:
        reply = desk.service.ask(ticket.registry, question, ticket.query_id, ticket.asked_at)
    except (PartnerUnreachable, OutcomeUnknown, PartnerMisbehaved) as trouble:
        return CouldNotAsk(_TROUBLES[type(trouble)], desk.clock(), str(trouble))
    return answer_of(reply, desk.clock())


def _record(
    ticket: _Ticket, query: Query, answer: Answer, uow: UnitOfWork, desk: RegistryDesk
) -> Answer:
    """Keep what came of a query: circuit, alarm, memory, log."""
    now, question = desk.clock(), query.question
    before = uow.registry.circuit(question.service)
    after = before.after(answer, now, desk.circuit)
    if after != before:
        uow.registry.keep_circuit(question.service, after)
    if after.is_open:
        uow.alarms.raise_(ALARM_REGISTRY, question.service, _detail(answer), now)
    elif before.is_open:
        uow.alarms.clear(ALARM_REGISTRY, question.service, now)
    if isinstance(answer, CouldNotAsk):
        if is_failure(answer):
            answer = replace(answer, since=after.failing_since or now, again_at=after.probe_at)
        if answer.trouble is AskTrouble.UNREACHABLE:  # nothing was asked
            uow.registry.give_back(query.asker.office, italian_day(ticket.asked_at))
    elif not question.personal:
        _remember(question, answer, ticket.registry, uow)
    uow.registry.end_query(ticket.query_id, *outcome_of(answer), now)
    return answer


def _detail(answer: Answer) -> str:
    return outcome_of(answer)[1]


def _remember(
    question: Question, answer: Found | NotFound, registry: TitleRegistry, uow: UnitOfWork
) -> None:
    term = registry.found_for if isinstance(answer, Found) else registry.not_found_for
    if term:
        uow.registry.remember(question, answer, answer.asked_at + term)
