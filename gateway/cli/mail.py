"""Mail of a hosted university: sender, offices, what was sent, a trial."""

from dataclasses import replace
from datetime import timedelta

import typer

from gateway.cli.context import Session, session
from gateway.cli.language import LANGUAGE, say
from gateway.cli.parameters import LIMIT, UNIVERSITY
from gateway.domain.mails import (
    Mail,
    MailDelayed,
    MailKind,
    MailRefused,
    MailSettings,
    MailState,
    usable,
)
from gateway.domain.partners import University
from gateway.domain.rejections import Cause, refuse
from gateway.usecases.mail_ports import Letter

app = typer.Typer(no_args_is_help=True, help=say("Posta elettronica", "Mail"))


def _address(text: str, option: str) -> str:
    if not usable(text):
        raise refuse(Cause.PARAMETER_INVALID, option, why="mail_address")
    return text


@app.command("set", help=say("Mittente, uffici, attivazione", "Sender, offices, on or off"))
def change(
    context: typer.Context,
    sender: str | None = typer.Option(
        None, "--sender", help=say("Indirizzo del mittente", "Address of the sender")
    ),
    office: list[str] | None = typer.Option(
        None,
        "--office",
        help=say(
            "Indirizzo che riceve il riepilogo; ripetibile", "Address that gets the digest; repeat"
        ),
    ),
    no_office: bool = typer.Option(False, "--no-office", help=say("Nessun ufficio", "No office")),
    active: bool | None = typer.Option(
        None, "--on/--off", help=say("Invia o non invia", "Send or do not send")
    ),
    university: str = UNIVERSITY,
) -> None:
    """Change what the university decided about mail."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            known = uow.mails.settings()
            offices = () if no_office else known.offices
            settings = replace(
                known,
                sender=_address(sender, "--sender") if sender else known.sender,
                offices=tuple(_address(item, "--office") for item in office) if office else offices,
                active=known.active if active is None else active,
            )
            uow.mails.keep_settings(settings)
            uow.commit()
        _show(work, hosted, settings)


@app.command(help=say("Mostra le impostazioni", "Show the settings"))
def show(context: typer.Context, university: str = UNIVERSITY) -> None:
    """Show what the university decided about mail."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            settings = uow.mails.settings()
        _show(work, hosted, settings)


def _show(work: Session, hosted: University, settings: MailSettings) -> None:
    server = work.installation.systems.mail_server
    work.output.record(
        hosted.name,
        {
            "sender": settings.sender,
            "offices": list(settings.offices),
            "active": settings.active,
            "mail_server": f"{server.host} ({server.tls})" if server.host else "",
        },
    )


@app.command("list", help=say("Elenca i messaggi, i più recenti prima", "List mails, newest first"))
def listing(
    context: typer.Context,
    state: MailState | None = typer.Option(None, "--state", help=say("Stato", "State")),
    limit: int = LIMIT,
    university: str = UNIVERSITY,
) -> None:
    """List mails; never to whom they are."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            found = uow.mails.by_state(state, limit)
        rows = [
            {
                "mail_id": mail.mail_id,
                "kind": mail.kind,
                "id_pratica": mail.id_pratica,
                "state": mail.state,
                "attempts": mail.attempts,
                "at": mail.changed_at,
                "trouble": mail.trouble,
            }
            for mail in found
        ]
        work.output.rows(say("Messaggi", "Mails"), rows)


@app.command("test", help=say("Invia subito un messaggio di prova", "Send a trial mail at once"))
def trial(
    context: typer.Context,
    to: str = typer.Argument(..., help=say("A quale indirizzo", "To which address")),
    university: str = UNIVERSITY,
) -> None:
    """Hand a trial mail to the server and tell what it said."""
    with session(context) as work:
        hosted, installation = work.university(university), work.installation
        with installation.store.open_uow(hosted.code) as uow:
            settings, number = uow.mails.settings(), uow.mails.new_id()
        if not settings.sender:
            raise refuse(Cause.PARAMETER_INVALID, "--sender", why="mail_sender")
        now = installation.clock()
        mail = Mail(
            mail_id=number,
            message_id=f"<{number}@{settings.sender.rpartition('@')[2]}>",
            kind=MailKind.DIGEST,
            recipient=_address(to, "to"),
            created_at=now,
            changed_at=now,
            expires_at=now + timedelta(days=1),
        )
        letter = Letter(
            mail=mail, university=hosted, sender=settings.sender, language=LANGUAGE.value
        )
        try:
            installation.systems.mail_desk().postman.send(letter)
        except (MailDelayed, MailRefused) as trouble:
            raise refuse(Cause.MAIL_NOT_SENT, "to", trouble=str(trouble)) from None
        work.output.done("Messaggio consegnato al server", "Mail handed to the server")
