"""In-memory repositories of what the offices' pages keep."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.domain.proposals import Proposal
from gateway.usecases.ports import ConcurrentChange, PracticeKey
from tests.support.fakes_tables import Tables


@dataclass(frozen=True)
class FakeProposals:
    """Implements ``Proposals``."""

    tables: Tables

    def add(self, proposal: Proposal) -> Proposal:
        kept = replace(proposal, proposal_id=self.tables.next_number("proposal"))
        self.tables.proposals[kept.proposal_id] = kept
        return kept

    def get(self, proposal_id: int) -> Proposal | None:
        return self.tables.proposals.get(proposal_id)

    def save(self, proposal: Proposal) -> Proposal:
        if not self.tables.proposals[proposal.proposal_id].is_open:
            raise ConcurrentChange
        self.tables.proposals[proposal.proposal_id] = proposal
        return proposal

    def of(self, key: PracticeKey) -> Sequence[Proposal]:
        return [
            item
            for item in reversed(self.tables.proposals.values())
            if PracticeKey(item.side, item.partner, item.id_pratica) == key
        ]

    def open_ones(self, limit: int) -> Sequence[Proposal]:
        return [item for item in self.tables.proposals.values() if item.is_open][:limit]
