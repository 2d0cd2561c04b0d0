"""Passing a hosted lookup on to the registry of the university whose partner asks (A5).

The registry is asked under that university's own credentials, within its quota and circuit, and
every such query stands in its log with the partner that caused it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.domain.identifiers import CodiceFiscale, MiurCode
from gateway.domain.lookups import (
    Answer,
    Asker,
    CouldNotAsk,
    Found,
    Purpose,
    PurposeKind,
    Question,
    ask_diploma,
    ask_titles,
)
from gateway.domain.titles import LookupOutcome, SchoolDiploma, Title, UniversityTitle
from gateway.usecases import title_ports
from gateway.usecases.registry import Query, RegistryDesk, look_up
from gateway.usecases.title_ports import DiplomaQuestion, DiplomaReply

OFFICE = "inoltro"
"""The office whose quota forwarded queries are."""


@dataclass(frozen=True, slots=True)
class RegistryUpstream:
    """Implements ``Upstream`` for the partner ``caller`` of a hosted university."""

    university: MiurCode
    caller: MiurCode
    desk: RegistryDesk

    def ask_titles(self, codice_fiscale: CodiceFiscale) -> Sequence[UniversityTitle]:
        """Return the titles of a student, none if the registry says that there are none.

        Raises:
            CouldNotAsk: the registry said nothing about them.
        """
        answer = self._ask(ask_titles(codice_fiscale))
        if isinstance(answer, CouldNotAsk):
            raise _silent(answer)
        return [item for item in _titles(answer) if isinstance(item, UniversityTitle)]

    def ask_diploma(self, question: DiplomaQuestion) -> DiplomaReply:
        """Return what the registry says: found, not found, several, or why it will not answer.

        Raises:
            CouldNotAsk: the registry said nothing about the diploma.
        """
        asked = ask_diploma(
            question.codice_fiscale, question.year, question.user_id, question.password
        )
        answer = self._ask(asked)
        if isinstance(answer, CouldNotAsk):
            if answer.lasting:
                return DiplomaReply(LookupOutcome(answer.detail))
            raise _silent(answer)
        found = tuple(item for item in _titles(answer) if isinstance(item, SchoolDiploma))
        if not found:
            return DiplomaReply(LookupOutcome.NOT_FOUND)
        several = len(found) > 1
        return DiplomaReply(LookupOutcome.MANY if several else LookupOutcome.FOUND, found)

    def _ask(self, question: Question) -> Answer:
        query = Query(
            question=replace(question, forwarded=True),
            purpose=Purpose(PurposeKind.FORWARDED, self.caller),
            asker=Asker(f"partner {self.caller}", OFFICE),
        )
        return look_up(self.university, query, desk=self.desk)


def _titles(answer: Answer) -> Sequence[Title]:
    return answer.what if isinstance(answer, Found) else ()


def _silent(answer: CouldNotAsk) -> title_ports.CouldNotAsk:
    return title_ports.CouldNotAsk(answer.trouble.value, answer.since)
