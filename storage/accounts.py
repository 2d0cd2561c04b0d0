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
from gateway.usecases.ports import ConcurrentChange
from storage.encryption import Cipher
from storage.student_access import is_student_at
from storage.tables import accounts, grants, second_factors, web_sessions
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
        index = self._cipher.index(subject)
        return self._one(accounts.c.subject == index) if subject else None

    def of_student(self, university: MiurCode, codice_fiscale: CodiceFiscale) -> Account | None:
        """Return a student's account at a university."""
        index = self._cipher.index(codice_fiscale)
        return self._one(accounts.c.student_index == index, is_student_at(university))

    def at(self, university: MiurCode) -> Sequence[Account]:
        """Return the accounts with a grant at a university, by name."""
        here = sa.select(grants.c.account_id).where(grants.c.university == university)
        return self._many(accounts.c.id.in_(here))

    def page(
        self, university: MiurCode, *, role: Role | None, text: str, after: str, limit: int
    ) -> Sequence[Account]:
        """Return some accounts with a grant at a university, by name, beyond a name.

        Without a role nobody is meant who is a student only. Those who work there are few and
        found by their grants; students are many and gone through by name, as far as the page goes.
        """
        here = is_student_at(university) if role is Role.STUDENT else _works_at(university, role)
        terms = [here, accounts.c.username > after]
        if text:
            terms.append(accounts.c.username.contains(text.strip().lower(), autoescape=True))
        return self._many(*terms, limit=limit)

    def everybody(self) -> Sequence[Account]:
        """Return every account, by name."""
        return self._many()

    def save(self, account: Account, now: datetime) -> Account:
        """Keep a new or changed account; return it with its number.

        Raises:
            Rejection: another account has this name, or is known elsewhere as this one is.
            ConcurrentChange: somebody else changed it meanwhile.
        """
        values = self._values(account, now)
        try:
            with available(), self._engine.begin() as connection:
                number = account.account_id
                if number:
                    same = accounts.c.id == number, accounts.c.version == account.version
                    changed = connection.execute(accounts.update().where(*same).values(values))
                    if changed.rowcount == 0:
                        raise ConcurrentChange
                else:
                    added = accounts.insert().values(created_at=now, **values)
                    number = connection.execute(added.returning(accounts.c.id)).scalar_one()
                _keep_grants(connection, number, account.grants)
        except sa.exc.IntegrityError as error:
            raise refuse(Cause.ALREADY_EXISTS, "username") from error
        kept = self.get(number)
        assert kept is not None
        return kept

    def _values(self, account: Account, now: datetime) -> dict[str, Any]:
        code = account.codice_fiscale
        private = {"name": account.name, "email": account.email, "codice_fiscale": code or ""}
        private["subject"] = account.subject
        return {
            "username": account.username.strip().lower(),
            "subject": self._cipher.index(account.subject) if account.subject else None,
            "private_sealed": self._cipher.seal(json.dumps(private).encode()),
            "student_index": self._cipher.index(code) if code else None,
            "password_hash": account.password_hash,
            "language": account.language,
            "active": account.active,
            "must_change": account.must_change,
            "updated_at": now,
            "version": account.version + 1,
        }

    def _one(self, *terms: sa.ColumnElement[bool]) -> Account | None:
        return next(iter(self._many(*terms)), None)

    def _many(self, *terms: sa.ColumnElement[bool], limit: int | None = None) -> list[Account]:
        query = sa.select(accounts, _IN_FORCE).where(*terms).order_by(accounts.c.username)
        query = query.limit(limit)
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
        private = json.loads(self._cipher.open(row.private_sealed))
        code = private["codice_fiscale"]
        return Account(
            account_id=row.id,
            version=row.version,
            username=row.username,
            subject=private["subject"],
            name=private["name"],
            email=private["email"],
            codice_fiscale=CodiceFiscale(code) if code else None,
            second_factor=row.second_factor,
            seen_at=row.seen_at,
            password_hash=row.password_hash,
            language=row.language,
            active=row.active,
            must_change=row.must_change,
            grants=held,
        )


def _works_at(university: MiurCode, role: Role | None) -> sa.ColumnElement[bool]:
    roles = [role] if role else [one for one in Role if one is not Role.STUDENT]
    here = sa.select(grants.c.account_id).where(
        grants.c.university == university, grants.c.role.in_(sorted(one.value for one in roles))
    )
    return accounts.c.id.in_(here)


_IN_FORCE = (
    sa.exists()
    .where(second_factors.c.account_id == accounts.c.id, second_factors.c.confirmed_at.is_not(None))
    .label("second_factor")
)


def _keep_grants(connection: sa.Connection, number: int, held: frozenset[Grant]) -> None:
    connection.execute(grants.delete().where(grants.c.account_id == number))
    for grant in sorted(held, key=str):
        connection.execute(
            grants.insert().values(
                account_id=number,
                role=grant.role.value,
                university=grant.university,
                faculty=grant.faculty,
            )
        )


class WebSessionRows:
    """Implements ``WebSessions``."""

    def __init__(self, engine: sa.Engine, reader: sa.Engine, cipher: Cipher) -> None:
        self._engine = engine
        self._reader = reader
        self._cipher = cipher

    def begin(self, session: WebSession) -> None:
        """Keep a new session."""
        values = {name: getattr(session, name) for name in _PLAIN}
        values["device_sealed"] = self._cipher.seal_text(session.device)
        mine = accounts.c.id == session.account_id
        with self._writing() as connection:
            connection.execute(web_sessions.insert().values(values))
            connection.execute(accounts.update().where(mine).values(seen_at=session.began_at))

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

    def end_all(self, account_id: int, now: datetime, *, but: str = "") -> int:
        """End every session of an account, except one; return how many were open."""
        terms = web_sessions.c.ended_at.is_(None), web_sessions.c.mark != but
        return self._change(web_sessions.c.account_id == account_id, *terms, ended_at=now)

    def forget(self, before: datetime) -> int:
        """Forget sessions that were used for the last time before a moment; return how many."""
        with self._writing() as connection:
            old = web_sessions.delete().where(web_sessions.c.seen_at < before)
            return connection.execute(old).rowcount

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
        return [
            WebSession(
                **{name: getattr(row, name) for name in _PLAIN},
                device=self._cipher.open_text(row.device_sealed),
            )
            for row in rows
        ]


_PLAIN = tuple(
    column.name for column in web_sessions.columns if column.name not in ("id", "device_sealed")
)
