"""Careers of students, as their system prepared them: what fogli are made of."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import typer

from gateway.cli.context import actor, session
from gateway.cli.language import say
from gateway.cli.output import REFUSED, reason_row
from gateway.cli.parameters import LIMIT_LONG, UNIVERSITY
from gateway.domain.lifecycle import Party
from gateway.foglio.packages import Room, prepared
from gateway.usecases import careers
from gateway.usecases.careers import BroughtFile, PreparedFile
from gateway.usecases.transaction import transact

app = typer.Typer(no_args_is_help=True, help=say("Carriere degli studenti", "Student careers"))


@app.command("import", help=say("Importa carriere preparate", "Import prepared careers"))
def bring(
    context: typer.Context,
    files: list[Path] = typer.Argument(
        ..., help=say("Fogli XML o JSON, o ZIP che ne contengono", "XML, JSON, or ZIPs of them")
    ),
    university: str = UNIVERSITY,
) -> None:
    """Import careers, one for each student; print what came of each file."""
    with session(context) as work:
        hosted = work.university(university)
        installation = work.installation
        told = transact(
            hosted.code,
            lambda uow: careers.bring(
                _given(files),
                actor(Party.SECRETARIAT),
                uow=uow,
                documents=installation.documents,
                composer=installation.composer,
                now=installation.clock(),
            ),
            open_uow=installation.store.open_uow,
        )
        rows = [_row(item, as_json=work.output.as_json) for item in told]
        work.output.rows(say("Carriere importate", "Careers imported"), rows)
    if any(item.result is careers.Brought.REFUSED for item in told):
        raise typer.Exit(REFUSED)


def _given(files: Sequence[Path]) -> Iterator[PreparedFile]:
    """Yield what is in some files, one at a time; what may be in one stands for each by itself."""
    for file in files:
        with file.open("rb") as source:
            yield from prepared(file.name, source, Room())


def _row(item: BroughtFile, *, as_json: bool) -> dict[str, object]:
    row: dict[str, object] = {"file": item.name, "result": item.result}
    reasons = [reason_row(reason) for reason in item.reasons]
    if as_json:
        return {**row, "reasons": reasons, "untold": item.untold}
    sentences = [reason["text"] for reason in reasons]
    if item.untold:
        sentences.append(say("e altri {n}", "and {n} more", n=str(item.untold)))
    return {**row, "reasons": sentences}


@app.command("list", help=say("Elenca le carriere", "List the careers"))
def listing(
    context: typer.Context,
    after: int = typer.Option(
        0, "--after", min=0, help=say("Dal numero dopo questo", "From behind this number")
    ),
    limit: int = LIMIT_LONG,
    university: str = UNIVERSITY,
) -> None:
    """List careers by their numbers."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            rows = [
                {
                    "number": item.number,
                    "student": f"{item.student.surname} {item.student.name}",
                    "codice_fiscale": item.student.codice_fiscale,
                    "sections": item.sections,
                    "at": item.imported_at,
                    "by": item.imported_by,
                }
                for item in uow.careers.page(after, limit)
            ]
        work.output.rows(say("Carriere", "Careers"), rows)
