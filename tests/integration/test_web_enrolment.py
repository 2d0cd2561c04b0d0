"""A student enrols step by step, to matricola, protocol number and credentials."""

import re
from dataclasses import replace

import pytest

from gateway.demo.sample import Request
from gateway.domain.accounts import Account, Grant, Role
from gateway.domain.destination import DestinationState
from gateway.domain.identifiers import IdPratica
from gateway.domain.offers import Course, Offer
from gateway.usecases import arrivals, destination
from tests.support.arriving_students import (
    CAREER,
    COURSE,
    DATA,
    ENTRANCE,
    FINAL,
    RECEIPT,
    SECRET,
    TICK,
    VERSION,
    comes,
    confirm_all,
    fields,
    send_another,
    token_of,
    version,
)
from tests.support.fakes_samples import course
from tests.support.offices import browser
from tests.support.transfers import Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T19")]

CHOSEN = "una frase scelta da me"


@pytest.fixture
def practice(steps: Steps) -> IdPratica:
    return steps.sent()


@pytest.fixture
def authorised(steps: Steps, practice: IdPratica) -> IdPratica:
    steps.authorise_enrolment(practice)
    return practice


def test_a_student_enrols_and_gets_matricola_number_and_credentials_once(
    steps: Steps, authorised: IdPratica
) -> None:
    visit = comes(steps, authorised)
    confirm_all(visit)
    answer = visit.post(FINAL, version=version(visit, FINAL))
    assert answer.request.path == RECEIPT
    made = steps.into(authorised)
    assert made.state is DestinationState.IMMATRICOLATO
    assert made.matricola in answer.text
    entry = steps.destination(lambda uow: uow.records.history(destination.key_of(made)))[-1]
    number = entry.notes.removeprefix("prot. ")
    assert re.fullmatch(r"\d{4}/\d{7}", number)
    assert number in answer.text
    assert len(SECRET.findall(answer.text)) == 1
    assert SECRET.search(visit.get(RECEIPT).text) is None
    store = steps.world.destination.store
    account = store.accounts.of_student(MONTELAGO, made.student.codice_fiscale)
    assert account is not None
    assert account.must_change
    assert account.grants == {Grant(Role.STUDENT, MONTELAGO)}
    assert account.username == f"polimon{made.matricola}"
    assert account.username in answer.text


def test_the_credentials_open_the_progress_of_both_sides(
    steps: Steps, authorised: IdPratica
) -> None:
    visit = comes(steps, authorised)
    confirm_all(visit)
    page = visit.post(FINAL, version=version(visit, FINAL)).text
    secret = SECRET.search(page)
    assert secret
    username = f"polimon{steps.into(authorised).matricola}"
    entered = browser(steps.world.destination, steps.world.network.hosts["destination"])
    entered.post("/accesso", username=username, password=secret.group(1))
    progress = f"/ateneo/{MONTELAGO}/stato"
    assert entered.get(progress).request.path == "/profilo/password"
    assert entered.post(f"{progress}/aggiorna", page=progress).request.path == "/profilo/password"
    first = {"current": secret.group(1), "password": CHOSEN, "again": CHOSEN}
    assert entered.post("/profilo/password", **first).request.path == progress
    assert "Immatricolazione" in entered.get(progress).text


def test_who_gives_up_after_enrolling_cannot_sign_in_any_more(
    steps: Steps, authorised: IdPratica
) -> None:
    """A.4.2: the student's position is closed and the access to the services switched off."""
    visit = comes(steps, authorised)
    confirm_all(visit)
    secret = SECRET.search(visit.post(FINAL, version=version(visit, FINAL)).text)
    assert secret
    made, store = steps.into(authorised), steps.world.destination.store
    steps.cancel(authorised)
    entered = browser(steps.world.destination)
    name = f"polimon{made.matricola}"
    answer = entered.post("/accesso", username=name, password=secret.group(1))
    assert "Questo accesso è stato disattivato" in answer.text
    visit.get(RECEIPT)
    account = store.accounts.of_student(MONTELAGO, made.student.codice_fiscale)
    assert account is not None
    assert not account.active


