"""Students enrolled here before their foglio comes, as the university's own system lists them."""

from pathlib import Path

import typer

from gateway.cli.context import session
from gateway.cli.language import say
from gateway.cli.parameters import UNIVERSITY
from gateway.files.enrolled_students import read_enrolled

app = typer.Typer(no_args_is_help=True, help=say("Studenti immatricolati", "Enrolled students"))


@app.callback()
def students() -> None:
    """Keep ``import`` a command of its own, however many there are."""


@app.command(
    "import", help=say("Importa gli immatricolati da un CSV", "Import enrolled students from a CSV")
)
def bring(
    context: typer.Context,
    file: Path = typer.Argument(..., help=say("Elenco in CSV", "List, as CSV")),
    university: str = UNIVERSITY,
) -> None:
    """Import the list; students of a matricola that is known are replaced."""
    with session(context) as work:
        hosted = work.university(university)
        listed = read_enrolled(file.read_bytes())
        with work.installation.store.open_uow(hosted.code) as uow:
            new = uow.enrolled.keep(listed, work.installation.clock())
            uow.commit()
        work.output.done(
            "Studenti importati: {read}, di cui nuovi: {added}",
            "Students imported: {read}, of them new: {added}",
            read=len(listed),
            added=new,
        )
