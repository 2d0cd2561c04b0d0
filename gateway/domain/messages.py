"""Messages that come in: who sent them, what they carry, and what identifies a repeat (T15)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.domain.identifiers import IdPratica, MiurCode
from gateway.domain.partners import ToleranceRule
from gateway.domain.rejections import Cause, refuse
from gateway.domain.terms import Section

MAX_NOTES = 4000
"""How many characters the notes of a message may have."""
MAX_REASON = 100
"""How many characters the reason (Causale) of a message may have."""


class Operation(StrEnum):
    """The nine services of the guideline, by their wire names."""

    GET_OFFERTA = "Get_Offerta"
    GET_INFO_WORKFLOW = "Get_InfoWorkflowTrasferimento"
    PUT_PROCESSO = "Put_ProcessoTrasferimento"
    REQUIRE_REFRESH = "Require_RefreshDatiTrasferimento"
    PUT_DATI = "Put_DatiTrasferimento"
    CHANGE_STATUS = "Change_StatusProcessoTrasferimento"
    GET_STATUS = "Get_StatusProcessoTrasferimento"
    RET_TOKEN = "Ret_Token"
    GET_ALLEGATO = "Get_Allegato"


class LookupOperation(StrEnum):
    """The two lookups of appendix F, by their wire names. They have no effect."""

    TITLES = "ricercaDatiTitoliUniversitari"
    DIPLOMA = "ricercaDatiTitoliDiploma"


CHANGING = frozenset(
    {
        Operation.PUT_PROCESSO,
        Operation.REQUIRE_REFRESH,
        Operation.PUT_DATI,
        Operation.CHANGE_STATUS,
        Operation.RET_TOKEN,
    }
)
"""Operations with an effect: a repeat gets the first answer again. The others are read anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMessage:
    """A message from an authenticated partner to a hosted university.

    ``content`` is what came, unchanged.
    ``operation`` is ``None`` when the message was no call of any; ``sections`` are those of the
    foglio it carries.
    """

    university: MiurCode
    caller: MiurCode
    operation: Operation | LookupOperation | None
    id_pratica: IdPratica | None
    content: bytes
    received_at: datetime
    message_id: str
    sections: frozenset[Section] = frozenset()
    address: str = ""
    tolerated: tuple[ToleranceRule, ...] = ()


class ExchangeResult(StrEnum):
    """How a message ended, in the journal."""

    ACCEPTED = "accepted"
    REPEATED = "repeated"
    REFUSED = "refused"
    FAULT = "fault"
    STRANGER = "stranger"
    PENDING = "pending"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"
    MISBEHAVED = "misbehaved"


class StatusChange(StrEnum):
    """What T6 asks for: a request, not a state."""

    CANCEL = "ANNULLA"
    CLOSE = "CHIUDI"
    REJECT = "RIFIUTA"


def checked_words(words: str, field: str, longest: int = MAX_NOTES) -> str:
    """Return what a person wrote for the partner, without blanks around it.

    Raises:
        Rejection: it is longer than the contract lets it be; it is told before anything is done.
    """
    words = words.strip()
    if len(words) > longest:
        raise refuse(Cause.VALUE_TOO_LONG, field)
    return words