def test_who_comes_back_after_giving_up_gets_new_credentials(
    steps: Steps, authorised: IdPratica
) -> None:
    visit = comes(steps, authorised)
    confirm_all(visit)
    old = SECRET.search(visit.post(FINAL, version=version(visit, FINAL)).text)
    name = f"polimon{steps.into(authorised).matricola}"
    steps.cancel(authorised)
    steps.deliver_all()
    again = steps.sent()
    steps.authorise_enrolment(again)
    visit = comes(steps, again)
    confirm_all(visit)
    page = visit.post(FINAL, version=version(visit, FINAL)).text
    new = SECRET.search(page)
    assert old
    assert new
    assert name in page
    for secret, lands in ((old, "/accesso"), (new, "/profilo/password")):
        entered = browser(steps.world.destination)
        answer = entered.post("/accesso", username=name, password=secret.group(1))
        assert entered.get("/profilo/password").request.path == lands, answer.text


def test_who_is_switched_off_by_a_person_is_not_switched_on_by_the_receipt(
    steps: Steps, authorised: IdPratica
) -> None:
    visit = comes(steps, authorised)
    confirm_all(visit)
    visit.post(FINAL, version=version(visit, FINAL))
    store, made = steps.world.destination.store, steps.into(authorised)
    account = store.accounts.of_student(MONTELAGO, made.student.codice_fiscale)
    assert account is not None
    store.accounts.save(replace(account, active=False), steps.world.clock())
    page = visit.get(RECEIPT).text
    assert "è stato disattivato" in page
    assert SECRET.search(page) is None


def test_a_user_name_that_is_taken_locks_nobody_out(steps: Steps, authorised: IdPratica) -> None:
    store, clock = steps.world.destination.store, steps.world.clock
    taken = f"polimon{clock().year % 100}000001"
    store.accounts.save(Account(username=taken, name="Qualcuno"), clock())
    visit = comes(steps, authorised)
    confirm_all(visit)
    page = visit.post(FINAL, version=version(visit, FINAL)).text
    assert f"<code>{taken}-2</code>" in page


def test_a_token_is_good_for_one_enrolment(steps: Steps, authorised: IdPratica) -> None:
    person, token = steps.into(authorised).student.codice_fiscale, token_of(steps, authorised)
    visit = comes(steps, authorised)
    confirm_all(visit)
    visit.post(FINAL, version=version(visit, FINAL))
    again = browser(steps.world.destination)
    answer = again.post(ENTRANCE, codice_fiscale=person, token=token)
    assert "token già usato" in answer.text


def test_a_double_submit_enrols_once(steps: Steps, authorised: IdPratica) -> None:
    visit = comes(steps, authorised)
    confirm_all(visit)
    page = visit.get(FINAL).text
    form = {
        "csrf_token": re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[0],
        "version": VERSION.findall(page)[0],
    }
    first = visit.client.post(FINAL, data=form)
    second = visit.client.post(FINAL, data=form, follow_redirects=True)
    assert first.location == RECEIPT
    assert second.request.path == RECEIPT
    made = steps.into(authorised)
    events = [
        entry.event
        for entry in steps.destination(lambda uow: uow.records.history(destination.key_of(made)))
    ]
    assert events.count("enrol") == 1


def test_a_change_must_be_confirmed_and_is_kept_for_the_secretariat(
    steps: Steps, authorised: IdPratica
) -> None:
    visit = comes(steps, authorised)
    typed = {**fields(visit), "Residenza-Via": "via dei Gelsi", "Cellulare": ""}
    answer = visit.post(DATA, version=version(visit, DATA), **typed)
    assert answer.request.path == DATA
    assert "non è ancora confermata" in answer.text
    assert "via dei Gelsi" in answer.text
    ticks = TICK.findall(answer.text)
    assert len(ticks) == 2
    answer = visit.post(DATA, version=version(visit, DATA), confirm=ticks, **typed)
    assert answer.request.path == CAREER
    record = steps.destination(lambda uow: uow.enrolments.get(VALDOMBRA, authorised))
    assert record is not None
    assert [(item.path, item.declared, item.given) for item in record.changes] == [
        ("Residenza/Via", "via dei Ciliegi", "via dei Gelsi"),
        ("Cellulare", "+39 000 0000000", ""),
    ]


