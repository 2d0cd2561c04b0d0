"""The header and the menu: where a visitor can go, at the university where they are."""

from dataclasses import dataclass

from flask import Flask, g, url_for
from flask_login import current_user

from gateway.domain.accounts import Role
from gateway.domain.partners import University
from gateway.texts import Text
from gateway.web.access import OFFICE, READERS, opens, visitor, wiring
from gateway.web.language import told

_ALL = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu: an endpoint that takes a university, for some of those it opens to."""

    endpoint: str
    text: Text
    roles: frozenset[Role]


ENTRIES = (
    Entry("worklist.show", Text("Da fare", "To do"), frozenset(READERS)),
    Entry("foglio.parked", Text("Ferme", "Stopped"), frozenset(OFFICE)),
    Entry("commission.listing", Text("Commissione", "Commission"), frozenset({Role.COMMISSION})),
    Entry("requests.listing", Text("Le mie domande", "My requests"), frozenset({Role.STUDENT})),
    Entry(
        "arrivals.progress",
        Text("Il mio trasferimento", "My transfer"),
        frozenset({Role.STUDENT}),
    ),
    Entry("careers.listing", Text("Carriere", "Careers"), frozenset({Role.OPERATOR})),
    Entry("messages.listing", Text("Messaggi", "Messages"), frozenset(READERS)),
    Entry("figures.show", Text("Andamento", "Figures"), frozenset(READERS)),
    Entry("audit.listing", Text("Registro", "Log"), frozenset({Role.AUDITOR})),
    Entry(
        "administration.home",
        Text("Amministrazione", "Administration"),
        frozenset({Role.ADMINISTRATOR, Role.SYSTEM}),
    ),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the menu on a page."""

    text: str
    address: str


def add_menu(app: Flask) -> None:
    """Let every page have its menu, and the choice of the university."""

    @app.context_processor
    def shell() -> dict[str, object]:
        here = g.get("university")
        return {
            "here": here,
            "menu": _lines(here) if here and current_user.is_authenticated else (),
            "elsewhere": _elsewhere(here) if current_user.is_authenticated else (),
        }


def _lines(here: University) -> list[Line]:
    roles = visitor().roles_at(here.code)
    return [
        Line(told(entry.text), url_for(entry.endpoint, university=here.code))
        for entry in ENTRIES
        if entry.roles & roles and opens(entry.endpoint)
    ]


def _elsewhere(here: University | None) -> list[University]:
    account = visitor()
    mine = account.universities()
    return [
        found
        for found in wiring().find_universities()
        if (found.code in mine or account.is_system) and found != here
    ]
