"""What the administration of a university looks over; see ``usecases.administration_ports``."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.domain.deliveries import OPEN_STATES
from gateway.domain.identifiers import MiurCode
from gateway.usecases.administration_ports import AdmissionList, CachedOffer, Exchanges
from storage.context import Context, aware
from storage.journal import JournalRows
from storage.journal_search import first_id
from storage.tables import admissions, cached_offers, deliveries, messages, offers, university_texts

_WELL = ("accepted", "repeated")
_NO_END = "pending"
_OPEN = sorted(state.value for state in OPEN_STATES)


class AdministrationRows:
    """Implements ``Administration``."""

    def __init__(self, context: Context) -> None:
        self._c = context

    @property
    def _code(self) -> MiurCode:
        return self._c.university.code

    def exchanges(self, since: datetime) -> Mapping[MiurCode, Exchanges]:
        """Return how it went with each partner since a moment; who is not in it was silent.

        Only what came after is read, by the index that a search of the journal uses.
        """
        good = self._last(since, messages.c.result.in_(_WELL))
        bad = self._last(since, messages.c.result.not_in((*_WELL, _NO_END)))
        known = self._ends([*good.values(), *bad.values()])
        found: dict[MiurCode, Exchanges] = {}
        for partner in {*good, *bad}:
            last = known.get(bad.get(partner, ""))
            fine = known.get(good.get(partner, ""))
            found[partner] = Exchanges(
                good_at=fine.began_at if fine else None,
                bad_at=last.began_at if last else None,
                bad_result=last.result if last else "",
                bad_code=max(last.code, 0) if last else 0,
            )
        return found

    def _last(self, since: datetime, how: sa.ColumnElement[bool]) -> dict[MiurCode, str]:
        query = (
            sa.select(messages.c.partner, sa.func.max(messages.c.message_id))
            .where(
                messages.c.university == self._code,
                messages.c.message_id >= first_id(since),
                how,
            )
            .group_by(messages.c.partner)
        )
        return {MiurCode(row[0]): row[1] for row in self._c.connection.execute(query)}

    def _ends(self, ids: Sequence[str]) -> Mapping[str, Any]:
        query = sa.select(
            messages.c.message_id, messages.c.began_at, messages.c.result, messages.c.code
        ).where(messages.c.university == self._code, messages.c.message_id.in_(ids))
        return {row.message_id: row for row in self._c.connection.execute(query)}

    def tolerated(self, partner: MiurCode) -> Mapping[str, int]:
        """Return how often each tolerance rule was applied to a partner's messages."""
        return JournalRows(self._c).tolerated(partner)

    def waiting(self) -> Mapping[MiurCode, int]:
        """Return how many deliveries to each partner have not ended.

        So written that SQLite goes by the few that are open, not by all that there were in the
        order of partners.
        """
        partner = sa.func.coalesce(deliveries.c.partner, sa.literal_column("''"))
        query = (
            sa.select(partner, sa.func.count())
            .where(deliveries.c.university == self._code, deliveries.c.state.in_(_OPEN))
            .group_by(partner)
        )
        return {MiurCode(row[0]): row[1] for row in self._c.connection.execute(query)}

    def cached_offers(self) -> Sequence[CachedOffer]:
        """Return the partners' offers that are known, by partner and year."""
        query = (
            sa.select(
                cached_offers.c.partner,
                cached_offers.c.year,
                cached_offers.c.fetched_at,
                cached_offers.c.courses,
            )
            .where(cached_offers.c.university == self._code)
            .order_by(cached_offers.c.partner, cached_offers.c.year.desc())
        )
        return [
            CachedOffer(MiurCode(row.partner), row.year, aware(row.fetched_at), len(row.courses))
            for row in self._c.connection.execute(query)
        ]

    def admission_lists(self) -> Sequence[AdmissionList]:
        """Return how many passed the entrance test of each course, newest years first."""
        query = (
            sa.select(admissions.c.year, admissions.c.course, sa.func.count())
            .where(admissions.c.university == self._code)
            .group_by(admissions.c.year, admissions.c.course)
            .order_by(admissions.c.year.desc(), admissions.c.course)
        )
        return [AdmissionList(row[0], row[1], row[2]) for row in self._c.connection.execute(query)]

    def offered_years(self) -> Sequence[int]:
        """Return the years for which an offer is published, newest first."""
        query = (
            sa.select(offers.c.year)
            .where(offers.c.university == self._code)
            .order_by(offers.c.year.desc())
        )
        return list(self._c.connection.execute(query).scalars())

    def text(self, kind: str, language: str) -> tuple[str, datetime] | None:
        """Return a text of the university and when it was changed."""
        row = self._c.connection.execute(
            sa.select(university_texts.c.text, university_texts.c.changed_at).where(
                *self._where(kind, language)
            )
        ).one_or_none()
        return (row.text, aware(row.changed_at)) if row is not None else None

    def keep_text(self, kind: str, language: str, text: str, now: datetime) -> None:
        """Keep a text; an empty one gives way to the program's again."""
        self._c.connection.execute(sa.delete(university_texts).where(*self._where(kind, language)))
        if text:
            self._c.connection.execute(
                sa.insert(university_texts).values(
                    university=self._code,
                    kind=kind,
                    language=language,
                    text=text,
                    changed_at=now,
                )
            )

    def _where(self, kind: str, language: str) -> tuple[sa.ColumnElement[bool], ...]:
        return (
            university_texts.c.university == self._code,
            university_texts.c.kind == kind,
            university_texts.c.language == language,
        )
