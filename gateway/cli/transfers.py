"""The origin's side: requests of one's own students."""

from datetime import datetime
from pathlib import Path

import typer

from gateway.cli import printing
from gateway.cli import transfer_views as views
from gateway.cli.context import actor, session
from gateway.cli.faculties import HELP as FACULTIES_HELP
from gateway.cli.faculties import faculties
from gateway.cli.language import say
from gateway.cli.parameters import FOGLIO, NOTES, PRACTICE, UNIVERSITY, WHY
from gateway.cli.practice import check_line, check_rows
from gateway.cli.transfer_views import find
from gateway.domain.attachments import own_document
from gateway.domain.lifecycle import Party
from gateway.domain.origin import ORIGIN, OriginEvent, OriginState
from gateway.domain.partners import CheckKind
from gateway.domain.rejections import Cause, refuse
from gateway.foglio.json_form import from_json
from gateway.foglio.pdf import problem_of
from gateway.usecases import origin, status

app = typer.Typer(no_args_is_help=True, help=say("Domande di trasferimento", "Transfer requests"))


def read_foglio(file: Path) -> bytes:
    """Return a foglio given as an XML or JSON file, as XML."""
    content = file.read_bytes()
    return from_json(content) if file.suffix.lower() == ".json" else content


@app.command(help=say("Nuova domanda in bozza, da un foglio XML o JSON", "New draft from a file"))
def draft(context: typer.Context, file: Path = FOGLIO, university: str = UNIVERSITY) -> None:
    """Keep a draft."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            made = origin.draft(
                read_foglio(file),
                actor(Party.STUDENT),
                uow=uow,
                documents=work.installation.documents,
                now=work.installation.clock(),
            )
            uow.commit()
        work.output.done(
            "Domanda in bozza: {id_pratica}",
            "Draft kept: {id_pratica}",
            id_pratica=made.id_pratica,
            state=made.state,
            destination=made.destination,
        )


@app.command(help=say("Sostituisce il foglio di una domanda", "Replace a request's foglio"))
def edit(
    context: typer.Context,
    practice: str = PRACTICE,
    file: Path = FOGLIO,
    why: str = WHY,
    university: str = UNIVERSITY,
) -> None:
    """Replace the foglio: the student's while a draft, then the secretariat's."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            transfer = find(uow, practice)
            party = Party.STUDENT if transfer.state is OriginState.BOZZA else Party.SECRETARIAT
            origin.edit(
                transfer,
                read_foglio(file),
                actor(party),
                why,
                uow=uow,
                documents=work.installation.documents,
                now=work.installation.clock(),
            )
            uow.commit()
        work.output.done("Foglio sostituito", "Foglio replaced", id_pratica=practice)


@app.command(help=say("Carica il documento di un allegato", "Add the document of an attachment"))
def attach(
    context: typer.Context,
    practice: str = PRACTICE,
    file: Path = typer.Argument(..., help=say("Il documento, PDF", "The document, PDF")),
    attachment_id: str = typer.Option(
        ..., "--id", help=say("IdAllegato, come nel foglio", "IdAllegato, as in the foglio")
    ),
    until: datetime = typer.Option(
        ...,
        "--until",
        formats=["%Y-%m-%d"],
        help=say("Ultimo giorno in cui è disponibile", "Last day on which it is available"),
    ),
    university: str = UNIVERSITY,
) -> None:
    """Keep the PDF of an attachment that the foglio announces."""
    with session(context) as work:
        hosted = work.university(university)
        content = file.read_bytes()
        problem = problem_of(content)
        if problem:
            raise refuse(Cause(problem), file.name)
        with work.installation.store.open_uow(hosted.code) as uow:
            transfer = find(uow, practice)
            origin.check_announced(
                transfer, attachment_id, uow=uow, documents=work.installation.documents
            )
            document = own_document(attachment_id, file.name, content, until.date())
            origin.attach(transfer, document, uow=uow)
            uow.commit()
        work.output.done("Allegato {id} caricato", "Attachment {id} added", id=attachment_id)


