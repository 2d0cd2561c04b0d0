"""The page of a practice shows the acts that are possible now, and no others; each happens once."""

import re
from html import unescape

import pytest
from werkzeug.test import TestResponse

from gateway.demo.people import numbered
from gateway.domain.accounts import PARTIES, Grant, Role
from gateway.domain.deliveries import DeliveryKind, Side
from gateway.domain.destination import DESTINATION
from gateway.domain.lifecycle import Party
from gateway.domain.origin import ORIGIN, OriginState
from gateway.texts.practices import DOUBTS
from gateway.usecases.four_eyes import Transfer
from gateway.usecases.ports import PracticeKey
from gateway.usecases.requirements import Doubt
from gateway.web.access import READERS
from gateway.web.acts import ACTS, NOTES, REASON, WHY
from gateway.web.performing import HERE
from tests.support.browsed_world import offer_courses
from tests.support.offices import Browser, employ, hire, signed_in
from tests.support.practices import REACH, confirm, page_of, seen_on
from tests.support.transfers import Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

pytestmark = [
    pytest.mark.integration,
    pytest.mark.requirement("T18"),
    pytest.mark.requirement("T19"),
]

OPERATORS = {"reconcile"}
"""Acts of which the page lets in operators alone."""
SHOWN = re.compile(r'data-(?:act|hindered)="(\w+)"')
WORDS = {WHY: "una ragione", NOTES: "una nota", REASON: "ERRORE"}
every_state = pytest.mark.parametrize(("side", "state"), REACH, ids=str)


def office(steps: Steps, side: Side, role: Role = Role.OPERATOR) -> Browser:
    world = steps.world
    at = world.origin if side is Side.ORIGIN else world.destination
    university = VALDOMBRA if side is Side.ORIGIN else MONTELAGO
    return employ(at, university, role, world.network.hosts[side.value])


def allowed(side: Side, state: str, *roles: Role) -> set[str]:
    """Return what the life cycle lets roles do in a state with a practice that has its token."""
    parties = {PARTIES[role] for role in roles if role in PARTIES}
    transitions = (ORIGIN if side is Side.ORIGIN else DESTINATION).transitions
    events = {row.event.value for row in transitions if row.source == state and row.by & parties}
    return events - {"assign_token"}


def pages_of_acts(answer: TestResponse) -> dict[str, str]:
    """Return where the buttons of a page lead, by act."""
    found = re.findall(r'href="([^"]+)" data-act="(\w+)"', answer.text)
    return {event: unescape(address) for address, event in found}


def text(answer: TestResponse) -> str:
    return " ".join(answer.text.split())


@every_state
def test_every_role_sees_the_acts_that_the_life_cycle_allows_it(
    steps: Steps, side: Side, state: str
) -> None:
    practice = REACH[side, state](steps)
    for role in READERS:
        answer = office(steps, side, role).get(page_of(side, practice))
        assert answer.status_code == 200
        closed = OPERATORS if role is Role.APPROVER else set()
        assert set(SHOWN.findall(answer.text)) == allowed(side, state, role) - closed, role


@every_state
def test_no_act_that_is_shown_is_refused(steps: Steps, side: Side, state: str) -> None:
    first = REACH[side, state](steps)
    browser = office(steps, side)
    for event, leads in pages_of_acts(browser.get(page_of(side, first))).items():
        if (side, event) not in HERE:
            assert browser.get(leads).status_code == 200, event
            continue
        practice = REACH[side, state](steps)
        asks = ACTS[side, event].asks
        words = {name: word for name, word in WORDS.items() if name in asks}
        answer = confirm(browser, page_of(side, practice), event, **words)
        assert answer.status_code == 200, (event, answer.text)
        assert ACTS[side, event].done.it in answer.text, event


@every_state
def test_who_has_every_role_finds_the_page_of_every_act_of_people(
    steps: Steps, side: Side, state: str
) -> None:
    practice = REACH[side, state](steps)
    at, university = steps.world.destination, MONTELAGO
    transfer: Transfer = steps.into(practice) if side is Side.DESTINATION else steps.out(practice)
    if side is Side.ORIGIN:
        at, university = steps.world.origin, VALDOMBRA
    roles = (Role.OPERATOR, Role.COMMISSION, Role.STUDENT)
    grants = [Grant(role, university) for role in roles]
    hire(at, "tutto", *grants, codice_fiscale=transfer.student.codice_fiscale)
    visit = signed_in(at, "tutto", steps.world.network.hosts[side.value])
    page = visit.get(page_of(side, practice))
    assert set(SHOWN.findall(page.text)) == allowed(side, state, *roles)
    for event, address in pages_of_acts(page).items():
        assert visit.get(address).status_code == 200, event


