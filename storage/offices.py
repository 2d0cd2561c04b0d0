"""What the offices' pages keep: saved filters of the work list, proposals for a second person."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from gateway.domain.deliveries import Side
from gateway.domain.proposals import Proposal, ProposalState
from gateway.usecases.ports import ConcurrentChange, PracticeKey
from gateway.usecases.worklist_ports import SavedFilter
from storage.context import Context, aware, inserted_key
from storage.tables import proposals, saved_filters


class SavedFilterRows:
    """Implements ``SavedFilters``."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def of(self, account_id: int) -> Sequence[SavedFilter]:
        """Return the saved searches of an account, by name."""
        query = (
            sa.select(saved_filters).where(*self._mine(account_id)).order_by(saved_filters.c.name)
        )
        rows = self._c.connection.execute(query)
        return [SavedFilter(row.id, row.name, row.query) for row in rows]

    def keep(self, account_id: int, name: str, query: str) -> None:
        """Keep a search, in place of the one that the account has under this name."""
        mine = self._mine(account_id)
        self._c.connection.execute(
            sa.delete(saved_filters).where(*mine, saved_filters.c.name == name)
        )
        self._c.connection.execute(
            sa.insert(saved_filters).values(
                university=self._c.university.code, account_id=account_id, name=name, query=query
            )
        )

    def drop(self, account_id: int, filter_id: int) -> None:
        """Forget a search of an account."""
        mine = self._mine(account_id)
        self._c.connection.execute(
            sa.delete(saved_filters).where(*mine, saved_filters.c.id == filter_id)
        )

    def _mine(self, account_id: int) -> list[sa.ColumnElement[bool]]:
        columns = saved_filters.c
        return [columns.university == self._c.university.code, columns.account_id == account_id]


class ProposalRows:
    """Implements ``Proposals``."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def add(self, proposal: Proposal) -> Proposal:
        """Keep a new proposal."""
        key = PracticeKey(proposal.side, proposal.partner, proposal.id_pratica)
        result = self._c.connection.execute(
            sa.insert(proposals).values(
                **self._c.practice(key),
                event=proposal.event,
                version=proposal.version,
                words_sealed=self._c.cipher.seal_text(json.dumps(dict(proposal.words))),
                proposed_by=proposal.proposed_by,
                proposed_at=proposal.proposed_at,
                **self._ending(proposal),
            )
        )
        kept = self.get(inserted_key(result))
        assert kept is not None
        return kept

    def get(self, proposal_id: int) -> Proposal | None:
        """Return the proposal of a number."""
        return next(iter(self._many(proposals.c.id == proposal_id)), None)

    def save(self, proposal: Proposal) -> Proposal:
        """Keep how an open proposal ended.

        Raises:
            ConcurrentChange: it has ended already.
        """
        changed = self._c.connection.execute(
            sa.update(proposals)
            .where(
                proposals.c.university == self._c.university.code,
                proposals.c.id == proposal.proposal_id,
                proposals.c.state == ProposalState.OPEN.value,
            )
            .values(self._ending(proposal))
        )
        if changed.rowcount != 1:
            raise ConcurrentChange
        return proposal

    def of(self, key: PracticeKey) -> Sequence[Proposal]:
        """Return every proposal about a practice, newest first."""
        where = [proposals.c[name] == value for name, value in self._c.practice(key).items()]
        return self._many(*where)[::-1]

    def open_ones(self, limit: int) -> Sequence[Proposal]:
        """Return the open proposals, oldest first."""
        return self._many(proposals.c.state == ProposalState.OPEN.value, limit=limit)

    def _many(self, *terms: sa.ColumnElement[bool], limit: int = 1000) -> list[Proposal]:
        query = (
            sa.select(proposals)
            .where(proposals.c.university == self._c.university.code, *terms)
            .order_by(proposals.c.id)
            .limit(limit)
        )
        return [self._read(row) for row in self._c.connection.execute(query)]

    def _ending(self, proposal: Proposal) -> dict[str, object]:
        return {
            "state": proposal.state.value,
            "ended_by": proposal.ended_by,
            "ended_at": proposal.ended_at,
            "why_sealed": self._c.cipher.seal_text(proposal.why),
        }

    def _read(self, row: sa.Row[Any]) -> Proposal:
        return Proposal(
            proposal_id=row.id,
            side=Side(row.side),
            partner=row.partner,
            id_pratica=row.id_pratica,
            event=row.event,
            version=row.version,
            words=json.loads(self._c.cipher.open_text(row.words_sealed) or "{}"),
            proposed_by=row.proposed_by,
            proposed_at=aware(row.proposed_at),
            state=ProposalState(row.state),
            ended_by=row.ended_by,
            ended_at=row.ended_at,
            why=self._c.cipher.open_text(row.why_sealed),
        )
