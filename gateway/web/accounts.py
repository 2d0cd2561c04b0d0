"""The entrance: signing in and out, and showing again who one is."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from gateway.domain.accounts import Account
from gateway.web import sessions
from gateway.web.access import everybody, signed_in, visitor, wiring
from gateway.web.forms import Labelled, here_only
from gateway.web.language import say

pages = Blueprint("accounts", __name__)


class EntranceForm(Labelled, FlaskForm):
    """Name and password."""

    username = StringField(validators=[InputRequired(), Length(max=80)])
    password = PasswordField(validators=[InputRequired(), Length(max=200)])

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {
            "username": say("Nome utente", "User name"),
            "password": say("Password", "Password"),
        }


class ProofForm(Labelled, FlaskForm):
    """The password once more."""

    password = PasswordField(validators=[InputRequired(), Length(max=200)])

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {"password": say("Password", "Password")}


@pages.route("/accesso", methods=["GET", "POST"])
@everybody
def entrance() -> str | Response:
    """Sign in."""
    form = EntranceForm()
    if form.validate_on_submit():
        account = _by_password(form.username.data or "", form.password.data or "")
        if account is not None:
            sessions.begin(account, wiring())
            return redirect(here_only(request.args.get("next", "")) or _first_page(account))
        flash(say("Nome utente o password sbagliati", "Wrong user name or password"), "danger")
    return render_template("entrance.html", form=form)


@pages.post("/uscita-dal-sistema")
@signed_in
def leave() -> Response:
    """Sign out."""
    sessions.end(current_user, wiring())
    return redirect(url_for("front.home"))


@pages.route("/conferma-identita", methods=["GET", "POST"])
@signed_in
def prove() -> str | Response:
    """Show again who one is, before a destructive act."""
    form = ProofForm()
    if form.validate_on_submit():
        if wiring().verify(form.password.data or "", visitor().password_hash):
            wiring().sessions.prove(current_user.session.mark, wiring().clock())
            return redirect(here_only(request.args.get("next", "")) or url_for("front.home"))
        flash(say("Password sbagliata", "Wrong password"), "danger")
    return render_template("prove.html", form=form)


def _by_password(username: str, password: str) -> Account | None:
    account = wiring().accounts.by_username(username)
    right = wiring().verify(password, account.password_hash if account else "")
    return account if account is not None and right and account.active else None


def _first_page(account: Account) -> str:
    return url_for("front.home")
