"""Is the installation well, and how does it stand? What commands and pages for its keeper show."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta

from gateway import __version__
from gateway.domain.calendar import ITALY, italian_day
from gateway.domain.deliveries import DeliveryState
from gateway.domain.partners import Partner, University
from gateway.domain.registry import LookupService
from gateway.endings import endings
from gateway.settings import Settings
from gateway.texts import Language, Text
from gateway.texts.fields import label
from gateway.texts.machine import trouble as in_words
from gateway.timetable import listener_ends
from gateway.usecases import partners
from gateway.usecases.administration_ports import Finding
from gateway.usecases.certificate_watch import ENDS_SOON, ending_soon
from gateway.usecases.delivery import Desk
from gateway.usecases.schedules import FORGOTTEN_AFTER
from gateway.vitals import Vitals
from storage import database
from storage.last_backup import last_backup
from storage.statistics import Backlog
from storage.store import Store

_FREE_BYTES = 500 * 1024 * 1024
_CLOCK_SECONDS = 5.0
_DAY = timedelta(days=1)
_MEGABYTE = 1024 * 1024
_WELL = frozenset({"accepted", "repeated"})
_MANY = 10_000
_NO_URL = Text("non impostato: il WSDL segue l'Host", "not set: the WSDL follows the Host")


class Diagnosis:
    """Looks at an opened installation; calls partners if asked to, and keeps their terms."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        clock: Callable[[], datetime],
        vitals: Vitals,
        desk: Callable[[], Desk],
    ) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._vitals = vitals
        self._desk = desk

    def findings(
        self, language: Language, *, calling: bool, plain: bool = False
    ) -> Sequence[Finding]:
        """Return what was looked at; ``calling`` has every active partner called.

        ``plain`` keeps the program's own names of troubles, which other programs compare.
        """
        found = [*self._database(), *self._keys(), *self._address(language), *self._backlog()]
        found += self._certificates(language)
        found += self._registries()
        if calling:
            found += self._partners(None if plain else language)
        return found

    def _database(self) -> Iterator[Finding]:
        store = self._store
        current, newest = database.revisions(store.reader)
        sound = "ok" if current == newest else "failed"
        yield Finding("database", sound, f"{store.engine.name} {current}")
        seconds = database.clock_difference(store.engine, self._clock())
        sound = "ok" if abs(seconds) < _CLOCK_SECONDS else "warning"
        yield Finding("clock", sound, f"{seconds:+.1f} s")
        free = shutil.disk_usage(self._settings.home).free
        yield Finding("disk", "ok" if free > _FREE_BYTES else "warning", f"{free // _MEGABYTE} MB")

    def _keys(self) -> Iterator[Finding]:
        path = self._settings.keys
        mode = path.stat().st_mode & 0o777
        yield Finding("keys", "ok" if mode & 0o077 == 0 else "warning", f"{path} {mode:o}")
        cipher = self._store.cipher
        sound = cipher.open(cipher.seal(b"congedo")) == b"congedo"
        yield Finding("encryption", "ok" if sound else "failed", "")

    def _address(self, language: Language) -> Iterator[Finding]:
        address = self._settings.public_url
        secure = address.startswith("https://")
        yield Finding("public_url", "ok" if secure else "warning", address or _NO_URL.say(language))

    def _backlog(self) -> Iterator[Finding]:
        for university in self._store.universities():
            with self._store.open_uow(university.code) as uow:
                waiting = len(uow.deliveries.by_state(DeliveryState.WAITING, _MANY))
                parked = len(uow.deliveries.by_state(DeliveryState.PARKED, _MANY))
                late = len(uow.deliveries.forgotten(self._clock() - FORGOTTEN_AFTER, _MANY))
                alarms = len(uow.alarms.open_ones())
            result = "warning" if parked or late or alarms else "ok"
            detail = f"waiting {waiting}, parked {parked}, late {late}, alarms {alarms}"
            yield Finding(f"backlog {university.code}", result, detail)

    def _certificates(self, language: Language) -> Iterator[Finding]:
        """Look for certificates and pins that end within 30 days: ours and those of partners."""
        today = italian_day(self._clock())
        if self._settings.tls_certificate is not None:
            ends = listener_ends(self._settings)
            sound = ends is not None and ends > today + ENDS_SOON
            yield Finding("listener", "ok" if sound else "warning", _day(ends))
        for university, partner in self._every_partner():
            for ending in ending_soon(partner, endings, today):
                name = f"certificates {university.code} → {partner.code}"
                detail = f"{label(ending.what, language)}: {_day(ending.last_day)}"
                yield Finding(name, "warning", detail)

    def _every_partner(self) -> Iterator[tuple[University, Partner]]:
        for university in self._store.universities():
            with self._store.open_uow(university.code) as uow:
                known = uow.partners.all()
            for partner in known:
                yield university, partner

    def _registries(self) -> Iterator[Finding]:
        for university in self._store.universities():
            with self._store.open_uow(university.code) as uow:
                record = uow.registry.get()
                circuits = {service: uow.registry.circuit(service) for service in LookupService}
            if record is None or not record.active:
                continue
            troubled = [
                f"{service} {circuit.trouble} {_moment(circuit.failing_since)}"
                for service, circuit in circuits.items()
                if circuit.is_open
            ]
            name = f"registry {university.code}"
            yield Finding(name, "warning" if troubled else "ok", ", ".join(troubled))

    def _partners(self, language: Language | None) -> Iterator[Finding]:
        today = self._clock().date()
        for university, partner in self._every_partner():
            if partner.destination_url and partner.active_on(today):
                found = partners.probe(university.code, partner, desk=self._desk())
                name = f"partner {university.code} → {partner.code}"
                yield Finding(name, "ok" if found.reached else "warning", _probed(found, language))

    def installation(self) -> dict[str, object]:
        """Return how the installation stands, by the names of fields."""
        current, _ = database.revisions(self._store.reader)
        seen = self._vitals.statistics.nodes()
        silent = timedelta(seconds=self._settings.silent_seconds)
        alive = [name for name, at in seen.items() if self._clock() - at < silent]
        backup = last_backup(self._settings.home)
        return {
            "version": __version__,
            "database": f"{self._store.engine.name} {current}",
            "database_mb": round(self._vitals.statistics.size_bytes() / _MEGABYTE, 1),
            "free_mb": shutil.disk_usage(self._vitals.disk).free // _MEGABYTE,
            "nodes": sorted(alive),
            "silent_nodes": sorted(seen.keys() - alive),
            "jobs": sum(self._vitals.statistics.jobs().values()),
            "last_backup": backup.at if backup else None,
            "last_backup_file": backup.file if backup else "",
        }

    def universities(self) -> Sequence[dict[str, object]]:
        """Return how each hosted university stands, by the names of fields."""
        now, statistics = self._clock(), self._vitals.statistics
        backlog, alarms = statistics.backlog(), statistics.alarms()
        late = statistics.late(now - FORGOTTEN_AFTER)
        rows: list[dict[str, object]] = []
        for university in self._store.universities():
            code = university.code
            mine = [found for found in backlog if found.university == code]
            rows.append(
                {
                    "university": code,
                    "waiting": _sum(mine, DeliveryState.WAITING),
                    "retrying": sum(found.retrying for found in mine if found.state == "waiting"),
                    "sending": _sum(mine, DeliveryState.SENDING),
                    "parked": _sum(mine, DeliveryState.PARKED),
                    "late": late.get(code, 0),
                    "oldest": min((found.oldest for found in mine), default=None),
                    "alarms": sum(n for (whose, _), n in alarms.items() if whose == code),
                    **self._messages(code, now - _DAY),
                }
            )
        return rows

    def _messages(self, university: str, since: datetime) -> dict[str, object]:
        """Return how many messages of the last day went well, and how many did not."""
        found = self._vitals.statistics.messages_since(university, since)
        counted: dict[str, object] = {}
        for direction in ("in", "out"):
            ended = {result: n for (way, result), n in found.items() if way == direction}
            counted[f"{direction}_day"] = sum(ended.values())
            failed = sum(n for result, n in ended.items() if result not in _WELL)
            counted[f"{direction}_day_failed"] = failed
        return counted


def _sum(backlog: Sequence[Backlog], state: DeliveryState) -> int:
    return sum(found.number for found in backlog if found.state == state.value)


def _day(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else "-"


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(ITALY).strftime("%d/%m/%Y %H:%M:%S") if moment else "-"


def _probed(found: partners.Probe, language: Language | None) -> str:
    if found.outcome is not None:
        return f"{found.outcome.code}: {found.outcome.description}"
    if language is None:
        return f"{found.trouble}: {found.detail}"
    return in_words(found.trouble, found.detail, language)
