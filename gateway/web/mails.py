"""What readers of mails choose not to get: by the code in their mails, without an account."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Field, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from gateway.domain.mails import FOR_OFFICES, OPTIONAL, MailChoice, MailKind
from gateway.domain.rejections import Rejection
from gateway.texts.letters import KINDS
from gateway.usecases import mailing
from gateway.usecases.transaction import transact
from gateway.web.access import everybody, hosted, wiring
from gateway.web.forms import Labelled
from gateway.web.language import say, told

pages = Blueprint("mails", __name__, url_prefix="/ateneo/<university>/posta")

ONE_CLICK = "mails.leave"
"""The page that a mail program calls by itself (RFC 8058): it has the code and no form's token."""


class Choices(Labelled, FlaskForm):
    """Which notices are wanted."""

    wanted = SelectMultipleField(
        widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), validate_choice=True
    )

    def labels(self) -> dict[str, str]:
        """Return the labels."""
        return {"wanted": say("Avvisi da ricevere", "Notices to get")}

    def label_of(self, field: Field) -> str:
        """Return the label of the field; its options have their own."""
        return self.labels().get(field.short_name, "")


def _choice(code: str) -> MailChoice:
    with wiring().open_uow(hosted().code) as uow:
        found = uow.mails.by_code(code)
    if found is None:
        abort(404)
    return found


@pages.route("/<code>", methods=["GET", "POST"])
@everybody
def choices(university: str, code: str) -> str | AnyResponse:
    """Show and keep what the holder of a code wants to get."""
    chosen = _choice(code)
    form = Choices(data={"wanted": [kind.value for kind in OPTIONAL - chosen.off]})
    form.wanted.choices = [(kind.value, told(KINDS[kind])) for kind in MailKind if kind in OPTIONAL]
    if form.validate_on_submit():
        wanted = frozenset(MailKind(name) for name in form.wanted.data or ())
        transact(
            hosted().code,
            lambda uow: mailing.choose(code, OPTIONAL - wanted, uow=uow),
            open_uow=wiring().open_uow,
        )
        flash(say("Scelta conservata.", "Your choice is kept."), "success")
        return redirect(url_for("mails.choices", university=university, code=code))
    required = [
        told(KINDS[kind]) for kind in MailKind if kind not in OPTIONAL and kind not in FOR_OFFICES
    ]
    return render_template("mails.html", form=form, required=required)


@pages.get("/<code>/disiscrizione")
@everybody
def leaving(university: str, code: str) -> AnyResponse:
    """Lead who opens the address in a browser to the page with the choices."""
    return redirect(url_for("mails.choices", university=university, code=code))


@pages.post("/<code>/disiscrizione")
@everybody
def leave(university: str, code: str) -> Response:
    """Switch off all that may be, at one click in a mail program, which has no form's token."""
    try:
        transact(
            hosted().code,
            lambda uow: mailing.leave_all(code, uow=uow),
            open_uow=wiring().open_uow,
        )
    except Rejection:
        abort(404)
    return Response(say("Fatto.", "Done."), mimetype="text/plain")
