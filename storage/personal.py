"""Personal data as such, across the tables of a university: implements ``PersonalData``."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from gateway.domain.deliveries import OPEN_STATES, Side
from gateway.domain.identifiers import CodiceFiscale, IdPratica
from gateway.domain.retention import Kept, Policy
from gateway.usecases.ports import PracticeKey
from gateway.usecases.privacy_ports import Access, Cleared, PersonalCopy, Standing
from storage import retention
from storage.context import Context, aware
from storage.copying import copy_person
from storage.erasing import erase_person
from storage.person import PARTNER_OF, TABLE_OF, being_verified
from storage.tables import accesses, deliveries, retention_terms, student_files, titles

_OPEN = [state.value for state in OPEN_STATES]


class PersonalRows:
    """Implements ``PersonalData``."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def changed_terms(self) -> Policy:
        """Return the terms that the university set for itself."""
        query = sa.select(retention_terms).where(
            retention_terms.c.university == self._c.university.code
        )
        known = set(Kept)
        return {
            Kept(row.kind): row.days
            for row in self._c.connection.execute(query)
            if row.kind in known
        }

    def keep_term(self, kept: Kept, days: int | None) -> None:
        """Set a term of the university's own."""
        mine = {"university": self._c.university.code, "kind": kept.value}
        found = self._c.connection.execute(
            sa.update(retention_terms)
            .where(*(retention_terms.c[name] == value for name, value in mine.items()))
            .values(days=days)
        )
        if found.rowcount == 0:
            self._c.connection.execute(sa.insert(retention_terms).values(**mine, days=days))

    def clear_practices(
        self, side: Side, before: Mapping[Kept, datetime], *, after: int, limit: int, dry: bool
    ) -> Cleared:
        """Clear what has passed its term of up to ``limit`` ended practices beyond ``after``."""
        return retention.clear_practices(self._c, side, before, after=after, limit=limit, dry=dry)

    def clear_rows(self, kept: Kept, before: datetime, *, limit: int, dry: bool) -> int:
        """Clear up to ``limit`` rows of a kind that hangs on no practice; return how many."""
        return retention.clear_rows(self._c, kept, before, limit=limit, dry=dry)

    def practices_of(self, person: CodiceFiscale) -> Sequence[Standing]:
        """Return the practices of a person on both sides, and where they stand."""
        index = self._c.cipher.index(person)
        return [standing for side in Side for standing in self._standings(side, index)]

    def _standings(self, side: Side, index: str) -> list[Standing]:
        table, partner = TABLE_OF[side], PARTNER_OF[side]
        waiting = (
            sa.select(sa.func.count())
            .where(
                deliveries.c.university == self._c.university.code,
                deliveries.c.partner == partner,
                deliveries.c.id_pratica == table.c.id_pratica,
                deliveries.c.side == side.value,
                deliveries.c.state.in_(_OPEN),
            )
            .scalar_subquery()
        )
        query = sa.select(
            partner.label("partner"),
            table.c.id_pratica,
            table.c.state,
            table.c.updated_at,
            table.c.protocol_number,
            waiting.label("waiting"),
            being_verified(self._c, side).label("verifying"),
        ).where(table.c.university == self._c.university.code, table.c.student_index == index)
        return [
            Standing(
                PracticeKey(side, row.partner, row.id_pratica),
                row.state,
                row.updated_at if row.state in retention.ENDED[side] else None,
                bool(row.protocol_number),
                row.waiting + bool(row.verifying),
            )
            for row in self._c.connection.execute(query)
        ]

    def files_of(self, person: CodiceFiscale) -> datetime | None:
        """Return when the person's student file had its last entry, ``None`` if there is none."""
        query = (
            sa.select(student_files.c.at)
            .where(
                student_files.c.university == self._c.university.code,
                student_files.c.student_index == self._c.cipher.index(person),
            )
            .order_by(student_files.c.at.desc())
            .limit(1)
        )
        return self._c.connection.execute(query).scalar_one_or_none()

    def titles_of(self, person: CodiceFiscale) -> int:
        """Return how many titles of the person are kept, withdrawn ones too."""
        query = sa.select(sa.func.count()).where(
            titles.c.university == self._c.university.code,
            titles.c.student_index == self._c.cipher.index(person),
        )
        return int(self._c.connection.execute(query).scalar_one())

    def copy_of(self, person: CodiceFiscale) -> PersonalCopy:
        """Return everything held about a person."""
        return copy_person(self._c, person)

    def erase(self, person: CodiceFiscale) -> Mapping[str, int]:
        """Erase or make anonymous everything about a person; return how many rows, by table."""
        return erase_person(self._c, person)

    def subject(self, person: CodiceFiscale) -> str:
        """Return the keyed digest by which a person is known."""
        return self._c.cipher.index(person)

    def subject_of(self, id_pratica: IdPratica) -> str:
        """Return the keyed digest of the student of a practice, empty if that is not one person."""
        found = {
            index
            for table in TABLE_OF.values()
            for index in self._c.connection.execute(
                sa.select(table.c.student_index).where(
                    table.c.university == self._c.university.code,
                    table.c.id_pratica == id_pratica,
                )
            ).scalars()
        }
        return found.pop() if len(found) == 1 else ""

    def note(self, access: Access) -> None:
        """Note an access; it is never changed."""
        self._c.connection.execute(
            sa.insert(accesses).values(
                university=self._c.university.code,
                at=access.at,
                operator=access.operator[:120],
                command=access.command,
                purpose_sealed=self._c.cipher.seal_text(access.purpose),
                subject=access.subject,
                id_pratica=access.id_pratica,
                row_count=access.rows,
            )
        )

    def accesses(self, subject: str, limit: int) -> Sequence[Access]:
        """Return accesses, newest first; of one person if ``subject`` is not empty."""
        query = sa.select(accesses).where(accesses.c.university == self._c.university.code)
        if subject:
            query = query.where(accesses.c.subject == subject)
        return [
            Access(
                aware(row.at),
                row.operator,
                row.command,
                self._c.cipher.open_text(row.purpose_sealed),
                row.subject,
                row.id_pratica,
                row.row_count,
            )
            for row in self._c.connection.execute(query.order_by(accesses.c.id.desc()).limit(limit))
        ]
