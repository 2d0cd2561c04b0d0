"""The origin's side: requests of one's own students."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import typer

from gateway.cli.context import UNIVERSITY, actor, session
from gateway.cli.language import LANGUAGE, say
from gateway.cli.practice import show_practice
from gateway.domain.attachments import (
    MEDIA_TYPE,
    Attachment,
    AttachmentReference,
    AttachmentState,
)
from gateway.domain.checks import Check
from gateway.domain.identifiers import IdPratica, parse_codice_fiscale, parse_id_pratica
from gateway.domain.lifecycle import Party
from gateway.domain.origin import ORIGIN, OriginEvent, OriginState, OutgoingTransfer
from gateway.domain.partners import CheckKind
from gateway.domain.rejections import Cause, refuse
from gateway.foglio.json_form import from_json
from gateway.foglio.pdf import problem_of
from gateway.texts.causes import CHECKS
from gateway.usecases import origin, status
from gateway.usecases.ports import UnitOfWork

app = typer.Typer(no_args_is_help=True, help=say("Domande di trasferimento", "Transfer requests"))

WHY = typer.Option(..., "--why", help=say("Motivo, resta nella storia", "Reason, kept"))


def read_foglio(file: Path) -> bytes:
    """Return a foglio given as an XML or JSON file, as XML."""
    content = file.read_bytes()
    return from_json(content) if file.suffix.lower() == ".json" else content


def find(uow: UnitOfWork, practice: str) -> OutgoingTransfer:
    """Return the request with an identifier as typed."""
    return origin.find(parse_id_pratica(practice), uow=uow)


@app.command(help=say("Nuova domanda in bozza, da un foglio XML o JSON", "New draft from a file"))
def draft(context: typer.Context, file: Path, university: str = UNIVERSITY) -> None:
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
    context: typer.Context, practice: str, file: Path, why: str = WHY, university: str = UNIVERSITY
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
    practice: str,
    file: Path,
    attachment_id: str = typer.Option(..., "--id"),
    until: datetime = typer.Option(..., "--until", formats=["%Y-%m-%d"]),
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
            origin.attach(
                find(uow, practice),
                _attachment(attachment_id, file.name, content, until.date()),
                uow=uow,
            )
            uow.commit()
        work.output.done("Allegato {id} caricato", "Attachment {id} added", id=attachment_id)


def _attachment(attachment_id: str, name: str, content: bytes, until: date) -> Attachment:
    reference = AttachmentReference(
        attachment_id,
        name,
        MEDIA_TYPE,
        until,
        len(content),
        hashlib.sha256(content).hexdigest(),
    )
    return Attachment(reference, AttachmentState.OWN, content)


def _checks(found: Sequence[Check]) -> list[dict[str, object]]:
    return [
        {
            "kind": check.kind,
            "check": CHECKS[check.kind.value].say(LANGUAGE),
            "passed": check.passed,
            "settled": check.settled,
            "detail": check.detail,
            "cleared_by": check.cleared_by,
            "cleared_for": check.cleared_for,
        }
        for check in found
    ]


@app.command(help=say("Lo studente conferma la domanda", "The student confirms the request"))
def confirm(context: typer.Context, practice: str, university: str = UNIVERSITY) -> None:
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
                "checks": [f"{check.kind}: {check.passed}" for check in found],
            },
        )


@app.command(help=say("La segreteria esegue le verifiche", "The secretariat runs the checks"))
def process(context: typer.Context, practice: str, university: str = UNIVERSITY) -> None:
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
        work.output.rows(say("Verifiche", "Checks"), _checks(found))


@app.command(help=say("Considera superata una verifica", "Clear a check"))
def clear(
    context: typer.Context,
    practice: str,
    kind: CheckKind,
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
        work.output.rows(say("Verifiche", "Checks"), _checks(found))


@app.command(help=say("Autorizza l'invio alla destinazione", "Authorise the sending"))
def send(
    context: typer.Context,
    practice: str,
    administrative: bool = typer.Option(
        False, "--administrative", help=say("Solo le sezioni 1-2", "Sections 1-2 only")
    ),
    notes: str = typer.Option("", "--notes"),
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
    context: typer.Context, practice: str, why: str = WHY, university: str = UNIVERSITY
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
def refresh(context: typer.Context, practice: str, university: str = UNIVERSITY) -> None:
    """Put a question about the progress in line."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            key = origin.key_of(find(uow, practice))
            asked = status.ask_partner(key, uow=uow, now=work.installation.clock())
            uow.commit()
        work.output.done("Richiesta in coda: {asked}", "Request in line: {asked}", asked=asked)


@app.command(help=say("Mostra una domanda, i due lati e i messaggi", "Show a request"))
def show(
    context: typer.Context,
    practice: str,
    token: bool = typer.Option(False, "--token", help=say("Mostra il token", "Show the token")),
    university: str = UNIVERSITY,
) -> None:
    """Show a request with both sides' progress and every message."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            transfer = find(uow, practice)
            given = transfer.token
            hidden = say("assegnato", "assigned") if given else say("non ancora", "not yet")
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
                    "token": given.value if token and given else hidden,
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


@app.command("list", help=say("Elenca le domande", "List the requests"))
def listing(
    context: typer.Context,
    state: OriginState | None = typer.Option(None, "--state"),
    student: str = typer.Option("", "--student", help=say("Codice fiscale", "Codice fiscale")),
    limit: int = typer.Option(100, "--limit", min=1),
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
