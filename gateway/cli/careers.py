"""Careers of students, as their system prepared them: what fogli are made of."""

from pathlib import Path

import typer

from gateway.cli.context import actor, session
from gateway.cli.language import say
from gateway.cli.output import REFUSED, reason_row
from gateway.cli.parameters import LIMIT_LONG, UNIVERSITY
from gateway.domain.lifecycle import Party
from gateway.foglio.packages import prepared
from gateway.usecases import careers
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
        given = [item for file in files for item in prepared(file.name, file.read_bytes())]
        told = transact(
            hosted.code,
            lambda uow: careers.bring(
                given,
                actor(Party.SECRETARIAT),
                uow=uow,
                documents=installation.documents,
                composer=installation.composer,
                now=installation.clock(),
            ),
            open_uow=installation.store.open_uow,
        )
        rows = [
            {
                "file": item.name,
                "result": item.result,
                "reasons": [
                    reason_row(reason) if work.output.as_json else reason_row(reason)["text"]
                    for reason in item.reasons
                ],
            }
            for item in told
        ]
        work.output.rows(say("Carriere importate", "Careers imported"), rows)
    if any(item.result is careers.Brought.REFUSED for item in told):
        raise typer.Exit(REFUSED)


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
