"""Students' accounts at a hosted university that end with a practice."""

from datetime import datetime

import sqlalchemy as sa

from gateway.domain.accounts import Role
from gateway.domain.identifiers import CodiceFiscale
from storage.context import Context
from storage.tables import accounts, grants


class StudentAccessRows:
    """Implements ``StudentAccess``."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def end(self, student: CodiceFiscale, now: datetime) -> None:
        """Take a student's role here away; an account without any other is switched off.

        What is switched off keeps its role, so that the university still finds it.
        """
        here = sa.and_(
            grants.c.role == Role.STUDENT.value, grants.c.university == self._c.university.code
        )
        theirs = sa.select(grants.c.account_id).where(here)
        otherwise = sa.select(grants.c.account_id).where(sa.not_(here))
        found = self._c.connection.execute(
            sa.update(accounts)
            .where(
                accounts.c.student_index == self._c.cipher.index(student),
                accounts.c.id.in_(theirs),
                accounts.c.active,
            )
            .values(
                active=accounts.c.id.in_(otherwise),
                version=accounts.c.version + 1,
                updated_at=now,
            )
            .returning(accounts.c.id, accounts.c.active)
        )
        still_active = [row.id for row in found if row.active]
        if still_active:
            self._c.connection.execute(
                sa.delete(grants).where(here, grants.c.account_id.in_(still_active))
            )
