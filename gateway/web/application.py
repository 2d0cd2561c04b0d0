"""The offices' application: pages, their look, their guards."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import bootstrap_italia_template
from flask import (
    Blueprint,
    Flask,
    Response,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from flask_login import current_user
from flask_talisman import Talisman
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response as ResponseBase

from gateway.correlation import ANSWER_HEADER
from gateway.domain.accounts import ABSOLUTE
from gateway.foglio.packages import MAX_FILES
from gateway.logs import get_logger, new_message_id
from gateway.settings import FORM_LIMIT
from gateway.texts import Text, offices
from gateway.usecases.account_ports import Busy
from gateway.usecases.connector_ports import SystemUnavailable
from gateway.usecases.ports import ConcurrentChange, StoreUnavailable
from gateway.web import (
    accounts,
    administration,
    arrivals,
    audit_log,
    careers,
    codes_pages,
    commission,
    documents,
    elsewhere,
    enrolment,
    figures,
    foglio,
    front_door,
    mails,
    messages,
    offers_pages,
    partner_security_pages,
    partners_pages,
    people,
    practice_acts,
    practice_tools,
    privacy_pages,
    profile,
    reconciliation,
    registry_pages,
    requests,
    requirements,
    second_factor,
    system_pages,
    terms_pages,
    worklist_bulk,
)
from gateway.web.access import access_of, add_guard, came_from, everybody
from gateway.web.addresses import add_addresses
from gateway.web.asked import add_bounds
from gateway.web.audit import add_audit
from gateway.web.forms import FileTooLarge
from gateway.web.language import add_language, language, say, told
from gateway.web.menu import add_menu
from gateway.web.practice_words import add_words
from gateway.web.sessions import add_sessions
from gateway.web.wiring import WebWiring

_log = get_logger(__name__)
_LOOK = Path(bootstrap_italia_template.__file__).parent / "static"

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self' data:",  # Bootstrap Italia's style sheet brings one in itself
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
"""What a page may load: nothing of any other host, nothing written in the page itself."""

SUBJECTS: Sequence[Blueprint] = (
    front_door.pages,
    accounts.pages,
    elsewhere.pages,
    profile.pages,
    second_factor.pages,
    people.pages,
    audit_log.pages,
    documents.pages,
    figures.pages,
    mails.pages,
    administration.pages,
    terms_pages.pages,
    partners_pages.pages,
    partner_security_pages.pages,
    offers_pages.pages,
    registry_pages.pages,
    codes_pages.pages,
    privacy_pages.pages,
    system_pages.pages,
    careers.pages,
    requests.pages,
    foglio.pages,
    worklist_bulk.pages,
    practice_acts.pages,
    practice_tools.pages,
    messages.pages,
    arrivals.pages,
    enrolment.pages,
    requirements.pages,
    reconciliation.pages,
    commission.pages,
)
"""The pages, by subject."""

_TOO_LARGE = (
    "Ciò che è stato inviato, file compresi, supera il limite di {most} MB: nulla è stato fatto.",
    "What was sent, files included, is over the limit of {most} MB: nothing was done.",
)
_TOO_MANY = Text(
    "Ciò che è stato inviato ha più di {parts} file e campi, o testi più lunghi di {most} KB:"
    " nulla è stato fatto.",
    "What was sent has more than {parts} files and fields, or texts longer than {most} KB:"
    " nothing was done.",
)
_LATER = ("Riprovare più tardi.", "Try again later.")
_MEGABYTE = 1024 * 1024
_MOST_PARTS = MAX_FILES + 50
"""Files and fields of a form: as many fogli as may be brought, and what stands beside them."""
_STRANGERS = 64 * 1024
"""Bytes that somebody may send who has not signed in: no form of theirs has a file."""


def make_app(wiring: WebWiring) -> Flask:
    """Return the application."""
    app = Flask("gateway.web")
    add_addresses(app)
    _add_doorkeeper(app)  # before anything reads what was sent
    add_bounds(app)
    app.secret_key = wiring.cookie_key
    app.config.update(
        SESSION_COOKIE_NAME="congedo",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=wiring.over_tls,
        PERMANENT_SESSION_LIFETIME=ABSOLUTE,
        MAX_CONTENT_LENGTH=FORM_LIMIT,
        MAX_FORM_PARTS=_MOST_PARTS,
        WTF_CSRF_TIME_LIMIT=int(ABSOLUTE / timedelta(seconds=1)),
        SEND_FILE_MAX_AGE_DEFAULT=int(timedelta(days=1).total_seconds()),
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["congedo"] = wiring
    Talisman(
        app,
        content_security_policy=POLICY,
        force_https=False,  # the listener and the proxy see to it
        session_cookie_secure=wiring.over_tls,
        strict_transport_security=wiring.over_tls,
        frame_options="DENY",
        referrer_policy="same-origin",
    )
    forgery = CSRFProtect(app)
    add_sessions(app, wiring)
    add_language(app)
    add_guard(app)
    add_audit(app)
    add_menu(app)
    add_words(app)
    for subject in SUBJECTS:
        app.register_blueprint(subject)
    forgery.exempt(app.view_functions[mails.ONE_CLICK])
    _add_look(app)
    _add_errors(app)
    return app


def _add_doorkeeper(app: Flask) -> None:
    """Send strangers with something large to the entrance before any of it is taken in.

    Where anybody may be, no form is that large: there it is refused. A body of no stated length may
    be of any: browsers state it.
    """

    @app.before_request
    def stop() -> ResponseBase | tuple[str, int] | None:
        endless = request.content_length is None and "Transfer-Encoding" in request.headers
        small = not endless and (request.content_length or 0) <= _STRANGERS
        if small or current_user.is_authenticated:
            return None
        access = access_of(app, request.endpoint) if request.endpoint else None
        if access is not None and access.public:
            return render_template("trouble.html", status=413), 413
        return redirect(url_for("accounts.entrance", next=came_from()))


def _add_look(app: Flask) -> None:
    """Serve the compiled files of Bootstrap Italia, and let nobody keep a page."""

    @everybody
    def look(file: str) -> Response:
        return send_from_directory(_LOOK, file)

    app.add_url_rule("/aspetto/<path:file>", "look", look)

    @app.after_request
    def private(response: Response) -> Response:
        if request.endpoint not in ("look", "static"):
            response.headers["Cache-Control"] = "no-store"
        return response


def _too_many() -> str:
    """Return how much a form may have in it."""
    most = (request.max_form_memory_size or 0) // 1000
    return told(_TOO_MANY, parts=_MOST_PARTS, most=most)


def _add_errors(app: Flask) -> None:
    def answer(status: int) -> Callable[[Any], tuple[str, int]]:
        return lambda _: (render_template("trouble.html", status=status), status)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> tuple[str, int]:
        status = error.code or 500
        return render_template("trouble.html", status=status), status

    @app.errorhandler(Exception)
    def broken(error: Exception) -> tuple[str, int, dict[str, str]]:
        number = new_message_id()
        _log.exception("page_failed", page=request.endpoint, message_id=number)
        page = render_template("trouble.html", status=500, number=number)
        return page, 500, {ANSWER_HEADER: number}

    @app.errorhandler(RequestEntityTooLarge)
    def too_large(error: RequestEntityTooLarge) -> tuple[str, int]:
        limit = error.most if isinstance(error, FileTooLarge) else FORM_LIMIT
        length = request.content_length
        many = length is not None and length <= limit  # short enough, there is too much in it
        why = _too_many() if many else say(*_TOO_LARGE, most=limit // _MEGABYTE)
        return render_template("trouble.html", status=413, why=why, many=many), 413

    def without_system(error: Exception) -> tuple[str, int]:
        assert isinstance(error, SystemUnavailable)
        why = f"{offices.sentence(error.reason, language())}. {say(*_LATER)}"
        return render_template("trouble.html", status=503, why=why), 503

    app.register_error_handler(SystemUnavailable, without_system)
    app.register_error_handler(CSRFError, answer(419))
    app.register_error_handler(ConcurrentChange, answer(409))
    app.register_error_handler(StoreUnavailable, answer(503))
    app.register_error_handler(Busy, answer(503))
