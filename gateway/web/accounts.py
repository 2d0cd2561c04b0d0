"""The entrance: signing in and out, the second factor, invitations, showing again who one is."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length, Optional

from gateway.domain.accounts import Account
from gateway.domain.rejections import Rejection
from gateway.domain.signing_in import CODE_WAIT, LONGEST
from gateway.usecases import own_account, signing_in
from gateway.usecases.signing_in import SwitchedOff, Tried, Waiting
from gateway.web import audit, sessions
from gateway.web.access import everybody, signed_in, visitor, wiring
from gateway.web.forms import Labelled, here_only, refusals
from gateway.web.language import moment, say

pages = Blueprint("accounts", __name__)

_PENDING = "pending"
_INVITATION = "invitation"


class EntranceForm(Labelled, FlaskForm):
    """Name and password."""

    username = StringField(validators=[InputRequired(), Length(max=80)])
    password = PasswordField(validators=[InputRequired(), Length(max=LONGEST)])

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {
            "username": say("Nome utente", "User name"),
            "password": say("Password", "Password"),
        }


class CodeForm(Labelled, FlaskForm):
    """The code of the second factor."""

    code = StringField(validators=[InputRequired(), Length(max=40)])

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {"code": say("Codice", "Code")}

    def hints(self) -> dict[str, str]:
        """Return what helps."""
        return {
            "code": say(
                "Le sei cifre che mostra l'applicazione, oppure un codice di recupero.",
                "The six figures that the application shows, or a recovery code.",
            )
        }


class PasswordForm(Labelled, FlaskForm):
    """A new password, twice."""

    password = PasswordField(validators=[InputRequired(), Length(max=LONGEST)])
    again = PasswordField(validators=[InputRequired(), Length(max=LONGEST)])

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {
            "password": say("Password nuova", "New password"),
            "again": say("La stessa ancora una volta", "The same once more"),
        }

    def hints(self) -> dict[str, str]:
        """Return what helps."""
        return {
            "password": say(
                "Almeno 12 caratteri: tre o quattro parole bastano.",
                "At least 12 characters: three or four words are enough.",
            )
        }

    def same(self) -> bool:
        """Tell whether both are the same; if not, the form says so."""
        if self.password.data == self.again.data:
            return True
        self.again.errors = [say("Le due password sono diverse.", "The two passwords differ.")]
        return False


class ProofForm(Labelled, FlaskForm):
    """The password once more, or a code."""

    password = PasswordField(validators=[Optional(), Length(max=LONGEST)])
    code = StringField(validators=[Optional(), Length(max=40)])

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {
            "password": say("Password", "Password"),
            "code": say("Codice del secondo fattore", "Code of the second factor"),
        }


@pages.route("/accesso", methods=["GET", "POST"])
@everybody
def entrance() -> str | Response:
    """Sign in by name and password, or go to where one signs in instead."""
    form = EntranceForm()
    if form.validate_on_submit():
        tried = signing_in.by_password(
            form.username.data or "",
            form.password.data or "",
            sessions.address(),
            desk=wiring().account_desk,
        )
        if isinstance(tried, Account):
            return _after_password(tried)
        form.form_errors = [told(tried)]
    offered = [item for item in wiring().account_desk.providers.everybody() if item.active]
    return render_template(
        "entrance.html", form=form, providers=offered, proxy=wiring().proxy, next=_next()
    )


def _after_password(account: Account) -> Response:
    if not account.second_factor:
        return enter(account, _next())
    session.clear()
    session[_PENDING] = [account.account_id, wiring().clock().isoformat(), _next()]
    return redirect(url_for("accounts.code"))


@pages.route("/accesso/codice", methods=["GET", "POST"])
@everybody
def code() -> str | Response:
    """Show the second factor, after the password."""
    pending = _pending()
    if pending is None:
        return redirect(url_for("accounts.entrance"))
    account, wanted = pending
    form = CodeForm()
    if form.validate_on_submit():
        tried = signing_in.by_code(account, form.code.data or "", desk=wiring().account_desk)
        if isinstance(tried, Account):
            return enter(tried, wanted)
        form.code.errors = [told(tried, code=True)]
    return render_template("code.html", form=form)


def _pending() -> tuple[Account, str] | None:
    """Return who gave the right password a short while ago, and where they want to go."""
    number, at, wanted = session.get(_PENDING, (0, "", ""))
    if not number or wiring().clock() - datetime.fromisoformat(at) > CODE_WAIT:
        return None
    account = wiring().accounts.get(number)
    return (account, wanted) if account is not None and account.active else None


def enter(
    account: Account,
    wanted: str,
    way: str = sessions.PASSWORD,
    proved_at: datetime | None = None,
) -> Response:
    """Sign an account in, who showed just now or at ``proved_at`` who they are; go on."""
    sessions.begin(account, wiring(), way, proved_at)
    audit.note_of(account, "signed_in", detail=way.partition(":")[0])
    return redirect(here_only(wanted) or url_for("front.home"))


def told(tried: Tried, *, code: bool = False) -> str:
    """Return what is said of a try that did not succeed."""
    if isinstance(tried, Waiting):
        return say(
            "Troppi tentativi sbagliati. Riprovare dopo: {until}.",
            "Too many wrong tries. Try again after: {until}.",
            until=moment(tried.until),
        )
    if isinstance(tried, SwitchedOff):
        return say(
            "Questo accesso è stato disattivato, come accade quando un trasferimento si conclude."
            " Per ogni altra cosa rivolgersi alla segreteria.",
            "This access has been switched off, as happens when a transfer is concluded."
            " For anything else ask the secretariat.",
        )
    if code:
        return say("Codice sbagliato o già usato.", "Wrong code, or used already.")
    return say("Nome utente o password sbagliati.", "Wrong user name or password.")


@pages.post("/uscita-dal-sistema")
@signed_in
def leave() -> Response:
    """Sign out, of the provider too where one signed in."""
    way = current_user.session.way
    audit.note("signed_out")
    sessions.end(current_user, wiring())
    if way.startswith("oidc:"):
        return redirect(url_for("elsewhere.leave", name=way.partition(":")[2]))
    return redirect(url_for("front.home"))


@pages.get("/invito/<secret>")
@everybody
def invited(secret: str) -> Response:
    """Take the secret of an invitation out of the address."""
    session[_INVITATION] = secret
    return redirect(url_for("accounts.invitation"))


@pages.route("/invito", methods=["GET", "POST"])
@everybody
def invitation() -> str | Response:
    """Choose the first password."""
    desk, secret = wiring().account_desk, str(session.get(_INVITATION, ""))
    account = own_account.invited(secret, desk=desk) if secret else None
    form = PasswordForm()
    if account is not None and form.validate_on_submit() and form.same():
        try:
            account = own_account.accept_invitation(secret, form.password.data or "", desk=desk)
        except Rejection as rejection:
            form.password.errors = refusals(rejection)
        else:
            session.pop(_INVITATION)
            audit.note_of(account, "invitation_accepted")
            flash(say("Ora si può accedere.", "You can sign in now."), "success")
            return redirect(url_for("accounts.entrance"))
    return render_template("invitation.html", form=form, account=account)


@pages.route("/conferma-identita", methods=["GET", "POST"])
@signed_in
def prove() -> str | Response:
    """Show again who one is, before a destructive act."""
    account, form = visitor(), ProofForm()
    ways = _ways(account)
    if form.validate_on_submit():
        tried = _proof(form, ways)
        if isinstance(tried, Account):
            wiring().sessions.prove(current_user.session.mark, wiring().clock())
            audit.note("identity_proved")
            return redirect(here_only(_next()) or url_for("front.home"))
        form.form_errors = [told(tried, code=bool(form.code.data))]
    return render_template(
        "prove.html", form=form, ways=ways, next=_next(), proxy_login=wiring().proxy.login
    )


def _ways(account: Account) -> frozenset[str]:
    """Return how a visitor can show again who they are."""
    way = current_user.session.way
    offered = {way.partition(":")[0]} if account.password_hash or way != sessions.PASSWORD else ()
    return frozenset({*offered, *(("code",) if account.second_factor else ())})


def _proof(form: ProofForm, ways: frozenset[str]) -> Tried:
    desk = wiring().account_desk
    if "code" in ways and form.code.data:
        return signing_in.by_code(visitor(), form.code.data, desk=desk)
    if sessions.PASSWORD in ways and form.password.data:
        return signing_in.by_password(
            visitor().username, form.password.data, sessions.address(), desk=desk
        )
    return signing_in.WRONG


def _next() -> str:
    return here_only(request.args.get("next", ""))