def test_nobody_acts_as_a_student_whom_the_practice_is_not_about(steps: Steps) -> None:
    practice = steps.draft()
    at, grants = (
        steps.world.origin,
        [Grant(role, VALDOMBRA) for role in (Role.OPERATOR, Role.STUDENT)],
    )
    hire(at, "altra", *grants, codice_fiscale=numbered(7).codice_fiscale)
    page = signed_in(at, "altra").get(page_of(Side.ORIGIN, practice)).text
    assert not {"confirm", "discard"} & set(SHOWN.findall(page))


def test_every_event_of_an_office_has_an_act_and_no_partner_has_one() -> None:
    for side, cycle in ((Side.ORIGIN, ORIGIN), (Side.DESTINATION, DESTINATION)):
        people = {
            row.event.value
            for row in cycle.transitions
            if row.by & {Party.SECRETARIAT, Party.STUDENT, Party.COMMISSION}
        }
        assert {event for where, event in ACTS if where is side} == people


def test_what_stands_in_the_way_is_told_in_the_place_of_the_button(steps: Steps) -> None:
    practice = REACH[Side.ORIGIN, OriginState.PRESENTATA](steps)
    browser = office(steps, Side.ORIGIN)
    page = page_of(Side.ORIGIN, practice)
    confirm(browser, page, "process")
    answer = browser.get(page)
    assert 'data-hindered="authorise_sending"' in answer.text
    assert 'data-act="authorise_sending"' not in answer.text
    assert "verifica non superata: posizione in biblioteca" in text(answer)
    browser.post(f"{page}/verifica/library", page=page, why="libri resi")
    assert 'data-act="authorise_sending"' in browser.get(page).text
    again = browser.post(f"{page}/verifica/library", page=page, why="di nuovo")
    assert "era già superata" in again.text


def test_a_confirmation_says_what_will_be_sent_to_whom(steps: Steps) -> None:
    practice = steps.sent()
    answer = office(steps, Side.DESTINATION).get(
        page_of(Side.DESTINATION, practice) + "/atto/refuse"
    )
    assert "Si comunica a Università degli Studi di Valdombra" in text(answer)
    assert "RIFIUTA" in answer.text
    assert "Non si può disfare" in answer.text


def test_what_the_requirements_lack_is_told_before_the_enrolment_is_authorised(
    steps: Steps,
) -> None:
    page = f"{page_of(Side.DESTINATION, steps.sent())}/atto/authorise_enrolment"
    browser = office(steps, Side.DESTINATION)
    unknown = DOUBTS[Doubt.TEST_UNKNOWN].it
    warned = browser.get(page)
    assert unknown in unescape(text(warned))
    assert "Conferma: Autorizza l'immatricolazione" in unescape(text(warned))
    offer_courses(steps)
    assert "Da valutare" not in browser.get(page).text


def test_the_same_confirmation_sent_twice_acts_once(steps: Steps) -> None:
    practice = steps.ready()
    browser = office(steps, Side.ORIGIN)
    page = page_of(Side.ORIGIN, practice)
    address = f"{page}/atto/authorise_sending"
    seen = seen_on(browser.get(address))
    assert "Invio autorizzato" in browser.post(address, page=page, **seen).text
    answer = browser.post(address, page=page, **seen)
    assert "nulla è stato fatto ora" in answer.text
    assert "invio autorizzato (operator-91)" in text(answer)
    sent = steps.origin(lambda uow: uow.deliveries.of_practice(MONTELAGO, practice))
    assert [item.kind for item in sent] == [DeliveryKind.FOGLIO]


