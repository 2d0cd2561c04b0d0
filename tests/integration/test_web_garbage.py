"""Whatever somebody puts into an address or a form: an answer in words, never a fault of ours."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from gateway.bootstrap import Installation
from gateway.domain.accounts import EVERYWHERE, Grant, Role
from gateway.domain.deliveries import DeliveryState, Side, Trouble
from gateway.domain.identifiers import MiurCode
from gateway.usecases.delivery import ALARM_PARKED
from tests.support.arriving_students import CAREER, COURSE, DATA, FINAL, SHOW, comes, confirm_all
from tests.support.browsed_world import offer_courses, practices
from tests.support.careers import CLOSED, OPEN, bring, offer, prepared_career, ready_to_ask
from tests.support.databases import Maker
from tests.support.garbage import Form, Page, Stranger, bodies
from tests.support.offices import Browser, hire, signed_in
from tests.support.practices import confirm, page_of
from tests.support.routes import routes_of
from tests.support.transfers import REQUEST, Steps
from tests.support.universities import DESTINATION, ORIGIN, World

pytestmark = [
    pytest.mark.integration,
    pytest.mark.requirement("T18"),
    pytest.mark.timeout(600),  # thousands of requests
]

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
SIDES = {Side.ORIGIN: ORIGIN, Side.DESTINATION: DESTINATION}


WHERE = [(Side.ORIGIN, "sqlite"), (Side.DESTINATION, "postgres")]
"""Each side on one of the stores: what a text or a number may be differs between them."""


@pytest.fixture(params=WHERE, ids=lambda where: f"{where[0]}-{where[1]}")
def visited(make_steps: Callable[..., Steps], request: pytest.FixtureRequest) -> Stranger:
    """Somebody in every role who has looked at the pages of a side."""
    side, name = request.param
    return stranger(busy(make_steps(request.getfixturevalue(name))), side)


def busy(steps: Steps) -> Steps:
    """Bring practices to every point, stop a delivery, let acts wait for a second person."""
    offer_courses(steps)
    known = practices(steps)
    bring(steps, prepared_career(REQUEST))
    offer(steps)
    _stop_one(steps)
    for side, university in SIDES.items():
        installation = installation_of(steps.world, side)
        _staff(installation, university.code)
        stored = installation.store.university(university.code)
        assert stored is not None
        installation.store.save_university(replace(stored, four_eyes=True))
        installation.store.forget()
        event = "ask_cancellation" if side is Side.ORIGIN else "refuse"
        proposer = signed_in(installation, "ugo", installation.wsgi())
        answer = confirm(proposer, page_of(side, known[-1]), event, why="prova")
        assert "Proposta registrata" in answer.text
    return steps


def _stop_one(steps: Steps) -> None:
    steps.authorise(steps.ready(replace(REQUEST, exams=1)))

    def park(uow: Any) -> None:
        (waiting,) = uow.deliveries.by_state(DeliveryState.WAITING, 9)
        uow.deliveries.save(waiting.parked(Trouble.UNREACHABLE, "ConnectionError", reached=False))
        uow.alarms.raise_(ALARM_PARKED, waiting.delivery_id, "prova", steps.world.clock())

    steps.origin(park)


def _staff(installation: Installation, university: MiurCode) -> None:
    """Employ somebody in every role, and colleagues whose accounts are worked upon."""
    hire(installation, "ugo", Grant(Role.OPERATOR, university))
    hire(
        installation,
        "ada",
        *(Grant(role, EVERYWHERE if role is Role.SYSTEM else university) for role in Role),
        codice_fiscale=REQUEST.student.codice_fiscale,
    )


def installation_of(world: World, side: Side) -> Installation:
    return world.origin if side is Side.ORIGIN else world.destination


def stranger(steps: Steps, side: Side) -> Stranger:
    """Return somebody in every role who has looked at the pages of a side."""
    installation, university = installation_of(steps.world, side), SIDES[side].code
    app = installation.wsgi()
    made = Stranger(app, signed_in(installation, "ada", app))
    people = f"/ateneo/{university}/amministrazione/persone"
    starts = [
        route.path(university)
        for route in routes_of(app)
        if route.method == "GET" and route.endpoint not in Stranger.UNTOUCHED
    ]
    made.look_around(f"{people}/1", *starts)
    assert made.wrong == {}
    return made


def token_of(visit: Browser) -> str:
    found = _TOKEN.search(visit.get("/accessibilita").text)
    assert found is not None
    return found.group(1)


def test_no_address_is_more_than_the_pages_can_answer(visited: Stranger) -> None:
    visited.send_wrong_addresses()
    visited.send_wrong_parameters()
    assert (visited.wrong, visited.sent_away) == ({}, [])


def test_no_form_is_more_than_the_pages_can_answer(visited: Stranger) -> None:
    visited.send_wrong_forms(token_of(visited.visit))
    assert (visited.wrong, visited.sent_away) == ({}, [])


def test_who_comes_by_token_sends_what_they_like(
    make_steps: Callable[..., Steps], postgres: Maker
) -> None:
    steps = make_steps(postgres)
    practice = steps.sent(replace(REQUEST, exams=2))
    steps.authorise_enrolment(practice)
    app = steps.world.destination.wsgi()
    made = Stranger(app, comes(steps, practice, Browser(Client(app))))
    confirm_all(made.visit)
    made.look_around(SHOW, DATA, CAREER, COURSE, FINAL)
    assert {"enrolment.person", "enrolment.final"} <= made.addresses.keys()
    made.send_wrong_addresses()
    made.send_wrong_parameters()
    made.send_wrong_forms(token_of(made.visit))
    assert (made.wrong, made.sent_away) == ({}, [])


HOME = f"/ateneo/{ORIGIN.code}/domande"
COMPOSE = f"{HOME}/nuova/{DESTINATION.code}/foglio?anno=2026&corso="


def test_a_student_with_nothing_open_composes_and_changes_what_they_like(
    make_steps: Callable[..., Steps], postgres: Maker
) -> None:
    steps = make_steps(postgres)
    app = steps.world.origin.wsgi()
    made = Stranger(app, ready_to_ask(steps, application=app))
    composing = COMPOSE + CLOSED.code  # which no form makes a draft of: it stands open for the next
    sent = [send(made, composing, number) for number in range(_count(made, composing))]
    assert {answer.status_code for answer in sent} == {400, 422}  # 400: NUL
    first = made.visit.post(COMPOSE + OPEN.code, follow=False)
    assert first.location == HOME
    (drafted,) = steps.origin(lambda uow: uow.outgoing.listing())
    changing = f"{HOME}/{drafted.id_pratica}/modifica"
    sent = [send(made, changing, number) for number in range(_count(made, changing))]
    assert {answer.status_code for answer in sent} == {302, 400, 422}
    assert {answer.location for answer in sent if answer.status_code == 302} <= {
        HOME,
        f"{HOME}/{drafted.id_pratica}#conferma",
    }
    made.send_wrong_parameters()
    assert (made.wrong, made.sent_away) == ({}, [])


def _form(made: Stranger, address: str) -> tuple[str, Form]:
    """Return the version that a form was made for, and what else it would send."""
    page = Page(address, made.visit.get(address).text)
    form = next(form for form in page.forms if "notes" in dict(form.fields))
    version = dict(form.fields).get("version", "")
    form.fields = [(name, value) for name, value in form.fields if name != "version"]
    return version, form


def _count(made: Stranger, address: str) -> int:
    return len(list(bodies(_form(made, address)[1], "")))


def send(made: Stranger, address: str, number: int) -> TestResponse:
    """Send what is not meant, for the version that there is now."""
    version, form = _form(made, address)
    what, body = list(bodies(form, token_of(made.visit)))[number]
    return made.open(
        address,
        what,
        method="POST",
        data=f"{body}&version={version}",
        content_type="application/x-www-form-urlencoded",
        headers={"Referer": f"http://localhost{address}"},
    )


ODD_BODIES = {
    "a form of other bytes": (b"\xff\xfe=\x80&%zz=%", "application/x-www-form-urlencoded"),
    "parts without their mark": (b"--x\r\nno parts", "multipart/form-data"),
    "parts that do not end": (
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb',
        "multipart/form-data; boundary=x",
    ),
    "a part without a name": (
        b"--x\r\nContent-Disposition: form-data\r\n\r\nb\r\n--x--\r\n",
        "multipart/form-data; boundary=x",
    ),
    "a file of an odd name": (
        (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="../\\ud800\x00.pdf"\r\n'
            b"Content-Type: a/b; charset=utf-9\r\n\r\nb\r\n--x--\r\n"
        ),
        "multipart/form-data; boundary=x",
    ),
    "too many fields": (b"a=b&" * 5000, "application/x-www-form-urlencoded"),
    "parts of an odd charset": (b"a=b", "application/x-www-form-urlencoded; charset=utf-9"),
    "JSON": (b"[" * 9000, "application/json"),
    "nothing": (b"", ""),
}
ODD_HEADERS = (
    {"Referer": "http://["},
    {"Referer": "http://localhost/\xff%00"},
    {"Accept-Language": "\xff;q=x,,;=;" * 50},
    {"Cookie": "congedo=.eJw; lingua=\xff; x"},
    {"Cookie": "congedo=" + "A" * 5000},
    {"User-Agent": "\xff<script>" * 200},
    {"X-Forwarded-For": "[::1"},
    {"Range": "bytes=9-1,-,x"},
    {"If-Modified-Since": "ieri", "If-None-Match": '"'},
)


def test_a_body_that_is_no_form_and_headers_that_are_none_are_answered(steps: Steps) -> None:
    app = steps.world.origin.wsgi()
    _staff(steps.world.origin, ORIGIN.code)
    made = Stranger(app, signed_in(steps.world.origin, "ada", app))
    home = f"/ateneo/{ORIGIN.code}"
    places = ("/accesso", f"{home}/carriere", "/profilo", f"{home}/arrivo", "/lingua/it")
    for place in (*places, f"{home}/posta/nessuno/disiscrizione"):
        for what, (body, kind) in ODD_BODIES.items():
            made.open(place, what, method="POST", data=body, content_type=kind or None)
    for place in ("/", "/accesso", f"{home}/lavori", f"{home}/arrivo"):
        for headers in ODD_HEADERS:
            Client(app).get(place, headers=headers)
            made.open(place, str(headers), headers=headers)
    made.open("/lingua/it", "no host", method="POST", headers={"Referer": "http://["})
    assert made.wrong == {}
