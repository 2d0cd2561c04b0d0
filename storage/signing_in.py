"""How people sign in: second factors, throttles, one-time links, providers of identities.

What must hold once holds across processes: a code, a recovery code and a link are used up by one
conditional statement each.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from gateway.domain.identifiers import MiurCode
from gateway.domain.signing_in import FORGOTTEN, IdentityProvider, SecondFactor, wait_after
from storage.encryption import Cipher
from storage.tables import (
    identity_providers,
    invitations,
    recovery_codes,
    second_factors,
    throttles,
)
from storage.unit_of_work import available


class SecondFactorRows:
    """Implements ``SecondFactors``."""

    def __init__(self, engine: sa.Engine, reader: sa.Engine, cipher: Cipher) -> None:
        self._engine = engine
        self._reader = reader
        self._cipher = cipher

    def get(self, account_id: int) -> SecondFactor | None:
        """Return what an account shares with an authenticator, in force or only proposed."""
        query = sa.select(second_factors).where(second_factors.c.account_id == account_id)
        with available(), self._reader.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        return SecondFactor(
            account_id=account_id,
            secret=self._cipher.open_text(row.secret_sealed),
            confirmed_at=row.confirmed_at,
            last_step=row.last_step,
        )

    def propose(self, account_id: int, secret: str) -> None:
        """Keep a secret that is not in force yet; one in force stays."""
        mine = second_factors.c.account_id == account_id
        values = {"secret_sealed": self._cipher.seal(secret.encode()), "last_step": 0}
        with available(), self._engine.begin() as connection:
            _insert(connection, second_factors, {"account_id": account_id, **values})
            unconfirmed = second_factors.c.confirmed_at.is_(None)
            connection.execute(second_factors.update().where(mine, unconfirmed).values(values))

    def confirm(self, account_id: int, step: int, now: datetime) -> bool:
        """Put the proposed secret in force; return whether there was one."""
        terms = second_factors.c.account_id == account_id, second_factors.c.confirmed_at.is_(None)
        with available(), self._engine.begin() as connection:
            statement = second_factors.update().where(*terms)
            values = {"confirmed_at": now, "last_step": step}
            return connection.execute(statement.values(values)).rowcount == 1

    def use(self, account_id: int, step: int) -> bool:
        """Use up the code of a time step; return whether nobody had used it or a later one."""
        terms = second_factors.c.account_id == account_id, second_factors.c.last_step < step
        with available(), self._engine.begin() as connection:
            statement = second_factors.update().where(*terms).values(last_step=step)
            return connection.execute(statement).rowcount == 1

    def remove(self, account_id: int) -> None:
        """Remove the secret and every recovery code."""
        with available(), self._engine.begin() as connection:
            for table in (second_factors, recovery_codes):
                connection.execute(sa.delete(table).where(table.c.account_id == account_id))

    def keep_recovery(self, account_id: int, codes: Sequence[str]) -> None:
        """Replace the recovery codes by these."""
        rows = [
            {"account_id": account_id, "code_index": self._index(account_id, code)}
            for code in codes
        ]
        mine = recovery_codes.c.account_id == account_id
        with available(), self._engine.begin() as connection:
            connection.execute(recovery_codes.delete().where(mine))
            connection.execute(recovery_codes.insert(), rows)

    def use_recovery(self, account_id: int, code: str, now: datetime) -> bool:
        """Use a recovery code up; return whether it was one, and unused."""
        terms = (
            recovery_codes.c.account_id == account_id,
            recovery_codes.c.code_index == self._index(account_id, code),
            recovery_codes.c.used_at.is_(None),
        )
        with available(), self._engine.begin() as connection:
            statement = recovery_codes.update().where(*terms).values(used_at=now)
            return connection.execute(statement).rowcount == 1

    def recovery_left(self, account_id: int) -> int:
        """Return how many recovery codes are unused."""
        terms = recovery_codes.c.account_id == account_id, recovery_codes.c.used_at.is_(None)
        query = sa.select(sa.func.count()).select_from(recovery_codes).where(*terms)
        with available(), self._reader.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def _index(self, account_id: int, code: str) -> str:
        return self._cipher.index(f"recovery {account_id} {code}")


class ThrottleRows:
    """Implements ``Throttles``: names and addresses are kept as keyed digests only."""

    def __init__(self, engine: sa.Engine, reader: sa.Engine, cipher: Cipher) -> None:
        self._engine = engine
        self._reader = reader
        self._cipher = cipher

    def try_(self, mark: str, free: int, now: datetime) -> datetime | None:
        """Count a try as a wrong one; return until when to wait instead, if it may not be made."""
        key = self._cipher.index(mark)
        new = {"mark": key, "failures": 0, "last_at": now, "until": now}
        mine = throttles.c.mark == key
        with available(), self._engine.begin() as connection:
            _insert(connection, throttles, new)
            row = connection.execute(sa.select(throttles).where(mine).with_for_update()).one()
            if row.until > now:
                until: datetime = row.until
                return until
            failures = 1 if now - row.last_at > FORGOTTEN else row.failures + 1
            values = {
                "failures": failures,
                "last_at": now,
                "until": now + wait_after(failures, free),
            }
            connection.execute(throttles.update().where(mine).values(values))
        return None

    def forgive(self, mark: str) -> None:
        """Take back one try: it was right."""
        mine = throttles.c.mark == self._cipher.index(mark)
        fewer = sa.case((throttles.c.failures > 0, throttles.c.failures - 1), else_=0)
        values = {"failures": fewer, "until": throttles.c.last_at}
        with available(), self._engine.begin() as connection:
            connection.execute(throttles.update().where(mine).values(values))

    def lift(self, mark: str) -> None:
        """Forget the wrong tries of a mark."""
        with available(), self._engine.begin() as connection:
            gone = throttles.delete().where(throttles.c.mark == self._cipher.index(mark))
            connection.execute(gone)

    def waiting(self, mark: str, now: datetime) -> datetime | None:
        """Return until when a mark must wait, ``None`` if it need not."""
        query = sa.select(throttles.c.until).where(throttles.c.mark == self._cipher.index(mark))
        with available(), self._reader.connect() as connection:
            until = connection.execute(query).scalar_one_or_none()
        return until if until is not None and until > now else None

    def forget(self, now: datetime) -> int:
        """Forget marks that nobody tried for long; return how many."""
        with available(), self._engine.begin() as connection:
            old = throttles.delete().where(throttles.c.last_at < now - FORGOTTEN)
            return connection.execute(old).rowcount


class InvitationRows:
    """Implements ``Invitations``: of a link only its digest is kept."""

    def __init__(self, engine: sa.Engine, reader: sa.Engine) -> None:
        self._engine = engine
        self._reader = reader

    def add(self, secret: str, account_id: int, until: datetime) -> None:
        """Keep a link; older ones of the account are no longer good."""
        values = {"mark": _digest(secret), "account_id": account_id, "until": until}
        with available(), self._engine.begin() as connection:
            mine = invitations.c.account_id == account_id
            connection.execute(invitations.delete().where(mine))
            connection.execute(invitations.insert().values(values))

    def of(self, secret: str, now: datetime) -> int | None:
        """Return whose link it is, while it is good."""
        terms = invitations.c.mark == _digest(secret), invitations.c.until > now
        query = sa.select(invitations.c.account_id).where(*terms)
        with available(), self._reader.connect() as connection:
            found: int | None = connection.execute(query).scalar_one_or_none()
        return found

    def use(self, secret: str, now: datetime) -> int | None:
        """Use a link up; return whose it was, if it was good."""
        terms = invitations.c.mark == _digest(secret), invitations.c.until > now
        with available(), self._engine.begin() as connection:
            gone = invitations.delete().where(*terms).returning(invitations.c.account_id)
            found: int | None = connection.execute(gone).scalar_one_or_none()
        return found

    def withdraw(self, account_id: int) -> None:
        """Let the links of an account be good no longer."""
        with available(), self._engine.begin() as connection:
            connection.execute(invitations.delete().where(invitations.c.account_id == account_id))

    def forget(self, now: datetime) -> int:
        """Forget links that are no longer good; return how many."""
        with available(), self._engine.begin() as connection:
            old = invitations.delete().where(invitations.c.until <= now)
            return connection.execute(old).rowcount


class IdentityProviderRows:
    """Implements ``IdentityProviders``: our secret towards each is sealed."""

    def __init__(self, engine: sa.Engine, reader: sa.Engine, cipher: Cipher) -> None:
        self._engine = engine
        self._reader = reader
        self._cipher = cipher

    def get(self, name: str) -> IdentityProvider | None:
        """Return the provider of a name."""
        return next((item for item in self.everybody() if item.name == name), None)

    def everybody(self) -> Sequence[IdentityProvider]:
        """Return every provider, by name."""
        query = sa.select(identity_providers).order_by(identity_providers.c.name)
        with available(), self._reader.connect() as connection:
            rows = connection.execute(query).all()
        return [
            IdentityProvider(
                **{name: getattr(row, name) for name in _PLAIN},
                client_secret=self._cipher.open_text(row.secret_sealed),
                student_university=MiurCode(row.student_university),
            )
            for row in rows
        ]

    def save(self, provider: IdentityProvider) -> None:
        """Keep a new or changed provider."""
        values = {name: getattr(provider, name) for name in (*_PLAIN, "student_university")}
        values["secret_sealed"] = self._cipher.seal_text(provider.client_secret)
        mine = identity_providers.c.name == provider.name
        with available(), self._engine.begin() as connection:
            changed = connection.execute(identity_providers.update().where(mine).values(values))
            if changed.rowcount == 0:
                connection.execute(identity_providers.insert().values(values))

    def remove(self, name: str) -> bool:
        """Remove a provider; return whether there was one."""
        with available(), self._engine.begin() as connection:
            gone = identity_providers.delete().where(identity_providers.c.name == name)
            return connection.execute(gone).rowcount == 1


_PLAIN = tuple(
    column.name
    for column in identity_providers.columns
    if column.name not in ("id", "secret_sealed", "student_university")
)


def _insert(connection: sa.Connection, table: sa.Table, values: dict[str, object]) -> None:
    """Add a row unless there is one already."""
    if connection.dialect.name == "sqlite":
        connection.execute(sqlite.insert(table).values(values).on_conflict_do_nothing())
    else:
        connection.execute(postgresql.insert(table).values(values).on_conflict_do_nothing())


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
