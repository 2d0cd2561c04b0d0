"""An open database: units of work, and what must be read before anybody knows which university."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from dbos import DBOSClient

from gateway.domain.connectors import Connector, System
from gateway.domain.deliveries import RetryPolicy
from gateway.domain.identifiers import MiurCode
from gateway.domain.partners import Partner, University
from gateway.domain.registry import TitleRegistry
from gateway.domain.rejections import Cause, refuse
from storage.accounts import AccountRows, WebSessionRows
from storage.arrival_access import ArrivalSessionRows, ArrivalTryRows
from storage.audit import AuditRows
from storage.connections import Connections
from storage.connectors import ConnectorRows
from storage.context import Context
from storage.database import make_client
from storage.encryption import Cipher
from storage.engine import is_sqlite, make_engine
from storage.figures import FigureRows
from storage.nonces import NonceRows
from storage.partners import partner_of, save_university, university_of
from storage.registry import RegistryRows
from storage.signing_in import (
    IdentityProviderRows,
    InvitationRows,
    SecondFactorRows,
    ThrottleRows,
)
from storage.tables import partners, universities
from storage.unit_of_work import SqlUnitOfWork, available

FRESH_SECONDS = 2.0
"""How long a university or a partner may be remembered by a process."""


@dataclass(frozen=True, slots=True)
class _Remembered:
    at: float
    value: object


class Store:
    """The database of an installation, opened by one process."""

    def __init__(
        self,
        url: str,
        cipher: Cipher,
        *,
        canonical: Callable[[bytes], str],
        retry: RetryPolicy | None = None,
        pool_size: int = 20,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.url = url
        self.cipher = cipher
        turn = threading.Lock()
        self.engine = make_engine(url, pool_size=pool_size, turn=turn)
        self.light = make_engine(url, pool_size=max(4, pool_size // 2), turn=turn, lasting=False)
        self._lasting, self._light = Connections(self.engine), Connections(self.light)
        self.nonces = NonceRows(self._light)
        self.reader = make_engine(url, pool_size=4) if is_sqlite(url) else self.light
        self.accounts = AccountRows(self.engine, self.reader, cipher)
        self.web_sessions = WebSessionRows(self.light, self.reader, cipher)
        self.second_factors = SecondFactorRows(self.engine, self.reader, cipher)
        self.throttles = ThrottleRows(self.light, self.reader, cipher)
        self.invitations = InvitationRows(self.engine, self.reader)
        self.identity_providers = IdentityProviderRows(self.engine, self.reader, cipher)
        self.audit = AuditRows(self.engine, self.reader)
        self.figures = FigureRows(self.reader)
        self.arrival_sessions = ArrivalSessionRows(self.light, self.reader, cipher)
        self.arrival_tries = ArrivalTryRows(self.light, cipher)
        self.client: DBOSClient = make_client(self.engine)
        self._retry = retry or RetryPolicy()
        self._canonical = canonical
        self._monotonic = monotonic
        self._memory: dict[tuple[str, ...], _Remembered] = {}
        self._rows: dict[str, dict[str, tuple[sa.Row[Any], Partner]]] = {}
        self._lock = threading.Lock()

    def close(self) -> None:
        """Let go of every connection."""
        self.client.destroy()
        self._lasting.close()
        self._light.close()
        for engine in (self.reader, self.light, self.engine):
            engine.dispose()

    def open_uow(self, university: MiurCode, *, lasting: bool = True) -> SqlUnitOfWork:
        """Return a unit of work for a hosted university; see ``ports.OpenUnitOfWork``.

        Raises:
            Rejection: it is not hosted here.
        """
        hosted = self.university(university)
        if hosted is None:
            raise refuse(Cause.UNIVERSITY_UNKNOWN, university=university)
        return SqlUnitOfWork(
            self._lasting if lasting else self._light,
            self.cipher,
            hosted,
            client=self.client,
            retry=self._retry,
            canonical=self._canonical,
        )

    def university(self, code: MiurCode) -> University | None:
        """Return a hosted university."""
        found = self._remember(("university", code), lambda: self._read_university(code))
        assert found is None or isinstance(found, University)
        return found

    def partner_by_username(self, university: MiurCode, username: str) -> Partner | None:
        """Return the partner that calls a hosted university under this name."""
        found = self._remember(
            ("partner", university, username), lambda: self._read_partner(university, username)
        )
        assert found is None or isinstance(found, Partner)
        return found

    def letting_look_up(self, partner: MiurCode, day: date) -> Sequence[MiurCode]:
        """Return the hosted universities that let a partner look up titles on ``day``."""
        first, last = partners.c.active_from, partners.c.active_to
        query = (
            sa.select(partners.c.university)
            .where(partners.c.code == partner, partners.c.may_look_up)
            .where(sa.or_(first.is_(None), first <= day), sa.or_(last.is_(None), last >= day))
            .order_by(partners.c.university)
        )
        with available(), self.reader.connect() as connection:
            return list(connection.execute(query).scalars())

    def registry(self, university: MiurCode) -> TitleRegistry | None:
        """Return the registry of titles that a hosted university asks."""
        found = self._remember(("registry", university), lambda: self._read_registry(university))
        assert found is None or isinstance(found, TitleRegistry)
        return found

    def connector(self, university: MiurCode, system: System) -> Connector | None:
        """Return the connector of a hosted university's system, ``None`` without one."""
        key = ("connectors", university)
        found = self._remember(key, lambda: self._read_connectors(university))
        assert isinstance(found, dict)
        connector: Connector | None = found.get(system)
        return connector

    def partners_of(self, university: MiurCode) -> Sequence[Partner]:
        """Return every partner of a hosted university: the same object as long as remembered."""
        found = self._remember(("partners", university), lambda: self._read_partners(university))
        assert isinstance(found, tuple)
        return found

    def hosted(self) -> Sequence[University]:
        """Return every hosted university, by code, as remembered."""
        found = self._remember(("hosted",), lambda: tuple(self.universities()))
        assert isinstance(found, tuple)
        return found

    def universities(self) -> Sequence[University]:
        """Return every hosted university, by code."""
        with self.reader.connect() as connection:
            rows = connection.execute(sa.select(universities).order_by(universities.c.code)).all()
        return [university_of(row) for row in rows]

    def save_university(self, university: University) -> None:
        """Keep a new or changed hosted university."""
        with self.engine.begin() as connection:
            save_university(connection, university)
        self.forget()

    def forget(self) -> None:
        """Forget what is remembered, in this process."""
        with self._lock:
            self._memory.clear()

    def _remember(self, key: tuple[str, ...], read: Callable[[], object]) -> object:
        now = self._monotonic()
        remembered = self._memory.get(key)
        if remembered is not None and now - remembered.at < FRESH_SECONDS:
            return remembered.value
        with available():
            value = read()
        if value is not None:  # what is not there is never remembered: strangers fill no memory
            with self._lock:
                self._memory[key] = _Remembered(now, value)
        return value

    def _read_university(self, code: MiurCode) -> University | None:
        with self.reader.connect() as connection:
            row = connection.execute(
                sa.select(universities).where(universities.c.code == code)
            ).one_or_none()
        return university_of(row) if row is not None else None

    def _read_registry(self, university: MiurCode) -> TitleRegistry | None:
        hosted = self.university(university)
        if hosted is None:
            return None
        with self.reader.connect() as connection:
            context = Context(connection, self.cipher, hosted, self._canonical)
            return RegistryRows(context).get()

    def _read_connectors(self, university: MiurCode) -> dict[System, Connector]:
        hosted = self.university(university)
        if hosted is None:
            return {}
        with self.reader.connect() as connection:
            rows = ConnectorRows(Context(connection, self.cipher, hosted, self._canonical))
            known = [rows.get(system) for system in System]
        return {connector.system: connector for connector in known if connector is not None}

    def _read_partner(self, university: MiurCode, username: str) -> Partner | None:
        with self.reader.connect() as connection:
            row = connection.execute(
                sa.select(partners).where(
                    partners.c.university == university, partners.c.username_in == username
                )
            ).one_or_none()
        return partner_of(row, self.cipher) if row is not None else None

    def _read_partners(self, university: MiurCode) -> tuple[Partner, ...]:
        """Read all partners; those whose row is as it was are not opened again."""
        with self.reader.connect() as connection:
            rows = connection.execute(
                sa.select(partners)
                .where(partners.c.university == university)
                .order_by(partners.c.code)
            ).all()
        before = self._rows.get(university, {})
        after = {row.code: (row, before.get(row.code)) for row in rows}
        known = {
            code: last
            if last is not None and last[0] == row
            else (row, partner_of(row, self.cipher))
            for code, (row, last) in after.items()
        }
        self._rows[university] = known
        return tuple(partner for _, partner in known.values())
