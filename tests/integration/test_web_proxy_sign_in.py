"""Signing in through a proxy that ends SAML: believed by its secret, and by nothing else."""

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from gateway.demo.people import numbered
from gateway.domain.accounts import RECENT, Grant, Role
from tests.support.databases import SqliteMaker
from tests.support.offices import Browser, browser, hire
from tests.support.transfers import Steps
from tests.support.universities import VALDOMBRA

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T18")]

SECRET = "segreto-del-proxy-lungo-abbastanza-00"
TLS_SECRET = "segreto-del-proxy-che-termina-tls-000"
PERSON = "ada@valdombra.example"
FISCAL = numbered(9).codice_fiscale
SETTINGS = {
    "proxy_user_secret": SECRET,
    "proxy_user_header": "X-Remote-User",
    "proxy_codice_fiscale_header": "X-Schac-Id",
    "proxy_name_header": "X-Display-Name",
    "proxy_email_header": "X-Mail",
    "proxy_instant_header": "X-Authn-Instant",
    "proxy_login": "/Shibboleth.sso/Login?target={back}",
}


@pytest.fixture
def steps(make_steps: Callable[..., Steps], sqlite: SqliteMaker) -> Steps:
    """A world whose pages stand behind a proxy."""
    return make_steps(sqlite, **SETTINGS)


def stranger(steps: Steps) -> Browser:
    return browser(steps.world.origin, steps.world.network.hosts["origin"])


def ada(steps: Steps) -> None:
    hire(steps.world.origin, "ada", Grant(Role.OPERATOR, VALDOMBRA), subject=f"proxy:{PERSON}")


def through(visit: Browser, secret: str = SECRET, path: str = "/accesso/idem", **more: str) -> Any:
    headers = {"X-Remote-User": PERSON, "X-Congedo-User-Secret": secret}
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    answer: TestResponse = visit.get(path, follow=False, headers=headers)
    return answer


def is_in(visit: Browser) -> bool:
    return visit.get("/profilo", follow=False).status_code == 200


def test_whom_the_proxy_names_is_in(steps: Steps) -> None:
    ada(steps)
    visit = stranger(steps)
    page = visit.get("/accesso?next=/profilo").text
    assert "/Shibboleth.sso/Login?target=/accesso/idem%3Fnext%3D/profilo" in page
    assert through(visit, path="/accesso/idem?next=/profilo").location == "/profilo"
    assert is_in(visit)


@pytest.mark.parametrize("secret", ["", "sbagliato", SECRET[:-1], SECRET + "0"])
def test_nobody_else_can_say_who_is_there(steps: Steps, secret: str) -> None:
    ada(steps)
    visit = stranger(steps)
    assert through(visit, secret).status_code == 403
    assert not is_in(visit)


def test_the_secret_of_the_proxy_that_ends_tls_says_nothing_about_people(
    make_steps: Callable[..., Steps], sqlite: SqliteMaker
) -> None:
    steps = make_steps(sqlite, **SETTINGS, proxy_secret=TLS_SECRET)
    ada(steps)
    visit = stranger(steps)
    for secret in ("", TLS_SECRET):
        answer = through(visit, secret, X_Congedo_Proxy_Secret=TLS_SECRET)
        assert answer.status_code == 403
    assert not is_in(visit)
    assert through(visit).status_code == 302
    assert is_in(visit)


def test_a_secret_is_changed_with_two_that_hold(
    make_steps: Callable[..., Steps], sqlite: SqliteMaker
) -> None:
    following = SECRET[::-1]
    steps = make_steps(sqlite, **SETTINGS | {"proxy_user_secret": f"{SECRET} {following}"})
    ada(steps)
    for secret in (SECRET, following):
        visit = stranger(steps)
        assert through(visit, secret).status_code == 302
        assert is_in(visit)
    assert through(stranger(steps), f"{SECRET} {following}").status_code == 403


def test_the_header_counts_on_no_other_page(steps: Steps) -> None:
    ada(steps)
    visit = stranger(steps)
    headers = {"X-Remote-User": PERSON, "X-Congedo-User-Secret": SECRET}
    for path in ("/profilo", f"/ateneo/{VALDOMBRA}/lavori"):
        assert visit.get(path, follow=False, headers=headers).status_code == 302


def test_the_variable_of_the_server_is_not_believed(steps: Steps) -> None:
    ada(steps)
    visit = stranger(steps)
    environ = {"REMOTE_USER": PERSON}
    headers = {"X-Congedo-User-Secret": SECRET}
    answer = visit.get("/accesso/idem", follow=False, headers=headers, environ_overrides=environ)
    assert answer.location == "/accesso"
    assert not is_in(visit)


def test_a_header_that_was_sent_twice_names_nobody(steps: Steps) -> None:
    ada(steps)
    hire(steps.world.origin, "eva", subject=f"proxy:{PERSON},eva@valdombra.example")
    visit = stranger(steps)
    twice = f"{PERSON},eva@valdombra.example"
    assert through(visit, X_Remote_User=twice).location == "/accesso"


def test_without_a_header_in_the_settings_there_is_no_such_entrance(
    make_steps: Callable[..., Steps], sqlite: SqliteMaker
) -> None:
    bare = make_steps(sqlite, proxy_user_secret=SECRET)
    assert through(stranger(bare)).status_code == 404


def test_a_person_nobody_added_is_told_so(steps: Steps) -> None:
    answer = through(stranger(steps))
    assert answer.status_code == 403
    assert "Nessun account" in answer.text


def test_a_student_known_by_codice_fiscale_gets_an_account(
    make_steps: Callable[..., Steps], sqlite: SqliteMaker
) -> None:
    steps = make_steps(sqlite, **SETTINGS, proxy_student_university=VALDOMBRA)
    visit = stranger(steps)
    shown = {
        "X_Schac_Id": f"urn:schac:personalUniqueID:IT:CF:{FISCAL}",
        "X_Display_Name": "Niccolò Inventato".encode().decode("latin-1"),
    }
    assert through(visit, **shown).location == "/"
    (found,) = steps.world.origin.store.accounts.at(VALDOMBRA)
    assert (found.codice_fiscale, found.name) == (FISCAL, "Niccolò Inventato")


def test_a_fresh_proof_is_one_that_the_proxy_dates_now(steps: Steps) -> None:
    ada(steps)
    visit, clock = stranger(steps), steps.world.clock
    through(visit)
    mark = steps.world.origin.store.web_sessions.of(1)[0].mark

    def proved_at() -> object:
        session = steps.world.origin.store.web_sessions.get(mark)
        assert session is not None
        return session.proved_at

    began, first = clock(), proved_at()
    assert first == began - RECENT  # the proxy did not say when: that counts for nothing
    clock.advance(minutes=15)
    through(visit)
    through(visit, X_Authn_Instant=began.isoformat())
    through(visit, X_Authn_Instant="ieri")
    assert proved_at() == first
    through(visit, X_Authn_Instant=clock().isoformat())
    assert proved_at() == clock()
