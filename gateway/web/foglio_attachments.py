"""The documents of the attachments that a foglio announces: brought, replaced, with their term."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response
from wtforms import DateField, HiddenField
from wtforms.validators import InputRequired

from gateway.domain.attachments import MAX_BYTES, own_document
from gateway.domain.calendar import italian_day
from gateway.domain.origin import OutgoingTransfer
from gateway.domain.rejections import Cause, Rejection, refuse
from gateway.foglio.pdf import problem_of
from gateway.usecases import attachments_by_hand
from gateway.usecases.attachments_by_hand import Announced
from gateway.usecases.ports import UnitOfWork
from gateway.web import audit
from gateway.web.access import OFFICE, allow, hosted, wiring
from gateway.web.forms import Labelled, refusals, wrong
from gateway.web.language import say
from gateway.web.origin_practices import Seen, reach, reach_foglio, tell_meanwhile


class DocumentForm(Labelled, FlaskForm):
    """A PDF for one of the attachments announced."""

    attachment = HiddenField(validators=[InputRequired()])
    version = HiddenField()
    file = FileField(validators=[FileRequired()])
    until = DateField(validators=[InputRequired()])

    def validate_until(self, field: DateField) -> None:
        """Refuse a day that has passed."""
        if field.data is not None and field.data < italian_day(wiring().clock()):
            raise wrong("Il giorno è già passato.", "The day has passed.")

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {
            "attachment": say("Allegato", "Attachment"),
            "version": "",
            "file": say("Documento PDF", "PDF document"),
            "until": say("Ultimo giorno in cui è disponibile", "Last day on which it is available"),
        }

    def hints(self) -> dict[str, str]:
        """Return what helps."""
        return {
            "file": say("Al massimo {limit} KB.", "{limit} KB at most.", limit=MAX_BYTES // 1024),
            "until": say(
                "Fino a questo giorno la destinazione può prelevarlo.",
                "Until this day the destination can fetch it.",
            ),
        }


@allow(*OFFICE)
def attachments(university: str, practice: str) -> str | Response | tuple[str, int]:
    """Show the attachments of a request; keep the document of one."""
    behind = wiring()
    with behind.open_uow(hosted().code) as uow:
        transfer, _ = reach_foglio(uow, practice)
        known = attachments_by_hand.announced(transfer, uow=uow, documents=behind.documents)
        if request.method == "POST":
            form = DocumentForm(prefix=f"{_position(known)}-")
            if not Seen(form.version.data or "").is_still(transfer):
                tell_meanwhile(uow, transfer)
            elif _bring(uow, practice, form):
                return redirect(
                    url_for("foglio.attachments", university=university, practice=practice)
                )
            else:
                forms = _forms(known, str(transfer.version), form)
                return _page(transfer, known, forms), 422
            return redirect(request.url)
    audit.note("attachments_viewed", practice=practice)
    return _page(transfer, known, _forms(known, str(transfer.version)))


def _page(transfer: OutgoingTransfer, known: Sequence[Announced], forms: list[DocumentForm]) -> str:
    return render_template("foglio_attachments.html", transfer=transfer, known=known, forms=forms)


def _position(known: Sequence[Announced]) -> int:
    """Return for which of the attachments a form was sent, the first if it does not say."""
    wanted = [n for n in range(len(known)) if f"{n}-attachment" in request.form]
    return wanted[0] if wanted else 0


def _forms(
    known: Sequence[Announced], version: str, sent: DocumentForm | None = None
) -> list[DocumentForm]:
    return [
        sent if sent is not None and sent.attachment.data == _id(item) else _form(n, item, version)
        for n, item in enumerate(known)
    ]


def _id(item: Announced) -> str:
    return item.reference.attachment_id


def _form(position: int, item: Announced, version: str) -> DocumentForm:
    until = item.document.reference.available_until if item.document else None
    return DocumentForm(
        formdata=None,
        prefix=f"{position}-",
        attachment=_id(item),
        version=version,
        until=until or item.reference.available_until,
    )


def _check_pdf(content: bytes) -> None:
    """Refuse what is no PDF; one that is too large is told so instead."""
    problem = problem_of(content) if len(content) <= MAX_BYTES else ""
    if problem:
        raise refuse(Cause(problem))


def _bring(uow: UnitOfWork, practice: str, form: DocumentForm) -> bool:
    """Keep the document that a form brings; tell whether it was taken."""
    if not form.validate_on_submit():
        return False
    upload = form.file.data
    content = upload.read(MAX_BYTES + 1)
    wanted = form.attachment.data or ""
    transfer = reach(uow, practice)
    try:
        _check_pdf(content)
        document = own_document(wanted, upload.filename or wanted, content, form.until.data)
        replaced = attachments_by_hand.bring(
            transfer, document, uow=uow, documents=wiring().documents
        )
    except Rejection as rejection:
        form.file.errors = refusals(rejection)
        return False
    uow.commit()
    audit.note("attachment_replaced" if replaced else "attachment_brought", practice=practice)
    flash(
        say("Allegato {id} sostituito.", "Attachment {id} replaced.", id=wanted)
        if replaced
        else say("Allegato {id} caricato.", "Attachment {id} brought.", id=wanted),
        "success",
    )
    return True
