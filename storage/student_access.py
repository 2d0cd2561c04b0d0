"""Students' accounts at a hosted university that end with a practice."""

from datetime import datetime

import sqlalchemy as sa

from gateway.domain.accounts import Role
from gateway.domain.identifiers import CodiceFiscale, MiurCode
from storage.context import Context
from storage.tables import accounts, grants


def is_student_at(university: MiurCode) -> sa.ColumnElement[bool]:
    """Return what holds of the accounts that are a student's at a university."""
    return sa.exists().where(grants.c.account_id == accounts.c.id, _of_student(university))


def _of_student(university: MiurCode) -> sa.ColumnElement[bool]:
    return sa.and_(grants.c.university == university, grants.c.role == Role.STUDENT.value)


class StudentAccessRows:
    """Implements ``StudentAccess``."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def end(self, student: CodiceFiscale, now: datetime) -> None:
        """Take a student's role here away; an account without any other is switched off.

        What is switched off keeps its role, so that the university still finds it.
        """
        here = _of_student(self._c.university.code)
        otherwise = sa.select(grants.c.account_id).where(sa.not_(here))
        found = self._c.connection.execute(
            sa.update(accounts)
            .where(
                accounts.c.student_index == self._c.cipher.index(student),
                is_student_at(self._c.university.code),
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