@app.command(help=say("Lo studente conferma la domanda", "The student confirms the request"))
def confirm(context: typer.Context, practice: str = PRACTICE, university: str = UNIVERSITY) -> None:
    """Confirm a draft: the checks are run, the request is registered."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            made, found = origin.confirm(
                find(uow, practice),
                actor(Party.STUDENT),
                uow=uow,
                documents=work.installation.documents,
                register=work.installation.register_for(uow),
                now=work.installation.clock(),
            )
            uow.commit()
        work.output.record(
            say("Domanda presentata", "Request submitted"),
            {
                "id_pratica": made.id_pratica,
                "state": made.state,
                "protocol_number": made.protocol_number,
                "checks": [check_line(check, as_json=work.output.as_json) for check in found],
            },
        )


@app.command(help=say("La segreteria esegue le verifiche", "The secretariat runs the checks"))
def process(context: typer.Context, practice: str = PRACTICE, university: str = UNIVERSITY) -> None:
    """Run the checks again."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            _, found = origin.process(
                find(uow, practice),
                actor(Party.SECRETARIAT),
                uow=uow,
                documents=work.installation.documents,
                now=work.installation.clock(),
            )
            uow.commit()
        work.output.rows(say("Verifiche", "Checks"), check_rows(found))


@app.command(help=say("Considera superata una verifica", "Clear a check"))
def clear(
    context: typer.Context,
    practice: str = PRACTICE,
    kind: CheckKind = typer.Argument(..., help=say("Quale verifica", "Which check")),
    why: str = WHY,
    university: str = UNIVERSITY,
) -> None:
    """State that a check no longer stands in the way."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            found = origin.clear_check(
                find(uow, practice),
                kind,
                actor(Party.SECRETARIAT),
                why,
                uow=uow,
                now=work.installation.clock(),
            )
            uow.commit()
        work.output.rows(say("Verifiche", "Checks"), check_rows(found))


@app.command(help=say("Autorizza l'invio alla destinazione", "Authorise the sending"))
def send(
    context: typer.Context,
    practice: str = PRACTICE,
    administrative: bool = typer.Option(
        False, "--administrative", help=say("Solo le sezioni 1-2", "Sections 1-2 only")
    ),
    notes: str = NOTES,
    university: str = UNIVERSITY,
) -> None:
    """Authorise the first sending, or a further one where something was sent already."""
    with session(context) as work:
        hosted = work.university(university)
        installation = work.installation
        with installation.store.open_uow(hosted.code) as uow:
            transfer = find(uow, practice)
            if transfer.state in (OriginState.TRASFERITA, OriginState.RICHIESTA_REVISIONE):
                made = origin.authorise_data(
                    transfer,
                    actor(Party.SECRETARIAT),
                    notes,
                    uow=uow,
                    documents=installation.documents,
                    register=installation.register_for(uow),
                    now=installation.clock(),
                )
            else:
                made = origin.authorise_sending(
                    transfer,
                    actor(Party.SECRETARIAT),
                    uow=uow,
                    documents=installation.documents,
                    register=installation.register_for(uow),
                    now=installation.clock(),
                    administrative_only=administrative,
                )
            uow.commit()
        work.output.done(
            "Invio in coda, protocollo {protocol_number}",
            "Sending in line, protocol {protocol_number}",
            protocol_number=made.protocol_number,
            state=made.state,
        )


@app.command(help=say("Rinuncia, o chiede l'annullamento alla destinazione", "Give up or cancel"))
def cancel(
    context: typer.Context, practice: str = PRACTICE, why: str = WHY, university: str = UNIVERSITY
) -> None:
    """Give up what was not sent, or ask the destination to cancel what was."""
    with session(context) as work:
        hosted = work.university(university)
        now = work.installation.clock()
        with work.installation.store.open_uow(hosted.code) as uow:
            transfer = find(uow, practice)
            sent = {row.event for row in ORIGIN.events_from(transfer.state)}
            if OriginEvent.ASK_CANCELLATION in sent:
                made = origin.ask_cancellation(
                    transfer, actor(Party.SECRETARIAT), why, uow=uow, now=now
                )
            else:
                draft_now = transfer.state is OriginState.BOZZA
                party = Party.STUDENT if draft_now else Party.SECRETARIAT
                made = origin.drop(transfer, actor(party), why, uow=uow, now=now)
            uow.commit()
        work.output.done("Stato: {state}", "State: {state}", state=made.state)


@app.command(help=say("Chiede lo stato alla destinazione (T7)", "Ask the destination (T7)"))
def refresh(context: typer.Context, practice: str = PRACTICE, university: str = UNIVERSITY) -> None:
    """Put a question about the progress in line."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            key = origin.key_of(find(uow, practice))
            asked = status.ask_partner(key, uow=uow, now=work.installation.clock())
            uow.commit()
        work.output.done("Richiesta in coda: {asked}", "Request in line: {asked}", asked=asked)


app.command("show", help=views.SHOW_HELP)(views.show)
app.command("list", help=views.LIST_HELP)(views.listing)
app.command("print", help=printing.HELP)(printing.print_paper)
app.command("faculties", help=FACULTIES_HELP)(faculties)
