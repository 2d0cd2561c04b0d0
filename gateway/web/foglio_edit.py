"""The secretariat corrects a foglio: sheet by sheet in a working copy, or by a file of its own.

Each button keeps what was typed: nothing is lost on the way from one sheet to another. The
preflight looks at the working copy whenever a page shows it; the request has it only in the end.
"""

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from gateway.domain.careers import FoglioEdit
from gateway.domain.origin import OutgoingTransfer
from gateway.domain.rejections import Cause, Reason, Rejection
from gateway.foglio import editing, sheets
from gateway.foglio.documents import read_broken
from gateway.foglio.editing import NoSuchPlace
from gateway.foglio.form_schema import Kind
from gateway.foglio.json_form import from_json
from gateway.foglio.packages import looks_like_json
from gateway.foglio.sheets import Block
from gateway.usecases import foglio_edits, origin
from gateway.usecases.ports import ConcurrentChange, UnitOfWork
from gateway.usecases.preflight import Preflight, inspect
from gateway.web import audit, foglio_form
from gateway.web.access import OFFICE, acting_as, allow, hosted, wiring
from gateway.web.foglio_form import Fault, Typed
from gateway.web.forms import Labelled, refusals
from gateway.web.language import moment, say
from gateway.web.origin_practices import Seen, reach_foglio, tell_meanwhile


class FinishForm(Labelled, FlaskForm):
    """Why the foglio was changed; what the page was made from."""

    why = StringField(validators=[InputRequired(), Length(max=400)])
    version = HiddenField()
    edit = HiddenField()

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        why = say("Motivo della modifica", "Reason of the change")
        return {"why": why, "version": "", "edit": ""}


