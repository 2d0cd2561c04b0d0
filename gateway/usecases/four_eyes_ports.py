"""What four eyes need of the store."""

from collections.abc import Sequence
from typing import Protocol

from gateway.domain.proposals import Proposal
from gateway.usecases.practice_keys import PracticeKey


class Proposals(Protocol):
    """What wants a second person at the hosted university."""

    def add(self, proposal: Proposal) -> Proposal: ...
    def get(self, proposal_id: int) -> Proposal | None: ...
    def save(self, proposal: Proposal) -> Proposal:
        """Keep how an open proposal ended.

        Raises:
            ConcurrentChange: it has ended already.
        """

    def of(self, key: PracticeKey) -> Sequence[Proposal]:
        """Return every proposal about a practice, newest first."""

    def open_ones(self, limit: int) -> Sequence[Proposal]:
        """Return the open proposals, oldest first."""
