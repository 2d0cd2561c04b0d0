"""Every route, asked by a stranger, in every role, and in every role of another university.

What is refused is asked of the application as it is. What is let in is asked of one whose views do
nothing, since they would act: there only the guard answers.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from werkzeug.test import Client

from gateway.bootstrap import Installation
from gateway.domain.accounts import EVERYWHERE, RECENT, Grant, Role
from gateway.domain.identifiers import MiurCode
from gateway.web.mails import ONE_CLICK
from tests.support.offices import Browser, browser, hire, signed_in
from tests.support.routes import Route, routes_of, without_views
from tests.support.transfers import Steps
from tests.support.universities import MONTELAGO, ORIGIN, THIRD, VALDOMBRA

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T18")]

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
REACHED, REFUSED, SENT_AWAY, GONE = 204, 403, 302, 404
ENTRANCE, PROOF = "/accesso?next=", "/conferma-identita?next="


@pytest.fixture
def house(steps: Steps) -> Installation:
    """An installation that hosts two universities."""
    installation = steps.world.origin
    installation.store.save_university(THIRD)
    return installation


def ask(visit: Browser, route: Route, token: str, university: str = VALDOMBRA) -> tuple[int, str]:
    """Return with which status a route answers, and where it leads."""
    data = {} if route.method == "GET" else {"csrf_token": token}
    answer = visit.client.open(route.path(university), method=route.method, data=data)
    with answer:
        return answer.status_code, answer.location or ""


def token_of(visit: Browser) -> str:
    """Return what forms of this browser carry against forgery."""
    found = _TOKEN.search(visit.get("/accessibilita").text)
    assert found is not None
    return found.group(1)


def guarded(routes: list[Route]) -> Iterator[Route]:
    """Return the routes that are not open to everybody."""
    return (route for route in routes if route.access is None or not route.access.public)


def test_every_route_says_who_may_see_it(house: Installation) -> None:
    silent = [route.rule for route in routes_of(house.wsgi()) if route.access is None]
    assert silent == []


def test_a_stranger_comes_to_no_page_that_is_not_for_everybody(house: Installation) -> None:
    app = house.wsgi()
    visit = browser(house, app)
    token = token_of(visit)
    wrong = {}
    for route in guarded(routes_of(app)):
        status, where = ask(visit, route, token)
        if status != SENT_AWAY or not where.startswith(ENTRANCE):
            wrong[route.method, route.rule] = status, where
    assert wrong == {}


def test_a_stranger_comes_to_every_page_that_is_for_everybody(house: Installation) -> None:
    visit = browser(house)
    token = token_of(visit)
    idle = same_on(without_views(house.wsgi()), visit)
    wrong = {
        (route.method, route.rule): answer
        for route in routes_of(house.wsgi())
        if route.access
        and route.access.public
        and (answer := ask(idle, route, token))[0] != REACHED
    }
    assert wrong == {}


def test_who_was_away_a_moment_is_noted_before_a_view_holds_the_store(
    steps: Steps, house: Installation
) -> None:
    """A view that noted it while it held SQLite's only writer would wait for itself."""
    hire(house, "ada", Grant(Role.STUDENT, VALDOMBRA))
    app = house.wsgi()
    visit = signed_in(house, "ada", app)
    for route in routes_of(app):
        if route.method == "GET" and route.access and route.access.public:
            steps.world.clock.advance(minutes=2)
            status, where = ask(visit, route, "")
            assert status < 500, route.rule
            assert not where.startswith(ENTRANCE), route.rule


def same_on(app: object, visit: Browser) -> Browser:
    """Return a browser with the cookies of another, on another application."""
    client = Client(app)  # type: ignore[arg-type]
    client._cookies = visit.client._cookies
    return Browser(client)


