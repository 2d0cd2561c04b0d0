"""Students' accounts at a hosted university, which end and begin with practices."""

from datetime import datetime

import sqlalchemy as sa

from gateway.domain.accounts import Role
from gateway.domain.identifiers import CodiceFiscale, MiurCode
from storage.context import Context
from storage.tables import accounts, grants, web_sessions


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
        found = self._c.connection.execute(
            self._changed(student, now)
            .where(accounts.c.active)
            .values(active=accounts.c.id.in_(self._otherwise()))
            .returning(accounts.c.id, accounts.c.active)
        )
        still_active = [row.id for row in found if row.active]
        if still_active:
            here = _of_student(self._c.university.code)
            self._c.connection.execute(
                sa.delete(grants).where(here, grants.c.account_id.in_(still_active))
            )

    def restore(self, student: CodiceFiscale, now: datetime) -> None:
        """Switch on the account that is this student's only, without its password and sessions."""
        elsewhere = accounts.c.subject.is_not(None)
        found = self._c.connection.execute(
            self._changed(student, now)
            .where(sa.not_(accounts.c.active), accounts.c.id.not_in(self._otherwise()))
            .values(
                active=True, password_hash=sa.case((elsewhere, accounts.c.password_hash), else_="")
            )
            .returning(accounts.c.id)
        )
        numbers = [row.id for row in found]
        if numbers:
            self._c.connection.execute(
                sa.update(web_sessions)
                .where(web_sessions.c.account_id.in_(numbers), web_sessions.c.ended_at.is_(None))
                .values(ended_at=now)
            )

    def _changed(self, student: CodiceFiscale, now: datetime) -> sa.Update:
        """Return the change of a student's account here, of which a reader of it is told."""
        return (
            sa.update(accounts)
            .where(
                accounts.c.student_index == self._c.cipher.index(student),
                is_student_at(self._c.university.code),
            )
            .values(version=accounts.c.version + 1, updated_at=now)
        )

    def _otherwise(self) -> sa.Select[tuple[int]]:
        """Return the accounts with any role but that of a student here."""
        here = _of_student(self._c.university.code)
        return sa.select(grants.c.account_id).where(sa.not_(here))
