"""Terms of transmission that a destination announces (T2), and what they demand (T14)."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from gateway.domain.rejections import Cause, Reason
from gateway.domain.tokens import TokenMode


class Section(StrEnum):
    """The four sections of the foglio, by their element names (guideline 4.4.3)."""

    TRASFERIMENTO = "Trasferimento"
    DATI_IDENTIFICATIVI = "DatiIdentificativiStudente"
    TITOLI_CONSEGUITI = "TitoliConseguiti"
    CARRIERA = "CarrieraUniversitaria"


ADMINISTRATIVE = frozenset({Section.TRASFERIMENTO, Section.DATI_IDENTIFICATIVI})
CAREER = frozenset({Section.TITOLI_CONSEGUITI, Section.CARRIERA})


def absent(section: Section) -> Reason:
    """Return the reason for which a foglio without this section is refused."""
    return Reason(Cause.SECTION_MISSING, f"FoglioCongedo/{section}", {"section": section.value})


class SendingMode(StrEnum):
    """Whether all sections must come at once or the career may follow (guideline 4.4.4)."""

    COMPLETE = "Completa"
    PARTIAL = "Parziale"


DEFAULT_CAREER_DAYS = 30


@dataclass(frozen=True, slots=True)
class TransmissionTerms:
    """What a destination announces.

    ``career_days`` is the term for sections 3-4 after a partial sending, counted in days from
    acceptance.
    """

    sending_mode: SendingMode = SendingMode.COMPLETE
    token_mode: TokenMode = TokenMode.IMMEDIATE
    other_info: str = ""
    career_days: int = DEFAULT_CAREER_DAYS

    def missing(self, sections: AbstractSet[Section]) -> list[Section]:
        """Return the sections that a first sending lacks under these terms, in document order."""
        demanded = ADMINISTRATIVE | (
            CAREER if self.sending_mode is SendingMode.COMPLETE else frozenset()
        )
        return [section for section in Section if section in demanded - sections]

    def career_due(self, accepted_on: date, sections: AbstractSet[Section]) -> date | None:
        """Return the last day for sections 3-4, ``None`` when both are there already."""
        if sections >= CAREER:
            return None
        return accepted_on + timedelta(days=self.career_days)
