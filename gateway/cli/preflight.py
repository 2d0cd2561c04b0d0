"""What would make the destination refuse a foglio, before it is sent."""

from collections.abc import Callable
from pathlib import Path

import typer

from gateway.cli.context import session
from gateway.cli.language import LANGUAGE, say
from gateway.cli.output import REFUSED, Output, reason_row
from gateway.cli.parameters import FOGLIO, UNIVERSITY
from gateway.cli.transfers import read_foglio
from gateway.domain.attachments import MAX_BYTES
from gateway.domain.rejections import Cause, Reason, Rejection
from gateway.foglio.documents import read_broken
from gateway.foglio.pdf import problem_of
from gateway.texts.offices import place
from gateway.usecases.preflight import Preflight, inspect

HELP = say(
    "Controlla un foglio come farà la destinazione", "Check a foglio as the destination will"
)


def preflight(
    context: typer.Context,
    file: Path = FOGLIO,
    attachments: Path | None = typer.Option(
        None,
        "--attachments",
        help=say("Cartella con <IdAllegato>.pdf", "Folder with <IdAllegato>.pdf"),
    ),
    university: str = UNIVERSITY,
) -> None:
    """Print every fault with its place and remedy; exit 1 when there is one."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            try:
                content = read_foglio(file)
            except Rejection as rejection:
                found = Preflight(rejection.reasons)
            else:
                found = inspect(
                    content,
                    uow=uow,
                    documents=work.installation.documents,
                    read_broken=read_broken,
                    document_problem=_looker(attachments),
                    now=work.installation.clock(),
                )
        if work.output.as_json:
            work.output.record(
                "",
                {
                    "ok": not found.faults,
                    "faults": [reason_row(reason) for reason in found.faults],
                    "warnings": [reason_row(reason) for reason in found.warnings],
                    "terms": found.partner.terms.sending_mode
                    if found.partner and found.partner.terms
                    else None,
                    "offer_fetched_at": found.offer.fetched_at if found.offer else None,
                },
            )
        else:
            _print(work.output, found)
    raise typer.Exit(REFUSED if found.faults else 0)


def _looker(folder: Path | None) -> Callable[[str], Reason | None]:
    def look(attachment_id: str) -> Reason | None:
        if folder is None:
            return None
        document = folder / f"{Path(attachment_id).name}.pdf"
        if not document.is_file():
            return Reason(Cause.ATTACHMENT_NOT_FOUND, params={"attachment": attachment_id})
        size = document.stat().st_size
        if not 0 < size <= MAX_BYTES:
            params = {"size": str(size), "limit": str(MAX_BYTES)}
            return Reason(Cause.ATTACHMENT_TOO_LARGE, params=params)
        problem = problem_of(document.read_bytes())
        return Reason(Cause(problem)) if problem else None

    return look


def _print(output: Output, found: Preflight) -> None:
    for title, reasons in (
        (say("Difetti", "Faults"), found.faults),
        (say("Avvisi", "Warnings"), found.warnings),
    ):
        if reasons:
            output.line(f"{title}: {len(reasons)}", "bold")
        for reason in reasons:
            row = reason_row(reason)
            output.line(f"  {row['code']:>3}  {row['text']}")
            output.line(f"       {place(reason, LANGUAGE)}", "dim")
            output.line(f"       → {row['remedy']}")
    if not found.faults:
        output.line(say("Nessun difetto.", "No fault."), "green")
    if found.assumes_terms:
        output.line(
            say(
                "Condizioni della destinazione non note: si assume che voglia tutte le sezioni"
                " (congedo partner test le chiede).",
                "The destination's terms are not known: it is assumed to want every section"
                " (congedo partner test asks for them).",
            ),
            "yellow",
        )
    if found.offer is None and found.foglio is not None:
        output.line(
            say(
                "Offerta della destinazione non nota: corso e scadenza non controllati.",
                "The destination's offer is not known: course and deadline not checked.",
            ),
            "yellow",
        )
