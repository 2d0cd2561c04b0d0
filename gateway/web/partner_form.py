"""The form of a partner's record, and what it makes of one."""

from dataclasses import replace

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, FloatField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput

from gateway.domain.partners import Partner, ToleranceRule
from gateway.texts import Text
from gateway.usecases.partners import checked_address
from gateway.web.forms import Labelled
from gateway.web.language import say, told

TOLERANCES = {
    ToleranceRule.NAMESPACES: Text(
        "Elementi senza spazio dei nomi o in quello sbagliato",
        "Elements without a namespace, or in a wrong one",
    ),
    ToleranceRule.STATUS_CASE: Text(
        "Stati e codici con maiuscole diverse", "States and codes in other capitals"
    ),
    ToleranceRule.DATES: Text(
        "Date scritte in altre forme riconoscibili", "Dates in other forms that can be read"
    ),
    ToleranceRule.NAMES: Text(
        "Nomi di elementi nelle varianti delle linee guida",
        "Names of elements in the guidelines' variants",
    ),
    ToleranceRule.STRAY_TEXT: Text("Testo fra gli elementi", "Text between elements"),
}
MOST_SECONDS = 600


class PartnerForm(Labelled, FlaskForm):
    """What is known of a partner, without its secrets."""

    code = StringField(validators=[InputRequired(), Length(max=5)])
    name = StringField(validators=[InputRequired(), Length(max=255)])
    name_en = StringField(validators=[Length(max=255)])
    schac = StringField(validators=[Length(max=255)])
    erasmus = StringField(validators=[Length(max=40)])
    destination_url = StringField(validators=[Length(max=500)])
    origin_url = StringField(validators=[Length(max=500)])
    username_in = StringField(validators=[Length(max=100)])
    username_out = StringField(validators=[Length(max=100)])
    active_from = DateField(validators=[Optional()])
    active_to = DateField(validators=[Optional()])
    timeout_seconds = FloatField(validators=[InputRequired(), NumberRange(1, MOST_SECONDS)])
    may_look_up = BooleanField()
    egov = BooleanField()
    tolerances = SelectMultipleField(option_widget=CheckboxInput())

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {
            "code": say("Codice MIUR", "MIUR code"),
            "name": say("Denominazione", "Name"),
            "name_en": say("Denominazione inglese", "English name"),
            "schac": say("Codice SCHAC", "SCHAC code"),
            "erasmus": say("Codice Erasmus", "Erasmus code"),
            "destination_url": say("Suoi servizi di destinazione", "Its destination services"),
            "origin_url": say("Suoi servizi di provenienza", "Its origin services"),
            "username_in": say("Nome con cui ci chiama", "Name it calls us by"),
            "username_out": say("Nome con cui lo chiamiamo", "Name we call it by"),
            "active_from": say("Attivo dal", "Active from"),
            "active_to": say("Attivo fino al", "Active until"),
            "timeout_seconds": say("Attesa massima, secondi", "Longest wait, seconds"),
            "may_look_up": say("Può chiedere i titoli conseguiti", "May look up awarded titles"),
            "egov": say("Busta e-Gov (SPCoop) per queste domande", "e-Gov envelope for lookups"),
            "tolerances": say("Che cosa si tollera nei suoi messaggi", "What is tolerated"),
        }

    def hints(self) -> dict[str, str]:
        """Return what helps."""
        return {
            "destination_url": say(
                "Indirizzo completo, https://…/soap/…/destinazione",
                "The whole address, https://…/soap/…/destinazione",
            ),
            "active_to": say(
                "Vuoto: senza fine. Fuori dal periodo non si scambia nulla.",
                "Empty: no end. Outside the period nothing is exchanged.",
            ),
            "tolerances": say(
                "Ogni uso è contato e annotato sulla pratica; noi non deviamo mai.",
                "Each use is counted and noted on the practice; we never deviate.",
            ),
        }


def form_of(partner: Partner | None) -> PartnerForm:
    """Return the form with what is known."""
    known = partner or Partner(code="", name="")  # type: ignore[arg-type]
    form = PartnerForm(
        data={**record(known), "tolerances": sorted(rule.value for rule in known.tolerances)}
    )
    form.tolerances.choices = [(rule.value, told(text)) for rule, text in TOLERANCES.items()]
    if partner is not None:
        del form.code
    return form


def record(partner: Partner) -> dict[str, object]:
    """Return what can be changed of a record, by the names of fields."""
    names = (
        "code", "name", "name_en", "schac", "erasmus", "destination_url", "origin_url",
        "username_in", "username_out", "active_from", "active_to", "timeout_seconds",
        "may_look_up", "egov", "tolerances",
    )  # fmt: skip
    return {name: getattr(partner, name) for name in names}


def wanted(form: PartnerForm, partner: Partner) -> Partner:
    """Return the record as the form has it.

    Raises:
        Rejection: an address is none.
    """
    texts = {
        name: (form[name].data or "").strip()
        for name in ("name", "name_en", "schac", "erasmus", "username_in", "username_out")
    }
    return replace(
        partner,
        **texts,  # type: ignore[arg-type]
        destination_url=checked_address((form.destination_url.data or "").strip(), "destination"),
        origin_url=checked_address((form.origin_url.data or "").strip(), "origin"),
        active_from=form.active_from.data,
        active_to=form.active_to.data,
        timeout_seconds=form.timeout_seconds.data or partner.timeout_seconds,
        may_look_up=bool(form.may_look_up.data),
        egov=bool(form.egov.data),
        tolerances=frozenset(ToleranceRule(rule) for rule in form.tolerances.data or ()),
    )
