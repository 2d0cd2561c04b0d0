"""Upgrading, saving and restoring the database."""

import os
import sqlite3
from pathlib import Path

import typer
from alembic.util import CommandError

from gateway.bootstrap import now
from gateway.cli.context import Options, newer_form, output_of
from gateway.cli.failures import explain
from gateway.cli.language import say
from gateway.cli.output import UNUSABLE
from storage import database
from storage.engine import make_engine
from storage.last_backup import note_backup
from storage.upgrading import upgrade as bring_up

app = typer.Typer(no_args_is_help=True, help=say("Base dati", "Database"))

_YES = frozenset({"s", "si", "sì", "y", "yes"})


@app.command(help=say("Porta la base dati alla forma più recente", "Upgrade the database"))
def upgrade(context: typer.Context) -> None:
    """Bring the database to the newest form."""
    options: Options = context.obj
    url = options.settings().url
    try:
        bring_up(url)
    except CommandError as error:
        output_of(context).failed(newer_form(_form_of(url)))
        raise typer.Exit(UNUSABLE) from error
    output_of(context).done("Base dati aggiornata", "Database upgraded")


def _form_of(url: str) -> str:
    engine = make_engine(url, pool_size=1)
    try:
        return database.revisions(engine)[0] or "-"
    finally:
        engine.dispose()


@app.command(help=say("Copia la base dati, anche in esercizio", "Save the database, also running"))
def backup(
    context: typer.Context,
    file: Path = typer.Argument(..., help=say("Dove scrivere la copia", "Where to write the copy")),
) -> None:
    """Copy the database to a file; the keys are not in it."""
    options: Options = context.obj
    settings = options.settings()
    try:
        database.backup(settings.url, file, os.environ)
    except (database.CannotBackUp, sqlite3.Error, OSError) as error:
        raise typer.Exit(_failed(context, explain(error))) from error
    note_backup(settings.home, file, now())
    output_of(context).done(
        "Copia scritta in {file}. Senza le chiavi ({keys}) non è leggibile: salvarle a parte.",
        "Copy written to {file}. Without the keys ({keys}) it cannot be read: save them apart.",
        file=str(file),
        keys=str(settings.keys),
    )


@app.command(help=say("Rimette una copia; a servizi fermi", "Put a copy back; services stopped"))
def restore(
    context: typer.Context,
    file: Path = typer.Argument(..., help=say("La copia da rimettere", "The copy to put back")),
    yes: bool = typer.Option(False, "--yes", help=say("Senza chiedere conferma", "Without asking")),
) -> None:
    """Put a copy in place of the database."""
    options: Options = context.obj
    url = options.settings().url
    if not yes:
        _ask()
    try:
        database.restore(url, file, os.environ)
    except database.CannotRestore as error:
        raise typer.Exit(_failed(context, _wrong_with(file, error))) from error
    except (sqlite3.Error, OSError) as error:
        raise typer.Exit(_failed(context, f"{file}: {explain(error)}")) from error
    output_of(context).done("Copia ripristinata", "Copy restored")


def _ask() -> None:
    """Go on only if the user says so, in either language."""
    question = say(
        "Il contenuto attuale sarà sostituito. Continuare? [s/N]",
        "The present content will be replaced. Go on? [y/N]",
    )
    answer = typer.prompt(question, default="", show_default=False)
    if str(answer).strip().lower() not in _YES:
        raise typer.Abort


def _wrong_with(file: Path, error: database.CannotRestore) -> str:
    """Return why a copy cannot be put back."""
    told = str(error)
    if not file.is_file():
        return say("la copia {file} non esiste", "there is no copy {file}", file=str(file))
    if isinstance(error, database.InUse):
        return say(
            "la base dati è in uso: fermare i servizi prima di rimettere {file}",
            "the database is in use: stop the services before putting {file} back",
            file=str(file),
        )
    if told == str(file):
        return say(
            "{file} non è una copia integra di una base dati di Congedo",
            "{file} is no sound copy of a database of Congedo",
            file=str(file),
        )
    return f"{file}: {told}"


def _failed(context: typer.Context, text: str) -> int:
    output_of(context).failed(say("Non riuscito: {text}", "Failed: {text}", text=text))
    return UNUSABLE
