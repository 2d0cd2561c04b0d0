"""Offers: one's own from a file, what it changes, partners' as last fetched, admission lists."""

import base64
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, fields

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from gateway.domain.calendar import italian_day, transfer_year
from gateway.domain.identifiers import parse_miur_code
from gateway.domain.offers import Course, Offer
from gateway.domain.rejections import Rejection
from gateway.usecases import offers
from gateway.web import audit
from gateway.web.access import allow, hosted, wiring
from gateway.web.administration import KEEPERS, administered, changing, reading
from gateway.web.asked import asked_number, number_in
from gateway.web.forms import FileTooLarge, Labelled, placed, refusals
from gateway.web.language import say
from gateway.web.showing import shown

pages = Blueprint("offers", __name__, url_prefix="/ateneo/<university>/amministrazione/offerta")

_MOST_BYTES = 8 * 1024 * 1024
_FIRST, _LAST = 2000, 2100
"""Academic years that an offer can be of."""


class OfferForm(Labelled, FlaskForm):
    """A CSV with a course on each line, for a year."""

    year = IntegerField(validators=[InputRequired(), NumberRange(_FIRST, _LAST)])
    file = FileField(validators=[FileRequired()])

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {
            "year": say("Anno accademico (il primo dei due)", "Academic year (the first of two)"),
            "file": say("File CSV, un corso per riga", "CSV file, a course on each line"),
        }

    def hints(self) -> dict[str, str]:
        """Return what helps."""
        return {
            "file": say(
                "UTF-8. Colonne: {names}",
                "UTF-8. Columns: {names}",
                names=", ".join(administered().course_columns.values()),
            )
        }


class AdmittedForm(Labelled, FlaskForm):
    """Who passed the entrance test of a course."""

    year = IntegerField(validators=[InputRequired(), NumberRange(_FIRST, _LAST)])
    course = StringField(validators=[InputRequired(), Length(max=40)])
    file = FileField(validators=[FileRequired()])

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {
            "year": say("Anno accademico (il primo dei due)", "Academic year (the first of two)"),
            "course": say("Codice del corso", "Code of the course"),
            "file": say(
                "File di testo, un codice fiscale per riga", "Text, one codice fiscale a line"
            ),
        }


def _year() -> int:
    return transfer_year(italian_day(wiring().clock()))


def _published_for(text: str) -> int:
    """Return the year that a form says, this one if it says none that an offer can be of."""
    found = number_in(text) or 0
    return found if _FIRST <= found <= _LAST else _year()


