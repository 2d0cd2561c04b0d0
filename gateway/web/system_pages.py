"""The installation: its health, how it stands, the universities it hosts."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from gateway.domain.accounts import Role
from gateway.domain.identifiers import parse_miur_code, parse_practice_prefix
from gateway.domain.partners import University
from gateway.domain.rejections import Cause, Rejection, refuse
from gateway.web import audit
from gateway.web.access import allow, wiring
from gateway.web.administration import administered
from gateway.web.forms import Labelled, refusals
from gateway.web.language import language, say

pages = Blueprint("system", __name__, url_prefix="/sistema")


class HostForm(Labelled, FlaskForm):
    """A university to be hosted."""

    code = StringField(validators=[InputRequired(), Length(max=5)])
    name = StringField(validators=[InputRequired(), Length(max=255)])
    name_en = StringField(validators=[Length(max=255)])
    prefix = StringField(validators=[InputRequired(), Length(max=16)])
    schac = StringField(validators=[Length(max=255)])
    erasmus = StringField(validators=[Length(max=40)])

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {
            "code": say("Codice MIUR", "MIUR code"),
            "name": say("Denominazione", "Name"),
            "name_en": say("Denominazione inglese", "English name"),
            "prefix": say("Prefisso degli IdPratica", "Prefix of its IdPratica"),
            "schac": say("Codice SCHAC", "SCHAC code"),
            "erasmus": say("Codice Erasmus", "Erasmus code"),
        }

    def hints(self) -> dict[str, str]:
        """Return what helps."""
        return {
            "prefix": say(
                "Da 2 a 16 maiuscole o cifre, la prima una lettera; non cambierà più.",
                "2 to 16 capitals or digits, a letter first; it never changes afterwards.",
            )
        }


@pages.get("")
@allow(Role.SYSTEM)
def show() -> str:
    """Show how the installation stands; nobody is called, nothing is changed."""
    return _page(calling=False)


@pages.post("/controlli")
@allow(Role.SYSTEM)
def check() -> str:
    """Look at everything, partners too: each is called and its terms are kept."""
    audit.note("installation_checked")
    return _page(calling=True)


def _page(*, calling: bool) -> str:
    diagnosis = administered().diagnosis
    return render_template(
        "system.html",
        installation=diagnosis.installation(),
        findings=diagnosis.findings(language(), calling=calling),
        universities=wiring().find_universities(),
        standing={row["university"]: row for row in diagnosis.universities()},
        called=calling,
    )


@pages.route("/atenei/nuovo", methods=["GET", "POST"])
@allow(Role.SYSTEM, recent=True)
def host() -> str | Response:
    """Host a university."""
    form = HostForm()
    if form.validate_on_submit():
        try:
            code = parse_miur_code(form.code.data or "")
            if wiring().find_university(code) is not None:
                raise refuse(Cause.ALREADY_EXISTS, code)
            name = (form.name.data or "").strip()
            administered().save_university(
                University(
                    code=code,
                    name=name,
                    name_en=(form.name_en.data or "").strip() or name,
                    practice_prefix=parse_practice_prefix((form.prefix.data or "").strip()),
                    schac=(form.schac.data or "").strip(),
                    erasmus=(form.erasmus.data or "").strip(),
                )
            )
        except Rejection as rejection:
            form.form_errors = refusals(rejection)
        else:
            audit.note("university_hosted", subject=code)
            flash(
                say("L'ateneo {code} è ospitato.", "University {code} is hosted.", code=code),
                "success",
            )
            return redirect(url_for("terms.edit", university=code))
    return render_template("system_host.html", form=form)
