"""The destination's side: students who ask to come."""

from collections.abc import Callable
from pathlib import Path

import typer

from gateway.bootstrap import new_token
from gateway.cli.context import UNIVERSITY, Session, actor, session
from gateway.cli.language import say
from gateway.cli.practice import show_practice
from gateway.cli.transfers import WHY
from gateway.domain.destination import (
    DESTINATION,
    DestinationState,
    IncomingTransfer,
)
from gateway.domain.identifiers import parse_codice_fiscale, parse_id_pratica, parse_miur_code
from gateway.domain.lifecycle import Party
from gateway.domain.rejections import Cause, refuse
from gateway.files.delibera import read_delibera
from gateway.usecases import destination, foglios, status
from storage.unit_of_work import SqlUnitOfWork

app = typer.Typer(no_args_is_help=True, help=say("Domande ricevute", "Requests received"))

ORIGIN = typer.Option(
    "", "--origin", help=say("Ateneo di provenienza, se l'id è ambiguo", "Origin, if ambiguous")
)


def find(uow: SqlUnitOfWork, practice: str, origin: str) -> IncomingTransfer:
    """Return the practice with an identifier as typed; it is unique per origin only."""
    id_pratica = parse_id_pratica(practice)
    if origin:
        return destination.find(parse_miur_code(origin, "--origin"), id_pratica, uow=uow)
    found = uow.incoming.find_any(id_pratica)
    if len(found) > 1:
        raise refuse(Cause.PARAMETER_INVALID, "--origin")
    if not found:
        raise refuse(Cause.PRACTICE_NOT_FOUND, "IdPratica")
    return found[0]


def _act(
    context: typer.Context,
    practice: str,
    origin: str,
    university: str,
    act: Callable[[Session, SqlUnitOfWork, IncomingTransfer], IncomingTransfer],
) -> None:
    """Load, act, commit, and say where the practice stands."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            made = act(work, uow, find(uow, practice, origin))
            uow.commit()
        work.output.done(
            "Stato: {state}",
            "State: {state}",
            id_pratica=made.id_pratica,
            state=made.state,
            matricola=made.matricola,
        )


@app.command("list", help=say("Elenca le domande ricevute", "List the requests received"))
def listing(
    context: typer.Context,
    state: DestinationState | None = typer.Option(None, "--state"),
    student: str = typer.Option("", "--student"),
    limit: int = typer.Option(100, "--limit", min=1),
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


@app.command(help=say("Mostra una domanda, i due lati e i messaggi", "Show a practice"))
def show(
    context: typer.Context,
    practice: str,
    origin: str = ORIGIN,
    university: str = UNIVERSITY,
) -> None:
    """Show a practice with both sides' progress and every message."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            item = find(uow, practice, origin)
            decided = uow.records.delibera(destination.key_of(item))
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
                    "protocol_number": item.protocol_number,
                    "matricola": item.matricola,
                    "delibera": decided[0] if decided else None,
                    "enrolled_before": [
                        other.matricola for other in destination.already_enrolled(item, uow=uow)
                    ],
                    "open_events": [row.event for row in DESTINATION.events_from(item.state)],
                },
            )


