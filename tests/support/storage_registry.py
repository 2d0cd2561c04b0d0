"""A registry of titles and a verification for one hosted university, and how they are read."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.domain.lookups import (
    Asker,
    Circuit,
    Found,
    Purpose,
    PurposeKind,
    QueryOutcome,
    QueryRecord,
    QuerySearch,
    ask_diploma,
    ask_titles,
)
from gateway.domain.registry import LookupService
from gateway.domain.title_checks import Agreement, FieldCheck, Judgement
from gateway.domain.titles import TitleVerdict
from gateway.domain.verifications import (
    PROGRAM,
    CheckedTitle,
    Verification,
    VerificationCause,
    VerificationState,
)
from storage.unit_of_work import SqlUnitOfWork
from tests.support.clock import START
from tests.support.fakes_samples import PRACTICE, ROCCASOLE, TODAY
from tests.support.titles_samples import DEGREE, PERSON, THE_REGISTRY, degree

FAR = datetime(2100, 1, 1, tzinfo=UTC)
TITLES = ask_titles(PERSON)
DOWN = Circuit(5, START, START + timedelta(minutes=1), "unreachable")
RECORD = QueryRecord(
    query_id="q1",
    service=LookupService.TITLES,
    purpose=Purpose(PurposeKind.TRANSFER, PRACTICE, "parole da non leggere"),
    asker=Asker("mario", "segreteria"),
    asked_at=START,
)
VERIFICATION = Verification(
    verification_id="v1",
    origin=ROCCASOLE,
    id_pratica=PRACTICE,
    cause=VerificationCause.RECEIPT,
    asker=PROGRAM,
    created_at=START,
    changed_at=START,
    expires_at=START + timedelta(days=14),
    next_at=START,
)
JUDGED = Judgement(
    TitleVerdict.DIFFERENT, fields=(FieldCheck("grade", "110 L", "99", Agreement.DIFFERENT),)
)
CHECKED = CheckedTitle(title_id="t1", position=1, declared=DEGREE).judged(JUDGED, now=START)


def fill_registry(uow: SqlUnitOfWork) -> None:
    """Let our university own a registry, an answer, a query and a verification."""
    uow.registry.save(THE_REGISTRY)
    uow.registry.keep_circuit(LookupService.TITLES, DOWN)
    uow.registry.spend("segreteria", TODAY)
    uow.registry.remember(TITLES, Found((degree(),), START), FAR)
    uow.registry.begin_query(RECORD, PERSON)
    uow.verifications.add(VERIFICATION)
    uow.verifications.keep_titles(ROCCASOLE, PRACTICE, [CHECKED])
    uow.jobs.verify(VERIFICATION, 1, timedelta(0))


READS: dict[str, Any] = {
    "registry.get": lambda uow, _: uow.registry.get(),
    "registry.circuit": lambda uow, _: uow.registry.circuit(LookupService.TITLES).failures,
    "registry.spent": lambda uow, _: uow.registry.spent(TODAY),
    "registry.remembered": lambda uow, _: uow.registry.remembered(TITLES, START),
    "registry.queries": lambda uow, _: [
        *uow.registry.queries(QuerySearch()),
        *uow.registry.queries(QuerySearch(codice_fiscale=PERSON)),
        *uow.registry.queries(QuerySearch(reference=PRACTICE)),
    ],
    "verifications.get": lambda uow, _: uow.verifications.get("v1"),
    "verifications.of": lambda uow, _: uow.verifications.of(ROCCASOLE, PRACTICE),
    "verifications.titles": lambda uow, _: uow.verifications.titles(ROCCASOLE, PRACTICE),
    "verifications.forgotten": lambda uow, _: uow.verifications.forgotten(FAR, 9),
}
WRITES: dict[str, Any] = {
    "registry.save": lambda uow, _: uow.registry.save(replace(THE_REGISTRY, name="Altro")),
    "registry.keep_circuit": lambda uow, _: uow.registry.keep_circuit(
        LookupService.TITLES, Circuit()
    ),
    "registry.spend": lambda uow, _: uow.registry.spend("segreteria", TODAY),
    "registry.give_back": lambda uow, _: uow.registry.give_back("segreteria", TODAY),
    "registry.remember": lambda uow, _: uow.registry.remember(
        ask_diploma(PERSON, 2019), Found((degree(),), START), START
    ),
    "registry.forget_answers": lambda uow, _: uow.registry.forget_answers(),
    "registry.begin_query": lambda uow, _: uow.registry.begin_query(
        replace(RECORD, query_id="q2"), PERSON
    ),
    "registry.end_query": lambda uow, _: uow.registry.end_query(
        "q1", QueryOutcome.FOUND, "1", START
    ),
    "verifications.add": lambda uow, _: uow.verifications.add(
        replace(VERIFICATION, verification_id="v2")
    ),
    "verifications.save": lambda uow, _: uow.verifications.save(
        replace(VERIFICATION, state=VerificationState.ENDED)
    ),
    "verifications.keep_titles": lambda uow, _: uow.verifications.keep_titles(
        ROCCASOLE, PRACTICE, [replace(CHECKED, withdrawn=True)]
    ),
}
