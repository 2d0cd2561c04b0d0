"""The journal of messages."""

from pathlib import Path

import typer

from gateway.cli.context import UNIVERSITY, session
from gateway.cli.language import say
from gateway.domain.messages import ExchangeResult

app = typer.Typer(no_args_is_help=True, help=say("Giornale dei messaggi", "Journal of messages"))


@app.command("list", help=say("Elenca i messaggi", "List the messages"))
def listing(
    context: typer.Context,
    practice: str = typer.Option("", "--practice"),
    result: ExchangeResult | None = typer.Option(None, "--result"),
    limit: int = typer.Option(50, "--limit", min=1),
    university: str = UNIVERSITY,
) -> None:
    """List messages, newest first."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            rows = [
                {
                    "message_id": row.message_id,
                    "at": row.began_at,
                    "direction": row.direction,
                    "partner": row.partner,
                    "operation": row.operation,
                    "id_pratica": row.id_pratica,
                    "result": row.result,
                    "code": row.code,
                    "bytes": row.request_bytes,
                    "tolerated": row.tolerated,
                }
                for row in uow.journal.latest(result, practice, limit)
            ]
        work.output.rows(say("Messaggi", "Messages"), rows)


@app.command(
    help=say(
        "Scrive i messaggi di una pratica in una cartella (contengono dati personali)",
        "Write the messages of a practice to a folder (they hold personal data)",
    )
)
def export(
    context: typer.Context, folder: Path, practice: str, university: str = UNIVERSITY
) -> None:
    """Write messages and answers as they went over the wire."""
    with session(context) as work:
        hosted = work.university(university)
        folder.mkdir(parents=True, exist_ok=True)
        with work.installation.store.open_uow(hosted.code) as uow:
            rows = list(reversed(uow.journal.latest(None, practice, 10_000)))
            for number, row in enumerate(rows, start=1):
                found = uow.journal.contents(row.message_id)
                stem = f"{number:03d}-{row.direction}-{row.operation}-{row.result}"
                for part, content in zip(("request", "answer"), found or (), strict=False):
                    if content:
                        (folder / f"{stem}-{part}.xml").write_bytes(content)
        work.output.done(
            "Messaggi scritti in {folder}: {messages}",
            "Messages written to {folder}: {messages}",
            folder=str(folder),
            messages=len(rows),
        )
