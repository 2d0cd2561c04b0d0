"""What the verification of titles needs of the outside, as roles; implementations say how."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

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
from gateway.domain.verifications import CheckedTitle, Verification


class RegistryService(Protocol):
    """A registry of titles, ours or the national one."""

    def ask(
        self, registry: TitleRegistry, question: Question, query_id: str, now: datetime
    ) -> Reply:
        """Ask, with no transaction open.

        ``query_id`` and ``now`` name the message where its envelope wants that.

        Raises:
            PartnerUnreachable, OutcomeUnknown, PartnerMisbehaved: see ``domain.deliveries``.
        """


class Registry(Protocol):
    """The registry of the hosted university: its record, how it fares, what it said, who asked."""

    def new_id(self) -> str: ...
    def get(self) -> TitleRegistry | None: ...
    def save(self, registry: TitleRegistry) -> None: ...
    def circuit(self, service: LookupService) -> Circuit:
        """Return how a service fares; nobody else changes it until the commit."""

    def keep_circuit(self, service: LookupService, circuit: Circuit) -> None: ...
    def spend(self, office: str, day: date) -> Spent:
        """Count a query of an office on a day, and return what is spent with it."""

    def give_back(self, office: str, day: date) -> None: ...
    def spent(self, day: date) -> Sequence[tuple[str, int]]:
        """Return the queries of each office on a day."""

    def remembered(self, question: Question, now: datetime) -> Found | NotFound | None: ...
    def remember(self, question: Question, answer: Found | NotFound, until: datetime) -> None: ...
    def forget_answers(self) -> int:
        """Forget all that is remembered; return how many answers."""

    def begin_query(self, query: QueryRecord, codice_fiscale: CodiceFiscale) -> None: ...
    def end_query(
        self, query_id: str, outcome: QueryOutcome, detail: str, now: datetime
    ) -> None: ...
    def queries(self, search: QuerySearch) -> Sequence[QueryRecord]: ...


class Verifications(Protocol):
    """Verifications of practices at the destination, and their titles."""

    def add(self, verification: Verification) -> None: ...
    def get(self, verification_id: str) -> Verification | None: ...
    def of(self, origin: MiurCode, id_pratica: IdPratica) -> Verification | None: ...
    def save(self, verification: Verification) -> None: ...
    def titles(self, origin: MiurCode, id_pratica: IdPratica) -> Sequence[CheckedTitle]:
        """Return the titles of a practice in the order of its foglio, withdrawn ones last."""

    def keep_titles(
        self, origin: MiurCode, id_pratica: IdPratica, titles: Sequence[CheckedTitle]
    ) -> None: ...
    def forgotten(self, before: datetime, limit: int) -> Sequence[Verification]:
        """Return verifications that should have moved before ``before`` and have not."""
