"""The foglio of a request in the office: where its pages are."""

from flask import Blueprint

from gateway.web import foglio_attachments, foglio_edit, foglio_parked

pages = Blueprint("foglio", __name__, url_prefix="/ateneo/<university>")

_FOGLIO = "/uscita/<practice>/foglio"

pages.add_url_rule(_FOGLIO, view_func=foglio_edit.edit, methods=["GET", "POST"])
pages.add_url_rule(f"{_FOGLIO}/salva", view_func=foglio_edit.finish, methods=["POST"])
pages.add_url_rule(f"{_FOGLIO}/carica", view_func=foglio_edit.upload, methods=["POST"])
pages.add_url_rule(f"{_FOGLIO}/abbandona", view_func=foglio_edit.drop, methods=["POST"])
pages.add_url_rule(
    "/uscita/<practice>/allegati",
    view_func=foglio_attachments.attachments,
    methods=["GET", "POST"],
)
pages.add_url_rule("/sospese", "parked", foglio_parked.stopped)
pages.add_url_rule("/sospese/riprova", view_func=foglio_parked.resend, methods=["POST"])
pages.add_url_rule("/sospese/rinuncia", view_func=foglio_parked.abandon, methods=["POST"])
