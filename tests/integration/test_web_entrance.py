"""Signing in and out, and who may see what."""

import io
import re

import pytest

from gateway.domain.accounts import ABSOLUTE, IDLE, Grant, Role
from tests.support.offices import PASSWORD, Browser, browser, employ, hire
from tests.support.transfers import Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T18")]

WORK = f"/ateneo/{VALDOMBRA}/lavori"


def test_a_stranger_is_sent_to_the_entrance(steps: Steps) -> None:
    answer = browser(steps.world.origin).get(WORK, follow=False)
    assert (answer.status_code, answer.location) == (302, f"/accesso?next={WORK}")


def test_who_signs_in_comes_to_the_page_that_was_wanted(steps: Steps) -> None:
    hire(steps.world.origin, "ada", Grant(Role.OPERATOR, VALDOMBRA))
    visit = browser(steps.world.origin)
    answer = visit.post(f"/accesso?next={WORK}", username="ADA", password=PASSWORD)
    assert "<h1>Da fare</h1>" in answer.text


@pytest.mark.parametrize("name", ["ada", "nessuno"])
def test_a_wrong_password_and_an_unknown_name_are_told_the_same(steps: Steps, name: str) -> None:
    hire(steps.world.origin, "ada", Grant(Role.OPERATOR, VALDOMBRA))
    answer = browser(steps.world.origin).post("/accesso", username=name, password="sbagliata")
    assert "Nome utente o password sbagliati" in answer.text


def test_another_university_is_refused(steps: Steps) -> None:
    visit = employ(steps.world.origin, MONTELAGO, Role.OPERATOR)
    assert visit.get(WORK).status_code == 403


def test_who_is_let_go_is_out_at_once(steps: Steps) -> None:
    visit = employ(steps.world.origin, VALDOMBRA, Role.OPERATOR)
    store, clock = steps.world.origin.store, steps.world.clock
    account = store.accounts.by_username(f"operator-{VALDOMBRA}")
    assert account is not None
    store.web_sessions.end_all(account.account_id, clock())
    assert visit.get(WORK, follow=False).status_code == 302


def test_a_session_ends_when_it_is_idle(steps: Steps) -> None:
    visit = employ(steps.world.origin, VALDOMBRA, Role.OPERATOR)
    steps.world.clock.advance(seconds=IDLE.total_seconds())
    assert visit.get(WORK, follow=False).status_code == 302


def test_a_session_in_use_ends_after_a_working_day(steps: Steps) -> None:
    visit = employ(steps.world.origin, VALDOMBRA, Role.OPERATOR)
    step = IDLE / 2
    for _ in range(ABSOLUTE // step - 1):
        steps.world.clock.advance(seconds=step.total_seconds())
        assert visit.get(WORK, follow=False).status_code == 200
    steps.world.clock.advance(seconds=step.total_seconds())
    assert visit.get(WORK, follow=False).status_code == 302


def test_nobody_is_sent_to_another_site(steps: Steps) -> None:
    hire(steps.world.origin, "ada", Grant(Role.OPERATOR, VALDOMBRA))
    for elsewhere in (
        "https://example.org/",
        "//example.org",
        "/\\example.org",
        "/%09/example.org",
        "/%0A/example.org",
        "//[",
        "http://[",
    ):
        visit = browser(steps.world.origin)
        visit.get("/accesso")
        answer = visit.post(
            f"/accesso?next={elsewhere}", username="ada", password=PASSWORD, follow=False
        )
        assert answer.location == "/"


def test_a_page_of_ours_never_leads_back_to_another_host(steps: Steps) -> None:
    """The slashes of an address that is said to be ours are no host's."""
    visit = browser(steps.world.origin)
    for page in ("//servizi", "//servizi?x=1", "/servizi", "[", ":99999999/servizi"):
        fields = {"csrf_token": token_of(visit)}
        referer = {"Referer": f"http://localhost{page}"}
        answer = visit.client.post("/lingua/en", data=fields, headers=referer)
        assert answer.location == ("/servizi" if page == "/servizi" else "/")


def token_of(visit: Browser) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', visit.get("/servizi").text)
    assert found is not None
    return found.group(1)


def test_a_forged_form_does_nothing(steps: Steps) -> None:
    visit = employ(steps.world.origin, VALDOMBRA, Role.OPERATOR)
    answer = visit.client.post("/uscita-dal-sistema", data={"csrf_token": "falso"})
    assert answer.status_code == 419
    assert visit.get(WORK, follow=False).status_code == 200


def test_the_page_speaks_the_language_that_was_chosen(steps: Steps) -> None:
    visit = employ(steps.world.origin, VALDOMBRA, Role.OPERATOR)
    assert "<h1>To do</h1>" in visit.post("/lingua/en", page=WORK).text


def test_a_stranger_with_something_large_is_refused_where_anybody_may_be(steps: Steps) -> None:
    visit = browser(steps.world.origin)
    answer = visit.post("/accesso", username="x" * 70_000, password="y")
    assert answer.status_code == 413
    assert "supera il limite" in answer.text


class Unread(io.RawIOBase):
    """A body that nobody may take in."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        raise AssertionError("a stranger's body is read")


@pytest.mark.parametrize(
    ("path", "status"), [("/accesso", 413), (f"/ateneo/{VALDOMBRA}/carriere", 302)]
)
def test_a_strangers_large_form_is_judged_by_its_head_alone(
    steps: Steps, path: str, status: int
) -> None:
    answer = browser(steps.world.origin).client.post(
        path,
        environ_overrides={
            "wsgi.input": Unread(),
            "CONTENT_LENGTH": "70000",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
        },
    )
    assert answer.status_code == status
