"""Personal data: terms of keeping, a person's copy, erasure, who did that, the statement."""

import json
from collections.abc import Mapping
from hashlib import sha256

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from gateway.domain.identifiers import CodiceFiscale, parse_codice_fiscale
from gateway.domain.rejections import Rejection
from gateway.domain.retention import MOST_DAYS, TERMS, Kept
from gateway.texts.personal_data import HOLDINGS, KINDS
from gateway.usecases import privacy
from gateway.usecases.administration_ports import AdministrationUnitOfWork
from gateway.web import audit, statements
from gateway.web.access import allow, hosted, wiring
from gateway.web.administration import KEEPERS, administered, changing, keeper, reading
from gateway.web.forms import Labelled, refusals
from gateway.web.language import say, told
from gateway.web.showing import Change, agreed, mark

pages = Blueprint("privacy", __name__, url_prefix="/ateneo/<university>/amministrazione/dati")

_SHOWN = 50


class PersonForm(Labelled, FlaskForm):
    """Whom it is about, and why."""

    person = StringField(validators=[InputRequired(), Length(max=20)])
    why = StringField(validators=[InputRequired(), Length(max=200)])
    legal_basis = StringField(validators=[Length(max=100)])

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {
            "person": say("Codice fiscale", "Codice fiscale"),
            "why": say("Motivo", "Reason"),
            "legal_basis": say("Base giuridica della cancellazione", "Legal basis of the erasure"),
        }

    def hints(self) -> dict[str, str]:
        """Return what helps."""
        return {
            "why": say(
                "Per esempio il protocollo della richiesta; resta negli accessi.",
                "The protocol number of the request, say; it stays in the log of accesses.",
            ),
            "legal_basis": say(
                "Serve se gli atti andrebbero ancora conservati.",
                "Needed where records should still be kept.",
            ),
        }


class StatementForm(Labelled, FlaskForm):
    """The privacy statement in both languages; empty is the program's."""

    it = TextAreaField(validators=[Length(max=statements.LONGEST)])
    en = TextAreaField(validators=[Length(max=statements.LONGEST)])
    seen = HiddenField()

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        languages = {"it": say("In italiano", "In Italian"), "en": say("In inglese", "In English")}
        return {**languages, "seen": ""}

    def hints(self) -> dict[str, str]:
        """Return what helps."""
        said = say(
            "Una riga vuota fra i paragrafi; una riga che comincia con # è un titolo."
            " Vuoto: il testo del programma.",
            "An empty line between paragraphs; a line that begins with # is a heading."
            " Empty: the program's text.",
        )
        return {"it": said, "en": said}


@pages.get("")
@allow(*KEEPERS)
def terms(university: str) -> str:
    """Show for how long each kind is kept, and what can be done for a person."""
    with reading()(hosted().code) as uow:
        policy = privacy.policy_of(uow=uow)
        accesses = privacy.accesses(None, _SHOWN, uow=uow)
    rows = [(kept, told(KINDS[kept]), policy[kept], TERMS[kept]) for kept in Kept]
    return render_template("privacy.html", rows=rows, accesses=accesses, form=PersonForm())


class TermForm(Labelled, FlaskForm):
    """For how many days a kind is kept; empty is without end."""

    days = IntegerField(validators=[Optional(), NumberRange(0, MOST_DAYS)])

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {"days": say("Giorni", "Days")}

    def hints(self) -> dict[str, str]:
        """Return what helps."""
        return {"days": say("Vuoto: senza fine.", "Empty: without end.")}


@pages.route("/termini/<kind>", methods=["GET", "POST"])
@allow(*KEEPERS, recent=True)
def term(university: str, kind: str) -> str | Response:
    """Change the term of a kind, after showing what will change: the night removes what is over."""
    kept = Kept(kind) if kind in set(Kept) else None
    if kept is None:
        return redirect(url_for("privacy.terms", university=university))
    with reading()(hosted().code) as uow:
        before = privacy.policy_of(uow=uow)[kept]
    form = TermForm(data={"days": before})
    found = []
    if form.validate_on_submit():
        after = form.days.data
        if after != before:
            found = [Change(told(KINDS[kept]), _days(before), _days(after))]
        if not found or agreed(found):
            try:
                changing(lambda uow: privacy.set_terms({kept: after}, uow=uow))
            except Rejection as rejection:
                form.form_errors, found = refusals(rejection), []
            else:
                if found:
                    audit.note("term_changed", subject=kept.value, detail=str(after))
                    flash(say("Il termine è cambiato.", "The term has changed."), "success")
                return redirect(url_for("privacy.terms", university=university))
    return render_template(
        "privacy_term.html",
        form=form,
        kept=kept,
        what=told(KINDS[kept]),
        least=TERMS[kept].least,
        changes=found,
        mark=mark(found) if found else "",
    )


