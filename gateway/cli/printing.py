"""Papers of a practice as PDF files."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

import typer

from gateway.cli.context import Session, session
from gateway.cli.language import LANGUAGE, say
from gateway.cli.parameters import ORIGIN, PRACTICE, UNIVERSITY
from gateway.domain.identifiers import IdPratica, MiurCode, parse_miur_code
from gateway.domain.rejections import Cause, refuse
from gateway.usecases import papers
from gateway.usecases.ports import UnitOfWork

HELP = say("Stampa un documento della pratica in PDF", "Print a paper of a practice as PDF")


class PaperKind(StrEnum):
    """What can be printed."""

    RECEIPT = "receipt"
    ENROLMENT = "enrolment"
    FOGLIO = "foglio"
    DECISION = "decision"


def print_paper(
    context: typer.Context,
    kind: PaperKind = typer.Argument(..., help=say("Quale documento", "Which paper")),
    practice: str = PRACTICE,
    file: Path = typer.Option(..., "--to", help=say("File PDF da scrivere", "PDF file to write")),
    origin: str = ORIGIN,
    university: str = UNIVERSITY,
) -> None:
    """Write a paper to a file, in the language of the command."""
    with session(context) as work:
        hosted = work.university(university)
        code = parse_miur_code(origin, "--origin") if origin else None
        with work.installation.store.open_uow(hosted.code) as uow:
            made = _maker(work, kind, code)(uow, IdPratica(practice))
        file.write_bytes(made)
        work.output.done(
            "Scritto {file}, {bytes} byte",
            "Written {file}, {bytes} bytes",
            file=str(file),
            bytes=str(len(made)),
        )


def _maker(
    work: Session, kind: PaperKind, origin: MiurCode | None
) -> Callable[[UnitOfWork, IdPratica], bytes]:
    """Return what makes a paper.

    Raises:
        Rejection: papers of the destination need the code of the origin.
    """
    installation, tongue = work.installation, LANGUAGE.value
    made, now = installation.papers, installation.clock()
    if kind is PaperKind.RECEIPT:
        return lambda uow, number: made.receipt(papers.receipt(number, uow=uow, now=now), tongue)
    if kind is PaperKind.FOGLIO and origin is None:
        return lambda uow, number: made.foglio(papers.foglio_sent(number, uow=uow, now=now), tongue)
    if origin is None:
        raise refuse(Cause.PARAMETER_INVALID, "--origin", why="many_origins")
    if kind is PaperKind.FOGLIO:
        return lambda uow, number: made.foglio(
            papers.foglio_received(origin, number, uow=uow, now=now), tongue
        )
    if kind is PaperKind.ENROLMENT:
        return lambda uow, number: made.enrolment(
            papers.enrolment(origin, number, uow=uow, now=now), tongue
        )
    return lambda uow, number: made.decision(
        papers.decision(origin, number, uow=uow, documents=installation.documents, now=now), tongue
    )
