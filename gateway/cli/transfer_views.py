"""The origin's side as it stands: one request, or the list of them."""

import typer

from gateway.cli.context import Session, session
from gateway.cli.language import say
from gateway.cli.parameters import LIMIT_LONG, PRACTICE, STUDENT, UNIVERSITY
from gateway.cli.practice import show_practice
from gateway.domain.identifiers import IdPratica, parse_codice_fiscale, parse_id_pratica
from gateway.domain.origin import ORIGIN, OriginState, OutgoingTransfer
from gateway.usecases import origin
from gateway.usecases.ports import UnitOfWork

SHOW_HELP = say("Mostra una domanda, i due lati e i messaggi", "Show a request")
LIST_HELP = say("Elenca le domande", "List the requests")


def find(uow: UnitOfWork, practice: str) -> OutgoingTransfer:
    """Return the request with an identifier as typed."""
    return origin.find(parse_id_pratica(practice), uow=uow)


def show(
    context: typer.Context,
    practice: str = PRACTICE,
    token: bool = typer.Option(False, "--token", help=say("Mostra il token", "Show the token")),
    university: str = UNIVERSITY,
) -> None:
    """Show a request with both sides' progress and every message."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            transfer = find(uow, practice)
            show_practice(
                work,
                uow,
                origin.key_of(transfer),
                {
                    "id_pratica": transfer.id_pratica,
                    "state": transfer.state,
                    "destination": transfer.destination,
                    "course": f"{transfer.course_code} {transfer.course_name}",
                    "academic_year": transfer.academic_year,
                    "sections": transfer.sections,
                    "sent": transfer.sent,
                    "token": _token(work, transfer, shown=token),
                    "career_due": transfer.career_due,
                    "revision": f"{transfer.revision.reason}: {transfer.revision.notes}"
                    if transfer.revision
                    else None,
                    "protocol_number": transfer.protocol_number,
                    "archive_number": transfer.archive_number,
                    "course_enrolled": transfer.course_enrolled,
                    "open_events": [row.event for row in ORIGIN.events_from(transfer.state)],
                },
            )


def listing(
    context: typer.Context,
    state: OriginState | None = typer.Option(
        None, "--state", help=say("Solo in questo stato", "In this state only")
    ),
    student: str = STUDENT,
    limit: int = LIMIT_LONG,
    university: str = UNIVERSITY,
) -> None:
    """List requests, newest first."""
    with session(context) as work:
        hosted = work.university(university)
        code = parse_codice_fiscale(student, "--student") if student else None
        with work.installation.store.open_uow(hosted.code) as uow:
            rows = [
                {
                    "id_pratica": IdPratica(item.id_pratica),
                    "state": item.state,
                    "destination": item.destination,
                    "course": item.course_name or item.course_code,
                    "career_due": item.career_due,
                }
                for item in uow.outgoing.listing(state, code, limit)
            ]
        work.output.rows(say("Domande in uscita", "Outgoing requests"), rows)


def _token(work: Session, transfer: OutgoingTransfer, *, shown: bool) -> str:
    """Return the token if it may be seen, else whether there is one: for programs in one word."""
    given = transfer.token
    if given and shown:
        return given.value
    hidden = ("assegnato", "assigned") if given else ("non ancora", "not yet")
    return hidden[0] if work.output.as_json else say(*hidden)