def _days(days: int | None) -> str:
    if days == 1:
        return say("un giorno", "one day")
    return (
        say("senza fine", "without end") if days is None else say("{n} giorni", "{n} days", n=days)
    )


def _person(form: PersonForm) -> CodiceFiscale:
    return parse_codice_fiscale((form.person.data or "").strip().upper(), "codice fiscale")


@pages.route("/persona", methods=["GET", "POST"])
@allow(*KEEPERS, recent=True)
def person(university: str) -> str | Response:
    """Find a person: what is held about them, by table; copy or erase it."""
    form, held = PersonForm(), None
    if form.validate_on_submit():
        act = request.form.get("act", "find")
        try:
            who, why = _person(form), form.why.data or ""
            if act == "export":
                return _export(who, why)
            if act == "erase":
                return _erase(form, who, why)
            with reading()(hosted().code) as uow:
                held = {
                    told(HOLDINGS[name].what): len(rows)
                    for name, rows in uow.personal.copy_of(who).tables.items()
                    if rows
                }
            audit.note("person_looked_for")
        except Rejection as rejection:
            form.form_errors = refusals(rejection)
    return render_template("privacy_person.html", form=form, held=held)


def _export(who: CodiceFiscale, why: str) -> Response:
    """Return everything held about a person, and note that it was taken."""
    now = wiring().clock()
    copy = changing(lambda uow: privacy.copy_of(who, keeper(), why, uow=uow, now=now))
    audit.note("person_exported", detail=str(copy.rows))
    content = administered().archive_copy(copy, hosted().name, who, now)
    answer = Response(content, content_type="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="copia.zip"'
    return answer


def _erase(form: PersonForm, who: CodiceFiscale, why: str) -> Response:
    """Erase a person; only the record that it was done stays."""
    wanted = privacy.EraseRequest(who, why, form.legal_basis.data or "")
    now = wiring().clock()
    erased = changing(lambda uow: privacy.erase(wanted, keeper(), uow=uow, now=now))
    administered().settle()
    rows = sum(erased.values())
    audit.note("person_erased", detail=str(rows))
    if rows:
        flash(say("Righe cancellate: {n}.", "Rows erased: {n}.", n=rows), "success")
    else:
        flash(say("Di questa persona non c'è nulla.", "Nothing is held of this person."), "info")
    return redirect(url_for("privacy.terms", university=hosted().code))


def _statements(uow: AdministrationUnitOfWork) -> dict[str, str]:
    """Return the statement in each language, empty where it is the program's."""
    kept = {code: uow.administration.text(statements.PRIVACY, code) for code in ("it", "en")}
    return {code: found[0] if found else "" for code, found in kept.items()}


def _seen(kept: Mapping[str, str]) -> str:
    """Return by what statements are known again: the form was made of these and no others."""
    return sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def _keep_statements(
    uow: AdministrationUnitOfWork, after: Mapping[str, str], seen: str
) -> Mapping[str, str] | None:
    """Keep the statements; return those there are if they are not the ones that were seen."""
    before = _statements(uow)
    if _seen(before) != seen:
        return before
    for code, text in after.items():
        if text != before[code]:
            uow.administration.keep_text(statements.PRIVACY, code, text, wiring().clock())
    return None


@pages.route("/informativa", methods=["GET", "POST"])
@allow(*KEEPERS)
def statement(university: str) -> str | Response:
    """Keep the university's own privacy statement, unless another was kept meanwhile."""
    with reading()(hosted().code) as uow:
        kept = _statements(uow)
    form = StatementForm(data={**kept, "seen": _seen(kept)})
    if form.validate_on_submit():
        texts = {
            code: (form[code].data or "").replace("\r\n", "\n").strip() for code in ("it", "en")
        }
        others = changing(lambda uow: _keep_statements(uow, texts, form.seen.data or ""))
        if others is None:
            audit.note("statement_changed")
            flash(say("L'informativa è cambiata.", "The statement has changed."), "success")
            return redirect(url_for("privacy.statement", university=university))
        form.seen.data = _seen(others)
        form.form_errors = [_meanwhile()]
    return render_template("privacy_statement_edit.html", form=form)


def _meanwhile() -> str:
    return say(
        "Nel frattempo qualcun altro ha cambiato l'informativa: nulla è stato salvato. Vedere come"
        " sta ora; salvando di nuovo questo testo prende il suo posto.",
        "Somebody else has changed the statement meanwhile: nothing was saved. See how it stands"
        " now; if saved again this text takes its place.",
    )
