"""The second factor: setting it up, its picture, recovery codes, doing without."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from gateway.domain.rejections import Rejection
from gateway.domain.signing_in import lacks_second_factor
from gateway.usecases import own_account
from gateway.web import audit, once
from gateway.web.access import allow, signed_in, visitor, wiring
from gateway.web.accounts import CodeForm
from gateway.web.forms import refusals
from gateway.web.language import say
from gateway.web.one_time_codes import picture as drawn

pages = Blueprint("factor", __name__, url_prefix="/profilo")

_KIND = "recovery"


class FirstCodeForm(CodeForm):
    """The first code of an authenticator."""

    def hints(self) -> dict[str, str]:
        """Return what helps."""
        return {
            "code": say(
                "Le sei cifre che l'applicazione mostra ora.",
                "The six figures that the application shows now.",
            )
        }


@pages.route("/secondo-fattore", methods=["GET", "POST"])
@signed_in
def show() -> str | AnyResponse:
    """Set a second factor up: show its secret, take its first code."""
    account, desk = visitor(), wiring().account_desk
    if account.second_factor:
        return redirect(url_for("profile.show"))
    secret = own_account.propose_factor(account, desk=desk)
    form = FirstCodeForm()
    if form.validate_on_submit():
        try:
            codes = own_account.confirm_factor(account, form.code.data or "", desk=desk)
        except Rejection as rejection:
            form.code.errors = refusals(rejection)
        else:
            wiring().sessions.end_all(
                account.account_id, wiring().clock(), but=current_user.session.mark
            )
            audit.note("second_factor_set")
            once.keep(_KIND, *codes)
            return redirect(url_for("factor.codes"))
    demanded = lacks_second_factor(account, wiring().find_universities())
    spaced = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return render_template("second_factor.html", form=form, secret=spaced, demanded=demanded)


@pages.get("/secondo-fattore/codice.svg")
@signed_in
def picture() -> Response:
    """Draw the secret that is being set up; one in force is never shown again."""
    known = wiring().account_desk.factors.get(visitor().account_id)
    if known is None or known.confirmed_at is not None:
        abort(404)
    content = drawn(known.secret, visitor().username, "Congedo")
    return Response(content, content_type="image/svg+xml")


@pages.get("/codici-di-recupero")
@signed_in
def codes() -> str | AnyResponse:
    """Show new recovery codes, once."""
    found = once.take(_KIND)
    if not found:
        return redirect(url_for("profile.show"))
    return render_template("recovery_codes.html", codes=found)


@pages.post("/codici-di-recupero")
@allow(recent=True)
def renew() -> AnyResponse:
    """Make new recovery codes; the old ones are no longer good."""
    if not visitor().second_factor:
        abort(404)
    found = own_account.renew_recovery_codes(visitor(), desk=wiring().account_desk)
    audit.note("recovery_codes_renewed")
    once.keep(_KIND, *found)
    return redirect(url_for("factor.codes"))


@pages.post("/secondo-fattore/fine")
@allow(recent=True)
def remove() -> AnyResponse:
    """Do without a second factor."""
    own_account.remove_factor(visitor(), desk=wiring().account_desk)
    audit.note("second_factor_removed")
    flash(say("Il secondo fattore non serve più.", "No second factor any more."), "success")
    return redirect(url_for("profile.show"))
