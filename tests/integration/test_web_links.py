"""Papers and acts that pages link to are there: every link is followed."""

import re
from collections import deque
from html import unescape
from urllib.parse import urldefrag

import pytest
from werkzeug.test import TestResponse

from gateway.bootstrap import Installation
from gateway.domain.accounts import Grant, Role
from gateway.domain.deliveries import Side
from gateway.domain.identifiers import IdPratica, MiurCode
from gateway.web.access import OPENERS, READERS
from tests.support.arriving_students import FINAL, HERE, RECEIPT, comes, confirm_all, version
from tests.support.browsed_world import offer_courses, people_at, practices
from tests.support.browsing import kind_of
from tests.support.offices import Browser, browser, employ, hire, signed_in
from tests.support.practices import REACH, SMALL, page_of
from tests.support.transfers import Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T18")]

LINK = re.compile(r'<a\b[^>]* href="([^"]*)"')
BAD = 400
OUT = f"/ateneo/{VALDOMBRA}/uscita"
IN = f"/ateneo/{MONTELAGO}/ingresso/{VALDOMBRA}"


def papers(visit: Browser, page: str) -> set[str]:
    """Return the names of the papers that a page links to, once each was opened."""
    answer = visit.get(page)
    assert answer.status_code == 200, (page, answer.status)
    found = re.findall(r'href="([^"]+\.pdf)"', answer.text)
    for address in found:
        paper = visit.get(unescape(address))
        assert (paper.status_code, paper.mimetype) == (200, "application/pdf"), address
        assert paper.data.startswith(b"%PDF"), address
    return {address.rpartition("/")[2] for address in found}


def acts(visit: Browser, page: str) -> set[str]:
    """Return the acts that a page links to, once each confirmation was opened."""
    found = re.findall(r'href="([^"]+/atto/\w+)"', visit.get(page).text)
    for address in found:
        assert visit.get(unescape(address)).status_code == 200, address
    return {address.rpartition("/")[2] for address in found}


def refused_links(visit: Browser, *starts: str) -> dict[str, int]:
    """Return what links lead to nothing, of every kind of page that can be come to."""
    waiting, seen, kinds, wrong = deque(starts), set(starts), set[str](), dict[str, int]()
    while waiting:
        path = waiting.popleft()
        if kind_of(path) in kinds:
            continue
        kinds.add(kind_of(path))
        answer = visit.get(path)
        if answer.status_code >= BAD:
            wrong[path] = answer.status_code
        for link in LINK.findall(answer.text if answer.mimetype == "text/html" else ""):
            leads = urldefrag(unescape(link)).url
            if leads.startswith("/") and not leads.startswith("/soap") and leads not in seen:
                seen.add(leads)
                waiting.append(leads)
    return wrong


def house_of(steps: Steps, side: Side) -> tuple[Installation, MiurCode]:
    """Return a side's installation, in which people of every role work, and its university."""
    world = steps.world
    at, university = (
        (world.origin, VALDOMBRA) if side is Side.ORIGIN else (world.destination, MONTELAGO)
    )
    people_at(at, university)
    return at, university


@pytest.mark.parametrize("side", Side)
def test_no_link_leads_anybody_where_they_may_not_go(steps: Steps, side: Side) -> None:
    at, university = house_of(steps, side)
    practices(steps)
    application = steps.world.network.hosts[side.value]
    for role in Role:
        visit = signed_in(at, role.value, application)
        assert refused_links(visit, "/", f"/ateneo/{university}") == {}, role


def links_of(answer: TestResponse) -> set[str]:
    """Return where the body of a page leads, its own anchors and its menu left out."""
    if answer.status_code >= BAD:
        return set()
    body = answer.text.partition("<main")[2]
    leads = {urldefrag(unescape(link)).url for link in LINK.findall(body)}
    return {link for link in leads if link.startswith("/")}


def pages_about(side: Side, practice: IdPratica) -> list[tuple[str, tuple[Role, ...]]]:
    """Return the pages about a practice, each with those whom it always lets in."""
    page = page_of(side, practice)
    if side is Side.ORIGIN:
        return [(page, READERS), (f"/ateneo/{VALDOMBRA}/domande/{practice}", (Role.STUDENT,))]
    desk = f"/ateneo/{MONTELAGO}/commissione/{VALDOMBRA}/{practice}"
    return [(page, READERS), (f"{page}/requisiti", READERS), (desk, ())]


