"""The options by which a partner's record is made and changed."""

import typer

from gateway.cli.language import say

NAME = typer.Option(None, "--name", help=say("Denominazione", "Name"))
NAME_EN = typer.Option(None, "--name-en", help=say("Denominazione inglese", "English name"))
SCHAC = typer.Option(None, "--schac", help=say("Codice SCHAC", "SCHAC code"))
ERASMUS = typer.Option(None, "--erasmus", help=say("Codice Erasmus", "Erasmus code"))
DESTINATION = typer.Option(
    None, "--destination-url", help=say("Servizi di destinazione", "Its destination services")
)
ORIGIN = typer.Option(
    None, "--origin-url", help=say("Servizi di provenienza", "Its origin services")
)
USER_IN = typer.Option(None, "--username-in", help=say("Nome con cui chiama", "How it calls us"))
PASS_IN = typer.Option(
    None,
    "--password-in",
    help=say("Sua password verso di noi; - la legge", "Its password with us; - reads it"),
)
USER_OUT = typer.Option(
    None, "--username-out", help=say("Nostro nome presso di lui", "Our name there")
)
PASS_OUT = typer.Option(
    None,
    "--password-out",
    help=say("Nostra password presso di lui; - la legge", "Our password there; - reads it"),
)
FROM = typer.Option(
    None,
    "--active-from",
    formats=["%Y-%m-%d"],
    help=say("Primo giorno in cui è attivo", "First day on which it is active"),
)
TO = typer.Option(
    None,
    "--active-to",
    formats=["%Y-%m-%d"],
    help=say("Ultimo giorno in cui è attivo", "Last day on which it is active"),
)
NO_FROM = typer.Option(
    False, "--no-active-from", help=say("Toglie il primo giorno", "Forget the first day")
)
NO_TO = typer.Option(
    False, "--no-active-to", help=say("Toglie l'ultimo giorno", "Forget the last day")
)
TIMEOUT = typer.Option(
    None,
    "--timeout",
    min=1,
    max=600,
    help=say("Secondi di attesa di una risposta", "Seconds to wait for an answer"),
)
TOLERATE = typer.Option(
    None,
    "--tolerate",
    help=say("Solo queste tolleranze; ripetibile", "These tolerances only; may be repeated"),
)
LOOKUPS = typer.Option(
    None,
    "--lookups/--no-lookups",
    help=say("Può chiedere i titoli conseguiti (A1, A2)", "It may look up awarded titles (A1, A2)"),
)
EGOV = typer.Option(
    None,
    "--egov/--no-egov",
    help=say("Le sue ricerche hanno la busta e-Gov", "Its lookups carry the e-Gov envelope"),
)
STRICT = typer.Option(False, "--strict", help=say("Nessuna tolleranza", "No tolerance"))
