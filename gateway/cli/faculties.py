"""Giving practices of before their faculty, and those that came before the offer was published."""

import typer

from gateway.cli.context import session
from gateway.cli.language import say
from gateway.cli.parameters import UNIVERSITY
from gateway.usecases.faculties import fill
from gateway.usecases.transaction import transact

HELP = say(
    "Dà la facoltà alle pratiche aperte che non l'hanno",
    "Give open practices that have none their faculty",
)


def faculties(context: typer.Context, university: str = UNIVERSITY) -> None:
    """Look for the faculty of each open practice that has none; may be run again."""
    with session(context) as work:
        hosted = work.university(university)
        documents = work.installation.documents
        found = transact(
            hosted.code,
            lambda uow: fill(uow=uow, documents=documents),
            open_uow=work.installation.store.open_uow,
        )
        work.output.done(
            "Pratiche a cui è stata data la facoltà: {number}",
            "Practices given their faculty: {number}",
            number=found,
        )