def test_what_was_ticked_for_one_value_does_not_confirm_another(
    steps: Steps, authorised: IdPratica
) -> None:
    visit = comes(steps, authorised)
    typed = {**fields(visit), "Residenza-Via": "via dei Gelsi"}
    ticks = TICK.findall(visit.post(DATA, version=version(visit, DATA), **typed).text)
    typed["Residenza-Via"] = "via dei Noci"
    answer = visit.post(DATA, version=version(visit, DATA), confirm=ticks, **typed)
    assert answer.request.path == DATA
    assert "non è ancora confermata" in answer.text


def test_values_that_cannot_be_are_told_beside_their_fields(
    steps: Steps, authorised: IdPratica
) -> None:
    visit = comes(steps, authorised)
    typed = {**fields(visit), "Cognome": "", "DataNascita": "2999-01-01", "Email": "non una mail"}
    page = visit.post(DATA, version=version(visit, DATA), **typed).text
    for name in ("Cognome", "DataNascita", "Email"):
        assert f'id="{name}-errore"' in page
        assert f'href="#{name}"' in page


def test_a_step_cannot_be_skipped(steps: Steps, authorised: IdPratica) -> None:
    visit = comes(steps, authorised)
    assert visit.get(FINAL).request.path == DATA
    visit.post(DATA, version=version(visit, DATA), **fields(visit))
    assert visit.get(FINAL).request.path == CAREER


def test_a_step_sent_from_a_stale_window_is_told(steps: Steps, authorised: IdPratica) -> None:
    visit = comes(steps, authorised)
    old = version(visit, DATA)
    typed = fields(visit)
    visit.post(DATA, version=old, **typed)
    answer = visit.post(DATA, version=old, **{**typed, "Email": "altra@example.org"})
    assert "Nel frattempo i dati sono cambiati" in answer.text
    assert "altra@example.org" not in answer.text


def test_a_new_foglio_makes_everything_be_confirmed_again(
    steps: Steps, authorised: IdPratica
) -> None:
    visit = comes(steps, authorised)
    confirm_all(visit)
    send_another(steps, authorised, Request(exams=8))
    assert visit.get(FINAL).request.path == DATA


def offer_another(steps: Steps, practice: IdPratica) -> Course:
    """Let the destination offer the course asked for and another one; return that."""
    asked, other = course(steps.into(practice).course_code), course("0920207302400009")
    steps.destination(lambda uow: uow.offers.publish(Offer(2026, (asked, other))))
    return other


def allow(steps: Steps, practice: IdPratica, *codes: str) -> None:
    """Let the secretariat allow these courses and no others beside the one asked for."""
    made, now = steps.into(practice), steps.world.clock()
    steps.destination(lambda uow: arrivals.allow_courses(made, codes, uow=uow, now=now))


def test_another_course_is_possible_only_where_the_secretariat_allowed_it(
    steps: Steps, authorised: IdPratica
) -> None:
    other = offer_another(steps, authorised)
    visit = comes(steps, authorised)
    visit.post(DATA, version=version(visit, DATA), **fields(visit))
    visit.post(CAREER, version=version(visit, CAREER))
    answer = visit.post(COURSE, version=version(visit, COURSE), privacy="1", course=other.code)
    assert answer.request.path == COURSE
    allow(steps, authorised, other.code)
    answer = visit.post(COURSE, version=version(visit, COURSE), privacy="1", course=other.code)
    assert answer.request.path == FINAL
    visit.post(FINAL, version=version(visit, FINAL))
    assert steps.into(authorised).course_enrolled == other.code


def test_a_course_that_is_withdrawn_before_the_end_has_to_be_chosen_again(
    steps: Steps, authorised: IdPratica
) -> None:
    other = offer_another(steps, authorised)
    allow(steps, authorised, other.code)
    visit = comes(steps, authorised)
    confirm_all(visit, other.code)
    allow(steps, authorised)
    page = visit.get(FINAL)
    assert (page.status_code, page.request.path) == (200, COURSE)
    assert "non ci si può più immatricolare" in page.text


def test_the_privacy_statement_must_be_read(steps: Steps, authorised: IdPratica) -> None:
    visit = comes(steps, authorised)
    visit.post(DATA, version=version(visit, DATA), **fields(visit))
    visit.post(CAREER, version=version(visit, CAREER))
    page = visit.post(COURSE, version=version(visit, COURSE)).text
    assert "informativa non è ancora confermata" in page
