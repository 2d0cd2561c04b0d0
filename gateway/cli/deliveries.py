"""Outgoing messages: what waits, what is parked, trying again, giving up."""

import typer

from gateway.cli.context import actor, session
from gateway.cli.language import say
from gateway.cli.parameters import DELIVERY, LIMIT, UNIVERSITY, WHY
from gateway.domain.deliveries import DeliveryState
from gateway.domain.lifecycle import Party
from gateway.domain.rejections import Cause, refuse
from gateway.usecases import delivery_by_hand

app = typer.Typer(no_args_is_help=True, help=say("Consegne", "Deliveries"))


@app.command("list", help=say("Elenca le consegne", "List the deliveries"))
def listing(
    context: typer.Context,
    state: DeliveryState | None = typer.Option(
        None, "--state", help=say("Solo in questo stato", "In this state only")
    ),
    limit: int = LIMIT,
    university: str = UNIVERSITY,
) -> None:
    """List deliveries, newest first."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            rows = [
                {
                    "id": item.delivery_id,
                    "kind": item.kind,
                    "partner": item.partner,
                    "id_pratica": item.id_pratica,
                    "state": item.state,
                    "attempts": item.attempts,
                    "next_at": item.next_at,
                    "trouble": item.trouble,
                    "detail": item.detail,
                }
                for item in uow.deliveries.by_state(state, limit)
            ]
        work.output.rows(say("Consegne", "Deliveries"), rows)


@app.command(help=say("Riprova subito una consegna", "Try a delivery again at once"))
def resend(
    context: typer.Context, delivery_id: str = DELIVERY, university: str = UNIVERSITY
) -> None:
    """Put a delivery in line at once; the same bytes are sent."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            made = delivery_by_hand.resend(delivery_id, uow=uow, now=work.installation.clock())
            uow.commit()
        work.output.done("Consegna in coda", "Delivery in line", id=made.delivery_id)


@app.command(help=say("Rinuncia a una consegna mai arrivata", "Give up one that never arrived"))
def abandon(
    context: typer.Context,
    delivery_id: str = DELIVERY,
    why: str = WHY,
    university: str = UNIVERSITY,
) -> None:
    """Give up a delivery that never arrived."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            made = delivery_by_hand.abandon(
                delivery_id,
                actor(Party.SECRETARIAT),
                why,
                uow=uow,
                now=work.installation.clock(),
            )
            uow.commit()
        work.output.done("Consegna abbandonata", "Delivery given up", id=made.delivery_id)


@app.command("close-alarm", help=say("Chiude un allarme visto", "Close an alarm that was seen to"))
def close_alarm(
    context: typer.Context,
    kind: str = typer.Argument(help=say("Tipo, come in alarms", "Kind, as in alarms")),
    subject: str = typer.Argument(help=say("Oggetto, come in alarms", "Subject, as in alarms")),
    university: str = UNIVERSITY,
) -> None:
    """Close an alarm; one whose cause is still there is raised again."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            known = {(found, about) for found, about, _, _ in uow.alarms.open_ones()}
            if (kind, subject) not in known:
                raise refuse(Cause.ALARM_NOT_FOUND, subject)
            uow.alarms.clear(kind, subject, work.installation.clock())
            uow.commit()
        work.output.done("Allarme chiuso", "Alarm closed", kind=kind, subject=subject)


@app.command(help=say("Elenca gli allarmi aperti", "List the open alarms"))
def alarms(context: typer.Context, university: str = UNIVERSITY) -> None:
    """List what a human must look at."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            rows = [
                {"kind": kind, "subject": subject, "detail": detail, "since": since}
                for kind, subject, detail, since in uow.alarms.open_ones()
            ]
        work.output.rows(say("Allarmi", "Alarms"), rows)
