"""What would make the destination refuse a foglio, before it is sent."""

from collections.abc import Callable
from pathlib import Path

import typer

from gateway.cli.context import UNIVERSITY, session
from gateway.cli.language import LANGUAGE, say
from gateway.cli.output import REFUSED
from gateway.cli.transfers import read_foglio
from gateway.domain.attachments import MAX_BYTES
from gateway.domain.rejections import Cause, Reason, Rejection
from gateway.foglio.pdf import problem_of
from gateway.soap.outcomes import CODES
from gateway.texts.causes import remedy, sentence
from gateway.usecases.preflight import Preflight, inspect

HELP = say(
    "Controlla un foglio come farà la destinazione", "Check a foglio as the destination will"
)


def preflight(
    context: typer.Context,
    file: Path,
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
                    document_problem=_looker(attachments),
                    now=work.installation.clock(),
                )
        if work.output.as_json:
            work.output.record(
                "",
                {
                    "ok": not found.faults,
                    "faults": [_row(reason) for reason in found.faults],
                    "warnings": [_row(reason) for reason in found.warnings],
                    "terms": found.partner.terms.sending_mode
                    if found.partner and found.partner.terms
                    else None,
                    "offer_fetched_at": found.offer.fetched_at if found.offer else None,
                },
            )
        else:
            _print(work.output.console.print, found)
    raise typer.Exit(REFUSED if found.faults else 0)


def _looker(folder: Path | None) -> Callable[[str], str | None]:
    def look(attachment_id: str) -> str | None:
        if folder is None:
            return None
        document = folder / f"{Path(attachment_id).name}.pdf"
        if not document.is_file():
            return Cause.ATTACHMENT_NOT_FOUND.value
        if not 0 < document.stat().st_size <= MAX_BYTES:
            return Cause.ATTACHMENT_TOO_LARGE.value
        return problem_of(document.read_bytes())

    return look


def _row(reason: Reason) -> dict[str, object]:
    return {
        "code": CODES[reason.cause],
        "cause": reason.cause.value,
        "path": reason.path,
        "text": sentence(reason, LANGUAGE),
        "remedy": remedy(reason, LANGUAGE),
    }


def _print(show: Callable[..., None], found: Preflight) -> None:
    for title, reasons in (
        (say("Difetti", "Faults"), found.faults),
        (say("Avvisi", "Warnings"), found.warnings),
    ):
        if reasons:
            show(f"{title}: {len(reasons)}", style="bold")
        for reason in reasons:
            row = _row(reason)
            show(f"  {row['code']:>3}  {row['text']}", highlight=False, markup=False)
            show(f"       {row['path']}", style="dim", highlight=False, markup=False)
            show(f"       → {row['remedy']}", highlight=False, markup=False)
    if not found.faults:
        show(say("Nessun difetto.", "No fault."), style="green")
    if found.offer is None and found.foglio is not None:
        show(
            say(
                "Offerta della destinazione non nota: corso e scadenza non controllati.",
                "The destination's offer is not known: course and deadline not checked.",
            ),
            style="yellow",
        )
