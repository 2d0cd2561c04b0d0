"""The offices' application: pages, their look, their guards."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import bootstrap_italia_template
from flask import Blueprint, Flask, Response, render_template, request, send_from_directory
from flask_talisman import Talisman
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException

from gateway.correlation import ANSWER_HEADER
from gateway.domain.accounts import ABSOLUTE
from gateway.logs import get_logger, new_message_id
from gateway.usecases.ports import ConcurrentChange, StoreUnavailable
from gateway.web import (
    accounts,
    arrivals,
    commission,
    enrolment,
    front_door,
    reconciliation,
    requirements,
    worklist,
)
from gateway.web.access import add_guard, everybody
from gateway.web.language import add_language
from gateway.web.menu import add_menu
from gateway.web.sessions import add_sessions
from gateway.web.wiring import WebWiring

_log = get_logger(__name__)
_LOOK = Path(bootstrap_italia_template.__file__).parent / "static"

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
"""What a page may load: nothing of any other host, nothing written in the page itself."""

SUBJECTS: Sequence[Blueprint] = (
    front_door.pages,
    accounts.pages,
    worklist.pages,
    arrivals.pages,
    enrolment.pages,
    requirements.pages,
    reconciliation.pages,
    commission.pages,
)
"""The pages, by subject."""

FORM_LIMIT = 12 * 1024 * 1024
"""Bytes of a form: an attachment of 10 MB and what stands around it."""


def make_app(wiring: WebWiring) -> Flask:
    """Return the application."""
    app = Flask("gateway.web")
    app.secret_key = wiring.cookie_key
    app.config.update(
        SESSION_COOKIE_NAME="congedo",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=wiring.over_tls,
        PERMANENT_SESSION_LIFETIME=ABSOLUTE,
        MAX_CONTENT_LENGTH=FORM_LIMIT,
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
    CSRFProtect(app)
    add_sessions(app, wiring)
    add_language(app)
    add_guard(app)
    add_menu(app)
    for subject in SUBJECTS:
        app.register_blueprint(subject)
    _add_look(app)
    _add_errors(app)
    return app


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

    app.register_error_handler(CSRFError, answer(419))
    app.register_error_handler(ConcurrentChange, answer(409))
    app.register_error_handler(StoreUnavailable, answer(503))