def test_of_two_people_the_second_is_told_what_the_first_did(steps: Steps) -> None:
    practice = steps.sent()
    hire(steps.world.destination, "eva", Grant(Role.APPROVER, MONTELAGO))
    first, second = office(steps, Side.DESTINATION), signed_in(steps.world.destination, "eva")
    page = page_of(Side.DESTINATION, practice)
    seen = seen_on(second.get(f"{page}/atto/refuse"))
    confirm(first, page, "authorise_enrolment")
    answer = second.post(f"{page}/atto/refuse", page=page, why="nessun posto", **seen)
    assert "nulla è stato fatto ora" in answer.text
    assert "immatricolazione autorizzata (operator-92)" in text(answer)
    assert steps.into(practice).state.value == "autorizzata immatricolazione"


def test_an_act_that_is_possible_no_more_is_told_and_not_done(steps: Steps) -> None:
    practice = steps.sent()
    browser = office(steps, Side.DESTINATION)
    page = page_of(Side.DESTINATION, practice)
    steps.refuse(practice)
    answer = browser.get(f"{page}/atto/authorise_enrolment")
    assert "ora è «rifiutata»" in text(answer)


def test_a_reason_that_is_missing_is_asked_for_and_what_was_typed_stays(steps: Steps) -> None:
    practice = steps.sent()
    browser = office(steps, Side.DESTINATION)
    page = page_of(Side.DESTINATION, practice)
    answer = confirm(browser, page, "ask_revision", reason="ERRORE", notes="  ")
    assert "Campo obbligatorio" in answer.text
    assert '<option selected value="ERRORE">' in answer.text
    assert steps.into(practice).state.value == "ricevuta"


def test_words_too_long_for_the_contract_are_refused_before_anything_happens(
    steps: Steps,
) -> None:
    practice = steps.sent()
    browser = office(steps, Side.DESTINATION)
    answer = confirm(browser, page_of(Side.DESTINATION, practice), "refuse", why="x" * 5000)
    assert "Al massimo" in answer.text
    assert steps.into(practice).state.value == "ricevuta"


def test_what_cannot_be_undone_wants_a_proof_that_is_recent(steps: Steps) -> None:
    practice = steps.sent()
    browser = office(steps, Side.DESTINATION)
    page = page_of(Side.DESTINATION, practice)
    steps.world.clock.advance(minutes=11)
    answer = browser.get(f"{page}/atto/refuse", follow=False)
    assert answer.status_code == 302
    assert answer.location.startswith("/conferma-identita?next=")
    assert browser.get(f"{page}/atto/authorise_enrolment", follow=False).status_code == 200


def test_who_only_looks_cannot_act(steps: Steps) -> None:
    practice = steps.sent()
    page = page_of(Side.DESTINATION, practice)
    for role in (Role.AUDITOR, Role.ADMINISTRATOR):
        browser = office(steps, Side.DESTINATION, role)
        assert browser.get(f"{page}/atto/authorise_enrolment").status_code == 403
        assert browser.post(f"{page}/stato", page=page).status_code == 403


@pytest.mark.parametrize("event", ["edit", "reconcile", "decide", "closed", "nonsense"])
def test_what_is_not_done_here_has_no_confirmation(steps: Steps, event: str) -> None:
    for side in Side:
        practice = steps.sent()
        answer = office(steps, side).get(f"{page_of(side, practice)}/atto/{event}")
        assert answer.status_code == 404


def test_a_sending_that_left_already_cannot_be_taken_back(steps: Steps) -> None:
    practice = steps.ready()
    steps.authorise(practice)
    page = page_of(Side.ORIGIN, practice)
    browser = office(steps, Side.ORIGIN)
    assert 'data-act="recall"' in browser.get(page).text
    seen = seen_on(browser.get(f"{page}/atto/recall"))
    steps.world.network.hosts.pop("destination")
    steps.deliver_due()
    confirmed = browser.post(f"{page}/atto/recall", page=page, why="errore", **seen)
    assert "Invio ritirato" in confirmed.text  # unreachable: nothing ever left
    assert steps.out(practice).state is OriginState.ELABORATA
    key = PracticeKey(Side.ORIGIN, MONTELAGO, practice)
    (recalled,) = (
        entry
        for entry in steps.origin(lambda uow: uow.records.history(key))
        if entry.event == "recall"
    )
    assert recalled.notes == "errore"
    told = steps.origin(lambda uow: uow.records.steps(key))
    assert [step.notes for step in told if step.notes] == []
