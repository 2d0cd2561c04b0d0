"""Every message is found and read by those who may, and each reading is noted."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from gateway.domain.accounts import Grant, Role
from gateway.domain.deliveries import DeliveryState
from tests.support.databases import Maker
from tests.support.offices import Browser, employ, hire, signed_in
from tests.support.practices import SMALL
from tests.support.transfers import Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T20")]

PAGE = f"/ateneo/{VALDOMBRA}/messaggi"
MESSAGE = re.compile(r'href="(/ateneo/\d+/messaggi/[0-9a-f]{32})"')


def reader(steps: Steps, role: Role = Role.OPERATOR) -> Browser:
    world = steps.world
    return employ(world.origin, VALDOMBRA, role, world.network.hosts["origin"])


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def found(browser: Browser, **asked: str) -> list[str]:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return MESSAGE.findall(browser.get(f"{PAGE}?{query}").text)


def test_messages_are_found_by_what_is_known_of_them(steps: Steps) -> None:
    first, second = steps.sent(SMALL), steps.sent(SMALL)
    browser = reader(steps)
    assert len(found(browser)) == 4
    assert len(found(browser, practice=first)) == 2
    assert len(found(browser, operation="Put_ProcessoTrasferimento")) == 2
    assert found(browser, direction="in") == []
    assert found(browser, result="refused") == []
    assert len(found(browser, since="2020-01-01")) == 4
    assert found(browser, until="2020-01-01") == []
    number = steps.out(second).protocol_number
    assert len(found(browser, number=number)) == 2
    assert found(browser, number="2099/0000001") == []
    assert len(found(browser, partner=MONTELAGO)) == 4
    assert len(found(browser, code="boh", result="boh", since="boh")) == 4


@pytest.mark.parametrize("code", ["2147483647", "2147483648", "99999999999", "9" * 18, "9" * 19])
def test_a_code_that_no_answer_can_have_is_no_fault(
    make_steps: Callable[..., Steps], postgres: Maker, code: str
) -> None:
    answer = reader(make_steps(postgres)).get(f"{PAGE}?code={code}")
    assert answer.status_code == 200


def test_a_student_is_looked_for_by_a_form(steps: Steps) -> None:
    practice = steps.sent(SMALL)
    browser = reader(steps)
    code = steps.out(practice).student.codice_fiscale
    answer = browser.post(f"{PAGE}/studente", page=PAGE, codice_fiscale=code)
    assert len(MESSAGE.findall(answer.text)) == 2
    assert code not in answer.text
    wrong = browser.post(f"{PAGE}/studente", page=PAGE, codice_fiscale="x")
    assert "codice fiscale non valido" in wrong.text


def test_a_message_is_read_with_its_answer_and_the_reading_is_noted(steps: Steps) -> None:
    practice = steps.sent(SMALL)
    browser = reader(steps)
    at = found(browser, operation="Put_ProcessoTrasferimento")[0]
    page = browser.get(at)
    assert "Quattrocchi" in page.text
    assert "codEsito" in page.text
    assert f"/uscita/{practice}" in page.text
    noted = steps.origin(lambda uow: uow.personal.accesses("", 10))
    assert [(item.operator, item.command) for item in noted] == [
        (f"operator-{VALDOMBRA}", "journal show")
    ]


def test_who_may_not_read_contents_sees_the_list_only(steps: Steps) -> None:
    steps.sent(SMALL)
    operator = reader(steps)
    at = found(operator)[0]
    approver = reader(steps, Role.APPROVER)
    assert found(approver) == []
    assert approver.get(at).status_code == 403
    assert reader(steps, Role.AUDITOR).get(at).status_code == 200
    assert operator.get(f"{PAGE}/0000").status_code == 404


def test_who_works_for_one_faculty_reads_its_practices_messages_only(steps: Steps) -> None:
    steps.sent(SMALL)
    at = found(reader(steps))[0]
    hire(steps.world.origin, "ada", Grant(Role.OPERATOR, VALDOMBRA, "LET"))
    ada = signed_in(steps.world.origin, "ada", steps.world.network.hosts["origin"])
    assert ada.get(PAGE).status_code == 403
    assert ada.get(at).status_code == 404


def test_pages_of_the_journal_join(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.web.messages.PAGE", 3)
    steps.sent(SMALL)
    steps.sent(SMALL)
    browser = reader(steps)
    first = browser.get(PAGE).text
    following = re.search(r'href="([^"]*after=[^"]*)"', first)
    assert following is not None
    second = browser.get(following.group(1).replace("&amp;", "&")).text
    both = MESSAGE.findall(first) + MESSAGE.findall(second)
    assert len(both) == len(set(both)) == 4


def test_parked_deliveries_are_shown_and_sent_again(steps: Steps) -> None:
    practice = steps.ready(SMALL)
    steps.authorise(practice)
    world = steps.world
    for _ in range(60):
        world.network.hosts["destination"] = _broken
        if not steps.deliver_due():
            world.clock.advance(hours=4)
        (delivery,) = steps.origin(lambda uow: uow.deliveries.of_practice(MONTELAGO, practice))
        if delivery.state is DeliveryState.PARKED:
            break
    assert delivery.state is DeliveryState.PARKED
    browser = reader(steps)
    page = f"{PAGE}/consegne"
    assert practice in browser.get(page).text
    assert "Consegne ferme che aspettano una persona: 1" in text(
        browser.get(f"/ateneo/{VALDOMBRA}/lavori").text
    )
    answer = browser.post(f"{page}/{delivery.delivery_id}", page=page)
    assert "Consegna in coda" in answer.text
    assert practice not in browser.get(page).text
    assert practice in browser.get(f"{page}?stato=waiting").text
    assert "Consegna in coda" not in browser.post(f"{page}/nessuna", page=page).text


def _broken(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/html")])
    return [b"<html>manutenzione</html>"]
