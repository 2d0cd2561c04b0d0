"""The destination's steps: from the receipt of a student's request to its end."""

from collections.abc import Callable
from pathlib import Path

import typer

from gateway.bootstrap import new_token
from gateway.cli import received_titles
from gateway.cli import received_views as views
from gateway.cli.context import Session, actor, session
from gateway.cli.language import say
from gateway.cli.parameters import NOTES, ORIGIN, PRACTICE, UNIVERSITY, WHY, secret
from gateway.cli.received_views import find
from gateway.domain.destination import IncomingTransfer
from gateway.domain.identifiers import parse_codice_fiscale
from gateway.domain.lifecycle import Party
from gateway.files.delibera import read_delibera
from gateway.usecases import destination, status
from storage.unit_of_work import SqlUnitOfWork

app = typer.Typer(no_args_is_help=True, help=say("Domande ricevute", "Requests received"))

Act = Callable[[Session, SqlUnitOfWork, IncomingTransfer], IncomingTransfer]

app.command("list", help=views.LIST_HELP)(views.listing)
app.command("show", help=views.SHOW_HELP)(views.show)
app.command("career", help=views.CAREER_HELP)(views.career)
app.command("titles", help=received_titles.TITLES_HELP)(received_titles.titles)
app.command("verify-titles", help=received_titles.VERIFY_HELP)(received_titles.verify_titles)


def _act(context: typer.Context, practice: str, origin: str, university: str, act: Act) -> None:
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


@app.command(help=say("Autorizza l'immatricolazione", "Authorise the enrolment"))
def authorise(
    context: typer.Context,
    practice: str = PRACTICE,
    origin: str = ORIGIN,
    university: str = UNIVERSITY,
) -> None:
    """Let the student enrol."""
    here = (context, practice, origin, university)
    _act(
        *here,
        lambda work, uow, item: destination.authorise_enrolment(
            item, actor(Party.SECRETARIAT), uow=uow, now=work.installation.clock()
        ),
    )


@app.command("ask-revision", help=say("Chiede di nuovo il foglio (T4)", "Ask again (T4)"))
def ask_revision(
    context: typer.Context,
    practice: str = PRACTICE,
    reason: str = typer.Option(
        "ERRORE", "--reason", help=say("Causale della richiesta", "Reason of the request")
    ),
    notes: str = typer.Option(
        ..., "--notes", help=say("Che cosa va corretto", "What must be corrected")
    ),
    origin: str = ORIGIN,
    university: str = UNIVERSITY,
) -> None:
    """Ask the origin for the foglio again."""
    here = (context, practice, origin, university)
    _act(
        *here,
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
    context: typer.Context,
    practice: str = PRACTICE,
    origin: str = ORIGIN,
    university: str = UNIVERSITY,
) -> None:
    """Give the student a token and tell the origin."""
    here = (context, practice, origin, university)
    _act(
        *here,
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
    codice_fiscale: str = typer.Option(
        ...,
        "--cf",
        help=say("Codice fiscale; - lo legge", "Codice fiscale; - reads it"),
    ),
    token: str = typer.Option(..., "--token", help=say("Token; - lo legge", "Token; - reads it")),
    course: str = typer.Option("", "--course", help=say("Corso, se diverso", "Other course")),
    university: str = UNIVERSITY,
) -> None:
    """Enrol the student who shows both credentials."""
    with session(context) as work:
        hosted = work.university(university)
        person, password = secret(codice_fiscale) or "", secret(token) or ""
        with work.installation.store.open_uow(hosted.code) as uow:
            made = destination.enrol(
                destination.Enrol(parse_codice_fiscale(person), password.strip(), course),
                uow=uow,
                register=work.installation.register_for(uow),
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
    practice: str = PRACTICE,
    matricola: str = typer.Option(
        ..., "--matricola", help=say("Matricola esistente", "Student number that exists")
    ),
    why: str = WHY,
    origin: str = ORIGIN,
    university: str = UNIVERSITY,
) -> None:
    """Join the practice to an enrolment that exists already."""
    here = (context, practice, origin, university)
    _act(
        *here,
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
    context: typer.Context,
    practice: str = PRACTICE,
    origin: str = ORIGIN,
    university: str = UNIVERSITY,
) -> None:
    """Authorise the evaluation."""
    here = (context, practice, origin, university)
    _act(
        *here,
        lambda work, uow, item: destination.authorise_evaluation(
            item, actor(Party.SECRETARIAT), uow=uow, now=work.installation.clock()
        ),
    )


@app.command(help=say("Registra la delibera, da un file JSON", "Record the decision from a file"))
def decide(
    context: typer.Context,
    practice: str = PRACTICE,
    file: Path = typer.Argument(..., help=say("La delibera, JSON", "The decision, JSON")),
    origin: str = ORIGIN,
    university: str = UNIVERSITY,
) -> None:
    """Record the commission's decision."""
    delibera = read_delibera(file.read_bytes())
    here = (context, practice, origin, university)
    _act(
        *here,
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
    practice: str = PRACTICE,
    notes: str = NOTES,
    origin: str = ORIGIN,
    university: str = UNIVERSITY,
) -> None:
    """Conclude the transfer and tell the origin."""
    here = (context, practice, origin, university)
    _act(
        *here,
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
    practice: str = PRACTICE,
    why: str = WHY,
    origin: str = ORIGIN,
    university: str = UNIVERSITY,
) -> None:
    """Refuse the transfer and tell the origin."""
    here = (context, practice, origin, university)
    _act(
        *here,
        lambda work, uow, item: destination.refuse_transfer(
            item,
            actor(Party.SECRETARIAT),
            why,
            uow=uow,
            register=work.installation.register_for(uow),
            student_file=work.installation.student_file_for(uow),
            now=work.installation.clock(),
        ),
    )


@app.command(help=say("Annulla a richiesta dello studente", "Cancel at the student's wish"))
def cancel(
    context: typer.Context,
    practice: str = PRACTICE,
    why: str = WHY,
    origin: str = ORIGIN,
    university: str = UNIVERSITY,
) -> None:
    """Cancel and tell the origin."""
    here = (context, practice, origin, university)
    _act(
        *here,
        lambda work, uow, item: destination.cancel(
            item,
            actor(Party.SECRETARIAT),
            why,
            uow=uow,
            student_file=work.installation.student_file_for(uow),
            now=work.installation.clock(),
        ),
    )


@app.command(help=say("Chiede lo stato alla provenienza (T7)", "Ask the origin (T7)"))
def refresh(
    context: typer.Context,
    practice: str = PRACTICE,
    origin: str = ORIGIN,
    university: str = UNIVERSITY,
) -> None:
    """Put a question about the progress in line."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            key = destination.key_of(find(uow, practice, origin))
            asked = status.ask_partner(key, uow=uow, now=work.installation.clock())
            uow.commit()
        work.output.done("Richiesta in coda: {asked}", "Request in line: {asked}", asked=asked)
