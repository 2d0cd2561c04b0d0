"""The destination's side as it stands: one practice, its career, or the list of practices."""

import typer

from gateway.cli.context import session
from gateway.cli.language import say
from gateway.cli.parameters import LIMIT_LONG, ORIGIN, PRACTICE, STUDENT, UNIVERSITY
from gateway.cli.practice import show_practice
from gateway.cli.registry_views import summary
from gateway.domain.destination import DESTINATION, DestinationState, IncomingTransfer
from gateway.domain.identifiers import parse_codice_fiscale, parse_id_pratica, parse_miur_code
from gateway.domain.rejections import Cause, refuse
from gateway.usecases import destination, foglios
from storage.unit_of_work import SqlUnitOfWork

LIST_HELP = say("Elenca le domande ricevute", "List the requests received")
SHOW_HELP = say("Mostra una domanda, i due lati e i messaggi", "Show a practice")
CAREER_HELP = say("Mostra la carriera ricevuta", "Show the career received")


def find(uow: SqlUnitOfWork, practice: str, origin: str) -> IncomingTransfer:
    """Return the practice with an identifier as typed; it is unique per origin only."""
    id_pratica = parse_id_pratica(practice)
    if origin:
        return destination.find(parse_miur_code(origin, "--origin"), id_pratica, uow=uow)
    found = uow.incoming.find_any(id_pratica)
    if len(found) > 1:
        raise refuse(Cause.PARAMETER_INVALID, "--origin", why="many_origins")
    if not found:
        raise refuse(Cause.PRACTICE_NOT_FOUND, "IdPratica")
    return found[0]


def listing(
    context: typer.Context,
    state: DestinationState | None = typer.Option(
        None, "--state", help=say("Solo in questo stato", "In this state only")
    ),
    student: str = STUDENT,
    limit: int = LIMIT_LONG,
    university: str = UNIVERSITY,
) -> None:
    """List practices, newest first."""
    with session(context) as work:
        hosted = work.university(university)
        code = parse_codice_fiscale(student, "--student") if student else None
        with work.installation.store.open_uow(hosted.code) as uow:
            rows = [
                {
                    "id_pratica": item.id_pratica,
                    "origin": item.origin,
                    "state": item.state,
                    "course": item.course_name or item.course_code,
                    "career_due": item.career_due,
                    "revision_open": item.revision_open,
                }
                for item in uow.incoming.listing(state, code, limit)
            ]
        work.output.rows(say("Domande ricevute", "Requests received"), rows)


def show(
    context: typer.Context,
    practice: str = PRACTICE,
    origin: str = ORIGIN,
    university: str = UNIVERSITY,
) -> None:
    """Show a practice with both sides' progress and every message."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            item = find(uow, practice, origin)
            decided = uow.records.delibera(destination.key_of(item))
            verified = summary(
                uow.verifications.of(item.origin, item.id_pratica),
                uow.verifications.titles(item.origin, item.id_pratica),
            )
            show_practice(
                work,
                uow,
                destination.key_of(item),
                {
                    "id_pratica": item.id_pratica,
                    "origin": item.origin,
                    "state": item.state,
                    "course": f"{item.course_code} {item.course_name}",
                    "course_enrolled": item.course_enrolled,
                    "academic_year": item.academic_year,
                    "sections": item.sections,
                    "token_assigned": item.token is not None,
                    "career_due": item.career_due,
                    "revision_open": item.revision_open,
                    "anomaly_open": item.anomaly_open,
                    "protocol_number": item.protocol_number,
                    "matricola": item.matricola,
                    "delibera": decided[0] if decided else None,
                    "enrolled_before": [
                        other.matricola for other in destination.already_enrolled(item, uow=uow)
                    ],
                    **verified,
                    "open_events": [row.event for row in DESTINATION.events_from(item.state)],
                },
            )


def career(
    context: typer.Context,
    practice: str = PRACTICE,
    origin: str = ORIGIN,
    university: str = UNIVERSITY,
) -> None:
    """List the exams with the references that a decision uses."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            key = destination.key_of(find(uow, practice, origin))
            known = foglios.career(key, uow=uow, documents=work.installation.documents)
        rows = [
            {
                "reference": exam.reference,
                "name": exam.name,
                "outcome": exam.outcome,
                "grade": f"{exam.grade}L" if exam.honours else exam.grade,
                "cfu": exam.cfu,
                "sectors": exam.sectors,
                "on": exam.taken_on,
            }
            for exam in known.exams.values()
        ]
        title = say("Carriera: {cfu} CFU", "Career: {cfu} credits", cfu=str(known.cfu))
        work.output.rows(title, rows)
