"""Four eyes: what one person wants to do to a practice and a second person has to confirm.

A proposal holds the version of the practice that its author looked at. When the practice has moved
on since, the proposal has lapsed: nobody can approve what its author did not see. The author may
take it back, but never approve it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from gateway.domain.deliveries import Side
from gateway.domain.identifiers import IdPratica, MiurCode
from gateway.domain.rejections import Cause, refuse


class ProposalState(StrEnum):
    """Where a proposal stands."""

    OPEN = "open"
    APPROVED = "approved"
    DECLINED = "declined"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An act somebody wants to do; ``words`` are what would be sent, by the field they are for."""

    side: Side
    partner: MiurCode
    id_pratica: IdPratica
    event: str
    version: int
    proposed_by: str = field(repr=False)
    proposed_at: datetime
    words: Mapping[str, str] = field(default_factory=dict, repr=False)
    state: ProposalState = ProposalState.OPEN
    ended_by: str = field(default="", repr=False)
    ended_at: datetime | None = None
    why: str = field(default="", repr=False)
    proposal_id: int = 0

    @property
    def is_open(self) -> bool:
        """Tell whether somebody still has to decide."""
        return self.state is ProposalState.OPEN

    def holds_for(self, version: int) -> bool:
        """Tell whether the practice is still the one that the author looked at."""
        return self.is_open and self.version == version

    def approved(self, who: str, now: datetime) -> "Proposal":
        """Return the proposal approved by a second person.

        Raises:
            Rejection: it is decided already, or the person is its author.
        """
        if who == self.proposed_by:
            raise refuse(Cause.SECOND_PERSON_NEEDED)
        return self._ended(ProposalState.APPROVED, who, "", now)

    def declined(self, who: str, why: str, now: datetime) -> "Proposal":
        """Return the proposal declined by a second person, or taken back by its author.

        Raises:
            Rejection: it is decided already.
        """
        return self._ended(ProposalState.DECLINED, who, why, now)

    def lapsed(self, now: datetime) -> "Proposal":
        """Return the proposal as overtaken by what happened to the practice."""
        return self._ended(ProposalState.LAPSED, "", "", now)

    def _ended(self, state: ProposalState, who: str, why: str, now: datetime) -> "Proposal":
        if not self.is_open:
            raise refuse(Cause.PROPOSAL_NOT_FOUND)
        return replace(self, state=state, ended_by=who, ended_at=now, why=why)