class UploadForm(FinishForm):
    """A foglio of the office's own."""

    file = FileField(validators=[FileRequired()])

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {**super().labels(), "file": say("Foglio (XML o JSON)", "Foglio (XML or JSON)")}


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies on the desk: the request, the work on its foglio, and what is wrong with it."""

    transfer: OutgoingTransfer
    work: FoglioEdit
    faults: list[Fault]
    found: Preflight

    @property
    def replaced(self) -> bool:
        """Tell whether the request got another foglio since the work began."""
        return self.work.version > 0 and self.work.foglio != self.transfer.foglio


def _desk(uow: UnitOfWork, practice: str) -> Desk:
    transfer, _ = reach_foglio(uow, practice)
    behind = wiring()
    work = foglio_edits.work_on(transfer, uow=uow, now=behind.clock())
    kept = {item.reference.attachment_id for item in uow.attachments.of(origin.key_of(transfer))}
    found = inspect(
        work.content,
        uow=uow,
        documents=behind.documents,
        read_broken=read_broken,
        document_problem=lambda wanted: (
            None
            if wanted in kept
            else Reason(Cause.ATTACHMENT_NOT_FOUND, params={"attachment": wanted})
        ),
        now=behind.clock(),
    )
    faults = foglio_form.faults_of(found.faults)
    return Desk(transfer, work, faults + foglio_form.faults_of(found.warnings, warning=True), found)


def _to(practice: str, path: str = "", spot: str = "") -> Response:
    address = url_for(
        "foglio.edit", university=hosted().code, practice=practice, parte=path or None
    )
    return redirect(f"{address}#{foglio_form.html_id(spot)}" if spot else address)


@allow(*OFFICE)
def edit(university: str, practice: str) -> str | Response | tuple[str, int]:
    """Show the foglio to be corrected, or one sheet of it; keep what was typed into it."""
    path = request.args.get("parte", "")
    with wiring().open_uow(hosted().code) as uow:
        desk = _desk(uow, practice)
        if not foglio_edits.may_edit(desk.transfer):
            return _closed(desk.transfer)
        if request.method == "POST":
            return _keep(uow, desk, path)
    audit.note("foglio_opened", practice=practice)
    return _sheet(desk, path) if path else _overview(desk)


def _closed(transfer: OutgoingTransfer) -> tuple[str, int]:
    return render_template("foglio_closed.html", transfer=transfer), 409


def _overview(
    desk: Desk, finish: FinishForm | None = None, upload: UploadForm | None = None
) -> str:
    seen = {"version": str(desk.transfer.version), "edit": str(desk.work.version)}
    root = editing.opened(desk.work.content)
    return render_template(
        "foglio_edit.html",
        transfer=desk.transfer,
        desk=desk,
        sections=[
            (
                node,
                root.find(node.name) is not None,
                [item for item in desk.faults if item.section == node.name],
            )
            for node in sheets.sections()
        ],
        finish=finish or FinishForm(formdata=None, **seen),
        upload=upload or UploadForm(formdata=None, prefix="file-", **seen),
        form=foglio_form,
    )


def _sheet(desk: Desk, path: str, typed: Typed | None = None) -> str:
    root = editing.opened(desk.work.content)
    try:
        sheet = sheets.sheet(root, path)
    except NoSuchPlace:
        abort(404)
    told: dict[str, list[str]] = {}
    for fault in desk.faults:
        told.setdefault(fault.path, []).append(fault.sentence)
    for wrong, sentence in (typed.wrong if typed else {}).items():
        told.setdefault(wrong, []).insert(0, sentence)
    return render_template(
        "foglio_sheet.html",
        transfer=desk.transfer,
        desk=desk,
        sheet=sheet,
        above=sheets.above(path),
        told=told,
        here_wrong=[fault for fault in desk.faults if fault.sheet == path],
        wrong=typed.wrong if typed else {},
        answered=request.form if typed else {},
        form=foglio_form,
        listed=_listed(sheet),
    )


def _listed(sheet: Block) -> dict[str, tuple[str, ...]]:
    """Return the values that the page offers for fields of long lists, once each."""
    return {
        item.node.type_name: item.node.codes
        for item in sheet.fields
        if item.node.kind is Kind.LISTED
    }


def _keep(uow: UnitOfWork, desk: Desk, path: str) -> Response | tuple[str, int]:
    """Keep what was typed into a sheet, then do what the button says."""
    practice = desk.transfer.id_pratica
    if request.form.get("edit") != str(desk.work.version) or desk.replaced:
        _tell_worked(desk)
        return _to(practice, path if not desk.replaced else "")
    root = editing.opened(desk.work.content)
    if path:
        try:
            typed = foglio_form.read(sheets.sheet(root, path), request.form)
        except NoSuchPlace:
            abort(404)
        if typed.wrong:
            return _sheet(desk, path, typed), 422
        _put(root, typed)
    following, spot = _press(root, path, request.form.get("do", ""))
    content = editing.written(root)
    if content != desk.work.content:
        actor, now = acting_as(*OFFICE), wiring().clock()
        foglio_edits.keep(desk.transfer, desk.work, content, actor, uow=uow, now=now)
        uow.commit()
        audit.note("foglio_edited", practice=practice)
    return _to(practice, following, spot)


def _put(root: object, typed: Typed) -> None:
    for path, value in typed.values.items():
        editing.put(root, path, value)
    for path, values in typed.many.items():
        editing.put_all(root, path, values)
    editing.tidy(root)


def _press(root: object, path: str, pressed: str) -> tuple[str, str]:
    """Do what a button says; return the sheet to go to, and the spot on it."""
    act, _, what = pressed.partition(":")
    try:
        if act == "add":
            made = editing.add(root, what)
            return (made, "") if sheets.sheet_of(made) == made else (path, made)
        if act == "make":
            editing.make(root, what)
            return what, ""
        if act == "remove":
            editing.remove(root, what)
            return path, what.rpartition("[")[0]
        if act == "go":
            return what, ""
    except NoSuchPlace:
        abort(400)
    if pressed == "overview":
        return "", ""
    return path, ""


def _tell_worked(desk: Desk) -> None:
    if desk.replaced:
        said = say(
            "Nel frattempo la domanda ha ricevuto un altro foglio: questo lavoro non si può più"
            " salvare. Abbandonarlo e ricominciare dal foglio nuovo.",
            "Meanwhile the request got another foglio: this work cannot be kept any more. Drop it"
            " and begin again from the new foglio.",
        )
    else:
        said = say(
            "Nel frattempo {who} ha lavorato a questo foglio ({when}): nulla è stato fatto. La"
            " pagina mostra ora come sta.",
            "Meanwhile {who} has worked on this foglio ({when}): nothing was done. The page now"
            " shows how it stands.",
            who=desk.work.edited_by or say("qualcuno", "somebody"),
            when=moment(desk.work.edited_at),
        )
    flash(said, "warning")


@allow(*OFFICE)
def finish(university: str, practice: str) -> str | Response | tuple[str, int]:
    """Let the working copy be the foglio of the request."""
    form = FinishForm()
    with wiring().open_uow(hosted().code) as uow:
        desk = _desk(uow, practice)
        if _moved_on(uow, desk, form):
            return _to(practice)
        if not form.validate_on_submit():
            return _overview(desk, finish=form), 422
        try:
            foglio_edits.finish(
                desk.transfer,
                desk.work.version,
                acting_as(*OFFICE),
                form.why.data or "",
                uow=uow,
                documents=wiring().documents,
                now=wiring().clock(),
            )
            uow.commit()
        except ConcurrentChange:
            _tell_worked(desk)
            return _to(practice)
        except Rejection:
            flash(
                say(
                    "Il foglio non è stato salvato: ci sono difetti di forma da correggere prima.",
                    "The foglio was not kept: there are faults of form to be mended first.",
                ),
                "danger",
            )
            return _overview(desk, finish=form), 422
    audit.note("foglio_changed", practice=practice)
    flash(_kept(desk), "success")
    return _to(practice)


def _kept(desk: Desk) -> str:
    if desk.found.faults:
        return say(
            "Foglio salvato nella domanda. Difetti da correggere prima dell'invio: {count}.",
            "Foglio kept on the request. Faults to be mended before the sending: {count}.",
            count=len(desk.found.faults),
        )
    return say(
        "Foglio salvato nella domanda: nessun difetto.", "Foglio kept on the request: no fault."
    )


def _moved_on(uow: UnitOfWork, desk: Desk, form: FinishForm) -> bool:
    """Tell the visitor, and us, when the page is older than the request or the work on it."""
    if not Seen(form.version.data or "").is_still(desk.transfer):
        tell_meanwhile(uow, desk.transfer)
        return True
    if form.edit.data != str(desk.work.version) or desk.replaced:
        _tell_worked(desk)
        return True
    return False


@allow(*OFFICE)
def upload(university: str, practice: str) -> str | Response | tuple[str, int]:
    """Let a file be the foglio of the request."""
    form = UploadForm(prefix="file-")
    with wiring().open_uow(hosted().code) as uow:
        desk = _desk(uow, practice)
        if _moved_on(uow, desk, form):
            return _to(practice)
        if not form.validate_on_submit():
            return _overview(desk, upload=form), 422
        content = form.file.data.read()
        try:
            foglio_edits.replace_whole(
                desk.transfer,
                from_json(content) if looks_like_json(content) else content,
                acting_as(*OFFICE),
                form.why.data or "",
                uow=uow,
                documents=wiring().documents,
                now=wiring().clock(),
            )
        except Rejection as rejection:
            form.file.errors = [*_told(rejection)]
            return _overview(desk, upload=form), 422
        uow.commit()
    audit.note("foglio_changed", practice=practice, detail="file")
    with wiring().open_uow(hosted().code) as uow:
        flash(_kept(_desk(uow, practice)), "success")
    return _to(practice)


def _told(rejection: Rejection) -> list[str]:
    """Return what is wrong with a file, each with its place."""
    places = [foglio_form.where(reason.path) or reason.path for reason in rejection.reasons]
    told = zip(refusals(rejection), places, strict=True)
    return [f"{sentence} ({place})." if place else f"{sentence}." for sentence, place in told]


@allow(*OFFICE)
def drop(university: str, practice: str) -> Response:
    """Drop the work on a foglio; the request keeps the one it has."""
    form = FinishForm()
    with wiring().open_uow(hosted().code) as uow:
        desk = _desk(uow, practice)
        if form.edit.data != str(desk.work.version):
            _tell_worked(desk)
        else:
            uow.foglio_edits.drop(desk.transfer)
            uow.commit()
            audit.note("foglio_edit_dropped", practice=practice)
            said = say("Modifiche abbandonate.", "Changes dropped.")
            flash(said, "success")
    return _to(practice)
