"""Accounts and sessions of the offices' application: they belong to the whole installation."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.domain.accounts import Account, Grant, Role, WebSession
from gateway.domain.identifiers import CodiceFiscale, MiurCode
from gateway.domain.rejections import Cause, refuse
from storage.encryption import Cipher
from storage.tables import accounts, grants, web_sessions
from storage.unit_of_work import available


class AccountRows:
    """Implements ``Accounts``."""

    def __init__(self, engine: sa.Engine, reader: sa.Engine, cipher: Cipher) -> None:
        self._engine = engine
        self._reader = reader
        self._cipher = cipher

    def get(self, account_id: int) -> Account | None:
        """Return the account of a number."""
        return self._one(accounts.c.id == account_id)

    def by_username(self, username: str) -> Account | None:
        """Return the account of a name; capitals do not matter."""
        return self._one(accounts.c.username == username.strip().lower())

    def by_subject(self, subject: str) -> Account | None:
        """Return the account of somebody who signs in elsewhere."""
        return self._one(accounts.c.subject == subject) if subject else None

    def of_student(self, university: MiurCode, codice_fiscale: CodiceFiscale) -> Account | None:
        """Return a student's account at a university."""
        here = sa.select(grants.c.account_id).where(
            grants.c.university == university, grants.c.role == Role.STUDENT.value
        )
        index = self._cipher.index(codice_fiscale)
        return self._one(accounts.c.student_index == index, accounts.c.id.in_(here))

    def at(self, university: MiurCode) -> Sequence[Account]:
        """Return the accounts with a grant at a university, by name."""
        here = sa.select(grants.c.account_id).where(grants.c.university == university)
        return self._many(accounts.c.id.in_(here))

    def everybody(self) -> Sequence[Account]:
        """Return every account, by name."""
        return self._many()

    def save(self, account: Account, now: datetime) -> Account:
        """Keep a new or changed account; return it with its number.

        Raises:
            Rejection: another account has this name.
        """
        values = self._values(account, now)
        try:
            with available(), self._engine.begin() as connection:
                number = account.account_id
                if number:
                    rows = accounts.update().where(accounts.c.id == number).values(values)
                    connection.execute(rows)
                else:
                    added = accounts.insert().values(created_at=now, **values)
                    number = connection.execute(added.returning(accounts.c.id)).scalar_one()
                connection.execute(grants.delete().where(grants.c.account_id == number))
                for grant in sorted(account.grants, key=str):
                    connection.execute(
                        grants.insert().values(
                            account_id=number,
                            role=grant.role.value,
                            university=grant.university,
                            faculty=grant.faculty,
                        )
                    )
        except sa.exc.IntegrityError as error:
            raise refuse(Cause.ALREADY_EXISTS, "username") from error
        kept = self.get(number)
        assert kept is not None
        return kept

    def _values(self, account: Account, now: datetime) -> dict[str, Any]:
        code = account.codice_fiscale
        private = json.dumps([account.name, account.email, code or ""])
        return {
            "username": account.username.strip().lower(),
            "subject": account.subject or None,
            "private_sealed": self._cipher.seal(private.encode()),
            "student_index": self._cipher.index(code) if code else None,
            "password_hash": account.password_hash,
            "language": account.language,
            "active": account.active,
            "must_change": account.must_change,
            "updated_at": now,
        }

    def _one(self, *terms: sa.ColumnElement[bool]) -> Account | None:
        return next(iter(self._many(*terms)), None)

    def _many(self, *terms: sa.ColumnElement[bool]) -> list[Account]:
        query = sa.select(accounts).where(*terms).order_by(accounts.c.username)
        with available(), self._reader.connect() as connection:
            rows = connection.execute(query).all()
            numbers = [row.id for row in rows]
            held: dict[int, set[Grant]] = {number: set() for number in numbers}
            query = sa.select(grants).where(grants.c.account_id.in_(numbers))
            for row in connection.execute(query) if numbers else ():
                grant = Grant(Role(row.role), MiurCode(row.university), row.faculty)
                held[row.account_id].add(grant)
        return [self._read(row, frozenset(held[row.id])) for row in rows]

    def _read(self, row: sa.Row[Any], held: frozenset[Grant]) -> Account:
        name, email, code = json.loads(self._cipher.open(row.private_sealed))
        return Account(
            account_id=row.id,
            username=row.username,
            subject=row.subject or "",
            name=name,
            email=email,
            codice_fiscale=CodiceFiscale(code) if code else None,
            password_hash=row.password_hash,
            language=row.language,
            active=row.active,
            must_change=row.must_change,
            grants=held,
        )


class WebSessionRows:
    """Implements ``WebSessions``."""

    def __init__(self, engine: sa.Engine, reader: sa.Engine) -> None:
        self._engine = engine
        self._reader = reader

    def begin(self, session: WebSession) -> None:
        """Keep a new session."""
        values = {name: getattr(session, name) for name in web_sessions.columns.keys()[1:]}
        with self._writing() as connection:
            connection.execute(web_sessions.insert().values(values))

    def get(self, mark: str) -> WebSession | None:
        """Return a session."""
        return next(iter(self._many(web_sessions.c.mark == mark)), None)

    def of(self, account_id: int) -> Sequence[WebSession]:
        """Return the sessions of an account, newest first."""
        return self._many(web_sessions.c.account_id == account_id)

    def see(self, mark: str, now: datetime) -> None:
        """Note that a session is in use."""
        self._change(web_sessions.c.mark == mark, seen_at=now)

    def prove(self, mark: str, now: datetime) -> None:
        """Note that the person of a session has shown again who they are."""
        self._change(web_sessions.c.mark == mark, proved_at=now, seen_at=now)

    def end(self, mark: str, now: datetime) -> None:
        """End a session."""
        self._change(web_sessions.c.mark == mark, ended_at=now)

    def end_all(self, account_id: int, now: datetime) -> int:
        """End every session of an account; return how many were open."""
        open_ones = web_sessions.c.ended_at.is_(None)
        return self._change(web_sessions.c.account_id == account_id, open_ones, ended_at=now)

    def _change(self, *terms: sa.ColumnElement[bool], **values: datetime) -> int:
        with self._writing() as connection:
            changed = connection.execute(web_sessions.update().where(*terms).values(values))
            return changed.rowcount

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with available(), self._engine.begin() as connection:
            yield connection

    def _many(self, *terms: sa.ColumnElement[bool]) -> list[WebSession]:
        query = sa.select(web_sessions).where(*terms).order_by(web_sessions.c.id.desc())
        with available(), self._reader.connect() as connection:
            rows = connection.execute(query).all()
        names = web_sessions.columns.keys()[1:]
        return [WebSession(**{name: getattr(row, name) for name in names}) for row in rows]
