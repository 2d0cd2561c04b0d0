"""Whatever somebody puts into an address or a form: an answer in words, never a fault of ours."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import Client

from gateway.bootstrap import Installation
from gateway.domain.accounts import EVERYWHERE, Grant, Role
from gateway.domain.deliveries import DeliveryState, Side, Trouble
from gateway.domain.identifiers import MiurCode
from gateway.usecases.delivery import ALARM_PARKED
from tests.support.arriving_students import CAREER, COURSE, DATA, FINAL, SHOW, comes, confirm_all
from tests.support.browsed_world import offer_courses, practices
from tests.support.careers import bring, offer, prepared_career
from tests.support.databases import Maker
from tests.support.garbage import Stranger
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
