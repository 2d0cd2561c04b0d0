"""The front door: which universities are hosted, where their services are, in which language."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from gateway.domain.accounts import Role
from gateway.domain.identifiers import MiurCode
from gateway.texts import Language
from gateway.texts.guides import GUIDES
from gateway.texts.public import PRIVACY
from gateway.web import statements
from gateway.web.access import came_from, everybody, hosted, visitor, wiring
from gateway.web.language import COOKIE, language, told
from gateway.web.menu import ENTRIES

pages = Blueprint("front", __name__)

_YEAR = 365 * 24 * 3600
_ARRIVED = "arrivals.progress"


@pages.get("/")
@everybody
def home() -> str | Response:
    """Show the hosted universities; who works at one alone goes there."""
    if current_user.is_authenticated and not visitor().is_system:
        mine = [code for code in visitor().universities() if wiring().find_university(code)]
        first = first_page(mine[0]) if len(mine) == 1 else ""
        if first:
            return redirect(first)
    return render_template("home.html", universities=wiring().find_universities())


@pages.get("/ateneo/<university>")
@everybody
def at(university: str) -> Response:
    """Go to the first page at a university: of the visitor's role, else the entrance."""
    if not current_user.is_authenticated:
        return redirect(url_for("accounts.entrance", next=request.path))
    return redirect(first_page(hosted().code) or url_for("front.home"))


def first_page(university: MiurCode) -> str:
    """Return the first page that the visitor has at a university, empty if there is none."""
    roles = visitor().roles_at(university)
    mine = [entry.endpoint for entry in ENTRIES if entry.roles & roles]
    if Role.STUDENT in roles and _only_arrives(university):
        mine.sort(key=lambda endpoint: endpoint != _ARRIVED)
    return url_for(mine[0], university=university) if mine else ""


def _only_arrives(university: MiurCode) -> bool:
    """Tell whether a student came here by a transfer and has asked for none from here."""
    person = visitor().codice_fiscale
    if person is None:
        return False
    with wiring().open_uow(university, lasting=False) as uow:
        return bool(uow.incoming.of_student(person)) and not uow.outgoing.of_student(person)


@pages.get("/servizi")
@everybody
def services() -> str:
    """Show where the contracts of the services are."""
    return render_template("services.html", universities=wiring().find_universities())


@pages.get("/ateneo/<university>/informativa")
@everybody
def privacy(university: str) -> str:
    """Show the university's privacy statement, or the program's."""
    here = hosted()
    with wiring().administration.open_uow(here.code, lasting=False) as uow:
        kept = uow.administration.text(statements.PRIVACY, language().value)
    name = here.name if language() is Language.ITALIAN else here.name_en or here.name
    text = kept[0] if kept else told(PRIVACY, university=name)
    return render_template(
        "privacy_statement.html",
        blocks=statements.blocks(text),
        changed=kept[1] if kept else None,
    )


@pages.get("/aiuto")
@everybody
def guide() -> str:
    """Say in a few words what each role does here, that of the visitor first."""
    mine = (
        {grant.role for grant in visitor().grants} if current_user.is_authenticated else frozenset()
    )
    guides = sorted(GUIDES.items(), key=lambda item: item[0] not in mine)
    return render_template("guide.html", guides=guides, mine=mine)


@pages.get("/accessibilita")
@everybody
def accessibility() -> str:
    """Say how accessible the pages are."""
    return render_template("accessibility.html")


@pages.post("/lingua/<code>")
@everybody
def speak(code: str) -> Response:
    """Choose a language, and see the same page again."""
    answer = redirect(came_from())
    if code in {item.value for item in Language}:
        answer.set_cookie(
            COOKIE, code, max_age=_YEAR, httponly=True, samesite="Lax", secure=wiring().over_tls
        )
    return answer
