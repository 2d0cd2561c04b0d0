"""Is the installation well? Database, clock, keys, partners, backlog."""

import shutil
from collections.abc import Iterator

import typer

from gateway.cli.context import Session, session
from gateway.cli.language import LANGUAGE, say
from gateway.cli.output import shown
from gateway.cli.probing import probe
from gateway.domain.calendar import italian_day
from gateway.domain.deliveries import DeliveryState
from gateway.domain.registry import LookupService
from gateway.endings import endings
from gateway.texts.fields import label
from gateway.timetable import listener_ends
from gateway.usecases.certificate_watch import ENDS_SOON, ending_soon
from gateway.usecases.schedules import FORGOTTEN_AFTER
from storage import database

HELP = say("Controlla lo stato dell'installazione", "Check the health of the installation")

_FREE_BYTES = 500 * 1024 * 1024
_CLOCK_SECONDS = 5.0

Finding = tuple[str, str, str]
"""(what, "ok" / "warning" / "failed", detail)"""


def doctor(
    context: typer.Context,
    partners: bool = typer.Option(
        True, "--partners/--no-partners", help=say("Chiama i partner (T2)", "Call partners (T2)")
    ),
) -> None:
    """Print what was looked at; exit 1 when something failed."""
    with session(context) as work:
        found = [*_database(work), *_keys(work), *_settings(work), *_backlog(work)]
        found += _certificates(work)
        found += _registries(work)
        if partners:
            found += _partners(work)
        rows = [
            {"what": what, "result": result, "detail": detail} for what, result, detail in found
        ]
        work.output.rows(say("Stato dell'installazione", "Health of the installation"), rows)
    raise typer.Exit(1 if any(result == "failed" for _, result, _ in found) else 0)


def _database(work: Session) -> Iterator[Finding]:
    store = work.installation.store
    current, newest = database.revisions(store.reader)
    yield "database", "ok" if current == newest else "failed", f"{store.engine.name} {current}"
    seconds = database.clock_difference(store.engine, work.installation.clock())
    yield "clock", "ok" if abs(seconds) < _CLOCK_SECONDS else "warning", f"{seconds:+.1f} s"
    free = shutil.disk_usage(work.installation.settings.home).free
    detail = f"{free // (1024 * 1024)} MB"
    yield "disk", "ok" if free > _FREE_BYTES else "warning", detail


def _keys(work: Session) -> Iterator[Finding]:
    path = work.installation.settings.keys
    mode = path.stat().st_mode & 0o777
    yield "keys", "ok" if mode & 0o077 == 0 else "warning", f"{path} {mode:o}"
    cipher = work.installation.store.cipher
    sound = cipher.open(cipher.seal(b"congedo")) == b"congedo"
    yield "encryption", "ok" if sound else "failed", ""


def _settings(work: Session) -> Iterator[Finding]:
    settings = work.installation.settings
    secure = settings.public_url.startswith("https://")
    detail = settings.public_url or say("non impostato: il WSDL segue l'Host", "not set")
    yield "public_url", "ok" if secure else "warning", detail


def _backlog(work: Session) -> Iterator[Finding]:
    for university in work.installation.store.universities():
        with work.installation.store.open_uow(university.code) as uow:
            waiting = len(uow.deliveries.by_state(DeliveryState.WAITING, 10_000))
            parked = len(uow.deliveries.by_state(DeliveryState.PARKED, 10_000))
            before = work.installation.clock() - FORGOTTEN_AFTER
            forgotten = len(uow.deliveries.forgotten(before, 10_000))
            alarms = len(uow.alarms.open_ones())
        name = f"backlog {university.code}"
        result = "warning" if parked or forgotten or alarms else "ok"
        yield (
            name,
            result,
            f"waiting {waiting}, parked {parked}, late {forgotten}, alarms {alarms}",
        )


def _certificates(work: Session) -> Iterator[Finding]:
    """Look for certificates and pins that end within 30 days: ours and those of partners."""
    today = italian_day(work.installation.clock())
    if work.installation.settings.tls_certificate is not None:
        ends = listener_ends(work.installation.settings)
        sound = ends is not None and ends > today + ENDS_SOON
        yield "listener", "ok" if sound else "warning", shown(ends)
    for university in work.installation.store.universities():
        with work.installation.store.open_uow(university.code) as uow:
            known = uow.partners.all()
        for partner in known:
            for ending in ending_soon(partner, endings, today):
                name = f"certificates {university.code} → {partner.code}"
                detail = f"{label(ending.what, LANGUAGE)}: {shown(ending.last_day)}"
                yield name, "warning", detail


def _registries(work: Session) -> Iterator[Finding]:
    for university in work.installation.store.universities():
        with work.installation.store.open_uow(university.code) as uow:
            record = uow.registry.get()
            circuits = {service: uow.registry.circuit(service) for service in LookupService}
        if record is None or not record.active:
            continue
        troubled = [
            f"{service} {circuit.trouble} {shown(circuit.failing_since)}"
            for service, circuit in circuits.items()
            if circuit.is_open
        ]
        name = f"registry {university.code}"
        yield name, "warning" if troubled else "ok", ", ".join(troubled)


def _partners(work: Session) -> Iterator[Finding]:
    for university in work.installation.store.universities():
        with work.installation.store.open_uow(university.code) as uow:
            known = [
                partner
                for partner in uow.partners.all()
                if partner.destination_url and partner.active_on(work.installation.today())
            ]
        for partner in known:
            ok, what = probe(work, university, partner)
            name = f"partner {university.code} → {partner.code}"
            yield name, "ok" if ok else "warning", what
