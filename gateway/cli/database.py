"""Upgrading, saving and restoring the database."""

import os
import subprocess
from pathlib import Path

import typer

from gateway.cli.context import Options, output_of
from gateway.cli.language import say
from gateway.cli.output import UNUSABLE
from storage import database
from storage.upgrading import upgrade as bring_up

app = typer.Typer(no_args_is_help=True, help=say("Base dati", "Database"))


@app.command(help=say("Porta la base dati alla forma più recente", "Upgrade the database"))
def upgrade(context: typer.Context) -> None:
    """Bring the database to the newest form."""
    options: Options = context.obj
    bring_up(options.settings().url)
    output_of(context).done("Base dati aggiornata", "Database upgraded")


@app.command(help=say("Copia la base dati, anche in esercizio", "Save the database, also running"))
def backup(context: typer.Context, file: Path) -> None:
    """Copy the database to a file; the keys are not in it."""
    options: Options = context.obj
    settings = options.settings()
    try:
        database.backup(settings.url, file, os.environ)
    except (subprocess.CalledProcessError, FileNotFoundError) as error:
        raise typer.Exit(_failed(context, error)) from error
    output_of(context).done(
        "Copia scritta in {file}. Senza le chiavi ({keys}) non è leggibile: salvarle a parte.",
        "Copy written to {file}. Without the keys ({keys}) it cannot be read: save them apart.",
        file=str(file),
        keys=str(settings.keys),
    )


@app.command(help=say("Rimette una copia; a servizi fermi", "Put a copy back; services stopped"))
def restore(
    context: typer.Context,
    file: Path,
    yes: bool = typer.Option(False, "--yes", help=say("Senza chiedere conferma", "Without asking")),
) -> None:
    """Put a copy in place of the database."""
    options: Options = context.obj
    if not yes:
        typer.confirm(
            say(
                "Il contenuto attuale sarà sostituito. Continuare?",
                "The present content will be replaced. Go on?",
            ),
            abort=True,
        )
    try:
        database.restore(options.settings().url, file, os.environ)
    except (database.CannotRestore, subprocess.CalledProcessError, FileNotFoundError) as error:
        raise typer.Exit(_failed(context, error)) from error
    output_of(context).done("Copia ripristinata", "Copy restored")


def _failed(context: typer.Context, error: Exception) -> int:
    output_of(context).console.print(
        say("Non riuscito: {error}", "Failed: {error}", error=str(error)), markup=False
    )
    return UNUSABLE