@pages.get("")
@allow(*KEEPERS)
def show(university: str) -> str:
    """Show the published offer, partners' offers and admission lists."""
    chosen = asked_number("anno")
    with reading()(hosted().code) as uow:
        years = uow.administration.offered_years()
        year = chosen if chosen in years else _year()
        offer = uow.offers.published(year)
        caches = uow.administration.cached_offers()
        lists = uow.administration.admission_lists()
        known = {partner.code: partner for partner in uow.partners.all()}
    return render_template(
        "offers.html",
        year=year,
        years=years,
        offer=offer,
        caches=caches,
        lists=lists,
        partners=known,
        current=_year(),
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """What becomes of a course: ``new``, ``gone`` or ``changed``, and how."""

    kind: str
    course: Course
    details: tuple[str, ...] = ()


def differences(before: Sequence[Course], after: Sequence[Course]) -> list[Difference]:
    """Return what a new offer changes, by course."""
    old = {course.code: course for course in before}
    new = {course.code: course for course in after}
    found = [Difference("new", course) for code, course in new.items() if code not in old]
    found += [Difference("gone", course) for code, course in old.items() if code not in new]
    for code, course in new.items():
        known = old.get(code)
        if known is not None and known != course:
            found.append(Difference("changed", course, tuple(_details(known, course))))
    return found


def _details(before: Course, after: Course) -> list[str]:
    columns = administered().course_columns
    return [
        f"{columns[item.name]}: {shown(getattr(before, item.name))}"
        f" → {shown(getattr(after, item.name))}"
        for item in fields(Course)
        if getattr(before, item.name) != getattr(after, item.name)
    ]


def pack(content: bytes) -> str:
    """Return a file as a form carries it from its preview to its publication."""
    return base64.b64encode(zlib.compress(content, 9)).decode("ascii")


def unpack(text: str) -> bytes:
    """Return the file that a form carried; nothing if it is none."""
    try:
        return zlib.decompressobj().decompress(base64.b64decode(text, validate=True), _MOST_BYTES)
    except (ValueError, zlib.error):  # no base 64, not even ASCII, or nothing compressed
        return b""


def read_whole(file: FileStorage) -> bytes:
    """Return a file that was sent, never cut short.

    Raises:
        FileTooLarge: it is over the limit.
    """
    content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise FileTooLarge(_MOST_BYTES)
    return bytes(content)


@pages.route("/importa", methods=["GET", "POST"])
@allow(*KEEPERS, recent=True)
def load(university: str) -> str | Response:
    """Read a file and show what it would change, line by line what is wrong with it."""
    form = OfferForm(data={"year": _year()})
    if form.validate_on_submit():
        content = read_whole(form.file.data)
        year = form.year.data or _year()
        try:
            offer = administered().read_courses(content, year)
        except Rejection as rejection:
            form.form_errors = placed(rejection)
        else:
            with reading()(hosted().code) as uow:
                before = uow.offers.published(year)
            return render_template(
                "offer_preview.html",
                offer=offer,
                before=before,
                differences=differences(before.courses if before else (), offer.courses),
                packed=pack(content),
            )
    return render_template("offer_load.html", form=form)


@pages.post("/pubblica")
@allow(*KEEPERS, recent=True)
def publish(university: str) -> Response:
    """Publish the offer that was shown, in place of the one before."""
    year = _published_for(request.form.get("year", ""))
    now = wiring().clock()
    try:
        offer = administered().read_courses(unpack(request.form.get("packed", "")), year)
        count = changing(lambda uow: uow.offers.publish(Offer(year, offer.courses, now)))
    except Rejection as rejection:
        for sentence in placed(rejection):
            flash(sentence, "danger")
        return redirect(url_for("offers.load", university=university))
    audit.note("offer_published", subject=str(year), detail=str(count))
    flash(say("Offerta {year} pubblicata. Corsi: {n}.", "Offer {year} published. Courses: {n}.",
              year=year, n=count), "success")  # fmt: skip
    return redirect(url_for("offers.show", university=university, anno=year))


@pages.post("/partner/<code>/aggiorna")
@allow(*KEEPERS)
def refresh(university: str, code: str) -> Response:
    """Ask a partner for its offer; one question at a time is in line."""
    now = wiring().clock()
    try:
        partner = parse_miur_code(code)
        asked = changing(lambda uow: offers.request_offer(partner, _year(), uow=uow, now=now))
    except Rejection as rejection:
        for sentence in refusals(rejection):
            flash(sentence, "danger")
    else:
        audit.note("offer_refresh_asked", subject=partner)
        if asked:
            flash(say("Richiesta in coda.", "The request is in line."), "success")
        else:
            flash(say("Una richiesta è già in coda.", "A request is in line already."), "info")
    return redirect(url_for("offers.show", university=university))


@pages.route("/ammessi", methods=["GET", "POST"])
@allow(*KEEPERS)
def admit(university: str) -> str | Response:
    """Note who passed the entrance test of a course; nobody is shown afterwards, only how many."""
    form = AdmittedForm(data={"year": _year()})
    if form.validate_on_submit():
        course, year = (form.course.data or "").strip(), form.year.data or _year()
        try:
            people = administered().read_admitted(read_whole(form.file.data))
            added = changing(lambda uow: offers.admit(course, year, people, uow=uow))
        except Rejection as rejection:
            form.form_errors = placed(rejection)
        else:
            audit.note("admissions_imported", subject=f"{year} {course}", detail=str(added))
            flash(say("Aggiunti: {n}.", "Added: {n}.", n=added), "success")
            return redirect(url_for("offers.show", university=university))
    return render_template("offer_admit.html", form=form)
