"""The command ``congedo``."""

import os
import sys
from itertools import islice
from pathlib import Path

import typer
from rich.console import Console

from gateway import __version__, logs
from gateway.cli import (
    accounts,
    careers,
    connectors,
    database,
    deliveries,
    demonstration,
    doctor,
    identity_providers,
    installation,
    journal,
    mail,
    offers,
    partners,
    preflight,
    privacy,
    received,
    registry,
    serving,
    status,
    students,
    titles,
    transfers,
    universities,
)
from gateway.cli.context import Options
from gateway.cli.failures import EXPECTED, MISUSE, explain
from gateway.cli.language import say
from gateway.cli.output import MISUSED, REFUSED, UNUSABLE, Output
from gateway.domain.rejections import Rejection
from gateway.traces import trace_of

INTERRUPTED = 130
FAULT = 70
"""The status of a fault of the program (EX_SOFTWARE)."""

app = typer.Typer(
    name="congedo",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=say(
        "Congedo: lo scambio del foglio di congedo fra atenei.",
        "Congedo: the exchange of the foglio di congedo between universities.",
    ),
)


@app.callback()
def root(
    context: typer.Context,
    home: Path | None = typer.Option(
        None, "--home", help=say("Cartella dell'installazione", "Folder of the installation")
    ),
    as_json: bool = typer.Option(
        False, "--json", help=say("Un documento JSON per i programmi", "One JSON document")
    ),
    lang: str = typer.Option("it", "--lang", help=say("Lingua: it, en", "Language: it, en")),
) -> None:
    """Options for every command; they may stand anywhere on the line."""
    del lang  # read before the commands were defined
    logs.only_troubles()
    context.obj = Options(home, as_json)


@app.command(help=say("Versione del programma", "Version of the program"))
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


app.command("init", help=installation.INIT_HELP)(installation.init)
app.add_typer(installation.keys, name="keys")
app.add_typer(database.app, name="db")
app.add_typer(universities.app, name="university")
app.add_typer(partners.app, name="partner")
app.add_typer(offers.app, name="offer")
app.add_typer(careers.app, name="career")
app.add_typer(transfers.app, name="transfer")
transfers.app.add_typer(received.app, name="received")
app.add_typer(deliveries.app, name="delivery")
app.add_typer(journal.app, name="journal")
app.add_typer(students.app, name="student")
app.add_typer(titles.app, name="title")
app.add_typer(registry.app, name="registry")
app.add_typer(privacy.app, name="privacy")
app.add_typer(accounts.app, name="account")
app.add_typer(identity_providers.app, name="provider")
app.add_typer(mail.app, name="mail")
app.add_typer(connectors.app, name="connector")
app.command("preflight", help=preflight.HELP)(preflight.preflight)
app.command("doctor", help=doctor.HELP)(doctor.doctor)
app.command("status", help=status.HELP)(status.status)
app.command("metrics", help=status.METRICS_HELP)(status.metrics)
app.command("serve", help=serving.SERVE_HELP)(serving.serve)
app.command("worker", help=serving.WORKER_HELP)(serving.worker)
app.command("demo", help=demonstration.HELP)(demonstration.demo)


def ordered(arguments: list[str]) -> list[str]:
    """Return the arguments with the options of every command brought to the front."""
    front: list[str] = []
    rest: list[str] = []
    iterator = iter(arguments)
    for argument in iterator:
        if argument == "--json" or argument.startswith(("--home=", "--lang=")):
            front.append(argument)
        elif argument in ("--home", "--lang"):
            front += [argument, *islice(iterator, 1)]
        else:
            rest.append(argument)
    return front + rest


def run(arguments: list[str]) -> int:
    """Run a command and return its exit status: 0 done, 1 refused, 2 misused, 3 unusable."""
    line = ordered(arguments)
    try:
        status = app(line, standalone_mode=False)
    except Rejection as rejection:
        _output(line).refusal(rejection)
        return REFUSED
    except typer.Exit as leaving:
        return leaving.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except MISUSE as error:
        if "--json" in line:
            _output(line).failed(error.format_message(), MISUSED)
        else:
            error.show()
        return MISUSED
    except EXPECTED as error:
        return _unusable(line, error)
    return int(status or 0)


def _output(line: list[str], *, stderr: bool = False) -> Output:
    return Output("--json" in line, Console(soft_wrap=True, emoji=False, stderr=stderr))


def _unusable(line: list[str], error: Exception) -> int:
    text = explain(error)
    if "--json" in line:
        _output(line).failed(text)
    else:
        _output(line, stderr=True).failed(say("Errore: {text}", "Error: {text}", text=text))
    return UNUSABLE


def main() -> None:
    """Run the command of this process; what it writes is for its user only.

    A fault of the program is told by where it happened: its text may hold anybody's data.
    """
    os.umask(0o077)
    try:
        status = run(sys.argv[1:])
    except Exception as error:  # noqa: BLE001  the guard: what Python would print has the text
        fault = say("Errore del programma:", "Fault of the program:")
        sys.stderr.write(f"{fault}\n{trace_of(error)}\n")
        status = FAULT
    sys.exit(status)
