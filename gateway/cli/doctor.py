"""Is the installation well? Database, clock, keys, partners, backlog."""

import typer

from gateway.cli.context import session
from gateway.cli.language import LANGUAGE, say

HELP = say("Controlla lo stato dell'installazione", "Check the health of the installation")


def doctor(
    context: typer.Context,
    partners: bool = typer.Option(
        True, "--partners/--no-partners", help=say("Chiama i partner (T2)", "Call partners (T2)")
    ),
) -> None:
    """Print what was looked at; exit 1 when something failed."""
    with session(context) as work:
        plain = work.output.as_json
        found = work.installation.diagnosis.findings(LANGUAGE, calling=partners, plain=plain)
        rows = [{"what": item.what, "result": item.result, "detail": item.detail} for item in found]
        work.output.rows(say("Stato dell'installazione", "Health of the installation"), rows)
    raise typer.Exit(1 if any(item.result == "failed" for item in found) else 0)
