"""The registry of titles: its record, how it fares, what is spent today, a test query."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, FloatField, IntegerField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from gateway.domain.calendar import italian_day
from gateway.domain.lookups import Answer, Asker, CouldNotAsk, outcome_of
from gateway.domain.registry import LookupService, TitleRegistry, VerifyMoment
from gateway.domain.rejections import Rejection
from gateway.texts.fields import word
from gateway.usecases import registry_record
from gateway.usecases.partners import checked_address
from gateway.web import audit
from gateway.web.access import allow, hosted, visitor, wiring
from gateway.web.administration import KEEPERS, administered, changing, reading
from gateway.web.forms import Labelled, refusals
from gateway.web.language import language, say
from gateway.web.showing import agreed, changes, mark

pages = Blueprint(
    "registry", __name__, url_prefix="/ateneo/<university>/amministrazione/registro-titoli"
)

_MOST_HOURS = 366 * 24
_MOST_LOOKUPS = 1_000_000
_HOUR = timedelta(hours=1)


class RegistryForm(Labelled, FlaskForm):
    """A registry as the university knows it; the password is never shown again."""

    name = StringField(validators=[Length(max=255)])
    titles_url = StringField(validators=[Length(max=500)])
    diplomas_url = StringField(validators=[Length(max=500)])
    username = StringField(validators=[Length(max=100)])
    egov = BooleanField()
    sender = StringField(validators=[Length(max=100)])
    recipient = StringField(validators=[Length(max=100)])
    timeout_seconds = FloatField(validators=[InputRequired(), NumberRange(1, 600)])
    remember_found_hours = IntegerField(validators=[InputRequired(), NumberRange(0, _MOST_HOURS)])
    remember_not_found_hours = IntegerField(
        validators=[InputRequired(), NumberRange(0, _MOST_HOURS)]
    )
    per_day = IntegerField(validators=[InputRequired(), NumberRange(0, _MOST_LOOKUPS)])
    per_office = IntegerField(validators=[InputRequired(), NumberRange(0, _MOST_LOOKUPS)])
    verify = SelectField()
    forward = BooleanField()
    active = BooleanField()

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {
            "name": say("Denominazione", "Name"),
            "titles_url": say("Ricerca dei titoli (indirizzo)", "Lookup of titles (address)"),
            "diplomas_url": say("Ricerca dei diplomi (indirizzo)", "Lookup of diplomas (address)"),
            "username": say("Nostro nome presso il registro", "Our name with the registry"),
            "egov": say("Busta e-Gov (SPCoop)", "e-Gov envelope (SPCoop)"),
            "sender": say("Mittente della busta", "Sender of the envelope"),
            "recipient": say("Destinatario della busta", "Recipient of the envelope"),
            "timeout_seconds": say("Attesa massima, secondi", "Longest wait, seconds"),
            "remember_found_hours": say("Ricordare i trovati, ore", "Remember found, hours"),
            "remember_not_found_hours": say(
                "Ricordare i non trovati, ore", "Remember not found, hours"
            ),
            "per_day": say("Domande al giorno in tutto", "Queries a day in all"),
            "per_office": say("Domande al giorno per ufficio", "Queries a day per office"),
            "verify": say("Quando si verificano i titoli", "When titles are verified"),
            "forward": say(
                "Gli si inoltrano le domande dei partner", "Partners' lookups are passed on to it"
            ),
            "active": say("In uso", "In use"),
        }


class PasswordForm(Labelled, FlaskForm):
    """Our password with the registry; it is never shown again."""

    password = PasswordField(validators=[InputRequired(), Length(max=500)])

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {"password": say("Nostra password presso il registro", "Our password there")}


def _record(record: TitleRegistry) -> dict[str, object]:
    same = (
        "name", "titles_url", "diplomas_url", "username", "egov", "sender", "recipient",
        "timeout_seconds", "per_day", "per_office", "verify", "forward", "active",
    )  # fmt: skip
    return {
        **{name: getattr(record, name) for name in same},
        "remember_found_hours": int(record.found_for / _HOUR),
        "remember_not_found_hours": int(record.not_found_for / _HOUR),
    }


def _wanted(form: RegistryForm) -> dict[str, object]:
    """Return the record as the form has it, by the names of fields.

    Raises:
        Rejection: an address is none.
    """
    texts = ("name", "username", "sender", "recipient")
    numbers = (
        "timeout_seconds", "per_day", "per_office", "remember_found_hours",
        "remember_not_found_hours",
    )  # fmt: skip
    return {
        **{name: (form[name].data or "").strip() for name in texts},
        **{
            name: checked_address((form[name].data or "").strip(), name)
            for name in ("titles_url", "diplomas_url")
        },
        **{name: form[name].data for name in numbers},
        **{name: bool(form[name].data) for name in ("egov", "forward", "active")},
        "verify": VerifyMoment(form.verify.data),
    }


@pages.route("", methods=["GET", "POST"])
@allow(*KEEPERS)
def edit(university: str) -> str | Response:
    """Show how the registry fares; change its record after showing what will change."""
    with reading()(hosted().code) as uow:
        known = uow.registry.get()
        circuits = {service: uow.registry.circuit(service) for service in LookupService}
        spent = uow.registry.spent(italian_day(wiring().clock()))
    before = _record(known or TitleRegistry())
    form = RegistryForm(data={**before, "verify": before["verify"].value})  # type: ignore[attr-defined]
    form.verify.choices = [(item.value, word(item.value, language())) for item in VerifyMoment]
    found = []
    if form.validate_on_submit():
        try:
            wanted = _wanted(form)
            found = changes(before, wanted)
            if found and agreed(found):
                _keep(wanted)
                return redirect(url_for("registry.edit", university=university))
        except Rejection as rejection:
            form.form_errors, found = refusals(rejection), []
        else:
            if not found:
                flash(say("Non è cambiato nulla.", "Nothing has changed."), "info")
                return redirect(url_for("registry.edit", university=university))
    return render_template(
        "registry.html",
        form=form,
        known=known,
        circuits=circuits,
        spent=spent,
        changes=found,
        mark=mark(found) if found else "",
    )


def _keep(wanted: dict[str, object]) -> None:
    fields = dict(wanted)
    for ours, theirs in (
        ("remember_found_hours", "found_for"),
        ("remember_not_found_hours", "not_found_for"),
    ):
        fields[theirs] = timedelta(hours=int(str(fields.pop(ours))))
    changing(lambda uow: registry_record.keep(fields, {}, uow=uow))
    audit.note("registry_changed")
    flash(
        say("La scheda del registro è cambiata.", "The registry's record has changed."), "success"
    )


@pages.post("/prova")
@allow(*KEEPERS)
def probe(university: str) -> Response:
    """Ask each service about a student who does not exist, and say what came of it."""
    asker = Asker(visitor().username, "amministrazione")
    answers = registry_record.probe(hosted().code, asker, desk=administered().registry_desk())
    audit.note("registry_tested")
    for service, answer in answers:
        kind = "success" if registry_record.reached(answer) else "danger"
        flash(f"{word(service.value, language())}: {_said(answer)}", kind)
    if not answers:
        flash(say("Nessun servizio da provare.", "No service to be tried."), "warning")
    return redirect(url_for("registry.edit", university=university))


def _said(answer: Answer) -> str:
    outcome, detail = outcome_of(answer)
    said = word(outcome.value, language())
    if not isinstance(answer, CouldNotAsk):
        return said
    first, _, rest = detail.partition(": ")
    return f"{said}, {word(first, language())}" + (f" ({rest})" if rest else "")


@pages.route("/password", methods=["GET", "POST"])
@allow(*KEEPERS, recent=True)
def keep_password(university: str) -> str | Response:
    """Set our password with the registry."""
    form = PasswordForm()
    if form.validate_on_submit():
        secret = form.password.data
        changing(lambda uow: registry_record.keep({"password": secret}, {}, uow=uow))
        audit.note("registry_password_set")
        flash(say("La password è cambiata.", "The password has changed."), "success")
        return redirect(url_for("registry.edit", university=university))
    return render_template("registry_password.html", form=form)
