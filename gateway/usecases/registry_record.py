"""The record of the registry of titles: kept, changed, tried."""

from collections.abc import Mapping
from dataclasses import replace

from gateway.domain.identifiers import CodiceFiscale, MiurCode
from gateway.domain.lookups import (
    Answer,
    Asker,
    AskTrouble,
    Circuit,
    CouldNotAsk,
    Purpose,
    PurposeKind,
    ask_diploma,
    ask_titles,
)
from gateway.domain.registry import LookupService, TitleRegistry
from gateway.domain.rejections import Cause, refuse
from gateway.usecases.ports import UnitOfWork
from gateway.usecases.registry import Query, RegistryDesk, look_up

NOBODY = CodiceFiscale("XXXXXX00A01Q000I")
"""A student that no registry has: born in no town."""


def keep(
    fields: Mapping[str, object], security: Mapping[str, object], *, uow: UnitOfWork
) -> TitleRegistry:
    """Change what is given of the record, or begin one; what is ``None`` stays as it is.

    A new address begins with nothing remembered, and every change with closed circuits.

    Raises:
        Rejection: the e-Gov envelope is wanted without sender or recipient.
    """
    before = uow.registry.get()
    record = replace(before or TitleRegistry(), **_given(fields))  # type: ignore[arg-type]
    outbound = replace(record.outbound, **_given(security))  # type: ignore[arg-type]
    record = replace(record, outbound=outbound)
    if record.egov and not (record.sender and record.recipient):
        raise refuse(Cause.PARAMETER_INVALID, "--sender", why="egov_parties")
    uow.registry.save(record)
    for service in LookupService:
        uow.registry.keep_circuit(service, Circuit())
        if before is not None and before.address_of(service) != record.address_of(service):
            uow.registry.forget_answers()
    return record


def _given(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


def probe(
    university: MiurCode, asker: Asker, *, desk: RegistryDesk
) -> list[tuple[LookupService, Answer]]:
    """Ask each service that the registry has about a student who does not exist."""
    purpose = Purpose(PurposeKind.STATED, "", "prova del registro")
    answers = []
    for question in (ask_titles(NOBODY), ask_diploma(NOBODY, 2000)):
        query = Query(question=question, purpose=purpose, asker=asker, fresh=True)
        answer = look_up(university, query, desk=desk)
        if not (isinstance(answer, CouldNotAsk) and answer.trouble is AskTrouble.NO_SERVICE):
            answers.append((question.service, answer))
    return answers


def reached(answer: Answer) -> bool:
    """Tell whether a registry answered: what it refuses for good is an answer too."""
    return not isinstance(answer, CouldNotAsk) or answer.lasting
