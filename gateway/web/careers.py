"""Careers: what the students' fogli are made of, imported by the secretariat.

A career is of no faculty until its student asks: who works for some faculties only sees none here.
"""

from collections.abc import Iterator, Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from flask_wtf.file import FileRequired, MultipleFileField
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from gateway.domain.accounts import Role
from gateway.domain.careers import PreparedCareer
from gateway.domain.identifiers import parse_codice_fiscale
from gateway.domain.rejections import Rejection
from gateway.foglio.packages import MAX_FILES, Room, prepared
from gateway.usecases import careers
from gateway.usecases.careers import Brought, BroughtFile, PreparedFile
from gateway.usecases.transaction import transact
from gateway.web import audit, foglio_reading
from gateway.web.access import acting_as, allow, hosted, wiring
from gateway.web.asked import asked_number
from gateway.web.forms import Labelled, refusals
from gateway.web.language import say

pages = Blueprint("careers", __name__, url_prefix="/ateneo/<university>")

_PAGE = 50


class ImportForm(Labelled, FlaskForm):
    """Files of prepared fogli."""

    files = MultipleFileField(validators=[FileRequired()])

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {"files": say("File XML, JSON o ZIP", "XML, JSON or ZIP files")}

    def hints(self) -> dict[str, str]:
        """Return what helps."""
        return {
            "files": say(
                "Uno o più fogli preparati, uno per studente; uno ZIP può contenerne molti. In"
                " tutto al massimo {files} fogli e 12 MB.",
                "One or more prepared fogli, one for each student; a ZIP may hold many. {files}"
                " fogli and 12 MB at most in all.",
                files=MAX_FILES,
            )
        }


class SearchForm(Labelled, FlaskForm):
    """One student; sent by POST, so that nobody's code stands in an address."""

    code = StringField(validators=[InputRequired(), Length(max=40)])

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {"code": say("Codice fiscale", "Codice fiscale")}


@pages.get("/carriere")
@allow(Role.OPERATOR, whole=[Role.OPERATOR])
def listing(university: str) -> str:
    """List the careers."""
    return _listing(ImportForm(formdata=None), SearchForm(formdata=None))


def _listing(form: ImportForm, search: SearchForm, told: list[BroughtFile] | None = None) -> str:
    after = asked_number("dopo")
    with wiring().open_uow(hosted().code) as uow:
        found = uow.careers.page(after, _PAGE + 1)
        count = uow.careers.count()
    return render_template(
        "careers.html",
        form=form,
        search=search,
        told=told,
        words=_words(),
        sentences=lambda item: refusals(Rejection(item.reasons)) if item.reasons else [],
        careers=found[:_PAGE],
        count=count,
        after=after,
        following=found[_PAGE - 1].number if len(found) > _PAGE else None,
    )


def _words() -> dict[Brought, str]:
    return {
        Brought.NEW: say("importata", "imported"),
        Brought.REPLACED: say("sostituita", "replaced"),
        Brought.SAME: say("già presente, uguale", "there already, the same"),
        Brought.REFUSED: say("non importata", "not imported"),
    }


@pages.post("/carriere")
@allow(Role.OPERATOR, whole=[Role.OPERATOR])
def bring(university: str) -> str | tuple[str, int]:
    """Import files; what came of each is shown at once.

    The names of files may be people's: they are kept nowhere, not even for another page. Sending
    the form again brings nothing new and changes nothing.
    """
    form, search = ImportForm(), SearchForm(formdata=None)
    if not form.validate_on_submit():
        return _listing(form, search), 422
    uploads: list[FileStorage] = form.files.data or []
    actor, behind = acting_as(Role.OPERATOR), wiring()
    told = transact(
        hosted().code,
        lambda uow: careers.bring(
            _given(uploads),
            actor,
            uow=uow,
            documents=behind.documents,
            composer=behind.composer,
            now=behind.clock(),
        ),
        open_uow=behind.open_uow,
    )
    kept = sum(item.result in (Brought.NEW, Brought.REPLACED) for item in told)
    audit.note("careers_imported", detail=str(kept))
    return _listing(ImportForm(formdata=None), search, told)


def _given(uploads: Sequence[FileStorage]) -> Iterator[PreparedFile]:
    """Yield what is in the files of a form, one at a time: they share one room."""
    room = Room()
    for upload in uploads:
        yield from prepared(upload.filename or "", upload.stream, room)


@pages.post("/carriere/cerca")
@allow(Role.OPERATOR, whole=[Role.OPERATOR])
def search(university: str) -> Response:
    """Go to the career of one student."""
    form = SearchForm()
    found = None
    if form.validate_on_submit():
        try:
            code = parse_codice_fiscale(form.code.data or "")
        except Rejection as rejection:
            flash(" ".join(refusals(rejection)), "danger")
            return redirect(url_for("careers.listing", university=university))
        with wiring().open_uow(hosted().code) as uow:
            found = uow.careers.get(code)
    if found is None:
        flash(say("Nessuna carriera con questo codice.", "No career of this code."), "warning")
        return redirect(url_for("careers.listing", university=university))
    return redirect(url_for("careers.show", university=university, number=found.number))


@pages.get("/carriere/<int:number>")
@allow(Role.OPERATOR, whole=[Role.OPERATOR])
def show(university: str, number: int) -> str:
    """Show a career."""
    behind = wiring()
    with behind.open_uow(hosted().code) as uow:
        found = _known(uow.careers.by_number(number))
        content = careers.preview(found, uow=uow, composer=behind.composer, now=behind.clock())
    audit.note("career_viewed", subject=f"career {number}")
    return render_template(
        "career.html",
        career=found,
        foglio=foglio_reading.shown(content, behind.documents),
        reading=foglio_reading,
    )


@pages.route("/carriere/<int:number>/togli", methods=["GET", "POST"])
@allow(Role.OPERATOR, recent=True, whole=[Role.OPERATOR])
def remove(university: str, number: int) -> str | Response:
    """Remove a career, once confirmed."""
    form = FlaskForm()
    with wiring().open_uow(hosted().code) as uow:
        found = uow.careers.by_number(number)
    if request.method == "GET":
        return render_template("career_remove.html", career=_known(found), form=form)
    if found is not None and form.validate_on_submit():
        with wiring().open_uow(hosted().code) as uow:
            careers.remove(number, uow=uow)
            uow.commit()
        audit.note("career_removed", subject=f"career {number}")
        flash(say("Carriera tolta.", "Career removed."), "success")
    return redirect(url_for("careers.listing", university=university))


def _known(career: PreparedCareer | None) -> PreparedCareer:
    if career is None:
        abort(404)
    return career
