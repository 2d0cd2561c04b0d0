"""The journal of messages."""

import os
from pathlib import Path

import typer

from gateway.cli import journal_search
from gateway.cli.context import session
from gateway.cli.language import say
from gateway.cli.parameters import LIMIT, PRACTICE, UNIVERSITY
from gateway.domain.identifiers import parse_id_pratica
from gateway.domain.messages import ExchangeResult
from gateway.domain.rejections import Cause, refuse

app = typer.Typer(no_args_is_help=True, help=say("Giornale dei messaggi", "Journal of messages"))


@app.command("list", help=say("Elenca i messaggi", "List the messages"))
def listing(
    context: typer.Context,
    practice: str = typer.Option(
        "", "--practice", help=say("Solo di questo IdPratica", "Of this IdPratica only")
    ),
    result: ExchangeResult | None = typer.Option(
        None, "--result", help=say("Solo con questo risultato", "With this result only")
    ),
    limit: int = LIMIT,
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
    context: typer.Context,
    folder: Path = typer.Argument(..., help=say("Dove scriverli", "Where to write them")),
    practice: str = PRACTICE,
    university: str = UNIVERSITY,
) -> None:
    """Write messages and answers as they went over the wire, for their owner only."""
    with session(context) as work:
        hosted = work.university(university)
        id_pratica = parse_id_pratica(practice)
        with work.installation.store.open_uow(hosted.code) as uow:
            rows = list(reversed(uow.journal.latest(None, id_pratica, 10_000)))
            if not rows:
                raise refuse(Cause.PRACTICE_NOT_FOUND, "IdPratica")
            folder.parent.mkdir(parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
            for number, row in enumerate(rows, start=1):
                found = uow.journal.contents(row.message_id)
                stem = f"{number:03d}-{row.direction}-{row.operation}-{row.result}"
                for part, content in zip(("request", "answer"), found or (), strict=False):
                    if content:
                        _write(folder / f"{stem}-{part}.xml", content)
        work.output.done(
            "Messaggi scritti in {folder}: {messages}",
            "Messages written to {folder}: {messages}",
            folder=str(folder),
            messages=len(rows),
        )


app.command("search", help=say("Cerca messaggi, a pagine", "Look for messages, page by page"))(
    journal_search.search
)
app.command("show", help=say("Mostra un messaggio", "Show a message"))(journal_search.show)
app.command(
    "reindex",
    help=say(
        "Rende ritrovabili per codice fiscale i messaggi di prima; ripetibile",
        "Let the messages of before be found by codice fiscale; repeatable",
    ),
)(journal_search.reindexing)


def _write(file: Path, content: bytes) -> None:
    """Write a file that nobody else can read, whatever was there before."""
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        target.write(content)
