"""One's own account: name, language, password, where one is signed in."""

import re
from dataclasses import replace

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from gateway.domain.accounts import WebSession
from gateway.domain.rejections import Rejection
from gateway.domain.signing_in import LONGEST
from gateway.texts import Language
from gateway.usecases import own_account
from gateway.web import audit, sessions
from gateway.web.access import signed_in, visitor, wiring
from gateway.web.accounts import PasswordForm
from gateway.web.forms import Labelled, choices, refusals, wrong
from gateway.web.language import COOKIE, say

pages = Blueprint("profile", __name__, url_prefix="/profilo")

_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")


def mail_address(form: FlaskForm, field: StringField) -> None:
    """Take an address only if it has the form of one.

    Raises:
        ValidationError: it has not.
    """
    if _MAIL.fullmatch(field.data or "") is None:
        raise wrong("Indirizzo e-mail non valido.", "Not a valid e-mail address.")


class ProfileForm(Labelled, FlaskForm):
    """Name, mail address, language."""

    name = StringField(validators=[InputRequired(), Length(max=120)])
    email = StringField(validators=[Optional(), Length(max=200), mail_address])
    language = SelectField(choices=choices([("it", "Italiano"), ("en", "English")]))

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {
            "name": say("Nome e cognome", "Name and surname"),
            "email": say("Indirizzo e-mail", "E-mail address"),
            "language": say("Lingua", "Language"),
        }


class OwnPasswordForm(PasswordForm):
    """The present password and a new one."""

    current = PasswordField(validators=[InputRequired(), Length(max=LONGEST)])

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {"current": say("Password attuale", "Present password"), **super().labels()}


@pages.route("", methods=["GET", "POST"])
@signed_in
def show() -> str | Response:
    """Show one's account, or change name, mail address and language."""
    account = visitor()
    form = ProfileForm(obj=account)
    if form.validate_on_submit():
        changed = replace(
            account,
            name=(form.name.data or "").strip(),
            email=(form.email.data or "").strip(),
            language=form.language.data,
        )
        wiring().accounts.save(changed, wiring().clock())
        audit.note("profile_changed")
        g.language = Language(changed.language)
        flash(say("Profilo salvato.", "Profile saved."), "success")
        answer = redirect(url_for("profile.show"))
        answer.delete_cookie(COOKIE)  # the account's language holds from now on
        return answer
    left = wiring().account_desk.factors.recovery_left(account.account_id)
    return render_template(
        "profile.html", form=form, account=account, sessions=_open(), mine=_mine(), left=left
    )


def _open() -> list[WebSession]:
    now = wiring().clock()
    found = wiring().sessions.of(visitor().account_id)
    return [session for session in found if session.holds_at(now)]


def _mine() -> str:
    mark: str = current_user.session.mark
    return mark


@pages.route("/password", methods=["GET", "POST"])
@signed_in
def password() -> str | Response:
    """Change the password; everywhere else one is signed out."""
    account, form = visitor(), OwnPasswordForm()
    if not account.password_hash:
        abort(404)
    if form.validate_on_submit() and form.same():
        try:
            changed = own_account.change_password(
                account,
                form.current.data or "",
                form.password.data or "",
                desk=wiring().account_desk,
            )
        except Rejection as rejection:
            place = form.current if rejection.reasons[0].path == "current" else form.password
            place.errors = refusals(rejection)
        else:
            sessions.begin(changed, wiring())
            audit.note("password_changed")
            text = say(
                "Password cambiata. Le altre sessioni sono state chiuse.",
                "Password changed. Your other sessions were ended.",
            )
            flash(text, "success")
            return redirect(url_for("front.home" if account.must_change else "profile.show"))
    return render_template("password.html", form=form, forced=account.must_change)


@pages.post("/sessioni/<int:position>/fine")
@signed_in
def end_session(position: int) -> Response:
    """End one of one's sessions, by the moment it began."""
    found = [one for one in _open() if int(one.began_at.timestamp() * 1000) == position]
    for session in found:
        wiring().sessions.end(session.mark, wiring().clock())
        audit.note("session_ended")
    flash(say("Sessione chiusa.", "Session ended."), "success")
    return redirect(url_for("profile.show"))


@pages.post("/sessioni/altre/fine")
@signed_in
def end_others() -> Response:
    """End every session but this one."""
    wiring().sessions.end_all(visitor().account_id, wiring().clock(), but=_mine())
    audit.note("sessions_ended")
    flash(say("Le altre sessioni sono chiuse.", "Your other sessions are ended."), "success")
    return redirect(url_for("profile.show"))
