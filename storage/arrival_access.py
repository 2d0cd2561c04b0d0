"""First access by token: browsers of students, and how often credentials were tried."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import sqlalchemy as sa

from gateway.domain.arrivals import ABSOLUTE, WINDOW, ArrivalSession
from gateway.domain.identifiers import IdPratica, MiurCode
from storage.encryption import Cipher
from storage.tables import arrival_sessions, arrival_tries
from storage.unit_of_work import available

_GONE = ABSOLUTE + timedelta(days=1)
"""When a session is no more than a row."""
_FIELDS = ("mark", "university", "origin", "id_pratica", "began_at", "seen_at", "ended_at")


class ArrivalSessionRows:
    """Implements ``ArrivalSessions``."""

    def __init__(self, engine: sa.Engine, reader: sa.Engine, cipher: Cipher) -> None:
        self._engine = engine
        self._reader = reader
        self._cipher = cipher

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with available(), self._engine.begin() as connection:
            yield connection

    def begin(self, session: ArrivalSession) -> None:
        """Keep a new session; those long over go."""
        values = {name: getattr(session, name) for name in _FIELDS}
        old = arrival_sessions.c.began_at < session.began_at - _GONE
        with self._writing() as connection:
            connection.execute(arrival_sessions.delete().where(old))
            connection.execute(arrival_sessions.insert().values(values))

    def get(self, mark: str) -> ArrivalSession | None:
        """Return a session."""
        columns = [arrival_sessions.c[name] for name in _FIELDS]
        query = sa.select(*columns).where(arrival_sessions.c.mark == mark)
        with available(), self._reader.connect() as connection:
            row = connection.execute(query).one_or_none()
        return ArrivalSession(**row._mapping) if row is not None else None  # noqa: SLF001

    def see(self, mark: str, now: datetime) -> None:
        """Note that a session is in use."""
        self._change(arrival_sessions.c.mark == mark, seen_at=now)

    def end(self, mark: str, now: datetime) -> None:
        """End a session; what it hid is gone."""
        self._change(arrival_sessions.c.mark == mark, ended_at=now, secret_sealed=None)

    def end_all(
        self, university: MiurCode, origin: MiurCode, id_pratica: IdPratica, now: datetime
    ) -> None:
        """End every session of a practice."""
        self._change(
            arrival_sessions.c.university == university,
            arrival_sessions.c.origin == origin,
            arrival_sessions.c.id_pratica == id_pratica,
            ended_at=now,
            secret_sealed=None,
        )

    def hide(self, mark: str, secret: str) -> None:
        """Keep a secret until it is shown."""
        sealed = self._cipher.seal_text(secret)
        self._change(arrival_sessions.c.mark == mark, secret_sealed=sealed)

    def reveal(self, mark: str) -> str:
        """Return the secret and forget it; of two who ask at once one gets it."""
        mine = arrival_sessions.c.mark == mark
        sealed = arrival_sessions.c.secret_sealed
        with self._writing() as connection:
            found = connection.execute(sa.select(sealed).where(mine)).scalar_one_or_none()
            if found is None:
                return ""
            taken = connection.execute(
                arrival_sessions.update().where(mine, sealed == found).values(secret_sealed=None)
            )
        return self._cipher.open_text(found) if taken.rowcount else ""

    def _change(self, *terms: sa.ColumnElement[bool], **values: object) -> None:
        with self._writing() as connection:
            connection.execute(arrival_sessions.update().where(*terms).values(values))


class ArrivalTryRows:
    """Implements ``ArrivalTries``; who tried is kept as a keyed digest, for the window only."""

    def __init__(self, engine: sa.Engine, cipher: Cipher) -> None:
        self._engine = engine
        self._cipher = cipher

    def _digest(self, kind: str, who: str) -> str:
        return self._cipher.index(f"arrival {kind} {who}")

    def count(self, university: MiurCode, kind: str, who: str, now: datetime) -> int:
        """Note one more try; return how many there were within the window, this one included."""
        key = {"university": university, "kind": kind, "digest": self._digest(kind, who)}
        while True:
            try:
                return self._count(key, now)
            except sa.exc.IntegrityError:
                continue  # another browser wrote the first try this very moment

    def _count(self, key: dict[str, str], now: datetime) -> int:
        mine = [arrival_tries.c[name] == value for name, value in key.items()]
        with available(), self._engine.begin() as connection:
            over = arrival_tries.c.began_at <= now - WINDOW
            connection.execute(arrival_tries.delete().where(over))
            more = arrival_tries.update().where(*mine).values(tries=arrival_tries.c.tries + 1)
            if connection.execute(more).rowcount == 0:
                connection.execute(arrival_tries.insert().values(**key, tries=1, began_at=now))
            query = sa.select(arrival_tries.c.tries).where(*mine)
            return int(connection.execute(query).scalar_one())

    def forget(self, university: MiurCode, kind: str, who: str) -> None:
        """Forget the tries of somebody: the right credentials came."""
        with available(), self._engine.begin() as connection:
            connection.execute(
                arrival_tries.delete().where(
                    arrival_tries.c.university == university,
                    arrival_tries.c.kind == kind,
                    arrival_tries.c.digest == self._digest(kind, who),
                )
            )
