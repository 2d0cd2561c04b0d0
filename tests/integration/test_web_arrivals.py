"""A student arrives at the destination: by token, waits, sees both sides' progress."""

import html
import re
from dataclasses import replace

import pytest

from gateway.domain.accounts import Grant, Role
from gateway.domain.arrivals import ABSOLUTE, IDLE, MOST_TRIES, WINDOW
from gateway.domain.identifiers import IdPratica
from gateway.usecases import arrivals
from tests.support.arriving_students import (
    CAREER,
    COURSE,
    DATA,
    ENTRANCE,
    FINAL,
    HERE,
    RECEIPT,
    SHOW,
    comes,
    token_of,
)
from tests.support.offices import browser, hire, signed_in
from tests.support.transfers import Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T19")]


@pytest.fixture
def practice(steps: Steps) -> IdPratica:
    return steps.sent()


@pytest.fixture
def authorised(steps: Steps, practice: IdPratica) -> IdPratica:
    steps.authorise_enrolment(practice)
    return practice


def test_a_student_whose_request_was_received_reads_what_happens_next(
    steps: Steps, practice: IdPratica
) -> None:
    page = comes(steps, practice).get(SHOW).text
    assert "<h1>Domanda ricevuta</h1>" in page
    assert "non devi fare nulla" in page
    assert DATA not in page


def test_a_student_under_revision_reads_that_the_origin_is_at_work(
    steps: Steps, practice: IdPratica
) -> None:
    steps.ask_revision(practice)
    page = comes(steps, practice).get(SHOW).text
    assert "In revisione presso" in page


def test_a_wrong_token_and_a_wrong_codice_fiscale_are_told_the_same(
    steps: Steps, practice: IdPratica
) -> None:
    right = steps.into(practice).student.codice_fiscale
    other = right[:-1] + ("A" if right[-1] != "A" else "B")
    told = set()
    for person, token in (
        (right, "SBAGLIATO2"),
        (other, token_of(steps, practice)),
        ("nessuno", token_of(steps, practice)),
    ):
        answer = browser(steps.world.destination).post(ENTRANCE, codice_fiscale=person, token=token)
        told.add(re.sub(r"value=\"[^\"]*\"", "", answer.text))
    assert len(told) == 1
    assert "Codice fiscale o token sbagliati" in told.pop()


def test_after_too_many_tries_even_the_right_token_waits(steps: Steps, practice: IdPratica) -> None:
    person = steps.into(practice).student.codice_fiscale
    visit = browser(steps.world.destination)
    for _ in range(MOST_TRIES["person"]):
        assert visit.post(ENTRANCE, codice_fiscale=person, token="SBAGLIATO2").status_code == 200
    blanks = "\t".join(person)  # the same person, however it is typed
    assert visit.post(ENTRANCE, codice_fiscale=blanks, token="SBAGLIATO2").status_code == 429
    right = {"codice_fiscale": person, "token": token_of(steps, practice)}
    assert visit.post(ENTRANCE, **right).status_code == 429
    steps.world.clock.advance(seconds=WINDOW.total_seconds())
    assert visit.post(ENTRANCE, **right).request.path == SHOW


def test_an_address_that_guesses_is_stopped_before_it_locks_everybody_out(
    steps: Steps, practice: IdPratica
) -> None:
    guesser = browser(steps.world.destination)
    for number in range(MOST_TRIES["address"]):
        guesser.post(ENTRANCE, codice_fiscale=f"PERSONA{number}", token="X")
    person = steps.into(practice).student.codice_fiscale
    for _ in range(MOST_TRIES["person"] + 1):
        answer = guesser.post(ENTRANCE, codice_fiscale=person, token="X")
        assert answer.status_code == 429
    tries = steps.world.destination.store.arrival_tries
    assert tries.count(MONTELAGO, "person", person, steps.world.clock()) == 1


def test_a_network_of_ipv6_is_one_guesser(steps: Steps, practice: IdPratica) -> None:
    application, seen = steps.world.destination.wsgi(), {"REMOTE_ADDR": ""}
    visit = browser(
        steps.world.destination, lambda environ, begin: application(environ | seen, begin)
    )
    for number in range(MOST_TRIES["address"]):
        seen["REMOTE_ADDR"] = f"2001:db8:1:2::{number:x}"
        assert visit.post(ENTRANCE, codice_fiscale=f"P{number}", token="X").status_code == 200
    right = {
        "codice_fiscale": steps.into(practice).student.codice_fiscale,
        "token": token_of(steps, practice),
    }
    seen["REMOTE_ADDR"] = "2001:db8:1:2:ffff::1"
    assert visit.post(ENTRANCE, **right).status_code == 429
    seen["REMOTE_ADDR"] = "2001:db8:1:3::1"
    assert visit.post(ENTRANCE, **right).request.path == SHOW


