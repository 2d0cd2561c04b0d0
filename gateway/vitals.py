"""How an installation is: what a probe asks, and what is measured when somebody looks."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path

import sqlalchemy as sa
from cryptography import x509

from gateway import __version__
from gateway.domain.calendar import ITALY, italian_day
from gateway.domain.partners import Partner, University
from gateway.domain.registry import LookupService
from gateway.domain.security import KeyPin, SubjectPin
from gateway.metrics import catalogue
from gateway.metrics.catalogue import Sample
from gateway.metrics.exposition import Group
from gateway.metrics.folder import Folder
from gateway.settings import Settings
from gateway.usecases.schedules import FORGOTTEN_AFTER
from gateway.web.health import Check
from storage import database
from storage.encryption import Cipher
from storage.engine import is_sqlite
from storage.last_backup import last_backup
from storage.statistics import Statistics
from storage.store import Store

LEAST_DISK_BYTES = 64 * 1024 * 1024
"""Under this SQLite is about to fail, so the installation takes itself out of service before."""
_PATIENCE = timedelta(seconds=60)

_SOON, _LATER, _SELDOM, _RARELY = 5.0, 30.0, 60.0, 300.0
"""For how many seconds a group of gauges is good: the dearer, the longer."""


class NotReady(Exception):  # noqa: N818  says what does not hold
    """A check does not hold."""


class Vitals:
    """Looks at an opened installation. Reads only."""

    def __init__(
        self, settings: Settings, store: Store, clock: Callable[[], datetime], folder: Folder
    ) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._folder = folder
        self.statistics = Statistics(store.reader, store.url)

    @property
    def disk(self) -> Path:
        """Where the installation needs room: SQLite's folder, or its own."""
        url = self._store.url
        return Path(sa.make_url(url).database or "").parent if is_sqlite(url) else self.home

    @property
    def home(self) -> Path:
        """The installation's folder."""
        return self._settings.home

    def checks(self) -> Sequence[Check]:
        """Return what must hold for the installation to serve."""
        return (
            Check("database", lambda: database.check_migrated(self._store.reader)),
            Check("keys", self._check_keys, follows="database"),
            Check("disk", self._check_disk),
            Check("worker", self._check_worker, follows="database"),
        )

    def _check_keys(self) -> None:
        """Check that the key file, as it is now, opens what is kept."""
        self.statistics.check_sealed(Cipher.from_file(self._settings.keys))

    def _check_disk(self) -> None:
        if is_sqlite(self._store.url) and shutil.disk_usage(self.disk).free < LEAST_DISK_BYTES:
            raise NotReady("disk")

    def _check_worker(self) -> None:
        """Check that somebody works, when something has been waiting longer than a start takes."""
        now = self._clock()
        silent = timedelta(seconds=self._settings.silent_seconds)
        if not self.statistics.waits_since(now - max(_PATIENCE, 2 * silent)):
            return
        if not any(now - seen < silent for seen in self.statistics.nodes().values()):
            raise NotReady("worker")

    def groups(self) -> Sequence[Group]:
        """Return the gauges, grouped by what they are read from."""
        return (
            Group("program", _RARELY, lambda: [Sample(catalogue.BUILD, 1, (__version__,))]),
            Group("processes", _SOON, self._processes),
            Group("database", _SOON, self._database),
            Group("deliveries", _SOON, self._deliveries),
            Group("alarms", _SOON, self._alarms),
            Group("workers", _SOON, self._workers),
            Group("backup", _SOON, self._backup),
            Group("room", _LATER, self._room),
            Group("practices", _SELDOM, self._practices),
            Group("certificates", _RARELY, self._certificates),
            Group("registry", _SOON, self._registries),
        )

    def _processes(self) -> Iterator[Sample]:
        sizes = self._folder.resident_bytes()
        yield Sample(catalogue.PROCESSES, len(sizes))
        yield Sample(catalogue.RESIDENT, sum(sizes))
        yield Sample(catalogue.LARGEST, max(sizes, default=0))

    def _database(self) -> Iterator[Sample]:
        try:
            self._store.universities()
        except sa.exc.SQLAlchemyError:
            yield Sample(catalogue.DATABASE_UP, 0)
        else:
            yield Sample(catalogue.DATABASE_UP, 1)

    def _deliveries(self) -> Iterator[Sample]:
        now = self._clock()
        oldest: dict[tuple[str, str], datetime] = {}
        retrying: dict[str, int] = {}
        for found in self.statistics.backlog():
            labels = (found.university, found.kind, found.state)
            yield Sample(catalogue.DELIVERIES, found.number, labels)
            key = (found.university, found.state)
            oldest[key] = min(found.oldest, oldest.get(key, found.oldest))
            if found.state == "waiting":
                retrying[found.university] = retrying.get(found.university, 0) + found.retrying
        for key, at in oldest.items():
            yield Sample(catalogue.OLDEST, (now - at).total_seconds(), key)
        for university, number in retrying.items():
            yield Sample(catalogue.RETRYING, number, (university,))
        for university, number in self.statistics.late(now - FORGOTTEN_AFTER).items():
            yield Sample(catalogue.LATE, number, (university,))

    def _alarms(self) -> Iterator[Sample]:
        for labels, number in self.statistics.alarms().items():
            yield Sample(catalogue.ALARMS, number, labels)

    def _workers(self) -> Iterator[Sample]:
        now, silent = self._clock(), self._settings.silent_seconds
        seen = self.statistics.nodes().values()
        alive = sum((now - at).total_seconds() < silent for at in seen)
        yield Sample(catalogue.NODES, alive, ("alive",))
        yield Sample(catalogue.NODES, len(seen) - alive, ("silent",))
        for state, number in self.statistics.jobs().items():
            yield Sample(catalogue.JOBS, number, (state,))

    def _backup(self) -> Iterator[Sample]:
        last = last_backup(self.home)
        if last is not None:
            yield Sample(catalogue.BACKUP, last.at.timestamp())

    def _registries(self) -> Iterator[Sample]:
        for university in self._store.hosted():
            with self._store.open_uow(university.code, lasting=False) as uow:
                record = uow.registry.get()
                circuits = [uow.registry.circuit(service) for service in LookupService]
            if record is not None and record.active:
                up = not any(circuit.is_open for circuit in circuits)
                yield Sample(catalogue.REGISTRY_UP, int(up), (university.code,))

    def _room(self) -> Iterator[Sample]:
        yield Sample(catalogue.DATABASE_BYTES, self.statistics.size_bytes())
        yield Sample(catalogue.DISK_FREE, shutil.disk_usage(self.disk).free)

    def _practices(self) -> Iterator[Sample]:
        for labels, number in self.statistics.practices().items():
            yield Sample(catalogue.PRACTICES, number, labels)
        for university, number in self.statistics.attachments_failed().items():
            yield Sample(catalogue.ATTACHMENTS_FAILED, number, (university,))
        codes = [university.code for university in self._store.universities()]
        late = self.statistics.terms_late(codes, italian_day(self._clock()))
        for key, number in late.items():
            yield Sample(catalogue.TERMS_LATE, number, key)

    def _certificates(self) -> Iterator[Sample]:
        for university in self._store.universities():
            with self._store.open_uow(university.code, lasting=False) as uow:
                known = uow.partners.all()
            for partner in known:
                yield from _ends_of(university, partner)