def refusals(
    house: Installation, name: str, lets_in: Callable[[Route], bool]
) -> dict[tuple[str, str], object]:
    """Return the routes that do not refuse somebody whom they should."""
    app = house.wsgi()
    visit = signed_in(house, name, app)
    token = token_of(visit)
    return {
        (route.method, route.rule): answer
        for route in guarded(routes_of(app))
        if not lets_in(route) and (answer := ask(visit, route, token)) != (REFUSED, "")
    }


def welcomes(
    house: Installation, name: str, lets_in: Callable[[Route], bool]
) -> dict[tuple[str, str], object]:
    """Return the routes that do not let somebody in whom they should."""
    app = house.wsgi()
    visit = signed_in(house, name, app)
    token = token_of(visit)
    idle = same_on(without_views(house.wsgi()), visit)
    return {
        (route.method, route.rule): answer
        for route in guarded(routes_of(app))
        if lets_in(route) and (answer := ask(idle, route, token))[0] != REACHED
    }


@pytest.mark.parametrize("role", Role)
def test_every_role_comes_to_its_pages_and_to_no_other(house: Installation, role: Role) -> None:
    where = EVERYWHERE if role is Role.SYSTEM else VALDOMBRA
    hire(house, "ada", Grant(role, where))
    assert refusals(house, "ada", lambda route: route.lets_in(role)) == {}
    assert welcomes(house, "ada", lambda route: route.lets_in(role)) == {}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_every_role_of_another_university_is_refused(house: Installation, role: Role) -> None:
    hire(house, "ada", Grant(role, THIRD.code))
    assert refusals(house, "ada", lambda route: route.lets_in(role, elsewhere=True)) == {}


def test_somebody_without_any_role_is_refused(house: Installation) -> None:
    hire(house, "ada")
    no_role = {(r.method, r.rule) for r in routes_of(house.wsgi()) if r.access and r.access.roles}
    wrong = refusals(house, "ada", lambda route: (route.method, route.rule) not in no_role)
    assert wrong == {}


@pytest.mark.parametrize("code", [MONTELAGO, MiurCode("7777"), MiurCode("niente!")])
def test_a_university_that_is_not_hosted_is_not_found(house: Installation, code: MiurCode) -> None:
    app = house.wsgi()
    hire(house, "ada", Grant(Role.SYSTEM))
    visit = signed_in(house, "ada", app)
    token = token_of(visit)
    wrong = {
        (route.method, route.rule): answer
        for route in routes_of(app)
        if route.of_university and (answer := ask(visit, route, token, code))[0] != GONE
    }
    assert wrong == {}


def test_what_cannot_be_undone_wants_the_password_again(house: Installation) -> None:
    hire(house, "ada", *(Grant(role, VALDOMBRA) for role in Role))
    app = house.wsgi()
    visit = signed_in(house, "ada", app)
    token = token_of(visit)
    house.clock.advance(seconds=RECENT.total_seconds() + 1)  # type: ignore[attr-defined]
    recent = [route for route in guarded(routes_of(app)) if route.access and route.access.recent]
    wrong = {
        (route.method, route.rule): answer
        for route in recent
        if not (answer := ask(visit, route, token))[1].startswith(PROOF)
    }
    assert wrong == {}


def test_forms_without_their_mark_are_refused(house: Installation) -> None:
    """Also of those who may send them: a page of another site cannot make the mark.

    The one-click unsubscription of mail programs (RFC 8058) has none: its code is the proof.
    """
    hire(house, "ada", *(Grant(role, VALDOMBRA) for role in Role))
    app = house.wsgi()
    visit = signed_in(house, "ada", app)
    wrong = {
        (route.method, route.rule): answer
        for route in routes_of(app)
        if route.method != "GET"
        and route.endpoint != ONE_CLICK
        and (answer := ask(visit, route, "falso"))[0] != 419
    }
    assert wrong == {}


def test_the_other_university_is_hosted_too(house: Installation) -> None:
    """Or the tests above would prove nothing about it."""
    assert {found.code for found in house.store.universities()} == {ORIGIN.code, THIRD.code}