@pytest.mark.parametrize("side", Side)
def test_no_practice_leads_anybody_where_they_may_not_go_in_whatever_state(
    steps: Steps, side: Side
) -> None:
    at, _ = house_of(steps, side)
    offer_courses(steps)
    application = steps.world.network.hosts[side.value]
    made = [bring(steps) for (where, _), bring in REACH.items() if where is side]
    for role in Role:
        visit, wrong, seen = signed_in(at, role.value, application), dict[str, int](), set[str]()
        for page, who in (found for one in made for found in pages_about(side, one)):
            answer = visit.get(page)
            assert role not in who or answer.status_code == 200, (role, page)
            for link in links_of(answer) - seen:
                seen.add(link)
                if (status := visit.get(link).status_code) >= BAD:
                    wrong[link] = status
        assert wrong == {}, role


def test_a_request_leads_to_its_receipt_and_its_foglio(steps: Steps) -> None:
    drafted, ready = steps.draft(SMALL), steps.ready(SMALL)
    office = employ(steps.world.origin, VALDOMBRA, Role.OPERATOR)
    assert papers(office, f"{OUT}/{drafted}") == {"foglio.pdf"}
    assert papers(office, f"{OUT}/{ready}") == {"foglio.pdf", "ricevuta.pdf"}
    person = steps.out(ready).student.codice_fiscale
    hire(steps.world.origin, "lei", Grant(Role.STUDENT, VALDOMBRA), codice_fiscale=person)
    student = signed_in(steps.world.origin, "lei")
    page = f"/ateneo/{VALDOMBRA}/domande/{ready}"
    assert papers(student, page) == {"ricevuta.pdf"}


def test_a_practice_leads_to_the_papers_there_are(steps: Steps) -> None:
    practice = steps.sent(SMALL)
    office = employ(steps.world.destination, MONTELAGO, Role.OPERATOR)
    commission = employ(steps.world.destination, MONTELAGO, Role.COMMISSION)
    page, desk = f"{IN}/{practice}", f"/ateneo/{MONTELAGO}/commissione/{VALDOMBRA}/{practice}"
    assert papers(office, page) == {"foglio.pdf"}
    assert {"authorise_enrolment", "ask_revision", "refuse"} <= acts(office, f"{page}/requisiti")
    steps.authorise_enrolment(practice)
    steps.enrol(practice)
    assert papers(office, page) == {"foglio.pdf", "immatricolazione.pdf"}
    steps.evaluate(practice)
    assert papers(commission, desk) == set()
    steps.decide(practice)
    assert papers(commission, desk) == {"delibera.pdf"}
    assert papers(office, page) == {"foglio.pdf", "immatricolazione.pdf", "delibera.pdf"}


def test_messages_are_linked_for_who_may_read_them(steps: Steps) -> None:
    page = f"{IN}/{steps.sent(SMALL)}"
    for role in (Role.OPERATOR, Role.APPROVER, Role.AUDITOR, Role.ADMINISTRATOR):
        visit = employ(steps.world.destination, MONTELAGO, role)
        found = re.findall(r'href="([^"]+/messaggi/\w+)"', visit.get(page).text)
        assert bool(found) == (role in OPENERS), role
        for address in found:
            assert visit.get(address).status_code == 200, address


def test_who_enrols_by_token_gets_the_receipt_at_once_and_later_with_the_account(
    steps: Steps,
) -> None:
    practice = steps.sent(SMALL)
    steps.authorise_enrolment(practice)
    paper = f"{HERE}/arrivo/ricevuta.pdf"
    visit = comes(steps, practice)
    assert visit.get(paper).status_code == 404
    _enrol(visit)
    assert papers(visit, RECEIPT) == {"ricevuta.pdf"}
    stranger = browser(steps.world.destination).get(paper, follow=False)
    assert (stranger.status_code, stranger.location) == (302, f"{HERE}/arrivo")
    assert papers(_with_account(steps, practice), f"{HERE}/stato") == {"immatricolazione.pdf"}


def _enrol(visit: Browser) -> None:
    confirm_all(visit)
    answer = visit.post(FINAL, version=version(visit, FINAL))
    assert answer.request.path == RECEIPT


def _with_account(steps: Steps, practice: IdPratica) -> Browser:
    person = steps.into(practice).student.codice_fiscale
    accounts = steps.world.destination.store.accounts
    account = accounts.of_student(MONTELAGO, person)
    assert account is not None
    hire(
        steps.world.destination,
        "lei",
        Grant(Role.STUDENT, MONTELAGO),
        codice_fiscale=person,
    )
    return signed_in(steps.world.destination, "lei")
