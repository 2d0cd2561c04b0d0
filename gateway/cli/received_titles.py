"""The titles of a received request: what the registry says of them, and asking it again."""

import typer

from gateway.cli.context import actor, session
from gateway.cli.language import say
from gateway.cli.parameters import ORIGIN, PRACTICE, UNIVERSITY
from gateway.cli.received_views import find
from gateway.cli.registry import FRESH, OFFICE
from gateway.cli.registry_views import print_titles, summary, title_rows
from gateway.domain.lifecycle import Party
from gateway.domain.lookups import Asker
from gateway.domain.rejections import Cause, refuse
from gateway.usecases import verification

TITLES_HELP = say("Mostra i titoli dichiarati e la loro verifica", "Show the titles declared")
VERIFY_HELP = say("Fa verificare i titoli dichiarati", "Have the declared titles verified")


def titles(
    context: typer.Context,
    practice: str = PRACTICE,
    everything: bool = typer.Option(
        False, "--all", help=say("Anche quelli non più dichiarati", "Those withdrawn too")
    ),
    origin: str = ORIGIN,
    university: str = UNIVERSITY,
) -> None:
    """Show each declared title with its verdict, field by field."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            item = find(uow, practice, origin)
            if uow.verifications.of(item.origin, item.id_pratica) is None:
                raise refuse(Cause.VERIFICATION_NOT_FOUND)
            known = uow.verifications.titles(item.origin, item.id_pratica)
        print_titles(work.output, title_rows(known, all_of_them=everything))


def verify_titles(
    context: typer.Context,
    practice: str = PRACTICE,
    at_once: bool = typer.Option(
        False, "--now", help=say("Subito, invece che in coda", "At once, not in line")
    ),
    fresh: bool = FRESH,
    office: str = OFFICE,
    origin: str = ORIGIN,
    university: str = UNIVERSITY,
) -> None:
    """Have every title asked for anew, in line or at once."""
    with session(context) as work:
        hosted = work.university(university)
        asker = Asker(actor(Party.SECRETARIAT).name, office)
        store, clock = work.installation.store, work.installation.clock
        with store.open_uow(hosted.code) as uow:
            item = find(uow, practice, origin)
            asked = verification.request(item, asker, fresh=fresh, uow=uow, now=clock())
            uow.commit()
        if at_once:
            work.installation.verify(hosted.code, asked.verification_id, asked.attempts + 1)
        with store.open_uow(hosted.code) as uow:
            now = uow.verifications.of(item.origin, item.id_pratica)
            known = uow.verifications.titles(item.origin, item.id_pratica)
        work.output.record(item.id_pratica, summary(now, known))
