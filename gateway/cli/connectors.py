"""The university's own systems over HTTP: protocol register and student file (docs/ports.md)."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import typer

from gateway.cli.context import session
from gateway.cli.language import say
from gateway.cli.parameters import UNIVERSITY
from gateway.domain.connectors import Connector, System
from gateway.domain.rejections import Cause, Rejection, refuse
from gateway.usecases.connector_ports import SystemUnavailable

app = typer.Typer(
    no_args_is_help=True,
    help=say("Sistemi dell'ateneo: protocollo, fascicolo", "The university's own systems"),
)
_SYSTEM = typer.Argument(..., help=say("Quale sistema", "Which system"))
_HERE = ("127.0.0.1", "::1", "localhost")


def _checked(url: str) -> str:
    parts = urlsplit(url)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _HERE)
    if not safe or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise refuse(Cause.PARAMETER_INVALID, "--url", why="connector_url")
    return url.rstrip("/")


@app.command("set", help=say("Collega un sistema", "Connect a system"))
def change(
    context: typer.Context,
    system: System = _SYSTEM,
    url: str = typer.Option(..., "--url", help=say("Indirizzo del connettore", "Its address")),
    token_variable: str = typer.Option(
        "",
        "--token-from",
        help=say(
            "Variabile d'ambiente con il token (mai sulla riga di comando)",
            "Environment variable that holds the token (never on the command line)",
        ),
    ),
    certificate: Path | None = typer.Option(
        None,
        "--certificate",
        help=say("File PEM con certificato e chiave", "PEM file with certificate and key"),
    ),
    seconds: float = typer.Option(
        5.0, "--seconds", min=0.5, max=30, help=say("Attesa massima", "Longest wait")
    ),
    university: str = UNIVERSITY,
) -> None:
    """Keep a connector; from then on the system is asked for every number or event."""
    with session(context) as work:
        hosted = work.university(university)
        if certificate is not None and not os.access(certificate, os.R_OK):
            raise refuse(Cause.PARAMETER_INVALID, "--certificate", why="connector_certificate")
        connector = Connector(
            system=system,
            url=_checked(url),
            secret=os.environ.get(token_variable, "") if token_variable else "",
            certificate=str(certificate.resolve()) if certificate else "",
            seconds=seconds,
        )
        with work.installation.store.open_uow(hosted.code) as uow:
            uow.connectors.save(connector)
            uow.commit()
        work.output.done("Sistema collegato: {system}", "System connected: {system}", system=system)


@app.command("list", help=say("Elenca i sistemi e chi li svolge", "List systems and who does them"))
def listing(context: typer.Context, university: str = UNIVERSITY) -> None:
    """List the systems; a token is never shown."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            found = {system: uow.connectors.get(system) for system in System}
        rows = [
            {
                "system": system,
                "url": known.url if known else "",
                "token": bool(known and known.secret),
                "certificate": known.certificate if known else "",
                "embedded": known is None,
            }
            for system, known in found.items()
        ]
        work.output.rows(say("Sistemi", "Systems"), rows)


@app.command(help=say("Torna al sistema incorporato", "Go back to the embedded system"))
def remove(context: typer.Context, system: System = _SYSTEM, university: str = UNIVERSITY) -> None:
    """Forget a connector."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            if not uow.connectors.remove(system):
                raise refuse(Cause.PARAMETER_INVALID, "system", why="connector_missing")
            uow.commit()
        work.output.done("Sistema scollegato: {system}", "Disconnected: {system}", system=system)


@app.command("test", help=say("Prova il collegamento", "Try the connection"))
def trial(context: typer.Context, system: System = _SYSTEM, university: str = UNIVERSITY) -> None:
    """Ask a connector whether it is well; nothing is registered."""
    with session(context) as work:
        hosted, installation = work.university(university), work.installation
        with installation.store.open_uow(hosted.code) as uow:
            known = uow.connectors.get(system)
        if known is None:
            raise refuse(Cause.PARAMETER_INVALID, "system", why="connector_missing")
        try:
            said = installation.systems.client(known).post("health", {"university": hosted.code})
        except SystemUnavailable as trouble:
            raise Rejection([trouble.reason]) from None
        work.output.done(
            "Il sistema risponde: {name}", "The system answers: {name}", name=str(said.get("name"))
        )
