"""Acting on a practice: each act is confirmed on a page that says what it will do.

A confirmation carries the version of the practice that its page was made from. When the practice
has moved on since (somebody was faster, the partner answered, the same button was pressed twice)
nothing is done, and the visitor is told what happened meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from gateway.domain.accounts import Role
from gateway.domain.destination import DestinationEvent, IncomingTransfer
from gateway.domain.history import HistoryEntry
from gateway.domain.lifecycle import Actor
from gateway.domain.messages import MAX_NOTES
from gateway.domain.rejections import Rejection
from gateway.texts import practices as texts
from gateway.texts.fields import word
from gateway.usecases import four_eyes, requirements
from gateway.usecases.four_eyes import Transfer, key_of
from gateway.usecases.ports import UnitOfWork
from gateway.usecases.transaction import transact
from gateway.web import audit, practices
from gateway.web.access import OFFICE, acting_as, allow, hosted, visitor, wiring
from gateway.web.acts import ACTS, NOTES, PART, REASON, WHY, Act
from gateway.web.asked import number_in
from gateway.web.buttons import Button, Desk, buttons
from gateway.web.forms import Labelled, refusals
from gateway.web.language import language, moment, say, told
from gateway.web.performing import HERE, Doing, perform
from gateway.web.practices import IN, OUT, address, load
from gateway.web.reach import reaches

pages = practices.pages
_ROOM = MAX_NOTES - 100
"""How long words may be: what the protocol number takes of them is kept free."""


@dataclass(frozen=True, slots=True)
class Stale:
    """The practice is not the one that the page showed; what happened meanwhile."""

    meanwhile: Sequence[HistoryEntry] = field(repr=False)


class ActForm(Labelled, FlaskForm):
    """What a confirmation asks for; fields that an act does not want are taken away."""

    version = HiddenField()
    seen = HiddenField()
    reason = SelectField(choices=[], validators=[InputRequired()])
    why = TextAreaField(validators=[DataRequired(), Length(max=_ROOM)])
    notes = TextAreaField(validators=[Optional(), Length(max=_ROOM)])
    administrative = BooleanField()

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {
            "version": say("Versione", "Version"),
            "seen": say("Voci viste", "Entries seen"),
            "reason": say("Causale", "Reason"),
            "why": say("Motivo", "Reason why"),
            "notes": say("Note", "Notes"),
            "administrative": say(
                "Inviare ora solo le sezioni 1 e 2; la carriera seguirà",
                "Send sections 1 and 2 only for now; the career will follow",
            ),
        }

    def hints(self) -> dict[str, str]:
        """Return what helps to fill the fields in."""
        return {
            "why": say("Lo leggerà anche l'altro ateneo.", "The other university will read it too.")
            if self.travels
            else "",
            "notes": say("Le leggerà l'altro ateneo.", "The other university will read them."),
        }

    travels = True


def form_of(act: Act) -> ActForm:
    """Return the form of an act's confirmation."""
    form = ActForm()
    form.travels = act.event.value not in ("withdraw", "recall")
    for name in (WHY, NOTES, REASON, PART):
        if name not in act.asks:
            delattr(form, name)
    if REASON in act.asks:
        form.reason.choices = [
            (code, f"{told(text)} ({code})") for code, text in texts.REASONS.items()
        ]
    if REASON in act.asks:
        form.notes.validators = [DataRequired(), Length(max=_ROOM)]
        form.notes.flags.required = True
    return form


@pages.route(f"{OUT}/atto/<event>", methods=["GET", "POST"])
@pages.route(f"{IN}/atto/<event>", methods=["GET", "POST"])
@allow(*OFFICE)
def confirm_act(university: str, practice: str, event: str, origin: str = "") -> Any:
    """Say what an act will do, and do it once it is confirmed."""
    with wiring().open_uow(hosted().code, lasting=False) as uow:
        transfer = load(uow, practice, origin, OFFICE)
        key = key_of(transfer)
        button = _button(transfer, event, uow)
        act = ACTS[key.side, event]
        form = form_of(act)
        confirmed = form.validate_on_submit()
        doubts = _doubts(act, transfer, uow) if button and not confirmed else []
        entries = len(uow.records.history(key))
        partner = uow.partners.get(key.partner)
    if _must_prove(act):
        return redirect(url_for("accounts.prove", next=request.full_path.rstrip("?")))
    if confirmed:
        return _confirmed(act, form, practice, origin)
    if button is None:
        flash(_not_now(transfer), "warning")
        return redirect(address(key))
    if request.method == "GET":
        form.version.data, form.seen.data = str(transfer.version), str(entries)
    name = partner.name if partner else key.partner
    return _confirmation(button, form, transfer, name, doubts=doubts)


