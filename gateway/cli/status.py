"""One screen for the operator: what waits, what is parked, who works, how much room there is."""

import typer

from gateway.cli.context import Session, session
from gateway.cli.language import say

HELP = say("Lo stato, in una schermata", "The state, on one screen")
METRICS_HELP = say(
    "Scrive le metriche nel formato di Prometheus", "Write the metrics in Prometheus' format"
)


def status(
    context: typer.Context,
    storage: bool = typer.Option(
        False, "--storage", help=say("Anche le righe di ogni tabella", "Rows of each table too")
    ),
) -> None:
    """Print how things stand; nothing is called, nothing is changed."""
    with session(context) as work:
        diagnosis = work.installation.diagnosis
        installation, universities = diagnosis.installation(), diagnosis.universities()
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


def _tables(work: Session) -> list[dict[str, object]]:
    rows = work.installation.vitals.statistics.tables()
    return [{"table": name, "rows": number} for name, number in rows.items()]