@app.command(help=say("Mostra la carriera ricevuta", "Show the career received"))
def career(
    context: typer.Context, practice: str, origin: str = ORIGIN, university: str = UNIVERSITY
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


@app.command(help=say("Autorizza l'immatricolazione", "Authorise the enrolment"))
def authorise(
    context: typer.Context, practice: str, origin: str = ORIGIN, university: str = UNIVERSITY
) -> None:
    """Let the student enrol."""
    _act(
        context,
        practice,
        origin,
        university,
        lambda work, uow, item: destination.authorise_enrolment(
            item, actor(Party.SECRETARIAT), uow=uow, now=work.installation.clock()
        ),
    )


@app.command("ask-revision", help=say("Chiede di nuovo il foglio (T4)", "Ask again (T4)"))
def ask_revision(
    context: typer.Context,
    practice: str,
    reason: str = typer.Option("ERRORE", "--reason"),
    notes: str = typer.Option(..., "--notes"),
    origin: str = ORIGIN,
    university: str = UNIVERSITY,
) -> None:
    """Ask the origin for the foglio again."""
    _act(
        context,
        practice,
        origin,
        university,
        lambda work, uow, item: destination.ask_revision(
            item,
            actor(Party.SECRETARIAT),
            reason,
            notes,
            uow=uow,
            register=work.installation.register_for(uow),
            now=work.installation.clock(),
        ),
    )


@app.command("assign-token", help=say("Assegna il token e lo comunica (T8)", "Assign a token"))
def assign_token(
    context: typer.Context, practice: str, origin: str = ORIGIN, university: str = UNIVERSITY
) -> None:
    """Give the student a token and tell the origin."""
    _act(
        context,
        practice,
        origin,
        university,
        lambda work, uow, item: destination.assign_token(
            item,
            actor(Party.SECRETARIAT),
            uow=uow,
            new_token=new_token,
            now=work.installation.clock(),
        ),
    )


@app.command(help=say("Immatricola con codice fiscale e token", "Enrol with CF and token"))
def enrol(
    context: typer.Context,
    codice_fiscale: str = typer.Option(..., "--cf"),
    token: str = typer.Option(..., "--token"),
    course: str = typer.Option("", "--course", help=say("Corso, se diverso", "Other course")),
    university: str = UNIVERSITY,
) -> None:
    """Enrol the student who shows both credentials."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            made = destination.enrol(
                destination.Enrol(parse_codice_fiscale(codice_fiscale), token, course),
                uow=uow,
                student_file=work.installation.student_file_for(uow),
                now=work.installation.clock(),
            )
            uow.commit()
        work.output.done(
            "Immatricolato: matricola {matricola}",
            "Enrolled: student number {matricola}",
            id_pratica=made.id_pratica,
            matricola=made.matricola,
            state=made.state,
        )


@app.command(help=say("Collega a un'immatricolazione esistente", "Join an existing enrolment"))
def reconcile(
    context: typer.Context,
    practice: str,
    matricola: str = typer.Option(..., "--matricola"),
    why: str = WHY,
    origin: str = ORIGIN,
    university: str = UNIVERSITY,
) -> None:
    """Join the practice to an enrolment that exists already."""
    _act(
        context,
        practice,
        origin,
        university,
        lambda work, uow, item: destination.reconcile(
            item,
            actor(Party.SECRETARIAT),
            matricola,
            why,
            uow=uow,
            now=work.installation.clock(),
        ),
    )


@app.command(help=say("Passa la carriera alla commissione", "Pass the career to the commission"))
def evaluate(
    context: typer.Context, practice: str, origin: str = ORIGIN, university: str = UNIVERSITY
) -> None:
    """Authorise the evaluation."""
    _act(
        context,
        practice,
        origin,
        university,
        lambda work, uow, item: destination.authorise_evaluation(
            item, actor(Party.SECRETARIAT), uow=uow, now=work.installation.clock()
        ),
    )


@app.command(help=say("Registra la delibera, da un file JSON", "Record the decision from a file"))
def decide(
    context: typer.Context,
    practice: str,
    file: Path,
    origin: str = ORIGIN,
    university: str = UNIVERSITY,
) -> None:
    """Record the commission's decision."""
    delibera = read_delibera(file.read_bytes())
    _act(
        context,
        practice,
        origin,
        university,
        lambda work, uow, item: destination.decide(
            item,
            actor(Party.COMMISSION),
            delibera,
            uow=uow,
            register=work.installation.register_for(uow),
            documents=work.installation.documents,
            now=work.installation.clock(),
        ),
    )


@app.command(help=say("Conclude il trasferimento (T6 CHIUDI)", "Conclude the transfer"))
def complete(
    context: typer.Context,
    practice: str,
    notes: str = typer.Option("", "--notes"),
    origin: str = ORIGIN,
    university: str = UNIVERSITY,
) -> None:
    """Conclude the transfer and tell the origin."""
    _act(
        context,
        practice,
        origin,
        university,
        lambda work, uow, item: destination.complete(
            item,
            actor(Party.SECRETARIAT),
            uow=uow,
            register=work.installation.register_for(uow),
            now=work.installation.clock(),
            notes=notes,
        ),
    )


@app.command("refuse", help=say("Rifiuta il trasferimento (T6 RIFIUTA)", "Refuse it"))
def refuse_practice(
    context: typer.Context,
    practice: str,
    why: str = WHY,
    origin: str = ORIGIN,
    university: str = UNIVERSITY,
) -> None:
    """Refuse the transfer and tell the origin."""
    _act(
        context,
        practice,
        origin,
        university,
        lambda work, uow, item: destination.refuse_transfer(
            item,
            actor(Party.SECRETARIAT),
            why,
            uow=uow,
            register=work.installation.register_for(uow),
            now=work.installation.clock(),
        ),
    )


@app.command(help=say("Annulla a richiesta dello studente", "Cancel at the student's wish"))
def cancel(
    context: typer.Context,
    practice: str,
    why: str = WHY,
    origin: str = ORIGIN,
    university: str = UNIVERSITY,
) -> None:
    """Cancel and tell the origin."""
    _act(
        context,
        practice,
        origin,
        university,
        lambda work, uow, item: destination.cancel(
            item, actor(Party.SECRETARIAT), why, uow=uow, now=work.installation.clock()
        ),
    )


@app.command(help=say("Chiede lo stato alla provenienza (T7)", "Ask the origin (T7)"))
def refresh(
    context: typer.Context, practice: str, origin: str = ORIGIN, university: str = UNIVERSITY
) -> None:
    """Put a question about the progress in line."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            key = destination.key_of(find(uow, practice, origin))
            asked = status.ask_partner(key, uow=uow, now=work.installation.clock())
            uow.commit()
        work.output.done("Richiesta in coda: {asked}", "Request in line: {asked}", asked=asked)