def _button(transfer: Transfer, event: str, uow: UnitOfWork) -> Button | None:
    """Return the button of an act that is done here, if the practice has one now."""
    side = key_of(transfer).side
    if (side, event) not in HERE:
        abort(404)
    desk = Desk(uow, wiring().documents, wiring().clock())
    found = buttons(transfer, OFFICE, desk)
    return next((button for button in found if button.act.event.value == event), None)


def _doubts(act: Act, transfer: Transfer, uow: UnitOfWork) -> Sequence[requirements.Doubt]:
    """Return what the secretariat has to weigh before an act: it forbids nothing."""
    if act.event is not DestinationEvent.AUTHORISE_ENROLMENT:
        return []
    assert isinstance(transfer, IncomingTransfer)  # what the event is of
    return requirements.look(transfer, uow=uow, documents=wiring().documents).doubts


def _must_prove(act: Act) -> bool:
    """Tell whether the visitor has to show again who they are: the act cannot be undone."""
    return act.danger and not current_user.proved_lately(wiring().clock())


def _confirmation(
    button: Button,
    form: ActForm,
    transfer: Transfer,
    partner: str,
    *,
    status: int = 200,
    doubts: Sequence[requirements.Doubt] = (),
) -> tuple[str, int]:
    key = key_of(transfer)
    page = render_template(
        "practice_act.html",
        act=button.act,
        obstacles=button.obstacles,
        doubts=[texts.DOUBTS[doubt] for doubt in doubts],
        form=form,
        transfer=transfer,
        key=key,
        partner=partner,
        back=address(key),
        second_person=button.act.four_eyes and hosted().four_eyes,
    )
    return page, status


def _not_now(transfer: Transfer) -> str:
    return say(
        "La pratica ora è «{state}»: questo atto non è possibile. Nulla è stato fatto.",
        "The practice is now “{state}”: this act is not possible. Nothing was done.",
        state=texts.state(transfer.state.value, language()),
    )


def _confirmed(act: Act, form: ActForm, practice: str, sender: str) -> Any:
    """Do what was confirmed, or keep it for a second person, or say why not."""
    words = {
        name: str(form[name].data or "") for name in (WHY, NOTES, REASON, PART) if name in form
    }
    actor, now = acting_as(*OFFICE), wiring().clock()

    def do(uow: UnitOfWork) -> Stale | Transfer:
        transfer = load(uow, practice, sender, OFFICE)
        if str(transfer.version) != form.version.data:
            return Stale(_since(transfer, form.seen.data, uow))
        if act.four_eyes and uow.university.four_eyes:
            four_eyes.propose(transfer, act.event.value, words, actor, uow=uow, now=now)
        else:
            perform(act.side, act.event.value, _doing(transfer, actor, words, uow))
        return transfer

    try:
        done = transact(hosted().code, do, open_uow=wiring().open_uow)
    except Rejection as rejection:
        return _refused(act, form, practice, sender, rejection)
    if isinstance(done, Stale):
        tell_stale(done)
        return redirect(_page_of(practice, sender))
    proposed = act.four_eyes and hosted().four_eyes
    audit.note(act.event.value + (audit.PROPOSED if proposed else ""), practice=practice)
    flash(_said(act, proposed=proposed), "success")
    return redirect(_page_of(practice, sender))


def _doing(transfer: Transfer, actor: Actor, words: Mapping[str, str], uow: UnitOfWork) -> Doing:
    return Doing(transfer, actor, words, uow, wiring(), wiring().clock())


def _said(act: Act, *, proposed: bool) -> str:
    if proposed:
        return say(
            "Proposta registrata: un'altra persona deve approvarla prima che accada qualcosa",
            "Proposal kept: another person has to approve it before anything happens",
        )
    return told(act.done)


