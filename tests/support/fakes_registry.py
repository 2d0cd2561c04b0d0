"""In-memory registry of titles and verifications, and a registry that says what a test scripts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from gateway.domain.identifiers import CodiceFiscale, IdPratica, MiurCode
from gateway.domain.lookups import (
    Circuit,
    Found,
    NotFound,
    QueryOutcome,
    QueryRecord,
    QuerySearch,
    Question,
    Reply,
    Spent,
)
from gateway.domain.registry import LookupService, TitleRegistry
from gateway.domain.verifications import CheckedTitle, Verification, VerificationState
from tests.support.fakes_tables import Tables

Scripted = Reply | Exception


@dataclass(frozen=True)
class FakeRegistry:
    """Implements ``Registry``."""

    tables: Tables

    def new_id(self) -> str:
        return f"r{self.tables.next_number('registry')}"

    def get(self) -> TitleRegistry | None:
        return self.tables.registry.get("it")

    def save(self, registry: TitleRegistry) -> None:
        self.tables.registry["it"] = registry

    def circuit(self, service: LookupService) -> Circuit:
        return self.tables.circuits.get(service, Circuit())

    def keep_circuit(self, service: LookupService, circuit: Circuit) -> None:
        self.tables.circuits[service] = circuit

    def spend(self, office: str, day: date) -> Spent:
        own, total = (self._count(name, day, 1) for name in (office, ""))
        return Spent(own, total)

    def give_back(self, office: str, day: date) -> None:
        for name in (office, ""):
            self._count(name, day, -1)

    def _count(self, office: str, day: date, step: int) -> int:
        self.tables.spent[office, day] = self.tables.spent.get((office, day), 0) + step
        return self.tables.spent[office, day]

    def spent(self, day: date) -> Sequence[tuple[str, int]]:
        return [(name, n) for (name, of), n in self.tables.spent.items() if of == day and name]

    def remembered(self, question: Question, now: datetime) -> Found | NotFound | None:
        answer, until = self.tables.answers.get(_key(question), (None, now))
        return replace(answer, remembered=True) if answer and until > now else None

    def remember(self, question: Question, answer: Found | NotFound, until: datetime) -> None:
        self.tables.answers[_key(question)] = (answer, until)

    def forget_answers(self) -> int:
        forgotten = len(self.tables.answers)
        self.tables.answers.clear()
        return forgotten

    def begin_query(self, query: QueryRecord, codice_fiscale: CodiceFiscale) -> None:
        self.tables.queries[query.query_id] = query

    def end_query(self, query_id: str, outcome: QueryOutcome, detail: str, now: datetime) -> None:
        begun = self.tables.queries[query_id]
        self.tables.queries[query_id] = replace(begun, outcome=outcome, detail=detail, ended_at=now)

    def queries(self, search: QuerySearch) -> Sequence[QueryRecord]:
        return [*reversed(self.tables.queries.values())][: search.limit]


def _key(question: Question) -> tuple[LookupService, CodiceFiscale, int]:
    return question.service, question.codice_fiscale, question.year


@dataclass(frozen=True)
class FakeVerifications:
    """Implements ``Verifications``."""

    tables: Tables

    def add(self, verification: Verification) -> None:
        self.tables.verifications[verification.verification_id] = verification

    def get(self, verification_id: str) -> Verification | None:
        return self.tables.verifications.get(verification_id)

    def of(self, origin: MiurCode, id_pratica: IdPratica) -> Verification | None:
        for item in self.tables.verifications.values():
            if (item.origin, item.id_pratica) == (origin, id_pratica):
                return item
        return None

    def save(self, verification: Verification) -> None:
        self.tables.verifications[verification.verification_id] = verification

    def titles(self, origin: MiurCode, id_pratica: IdPratica) -> Sequence[CheckedTitle]:
        kept = self.tables.checked.get((origin, id_pratica), ())
        return sorted(kept, key=lambda item: (item.withdrawn, item.position))

    def keep_titles(
        self, origin: MiurCode, id_pratica: IdPratica, titles: Sequence[CheckedTitle]
    ) -> None:
        kept = {item.title_id: item for item in self.tables.checked.get((origin, id_pratica), ())}
        kept |= {item.title_id: item for item in titles}
        self.tables.checked[origin, id_pratica] = tuple(kept.values())

    def forgotten(self, before: datetime, limit: int) -> Sequence[Verification]:
        return [
            item
            for item in self.tables.verifications.values()
            if item.state is VerificationState.WAITING and item.next_at and item.next_at < before
        ][:limit]


@dataclass
class FakeRegistryService:
    """Implements ``RegistryService``: says what a test has scripted, in order.

    ``while_away`` runs during each call, as the rest of the world does.
    """

    asked: list[Question] = field(default_factory=list)
    script: list[Scripted] = field(default_factory=list)
    while_away: Callable[[], None] = lambda: None

    def will(self, *replies: Scripted) -> None:
        """Script what comes next."""
        self.script += replies

    def ask(
        self, registry: TitleRegistry, question: Question, query_id: str, now: datetime
    ) -> Reply:
        self.asked.append(question)
        self.while_away()
        reply = self.script.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply
