"""An operator at work on the foglio of a request, with a browser that runs no scripts."""

from html.parser import HTMLParser

from lxml import etree
from werkzeug.test import TestResponse

from gateway.domain.accounts import Role
from gateway.domain.identifiers import IdPratica
from gateway.foglio.documents import element_of
from tests.support.offices import Browser, employ
from tests.support.transfers import Steps
from tests.support.universities import VALDOMBRA


class Fields(HTMLParser):
    """What the fields of a page hold, by name."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._select = self._area = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "input" and name:
            self.values.setdefault(name, given.get("value", ""))
        elif tag == "select":
            self._select = name
            self.values[name] = ""
        elif tag == "option" and "selected" in given and self._select:
            self.values[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._area = name
            self.values[name] = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        if tag == "select":
            self._select = ""


class Office:
    """An operator at work on the foglio of a request."""

    def __init__(self, steps: Steps, practice: IdPratica, visit: Browser | None = None) -> None:
        self.steps, self.practice = steps, practice
        self.visit = visit or employ(steps.world.origin, VALDOMBRA, Role.OPERATOR)
        self.home = f"/ateneo/{VALDOMBRA}/uscita/{practice}/foglio"

    def at(self, sheet: str = "") -> str:
        """Return the address of a sheet."""
        return f"{self.home}?parte={sheet}" if sheet else self.home

    def fields(self, sheet: str) -> dict[str, str]:
        """Return what the fields of a sheet hold."""
        return Fields(self.visit.get(self.at(sheet)).text).values

    def press(self, sheet: str, do: str = "", **typed: str) -> TestResponse:
        """Send a sheet with everything it shows, and what was typed instead."""
        return self.send(sheet, {**self.fields(sheet), **typed}, do)

    def send(self, sheet: str, values: dict[str, str], do: str = "") -> TestResponse:
        """Send a sheet as it was at some time."""
        wanted = {
            name: value for name, value in values.items() if name not in ("csrf_token", "next")
        }
        return self.visit.post(self.at(sheet), page=self.home, **{**wanted, "do": do})

    def finish(self, why: str = "correzione") -> TestResponse:
        """Keep the working copy on the request."""
        seen = Fields(self.visit.get(self.home).text).values
        return self.visit.post(
            f"{self.home}/salva",
            page=self.home,
            why=why,
            version=seen["version"],
            edit=seen["edit"],
        )

    @property
    def foglio(self) -> etree._Element:
        """The foglio that the request has."""
        number = self.steps.out(self.practice).foglio
        return element_of(self.steps.origin(lambda uow: uow.foglios.draft(number)))
