"""Arguments and options that several commands have, each with its help."""

import sys

import typer

from gateway.cli.language import say

UNIVERSITY = typer.Option(
    "",
    "--university",
    "-u",
    help=say(
        "Codice MIUR dell'ateneo ospitato; superfluo se è uno solo",
        "MIUR code of the hosted university; needless if there is only one",
    ),
)
PRACTICE = typer.Argument(..., help=say("IdPratica della domanda", "IdPratica of the request"))
PARTNER = typer.Argument(..., help=say("Codice MIUR del partner", "MIUR code of the partner"))
DELIVERY = typer.Argument(
    ..., help=say("Identificativo della consegna", "Identifier of the delivery")
)
FOGLIO = typer.Argument(..., help=say("Foglio, XML o JSON", "Foglio, XML or JSON"))
ORIGIN = typer.Option(
    "", "--origin", help=say("Ateneo di provenienza, se l'id è ambiguo", "Origin, if ambiguous")
)
WHY = typer.Option(
    ..., "--why", help=say("Motivo, resta nella storia", "Reason, kept in the history")
)
NOTES = typer.Option("", "--notes", help=say("Note per il partner", "Notes for the partner"))
LIMIT_LONG = typer.Option(
    100, "--limit", min=1, help=say("Quante righe al massimo", "How many rows at most")
)
LIMIT = typer.Option(
    50, "--limit", min=1, help=say("Quante righe al massimo", "How many rows at most")
)
STUDENT = typer.Option(
    "", "--student", help=say("Solo di questo codice fiscale", "Of this codice fiscale only")
)
YEAR = typer.Option(
    None,
    "--year",
    min=1900,
    max=2099,
    help=say(
        "Primo dei due anni accademici; se manca, quello in corso di presentazione",
        "First of the two academic years; if missing, the one requests are made for now",
    ),
)


def secret(given: str | None) -> str | None:
    """Return a secret given on the line or, for ``-``, read from standard input."""
    return sys.stdin.readline().rstrip("\r\n") if given == "-" else given
