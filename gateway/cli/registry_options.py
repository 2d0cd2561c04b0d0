"""The options by which the record of a registry of titles is made and changed."""

from datetime import timedelta
from pathlib import Path

import typer

from gateway.cli.language import say
from gateway.domain.rejections import Cause, refuse
from gateway.domain.security import KeyPin

NAME = typer.Option(None, "--name", help=say("Denominazione", "Name"))
TITLES = typer.Option(
    None, "--titles-url", help=say("RicercaTitoloStudente", "RicercaTitoloStudente")
)
DIPLOMAS = typer.Option(
    None, "--diplomas-url", help=say("RicercaDiplomaStudente", "RicercaDiplomaStudente")
)
USER = typer.Option(None, "--username", help=say("Nostro nome presso di lui", "Our name there"))
PASSWORD = typer.Option(
    None, "--password", help=say("Nostra password; - la legge", "Our password; - reads it")
)
EGOV = typer.Option(
    None, "--egov/--no-egov", help=say("Busta e-Gov (SPCoop)", "e-Gov envelope (SPCoop)")
)
SENDER = typer.Option(None, "--sender", help=say("Mittente della busta", "Envelope's sender"))
RECIPIENT = typer.Option(
    None, "--recipient", help=say("Destinatario della busta", "Envelope's recipient")
)
TIMEOUT = typer.Option(
    None,
    "--timeout",
    min=1,
    max=600,
    help=say("Secondi di attesa di una risposta", "Seconds to wait for an answer"),
)
FOUND = typer.Option(
    None, "--remember-found", help=say("Per quanto: 30d, 12h, 0", "For how long: 30d, 12h, 0")
)
NOT_FOUND = typer.Option(
    None, "--remember-not-found", help=say("Per quanto: 1d, 12h, 0", "For how long: 1d, 12h, 0")
)
PER_DAY = typer.Option(
    None, "--per-day", min=0, help=say("Domande al giorno in tutto", "Queries a day in all")
)
PER_OFFICE = typer.Option(
    None,
    "--per-office",
    min=0,
    help=say("Domande al giorno per ufficio", "Queries per office"),
)
ACTIVE = typer.Option(None, "--active/--inactive", help=say("In uso", "In use"))
VERIFY = typer.Option(
    None, "--verify", help=say("Quando si verificano i titoli", "When titles are verified")
)
FORWARD = typer.Option(
    None,
    "--forward/--no-forward",
    help=say("Gli si inoltrano le domande dei partner", "Partners' lookups are passed on to it"),
)
PROOF = typer.Option(
    None, "--proof", help=say("Che cosa mostriamo; ripetibile", "What we show; may be repeated")
)
CERTIFICATE = typer.Option(
    None, "--certificate", help=say("Nostro certificato, PEM", "Our certificate, PEM")
)
CERTIFICATE_KEY = typer.Option(
    None, "--certificate-key", help=say("La sua chiave, PEM", "Its key, PEM")
)
AUTHORITIES = typer.Option(
    None, "--authorities", help=say("Autorità del suo server, PEM", "Its server's authorities, PEM")
)
SERVER_KEY = typer.Option(
    None,
    "--server-key",
    help=say("SHA-256 della chiave del suo server; ripetibile", "SHA-256 of its server's key"),
)
TOKEN_USER = typer.Option(
    None, "--token-username", help=say("Nome del UsernameToken", "Name of the UsernameToken")
)
TOKEN_PASSWORD = typer.Option(
    None, "--token-password", help=say("Sua password; - la legge", "Its password; - reads it")
)
SIGNING = typer.Option(
    None, "--signing-certificate", help=say("Certificato di firma, PEM", "Signing certificate, PEM")
)
SIGNING_KEY = typer.Option(
    None, "--signing-key", help=say("Chiave di firma, PEM", "Signing key, PEM")
)
SIGNER = typer.Option(
    None,
    "--answer-signer",
    help=say("SHA-256 della chiave che firma le risposte", "SHA-256 of the key signing answers"),
)

_UNITS = {"d": "days", "g": "days", "h": "hours", "m": "minutes"}
_SHA256 = 64


def term(given: str | None, option: str) -> timedelta | None:
    """Return how long an answer is remembered: days (``30d``), hours (``12h``), or 0 for never.

    Raises:
        Rejection: it is no such term, or longer than a year.
    """
    if given is None:
        return None
    number, unit = (given[:-1], given[-1:].lower()) if given != "0" else ("0", "h")
    if not number.isdigit() or unit not in _UNITS or len(number) > 5:  # noqa: PLR2004
        raise refuse(Cause.PARAMETER_INVALID, option)
    found = timedelta(**{_UNITS[unit]: int(number)})
    if found > timedelta(days=366):
        raise refuse(Cause.PARAMETER_INVALID, option)
    return found


def pem(file: Path | None, option: str) -> str | None:
    """Return the text of a PEM file.

    Raises:
        Rejection: it is none.
    """
    if file is None:
        return None
    text = file.read_text("ascii", "replace")
    if "-----BEGIN " not in text:
        raise refuse(Cause.PARAMETER_INVALID, option)
    return text


def pins(given: list[str] | None, option: str) -> tuple[KeyPin, ...] | None:
    """Return public keys by their digests; colons and capitals do not matter.

    Raises:
        Rejection: one of them is no SHA-256.
    """
    if not given:
        return None
    digests = [item.replace(":", "").lower() for item in given]
    if any(len(item) != _SHA256 or set(item) - set("0123456789abcdef") for item in digests):
        raise refuse(Cause.PARAMETER_INVALID, option)
    return tuple(KeyPin(item) for item in digests)
