"""What has come to a stop: deliveries parked or refused, fogli that would be refused."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from gateway.domain.deliveries import ORDERED, Delivery, DeliveryState, Side
from gateway.domain.rejections import Rejection
from gateway.foglio.documents import read_broken
from gateway.texts import fields
from gateway.texts.machine import in_words
from gateway.usecases import delivery_by_hand, parked
from gateway.usecases.parked import Faulty
from gateway.usecases.ports import UnitOfWork
from gateway.web import audit, foglio_form
from gateway.web.access import OFFICE, acting_as, allow, hosted, wiring
from gateway.web.asked import asked_number
from gateway.web.forms import Labelled, refusals
from gateway.web.language import language, say
from gateway.web.reach import reaches

_PAGE = 50


class AbandonForm(Labelled, FlaskForm):
    """Why a delivery is given up."""

    delivery = HiddenField(validators=[InputRequired()])
    why = StringField(validators=[InputRequired(), Length(max=400)])

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {"delivery": "", "why": say("Motivo della rinuncia", "Why it is given up")}


@allow(*OFFICE)
def stopped(university: str) -> str:
    """Show what has come to a stop."""
    after = asked_number("dopo")
    behind = wiring()
    with behind.open_uow(hosted().code) as uow:
        held = [item for item in parked.stopped(uow=uow) if _reached(uow, item)]
        looked = parked.faulty_fogli(
            after,
            _PAGE,
            uow=uow,
            documents=behind.documents,
            read_broken=read_broken,
            now=behind.clock(),
        )
        faulty: list[Faulty] = [
            item for item in looked.faulty if reaches(item.transfer, OFFICE, uow=uow)
        ]
        names = {item.code: item.name for item in uow.partners.all()}
    return render_template(
        "foglio_parked.html",
        stopped=held,
        faulty=faulty,
        looked=looked,
        after=after,
        names=names,
        form=foglio_form,
        word=lambda value: fields.word(value, language()),
        detail=lambda item: in_words(item.detail, language()) if item.detail else "",
        may_drop=may_drop,
        mended_here=mended_here,
        abandon=lambda item: AbandonForm(
            formdata=None, prefix=f"{item.delivery_id}-", delivery=item.delivery_id
        ),
    )


def _reached(uow: UnitOfWork, delivery: Delivery) -> bool:
    """Tell whether the visitor may see a delivery: those of practices by the practice's faculty."""
    if delivery.id_pratica is None:
        return True
    transfer = (
        uow.outgoing.get(delivery.id_pratica)
        if delivery.side is Side.ORIGIN
        else uow.incoming.get(delivery.partner, delivery.id_pratica)
    )
    return transfer is not None and reaches(transfer, OFFICE, uow=uow)


def may_drop(delivery: Delivery) -> bool:
    """Tell whether a delivery can be given up: nothing of it may have left."""
    return delivery.is_open and not (delivery.reached and delivery.kind in ORDERED)


def mended_here(delivery: Delivery) -> bool:
    """Tell whether what was refused is the foglio of a request of ours."""
    return delivery.side is Side.ORIGIN and delivery.state is DeliveryState.REFUSED


@allow(*OFFICE)
def resend(university: str) -> Response:
    """Put a parked delivery in line again, once."""
    return _on_parked(
        request.form.get("delivery", ""),
        lambda wanted, uow: delivery_by_hand.resend(wanted, uow=uow, now=wiring().clock()),
        "delivery_resent",
        say("Consegna rimessa in coda.", "Delivery put in line again."),
    )


@allow(*OFFICE, recent=True)
def abandon(university: str) -> Response:
    """Give up a delivery of which nothing has left, once."""
    prefix = next((name for name in request.form if name.endswith("-delivery")), "-delivery")
    form = AbandonForm(prefix=prefix.removesuffix("delivery"))
    if not form.validate_on_submit():
        flash(say("Per rinunciare serve un motivo.", "A reason is needed to give it up."), "danger")
        return redirect(url_for("foglio.parked", university=university))
    actor, why = acting_as(*OFFICE), form.why.data or ""
    return _on_parked(
        form.delivery.data or "",
        lambda wanted, uow: delivery_by_hand.abandon(
            wanted, actor, why, uow=uow, now=wiring().clock()
        ),
        "delivery_abandoned",
        say("Consegna abbandonata.", "Delivery given up."),
    )


def _on_parked(
    wanted: str, act: Callable[[str, UnitOfWork], object], action: str, done: str
) -> Response:
    """Act on a delivery that is still parked, and note it under the name of the action."""
    back = redirect(url_for("foglio.parked", university=hosted().code))
    try:
        with wiring().open_uow(hosted().code) as uow:
            known = uow.deliveries.get(wanted)
            if known is None or not _reached(uow, known) or known.state is not DeliveryState.PARKED:
                flash(_elsewhere(), "warning")
                return back
            act(wanted, uow)
            uow.commit()
    except Rejection as rejection:
        flash(" ".join(refusals(rejection)), "danger")
        return back
    audit.note(action, practice=known.id_pratica or "", subject=wanted)
    flash(done, "success")
    return back


def _elsewhere() -> str:
    return say(
        "Nel frattempo la consegna non è più ferma: nulla è stato fatto.",
        "Meanwhile the delivery is not parked any more: nothing was done.",
    )