def _refused(
    act: Act, form: ActForm, practice: str, sender: str, rejection: Rejection
) -> tuple[str, int]:
    form.form_errors.extend(refusals(rejection))
    with wiring().open_uow(hosted().code, lasting=False) as uow:
        transfer = load(uow, practice, sender, OFFICE)
        partner = uow.partners.get(key_of(transfer).partner)
    name = partner.name if partner else key_of(transfer).partner
    return _confirmation(Button(act), form, transfer, name, status=422)


def _page_of(practice: str, sender: str) -> str:
    named: dict[str, Any] = {"university": hosted().code, "practice": practice}
    if sender:
        return url_for("practices.incoming", origin=sender, **named)
    return url_for("practices.outgoing", **named)


def _since(transfer: Transfer, seen: str | None, uow: UnitOfWork) -> Sequence[HistoryEntry]:
    entries = uow.records.history(key_of(transfer))
    return entries[number:] if (number := number_in(seen or "")) is not None else ()


def tell_stale(stale: Stale) -> None:
    """Tell the visitor that the practice has moved on, and how."""
    happened = "; ".join(
        f"{moment(entry.at)} {word(entry.event, language())} ({entry.actor.name})"
        for entry in stale.meanwhile
    )
    flash(
        say(
            "Nel frattempo la pratica è cambiata: nulla è stato fatto ora. {happened}",
            "The practice has changed meanwhile: nothing was done now. {happened}",
            happened=happened,
        ),
        "warning",
    )


@pages.post(f"{OUT}/proposta/<int:proposal>")
@pages.post(f"{IN}/proposta/<int:proposal>")
@allow(*OFFICE)
def decide_proposal(university: str, practice: str, proposal: int, origin: str = "") -> Response:
    """Approve or decline what another person proposed; its author takes it back."""
    approving = request.form.get("decision") == "approve"
    if approving and not current_user.proved_lately(wiring().clock()):
        return redirect(url_for("accounts.prove", next=_page_of(practice, origin)))
    why = request.form.get("why", "").strip()[:_ROOM]
    if not approving and not why:
        flash(say("Serve un motivo", "A reason is needed"), "danger")
        return redirect(_page_of(practice, origin))
    wish = _Wish(proposal, acting_as(*OFFICE), why if not approving else None)

    def do(uow: UnitOfWork) -> str:
        proposed, transfer = four_eyes.load(proposal, uow=uow)
        if key_of(transfer) != key_of(load(uow, practice, origin, OFFICE)):
            abort(404)
        _decide(wish, transfer, uow)
        return proposed.proposed_by

    try:
        author = transact(hosted().code, do, open_uow=wiring().open_uow)
    except Rejection as rejection:
        flash(" ".join(refusals(rejection)), "danger")
    else:
        audit.note("proposal_approved" if approving else "proposal_declined", practice=practice)
        flash(_decided(approving=approving, mine=visitor().username == author), "success")
    return redirect(_page_of(practice, origin))


def _decided(*, approving: bool, mine: bool) -> str:
    if approving:
        return say("Proposta approvata", "Proposal approved")
    if mine:
        return say("Proposta ritirata", "Proposal taken back")
    return say("Proposta rifiutata", "Proposal declined")


@dataclass(frozen=True, slots=True)
class _Wish:
    """What somebody decides about a proposal: ``declined_for`` is why not, or nothing."""

    proposal: int
    actor: Actor
    declined_for: str | None = field(repr=False)


def _decide(wish: _Wish, transfer: Transfer, uow: UnitOfWork) -> None:
    """Decline a proposal, or do what it proposes."""
    now = wiring().clock()
    if wish.declined_for is not None:
        proposed = uow.proposals.get(wish.proposal)
        _check_may_decline(proposed.proposed_by if proposed else "", transfer, uow)
        four_eyes.decline(wish.proposal, wish.actor, wish.declined_for, uow=uow, now=now)
        return
    _check_approver(transfer, uow)
    four_eyes.approve(
        wish.proposal,
        wish.actor,
        lambda item, at: perform(item.side, item.event, _doing(at, wish.actor, item.words, uow)),
        uow=uow,
        now=now,
    )


def _check_approver(transfer: Transfer, uow: UnitOfWork) -> None:
    if not reaches(transfer, [Role.APPROVER], uow=uow):
        abort(403)


def _check_may_decline(author: str, transfer: Transfer, uow: UnitOfWork) -> None:
    if visitor().username != author:
        _check_approver(transfer, uow)