def _ends_of(university: University, partner: Partner) -> Iterator[Sample]:
    inbound, outbound = partner.inbound, partner.outbound
    uses: dict[str, Iterable[datetime | None]] = {
        "inbound_keys": [*map(_end_of_pin, inbound.keys), *map(_end_of_subject, inbound.subjects)],
        "inbound_signers": map(_end_of_pin, inbound.signers),
        "answer_signers": map(_end_of_pin, outbound.answer_signers),
        "server_keys": map(_end_of_pin, outbound.server_keys),
        "certificate": _ends_of_pem(outbound.certificate),
        "signing_certificate": _ends_of_pem(outbound.signing_certificate),
    }
    for use, found in uses.items():
        ends = list(found)
        known = [end for end in ends if end is not None]
        if ends and len(known) == len(ends):
            labels = (university.code, partner.code, use)
            yield Sample(catalogue.EXPIRY, max(known).timestamp(), labels)


def _end_of_pin(pin: KeyPin | SubjectPin) -> datetime | None:
    """Return the first moment at which a pin is good no more."""
    if pin.until is None:
        return None
    return datetime.combine(pin.until + timedelta(days=1), time(), ITALY)


def _end_of_subject(pin: SubjectPin) -> datetime | None:
    ends = [end for end in (_end_of_pin(pin), *_ends_of_pem(pin.authority)) if end is not None]
    return min(ends, default=None)


def _ends_of_pem(pem: str) -> Iterator[datetime]:
    """Return when the first certificate of a PEM text ends; a text that holds none ends never."""
    if pem:
        try:
            yield x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc
        except ValueError:
            return
