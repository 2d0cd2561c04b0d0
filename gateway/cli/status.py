"""One screen for the operator: what waits, what is parked, who works, how much room there is."""

import shutil
from datetime import datetime, timedelta
from typing import Any

import typer

from gateway import __version__
from gateway.cli.context import Session, session
from gateway.cli.language import say
from gateway.domain.deliveries import DeliveryState
from gateway.usecases.schedules import FORGOTTEN_AFTER
from storage import database
from storage.last_backup import last_backup

HELP = say("Lo stato, in una schermata", "The state, on one screen")
METRICS_HELP = say(
    "Scrive le metriche nel formato di Prometheus", "Write the metrics in Prometheus' format"
)
_DAY = timedelta(days=1)
_MEGABYTE = 1024 * 1024
_WELL = frozenset({"accepted", "repeated"})


def status(
    context: typer.Context,
    storage: bool = typer.Option(
        False, "--storage", help=say("Anche le righe di ogni tabella", "Rows of each table too")
    ),
) -> None:
    """Print how things stand; nothing is called, nothing is changed."""
    with session(context) as work:
        installation = _installation(work)
        universities = _universities(work)
        tables = _tables(work) if storage else []
        if work.output.as_json:
            document: dict[str, object] = {**installation, "universities": universities}
            work.output.record("", {**document, "tables": tables} if storage else document)
            return
        work.output.record(say("Installazione", "Installation"), installation)
        if len(universities) == 1:
            work.output.record(say("Ateneo", "University"), universities[0])
        else:
            work.output.rows(say("Atenei", "Universities"), universities)
        if storage:
            work.output.rows(say("Tabelle", "Tables"), tables)


def metrics(context: typer.Context) -> None:
    """Print what ``/metrics`` answers, for machines that serve nothing and for a look."""
    with session(context) as work:
        text, _ = work.installation.exposition.render()
        if work.output.as_json:
            work.output.record("", {"metrics": text.decode()})
        else:
            typer.echo(text.decode(), nl=False)


def _installation(work: Session) -> dict[str, object]:
    installation = work.installation
    vitals, settings = installation.vitals, installation.settings
    current, _ = database.revisions(installation.store.reader)
    seen = vitals.statistics.nodes()
    silent = timedelta(seconds=settings.silent_seconds)
    alive = [name for name, at in seen.items() if installation.clock() - at < silent]
    backup = last_backup(settings.home)
    return {
        "version": __version__,
        "database": f"{installation.store.engine.name} {current}",
        "database_mb": round(vitals.statistics.size_bytes() / _MEGABYTE, 1),
        "free_mb": shutil.disk_usage(vitals.disk).free // _MEGABYTE,
        "nodes": sorted(alive),
        "silent_nodes": sorted(seen.keys() - alive),
        "jobs": sum(vitals.statistics.jobs().values()),
        "last_backup": backup.at if backup else None,
        "last_backup_file": backup.file if backup else "",
    }


def _universities(work: Session) -> list[dict[str, object]]:
    now = work.installation.clock()
    statistics = work.installation.vitals.statistics
    backlog, alarms = statistics.backlog(), statistics.alarms()
    late = statistics.late(now - FORGOTTEN_AFTER)
    rows = []
    for university in work.installation.store.universities():
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
                "alarms": sum(number for (whose, _), number in alarms.items() if whose == code),
                **_messages(work, code, now - _DAY),
            }
        )
    return rows


def _sum(backlog: list[Any], state: DeliveryState) -> int:
    return sum(found.number for found in backlog if found.state == state.value)


def _messages(work: Session, university: str, since: datetime) -> dict[str, object]:
    """Return how many messages of the last day went well, and how many did not."""
    found = work.installation.vitals.statistics.messages_since(university, since)
    counted = {}
    for direction in ("in", "out"):
        ended = {result: n for (way, result), n in found.items() if way == direction}
        failed = sum(n for result, n in ended.items() if result not in _WELL)
        counted[f"{direction}_day"] = sum(ended.values())
        counted[f"{direction}_day_failed"] = failed
    return dict(counted)


def _tables(work: Session) -> list[dict[str, object]]:
    rows = work.installation.vitals.statistics.tables()
    return [{"table": name, "rows": number} for name, number in rows.items()]