def test_a_token_whose_term_has_passed_opens_nothing_until_it_is_renewed(
    steps: Steps, practice: IdPratica
) -> None:
    steps.world.clock.advance(days=91)
    person, token = steps.into(practice).student.codice_fiscale, token_of(steps, practice)
    visit = browser(steps.world.destination)
    answer = visit.post(ENTRANCE, codice_fiscale=person, token=token)
    assert "Il token è scaduto" in answer.text
    made, now = steps.into(practice), steps.world.clock()
    steps.destination(lambda uow: arrivals.renew_token(made, uow=uow, now=now))
    assert visit.post(ENTRANCE, codice_fiscale=person, token=token).request.path == SHOW


def test_the_session_is_short_and_ends_by_a_button(steps: Steps, practice: IdPratica) -> None:
    visit = comes(steps, practice)
    visit.post(f"{ENTRANCE}/uscita", page=SHOW)
    assert visit.get(SHOW, follow=False).status_code == 302
    visit = comes(steps, practice)
    steps.world.clock.advance(seconds=IDLE.total_seconds())
    assert visit.get(SHOW, follow=False).location == ENTRANCE
    visit = comes(steps, practice)
    for _ in range(ABSOLUTE // (IDLE / 2)):
        steps.world.clock.advance(seconds=(IDLE / 2).total_seconds())
        last = visit.get(SHOW, follow=False).status_code
    assert last == 302


def test_a_session_is_good_at_one_university_only(steps: Steps, practice: IdPratica) -> None:
    visit = comes(steps, practice)
    steps.world.destination.store.save_university(
        replace(
            steps.world.destination.store.universities()[0],
            code=VALDOMBRA,
            practice_prefix="UNIVAL",
        )
    )
    answer = visit.get(f"/ateneo/{VALDOMBRA}/arrivo/domanda", follow=False)
    assert answer.location == f"/ateneo/{VALDOMBRA}/arrivo"


def test_a_student_with_an_account_sees_only_their_own_transfers(
    steps: Steps, authorised: IdPratica
) -> None:
    hire(
        steps.world.destination,
        "mario",
        Grant(Role.STUDENT, MONTELAGO),
        codice_fiscale="VRDMRA00A01Q001X",
    )
    page = signed_in(steps.world.destination, "mario").get(f"{HERE}/stato").text
    assert authorised not in page
    assert "Nessun trasferimento" in page
    hire(
        steps.world.destination,
        "fiorella",
        Grant(Role.STUDENT, MONTELAGO),
        codice_fiscale=steps.into(authorised).student.codice_fiscale,
    )
    visit = signed_in(steps.world.destination, "fiorella")
    page = visit.get(f"{HERE}/stato").text
    assert authorised in page
    assert "Autorizzata immatricolazione" in page


def test_the_student_may_ask_the_present_university(steps: Steps, practice: IdPratica) -> None:
    visit = comes(steps, practice)
    visit.post(f"{HERE}/stato/aggiorna", page=SHOW)
    steps.deliver_all()
    page = visit.get(SHOW).text
    assert "Trasferita" in page
    assert "Bozza" in page
    again = visit.post(f"{HERE}/stato/aggiorna", page=SHOW)
    assert "è di un momento fa" in again.text


def test_a_student_who_is_refused_reads_why(steps: Steps, practice: IdPratica) -> None:
    visit = comes(steps, practice)
    steps.refuse(practice, "posti esauriti")
    page = visit.get(SHOW).text
    assert "posti esauriti" in page
    assert "Chiedi all'ateneo di provenienza" not in html.unescape(page)


def test_nobody_reads_a_receipt_or_steps_without_coming_in(
    steps: Steps, authorised: IdPratica
) -> None:
    visit = browser(steps.world.destination)
    for page in (SHOW, RECEIPT, DATA, CAREER, COURSE, FINAL):
        assert visit.get(page, follow=False).location == ENTRANCE
    assert visit.get(f"{HERE}/stato", follow=False).location.startswith("/accesso")


def test_nothing_of_the_student_stands_in_an_address_or_a_title(
    steps: Steps, authorised: IdPratica
) -> None:
    visit = comes(steps, authorised)
    student = steps.into(authorised).student
    for page in (SHOW, DATA):
        answer = visit.get(page)
        title = re.findall(r"<title>(.*?)</title>", answer.text)[0]
        assert student.surname not in title
        assert student.codice_fiscale not in answer.request.url
