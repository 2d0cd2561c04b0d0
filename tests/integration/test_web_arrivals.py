"""A student arrives at the destination: by token, step by step, to matricola and credentials."""

import re
from dataclasses import replace

import pytest

from gateway.demo.sample import Request, foglio
from gateway.domain.accounts import Grant, Role
from gateway.domain.arrivals import ABSOLUTE, IDLE, MOST_TRIES, WINDOW
from gateway.domain.destination import DestinationState
from gateway.domain.identifiers import IdPratica
from gateway.domain.offers import Offer
from gateway.usecases import arrivals, destination, origin
from tests.support.fakes_samples import course
from tests.support.offices import Browser, browser, hire, signed_in
from tests.support.transfers import OFFICE, Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T19")]

HERE = f"/ateneo/{MONTELAGO}"
ENTRANCE = f"{HERE}/arrivo"
SHOW = f"{HERE}/arrivo/domanda"
RECEIPT = f"{HERE}/arrivo/ricevuta"
DATA, CAREER, COURSE, FINAL = (
    f"{HERE}/immatricolazione/{step}" for step in ("dati", "carriera", "corso", "conferma")
)
_VERSION = re.compile(r'name="version" value="(\d+)"')
_FIELD = re.compile(r'<input class="form-control[^"]*" id="([^"]+)" name="[^"]+" value="([^"]*)"')
_TICK = re.compile(r'name="confirm" value="([^"]*)"')
_SECRET = re.compile(r"<code>([A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5})</code>")


def token_of(steps: Steps, practice: IdPratica) -> str:
    """Return the token of a practice."""
    found = steps.into(practice).token
    assert found is not None
    return found.value


def comes(steps: Steps, practice: IdPratica, visit: Browser | None = None) -> Browser:
    """Return the browser of a student who came in by token."""
    visit = visit or browser(steps.world.destination)
    answer = visit.post(
        ENTRANCE,
        codice_fiscale=steps.into(practice).student.codice_fiscale.lower(),
        token=token_of(steps, practice).lower(),
    )
    assert answer.request.path == SHOW
    return visit


def version(visit: Browser, page: str) -> str:
    """Return the version that a form stands on."""
    found = _VERSION.search(visit.get(page).text)
    assert found
    return found.group(1)


def fields(visit: Browser) -> dict[str, str]:
    """Return the data as the form has them."""
    return dict(_FIELD.findall(visit.get(DATA).text))


def confirm_all(visit: Browser, course: str = "") -> None:
    """Confirm every step as it is."""
    answer = visit.post(DATA, version=version(visit, DATA), **fields(visit))
    assert answer.request.path == CAREER
    answer = visit.post(CAREER, version=version(visit, CAREER), remark="")
    assert answer.request.path == COURSE
    chosen = {"course": course} if course else {}
    answer = visit.post(COURSE, version=version(visit, COURSE), privacy="1", **chosen)
    assert answer.request.path == FINAL, answer.text


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
    assert len(_SECRET.findall(answer.text)) == 1
    assert _SECRET.search(visit.get(RECEIPT).text) is None
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
    secret = _SECRET.search(page)
    assert secret
    made = steps.into(authorised)
    account = steps.world.destination.store.accounts.by_username(f"polimon{made.matricola}")
    assert account is not None
    assert steps.world.destination.passwords.verify(secret.group(1), account.password_hash)


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
        "version": _VERSION.findall(page)[0],
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
    ticks = _TICK.findall(answer.text)
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
    ticks = _TICK.findall(visit.post(DATA, version=version(visit, DATA), **typed).text)
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


def send_another(steps: Steps, practice: IdPratica, request: Request) -> None:
    """Let the origin send the foglio again, with other contents."""
    world = steps.world.origin
    steps.origin(
        lambda uow: origin.edit(
            origin.find(practice, uow=uow),
            foglio(request),
            OFFICE,
            "integrazione",
            uow=uow,
            documents=world.documents,
            now=world.clock(),
        )
    )
    steps.world.clock.advance(seconds=5)
    steps.send_again(practice)
    steps.deliver_all()


def test_another_course_is_possible_only_where_the_secretariat_allowed_it(
    steps: Steps, authorised: IdPratica
) -> None:
    made = steps.into(authorised)
    asked, other = course(made.course_code), course("0920207302400009")
    steps.destination(lambda uow: uow.offers.publish(Offer(2026, (asked, other))))
    visit = comes(steps, authorised)
    visit.post(DATA, version=version(visit, DATA), **fields(visit))
    visit.post(CAREER, version=version(visit, CAREER))
    answer = visit.post(COURSE, version=version(visit, COURSE), privacy="1", course=other.code)
    assert answer.request.path == COURSE
    steps.destination(
        lambda uow: arrivals.allow_courses(made, (other.code,), uow=uow, now=steps.world.clock())
    )
    answer = visit.post(COURSE, version=version(visit, COURSE), privacy="1", course=other.code)
    assert answer.request.path == FINAL
    visit.post(FINAL, version=version(visit, FINAL))
    assert steps.into(authorised).course_enrolled == other.code


def test_the_privacy_statement_must_be_read(steps: Steps, authorised: IdPratica) -> None:
    visit = comes(steps, authorised)
    visit.post(DATA, version=version(visit, DATA), **fields(visit))
    visit.post(CAREER, version=version(visit, CAREER))
    page = visit.post(COURSE, version=version(visit, COURSE)).text
    assert "informativa non è ancora confermata" in page


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
