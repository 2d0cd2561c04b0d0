"""The university itself: its names, its terms of sending, what it demands and what blocks."""

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import (
    BooleanField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput

from gateway.domain.checks import BY_PEOPLE
from gateway.domain.partners import AdmissionPolicy, CheckKind, University
from gateway.domain.rejections import Rejection
from gateway.domain.terms import SendingMode, TransmissionTerms
from gateway.domain.tokens import TokenMode
from gateway.texts import Text
from gateway.texts.whys import CHECKS
from gateway.usecases.partners import checked_address
from gateway.web import audit
from gateway.web.access import allow, hosted
from gateway.web.administration import KEEPERS, administered
from gateway.web.forms import Labelled, refusals
from gateway.web.language import say, told
from gateway.web.showing import agreed, changes, mark

pages = Blueprint("terms", __name__, url_prefix="/ateneo/<university>/amministrazione/ateneo")

MOST_DAYS = 730
MOST_TOKEN_DAYS = 3650
SENDING = {
    SendingMode.COMPLETE: Text("Foglio intero in un invio", "Whole foglio in one sending"),
    SendingMode.PARTIAL: Text("Sezioni 1-2, poi 3-4", "Sections 1-2, then 3-4"),
}
TOKENS = {
    TokenMode.IMMEDIATE: Text("Subito, nella risposta", "At once, in the answer"),
    TokenMode.DEFERRED: Text("Più tardi, con un messaggio", "Later, by a message"),
}
ADMISSIONS = {
    AdmissionPolicy.IGNORE: Text("Non guardarlo", "Do not look at it"),
    AdmissionPolicy.DECLARED: Text("Come dichiarato nel foglio", "As declared in the foglio"),
    AdmissionPolicy.REGISTERED: Text(
        "Solo chi è negli elenchi degli ammessi", "Only who is on the admission lists"
    ),
}


def _web_address(form: FlaskForm, field: StringField) -> None:
    """Refuse what browsers should not be sent to."""
    try:
        checked_address((field.data or "").strip(), field.short_name)
    except Rejection as rejection:
        raise ValidationError(" ".join(refusals(rejection))) from rejection


class UniversityForm(Labelled, FlaskForm):
    """What a university says of itself and demands."""

    name = StringField(validators=[InputRequired(), Length(max=255)])
    name_en = StringField(validators=[InputRequired(), Length(max=255)])
    schac = StringField(validators=[Length(max=255)])
    erasmus = StringField(validators=[Length(max=40)])
    sending_mode = SelectField()
    token_mode = SelectField()
    career_days = IntegerField(validators=[InputRequired(), NumberRange(1, MOST_DAYS)])
    other_info = TextAreaField(validators=[Length(max=2000)])
    token_on_receipt = BooleanField()
    admission_policy = SelectField()
    token_days = IntegerField(validators=[InputRequired(), NumberRange(0, MOST_TOKEN_DAYS)])
    payment_url = StringField(validators=[Optional(), Length(max=500), _web_address])
    blocking_checks = SelectMultipleField(option_widget=CheckboxInput())
    four_eyes = BooleanField()
    second_factor = BooleanField()

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {
            "name": say("Denominazione", "Name"),
            "name_en": say("Denominazione inglese", "English name"),
            "schac": say("Codice SCHAC", "SCHAC code"),
            "erasmus": say("Codice Erasmus", "Erasmus code"),
            "sending_mode": say("Come si riceve il foglio", "How the foglio is received"),
            "token_mode": say("Quando si dà il token", "When the token is given"),
            "career_days": say("Giorni per le sezioni 3-4", "Days for sections 3-4"),
            "other_info": say("Altre informazioni per i partner", "Further words for partners"),
            "token_on_receipt": say(
                "Il token è assegnato da sé alla ricezione", "The token is assigned on receipt"
            ),
            "admission_policy": say("Test di ammissione", "Admission test"),
            "token_days": say("Giorni in cui il token apre", "Days for which a token opens"),
            "payment_url": say("Pagina dei pagamenti", "Payment page"),
            "blocking_checks": say(
                "Verifiche che impediscono allo studente di presentare la domanda",
                "Checks that keep a student from submitting the request",
            ),
            "four_eyes": say(
                "Due persone per chiudere, rifiutare o annullare una pratica",
                "Two people to close, refuse or cancel a practice",
            ),
            "second_factor": say(
                "Secondo fattore per chi approva e amministra",
                "Second factor for those who approve and administer",
            ),
        }

    def hints(self) -> dict[str, str]:
        """Return what helps."""
        return {
            "career_days": say(
                "Dopo un invio parziale; i partner lo leggono nelle condizioni (T2).",
                "After a partial sending; partners read it in the terms (T2).",
            ),
            "other_info": say(
                "I partner lo ricevono con le condizioni (T2).",
                "Partners receive it with the terms (T2).",
            ),
            "admission_policy": say(
                "Per i corsi ad accesso programmato.", "For courses of limited access."
            ),
            "token_days": say(
                "0: senza scadenza. Un operatore può rinnovare un token scaduto.",
                "0: without end. An operator can renew a token that has run out.",
            ),
            "payment_url": say(
                "Dove pagano gli studenti il contributo di trasferimento e l'immatricolazione:"
                " indirizzo completo, https://… Vuoto: nessuna.",
                "Where students pay the transfer contribution and the enrolment: the whole address,"
                " https://… Empty: none.",
            ),
            "blocking_checks": say(
                "Per l'invio devono essere superate tutte, e l'ufficio può superarle.",
                "Before the sending all must be settled, and the office may settle them.",
            ),
            "four_eyes": say(
                "Uno propone, un altro approva.", "One person proposes, another approves."
            ),
            "second_factor": say(
                "Chi entra con la password e non ce l'ha deve attivarlo subito.",
                "Whoever signs in by password and has none must set it up at once.",
            ),
        }


def _form(item: University) -> UniversityForm:
    form = UniversityForm(
        data={
            **_fields(item),
            "sending_mode": item.terms.sending_mode.value,
            "token_mode": item.terms.token_mode.value,
            "admission_policy": item.admission_policy.value,
            "blocking_checks": sorted(check.value for check in item.blocking_checks),
        }
    )
    form.sending_mode.choices = [(key.value, told(text)) for key, text in SENDING.items()]
    form.token_mode.choices = [(key.value, told(text)) for key, text in TOKENS.items()]
    form.admission_policy.choices = [(key.value, told(text)) for key, text in ADMISSIONS.items()]
    form.blocking_checks.choices = [
        (kind.value, told(CHECKS[kind])) for kind in CheckKind if kind not in BY_PEOPLE
    ]
    return form


def _fields(item: University) -> dict[str, object]:
    """Return what can be changed of a university, by the names of fields."""
    return {
        "name": item.name,
        "name_en": item.name_en,
        "schac": item.schac,
        "erasmus": item.erasmus,
        "sending_mode": item.terms.sending_mode,
        "token_mode": item.terms.token_mode,
        "career_days": item.terms.career_days,
        "other_info": item.terms.other_info,
        "token_on_receipt": item.token_on_receipt,
        "admission_policy": item.admission_policy,
        "token_days": item.token_days,
        "payment_url": item.payment_url,
        "blocking_checks": item.blocking_checks,
        "four_eyes": item.four_eyes,
        "second_factor": item.second_factor,
    }


def _shown(item: University) -> dict[str, object]:
    """Return the same as people read it."""
    return {
        **_fields(item),
        "sending_mode": told(SENDING[item.terms.sending_mode]),
        "token_mode": told(TOKENS[item.terms.token_mode]),
        "admission_policy": told(ADMISSIONS[item.admission_policy]),
        "blocking_checks": frozenset(told(CHECKS[kind]) for kind in item.blocking_checks),
    }


def _wanted(form: UniversityForm, item: University) -> University:
    terms = TransmissionTerms(
        SendingMode(form.sending_mode.data),
        TokenMode(form.token_mode.data),
        " ".join((form.other_info.data or "").split()),
        form.career_days.data or item.terms.career_days,
    )
    return replace(
        item,
        name=(form.name.data or "").strip(),
        name_en=(form.name_en.data or "").strip(),
        schac=(form.schac.data or "").strip(),
        erasmus=(form.erasmus.data or "").strip(),
        terms=terms,
        token_on_receipt=bool(form.token_on_receipt.data),
        admission_policy=AdmissionPolicy(form.admission_policy.data),
        token_days=item.token_days if form.token_days.data is None else form.token_days.data,
        payment_url=(form.payment_url.data or "").strip(),
        blocking_checks=(item.blocking_checks & BY_PEOPLE).union(
            CheckKind(kind) for kind in form.blocking_checks.data or ()
        ),
        four_eyes=bool(form.four_eyes.data),
        second_factor=bool(form.second_factor.data),
    )


@pages.route("", methods=["GET", "POST"])
@allow(*KEEPERS)
def edit(university: str) -> str | Response:
    """Change the university, after showing what will change."""
    item = hosted()
    form = _form(item)
    found = []
    if form.validate_on_submit():
        wanted = _wanted(form, item)
        found = changes(_shown(item), _shown(wanted))
        if not found:
            flash(say("Non è cambiato nulla.", "Nothing has changed."), "info")
            return redirect(url_for("terms.edit", university=university))
        if agreed(found):
            administered().save_university(wanted)
            names = [
                name for name, value in _fields(wanted).items() if _fields(item)[name] != value
            ]
            audit.note("university_changed", subject=item.code, detail=" ".join(names))
            flash(say("Le regole dell'ateneo sono cambiate.", "The rules have changed."), "success")
            return redirect(url_for("terms.edit", university=university))
    return render_template(
        "terms.html", form=form, item=item, changes=found, mark=mark(found) if found else ""
    )
