"""Offers: publishing one's own, looking at a partner's."""

from pathlib import Path

import typer

from gateway.cli.context import partner_code, session
from gateway.cli.language import say
from gateway.cli.parameters import PARTNER, UNIVERSITY, YEAR
from gateway.domain.calendar import italian_day, transfer_year
from gateway.domain.offers import ALL_KINDS, Offer
from gateway.domain.rejections import Cause, refuse
from gateway.files.admitted import read_admitted
from gateway.files.courses import read_courses
from gateway.usecases import offers

app = typer.Typer(no_args_is_help=True, help=say("Offerta dei corsi", "Courses on offer"))


@app.command("import", help=say("Pubblica l'offerta da un CSV", "Publish the offer from a CSV"))
def publish(
    context: typer.Context,
    file: Path = typer.Argument(
        ..., help=say("CSV con un corso per riga", "CSV with a course on each line")
    ),
    year: int | None = YEAR,
    university: str = UNIVERSITY,
) -> None:
    """Publish the offer of a year in place of the one before."""
    with session(context) as work:
        hosted = work.university(university)
        now = work.installation.clock()
        offer = read_courses(file.read_bytes(), year or transfer_year(italian_day(now)))
        with work.installation.store.open_uow(hosted.code) as uow:
            count = uow.offers.publish(Offer(offer.year, offer.courses, now))
            uow.commit()
        work.output.done(
            "Offerta {year} pubblicata. Corsi: {courses}",
            "Offer {year} published. Courses: {courses}",
            year=offer.year,
            courses=count,
        )


@app.command(help=say("Mostra la propria offerta o quella di un partner", "Show an offer"))
def show(
    context: typer.Context,
    partner: str = typer.Option(
        "",
        "--partner",
        "-p",
        help=say("Di questo partner, come ricevuta", "Of this partner, as last fetched"),
    ),
    year: int | None = YEAR,
    kind: str = typer.Option(
        ALL_KINDS, "--kind", help=say("Solo corsi di questo tipo", "Courses of this kind only")
    ),
    university: str = UNIVERSITY,
) -> None:
    """Show the published offer, or a partner's as last fetched, with its age."""
    with session(context) as work:
        hosted = work.university(university)
        now = work.installation.clock()
        wanted = year or transfer_year(italian_day(now))
        with work.installation.store.open_uow(hosted.code) as uow:
            offer = (
                uow.offers.cached(partner_code(partner), wanted)
                if partner
                else uow.offers.published(wanted)
            )
        if offer is None:
            raise refuse(Cause.OFFER_NOT_PUBLISHED, "--year", year=str(wanted))
        age = now - offer.fetched_at if offer.fetched_at else None
        rows = [
            {
                "faculty": course.faculty_name,
                "code": course.code,
                "name": course.name,
                "kind": course.kind,
                "classe": course.classe,
                "deadline": course.deadline,
                "limited_access": course.limited_access,
                "notes": course.notes,
            }
            for course in offer.of_kind(kind).courses
        ]
        if work.output.as_json:
            work.output.record(
                "", {"year": wanted, "fetched_at": offer.fetched_at, "courses": rows}
            )
        else:
            hours = f"{age.total_seconds() / 3600:.1f}" if age else "?"
            title = say(
                "Offerta {year}, di {hours} ore fa",
                "Offer {year}, {hours} hours old",
                year=str(wanted),
                hours=hours,
            )
            work.output.rows(title, rows)


@app.command(help=say("Chiede a un partner la sua offerta", "Ask a partner for its offer"))
def refresh(
    context: typer.Context,
    partner: str = PARTNER,
    year: int | None = YEAR,
    university: str = UNIVERSITY,
) -> None:
    """Put the refresh of a partner's offer in line."""
    with session(context) as work:
        hosted = work.university(university)
        now = work.installation.clock()
        with work.installation.store.open_uow(hosted.code) as uow:
            asked = offers.request_offer(
                partner_code(partner), year or transfer_year(italian_day(now)), uow=uow, now=now
            )
            uow.commit()
        work.output.done("Richiesta in coda: {asked}", "Request in line: {asked}", asked=asked)


@app.command(
    help=say(
        "Registra chi ha superato il test di un corso: un codice fiscale per riga",
        "Note who passed the test of a course: one codice fiscale a line",
    )
)
def admit(
    context: typer.Context,
    file: Path = typer.Argument(
        ..., help=say("Testo, un codice fiscale per riga", "Text, one codice fiscale a line")
    ),
    course: str = typer.Option(
        ..., "--course", help=say("Codice del corso nell'offerta", "Code of the course on offer")
    ),
    year: int | None = YEAR,
    university: str = UNIVERSITY,
) -> None:
    """Note who passed the entrance test of a limited-access course."""
    with session(context) as work:
        hosted = work.university(university)
        wanted = year or transfer_year(italian_day(work.installation.clock()))
        codes = read_admitted(file.read_bytes())
        with work.installation.store.open_uow(hosted.code) as uow:
            added = offers.admit(course, wanted, codes, uow=uow)
            uow.commit()
        work.output.done("Aggiunti: {added}", "Added: {added}", added=added)
