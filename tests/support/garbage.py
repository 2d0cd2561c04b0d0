"""Everything that people, and programs, put where a page expects something else."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, ClassVar
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from flask import Flask
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import Client, TestResponse

from tests.support.offices import Browser

ADDRESSES: Mapping[str, str] = {
    "nul": "%00",
    "nul in hexadecimal": "~6100",
    "no hexadecimal": "~zz",
    "no UTF-8": "%FF%FE",
    "a surrogate": "%ED%A0%80",
    "a surrogate in hexadecimal": "~eda080",
    "a great number": "99999999999",
    "a huge number": "9" * 30,
    "a number without end": "9" * 5000,
    "a negative number": "-1",
    "other figures": quote("٣²"),
    "long": "x" * 9000,
    "dots": "..%2F..%2Fetc%2Fpasswd",
    "a line": "a%0D%0AX-Y:%20z",
    "words": quote("{0} %s {{7*7}} <b>\"'"),
    "controls": "a%01%0B%1B%EF%BF%BE%EF%BF%BFz",
    "turned": quote("\u202e🙂"),
}
"""What stands in an address instead of an identifier, as it is sent."""

VALUES: Mapping[str, str] = {
    **{
        name: sent for name, sent in ADDRESSES.items() if not name.endswith(("hexadecimal", "dots"))
    },
    "nothing": "",
    "zero": "0",
    "no such day": "2026-13-45",
    "the first day": "0001-01-01",
    "the last day": "9999-12-31",
    "the first month": "0001-01",
    "the last month": "9999-12",
    "no number": "NaN",
    "no end": "Infinity",
    "too great": "1e999",
    "no host": "%2F%2F%5B",
    "no address": "http%3A%2F%2F%5B",
    "words of SQL": quote("%' OR ''='"),
    "a list": quote('[{"a": 1}]'),
    "blanks": "%09%0A+",
    "the end of a page": "2026-01-01T00:00~origin~" + "9" * 20,
    "the end of another page": "0001-01-01T00:00:00~destination~1",
    "the end of a page by day": "2026-01-01~origin~1",
    "the end of a page by moment": "2026-01-01T00:00:00%2B00:00~origin~1",
}
"""What stands in a field or a parameter instead of its value, as it is sent."""


SHARP = ("controls", "a great number", "a huge number", "long", "the last day")
"""What is sent in place of one value while the others stay as they are."""
MANY: Mapping[str, int] = {"practices.outgoing": 30, "practices.incoming": 30}
"""Pages of which each has other buttons."""


@dataclass
class Form:
    """A form as it stands on a page: where it goes and what it would send."""

    page: str
    action: str
    method: str = "get"
    fields: list[tuple[str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """The links and forms of a page."""

    def __init__(self, address: str, text: str) -> None:
        super().__init__()
        self.address, self.links, self.forms = address, list[str](), list[Form]()
        self._area = self._select = ""
        self._form: Form | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href", "").startswith("/"):
            self.links.append(given["href"])
        if tag == "form":
            action = given.get("action") or self.address
            self._form = Form(self.address, action, given.get("method", "get").lower())
            self.forms.append(self._form)
        if self._form is not None:
            self._field(self._form, tag, given)

    def _field(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if tag in ("input", "button") and name and given.get("type") != "file":
            form.fields.append((name, value))
        elif tag == "textarea" and name:
            form.fields.append((name, "testo"))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and value:
            form.fields.append((self._select, value))
            self._select = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = ""


class Heard(ImmutableMultiDict[str, str]):
    """What a request says under names, which remembers what the views ask for."""

    names: ClassVar[set[str]] = set()

    def get(self, key: str, *arguments: Any, **options: Any) -> Any:
        """Return what is said under a name."""
        self.names.add(key)
        return super().get(key, *arguments, **options)

    def getlist(self, key: str, *arguments: Any, **options: Any) -> Any:
        """Return everything that is said under a name."""
        self.names.add(key)
        return super().getlist(key, *arguments, **options)

    def __contains__(self, key: object) -> bool:
        self.names.add(str(key))
        return super().__contains__(key)


class Stranger:
    """Somebody with a browser who looks at pages of each kind, then sends what is not meant.

    ``wrong`` is what the application could not answer: by what was sent, where. ``sent_away`` tells
    what ended the visit: from then on nothing would be looked at.
    """

    UNTOUCHED = frozenset({"accounts.leave", "look", "metrics"})
    """Signing out would end the visit; the others are no pages of people."""
    LAST = ("profile.password", "accounts.prove", "terms.edit")
    """What could keep the visitor from going on."""

    def __init__(self, app: Flask, visit: Browser) -> None:
        self.app, self.visit = app, visit
        app.request_class = type(
            "Request", (app.request_class,), {"parameter_storage_class": Heard}
        )
        self.addresses: dict[str, str] = {}
        self.forms: dict[tuple[str, frozenset[str]], Form] = {}
        self.wrong: dict[str, int] = {}
        self.sent_away: list[str] = []
        self.sent = 0

    @property
    def client(self) -> Client:
        """The client of the browser."""
        return self.visit.client

    def look_around(self, *starts: str, most: int = 3) -> None:
        """Open some pages of each kind, and note their forms."""
        waiting, seen, kinds = list(starts), set(starts), dict[str, int]()
        while waiting:
            address = waiting.pop(0)
            endpoint = self.endpoint(address)
            kind = self.kind(address)
            kinds[kind] = kinds.get(kind, 0) + 1
            room = MANY.get(endpoint, most)
            if not endpoint or endpoint in self.UNTOUCHED or kinds[kind] > room:
                continue
            answer = self.open(address, "as it is")
            if answer.status_code == 200:
                self.addresses.setdefault(kind, address)
            if answer.status_code == 302:
                found = [urlsplit(answer.location or "")._replace(scheme="", netloc="").geturl()]
            else:
                found = self._note(address, answer) if answer.mimetype == "text/html" else []
            waiting += [link for link in found if link not in seen]
            seen.update(found)
        self.sent_away.clear()

    def _note(self, address: str, answer: TestResponse) -> list[str]:
        page = Page(address, answer.text)
        for form in page.forms:
            names = frozenset(re.sub(r"[0-9a-f-]{8,}|\d+", "#", name) for name, _ in form.fields)
            self.forms.setdefault((self.kind(form.action, form.method.upper()), names), form)
        return [link.partition("#")[0] for link in page.links]

    def endpoint(self, address: str, method: str = "GET") -> str:
        """Return which view answers at an address, empty if none does."""
        try:
            found, _ = self.app.url_map.bind("localhost").match(urlsplit(address).path, method)
        except (HTTPException, RequestRedirect):
            return ""
        return str(found)

    def kind(self, address: str, method: str = "GET") -> str:
        """Return what pages have in common: the view, and the act that one confirms there."""
        endpoint = self.endpoint(address, method)
        act = urlsplit(address).path.rpartition("/")[2] if endpoint.endswith("confirm_act") else ""
        return f"{endpoint} {act}".strip()

    def open(self, address: str, what: str, **options: Any) -> TestResponse:
        """Ask, and note what could not be answered."""
        self.sent += 1
        answer = self.client.open(address, **options)
        if answer.status_code >= 500:
            kind = options.get("method", "GET")
            self.wrong[f"{kind} {address[:150]} {what}"] = answer.status_code
        if (answer.location or "").startswith("/accesso?next"):
            self.sent_away.append(f"{address[:150]} {what}")
        if answer.status_code != 302:
            answer.get_data()
        return answer

    def send_wrong_addresses(self) -> None:
        """Put what is not meant in place of every identifier of every page."""
        universities = 0
        for address in self.addresses.values():
            parts = urlsplit(address).path.split("/")
            for place, part in enumerate(parts):
                university = parts[place - 1 : place] == ["ateneo"]
                universities += university
                if university and universities > 3:
                    continue  # the guard reads it, the same for every page
                if part and self._varies(parts, place):
                    for name, value in ADDRESSES.items():
                        bent = "/".join((*parts[:place], value, *parts[place + 1 :]))
                        self.open(bent, name)

    def _varies(self, parts: list[str], place: int) -> bool:
        bent = "/".join((*parts[:place], "1", *parts[place + 1 :]))
        path = "/".join(parts)
        return self.endpoint(bent) == self.endpoint(path)

    def send_wrong_parameters(self) -> None:
        """Put what is not meant in place of every parameter that a page reads."""
        for address in self.addresses.values():
            parts = urlsplit(address)
            Heard.names.clear()
            self.open(address, "as it is")
            own = parse_qsl(parts.query)
            names = Heard.names | {name for name, _ in own}
            for what, value in VALUES.items() if names else ():
                every = "&".join(f"{name}={value}" for name in sorted(names))
                self.open(f"{parts.path}?{every}", f"every one: {what}")
                for name in sorted(names) if what in SHARP else ():
                    others = urlencode([pair for pair in own if pair[0] != name])
                    self.open(f"{parts.path}?{others}&{name}={value}", f"{name}: {what}")

    def send_wrong_forms(self, token: str) -> None:
        """Put what is not meant in place of every field of every form, one by one."""
        for form in self.posted():
            for what, body in bodies(form, token):
                self.open(
                    form.action,
                    what,
                    method="POST",
                    data=body,
                    content_type="application/x-www-form-urlencoded",
                    headers={"Referer": f"http://localhost{form.page}"},
                )

    def posted(self) -> Iterator[Form]:
        """Yield the forms that change something."""
        found = sorted(self.forms.items(), key=lambda item: item[0][0] in self.LAST)
        for (endpoint, _), form in found:
            if form.method == "post" and endpoint not in self.UNTOUCHED:
                yield form


def bodies(form: Form, token: str) -> Iterator[tuple[str, str]]:
    """Yield what is sent instead of a form: everything wrong at once, then field by field."""
    mark = urlencode({"csrf_token": token})
    names = list(dict.fromkeys(name for name, _ in form.fields if name != "csrf_token"))
    for what, value in VALUES.items():
        every = "&".join(f"{quote(name)}={value}" for name in names)
        yield f"all: {what}", f"{mark}&{every}"
    yield "no field", mark
    for name in names[:40]:
        kept = urlencode([(n, v) for n, v in form.fields if n not in (name, "csrf_token")])
        for what in SHARP:
            yield f"{name}: {what}", f"{mark}&{kept}&{quote(name)}={VALUES[what]}"
