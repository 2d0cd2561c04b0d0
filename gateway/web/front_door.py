"""The front door: which universities are hosted, where their services are, in which language."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from gateway.texts import Language
from gateway.web.access import everybody, hosted, visitor, wiring
from gateway.web.forms import here_only
from gateway.web.language import COOKIE
from gateway.web.menu import ENTRIES

pages = Blueprint("front", __name__)

_YEAR = 365 * 24 * 3600


@pages.get("/")
@everybody
def home() -> str | Response:
    """Show the hosted universities; who works at one alone goes there."""
    if current_user.is_authenticated:
        mine = [code for code in visitor().universities() if wiring().find_university(code)]
        if len(mine) == 1 and not visitor().is_system:
            return redirect(url_for("front.at", university=mine[0]))
    return render_template("home.html", universities=wiring().find_universities())


@pages.get("/ateneo/<university>")
@everybody
def at(university: str) -> Response:
    """Go to the first page at a university: of the visitor's role, else the entrance."""
    if not current_user.is_authenticated:
        return redirect(url_for("accounts.entrance"))
    roles = visitor().roles_at(hosted().code)
    here = current_app.view_functions
    mine = (entry.endpoint for entry in ENTRIES if entry.roles & roles and entry.endpoint in here)
    first = next(mine, "front.home")
    return redirect(url_for(first, university=university) if roles else url_for("front.home"))


@pages.get("/servizi")
@everybody
def services() -> str:
    """Show where the contracts of the services are."""
    return render_template("services.html", universities=wiring().find_universities())


@pages.get("/accessibilita")
@everybody
def accessibility() -> str:
    """Say how accessible the pages are."""
    return render_template("accessibility.html")


@pages.post("/lingua/<code>")
@everybody
def speak(code: str) -> Response:
    """Choose a language."""
    answer = redirect(here_only(request.args.get("next", "")) or url_for("front.home"))
    if code in {item.value for item in Language}:
        answer.set_cookie(
            COOKIE, code, max_age=_YEAR, httponly=True, samesite="Lax", secure=wiring().over_tls
        )
    return answer
