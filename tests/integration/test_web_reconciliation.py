"""The secretariat looks at requirements and joins a practice to an enrolment that exists."""

import io
import re
from html import unescape

import pytest
from werkzeug.test import TestResponse

from gateway.demo.people import FIORELLA
from gateway.domain.accounts import Grant, Role
from gateway.domain.deliveries import Side
from gateway.domain.destination import DestinationState
from gateway.domain.identifiers import IdPratica
from gateway.domain.offers import Offer
from gateway.usecases import destination
from tests.support.arriving_students import DATA, ENTRANCE, SHOW, comes
from tests.support.fakes_samples import course
from tests.support.offices import Browser, employ, hire, signed_in
from tests.support.practices import SMALL
from tests.support.practices import page_of as page_of_practice
from tests.support.transfers import Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T19")]

HERE = f"/ateneo/{MONTELAGO}"
ROLL = f"{HERE}/immatricolati"
_VERSION = re.compile(r'name="version" value="([\d.]+)"')
_CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
CSV = (
    "Matricola;CodiceFiscale;Corso;DescrizioneCorso;Cognome;Nome;Email\n"
    f"A77001;{FIORELLA.codice_fiscale};0920207302400001;Ingegneria informatica;"
    "QUATTROCCHI;Fiorella Maria;fiorella@montelago.example.org\n"
)


def requirements_of(practice: IdPratica) -> str:
    """Return the address of the requirements of a practice."""
    return f"{HERE}/ingresso/{VALDOMBRA}/{practice}/requisiti"


def page_of(practice: IdPratica) -> str:
    """Return the address of the reconciliation of a practice."""
    return f"{HERE}/ingresso/{VALDOMBRA}/{practice}/riconciliazione"


def practice_page(practice: IdPratica) -> str:
    """Return the address of a practice."""
    return f"{HERE}/ingresso/{VALDOMBRA}/{practice}"


def bring(visit: Browser, content: str) -> str:
    """Upload a list of enrolled students and return the page that follows."""
    token = _CSRF.findall(visit.get(ROLL).text)[0]
    file = (io.BytesIO(content.encode()), "immatricolati.csv")
    return visit.client.post(
        ROLL, data={"csrf_token": token, "file": file}, follow_redirects=True
    ).text


@pytest.fixture
def practice(steps: Steps) -> IdPratica:
    made = steps.sent()
    steps.authorise_enrolment(made)
    return made


@pytest.fixture
def visit(steps: Steps) -> Browser:
    return employ(steps.world.destination, MONTELAGO, Role.OPERATOR)


def test_a_list_of_enrolled_students_is_imported_and_again_without_effect(visit: Browser) -> None:
    assert "Studenti importati: 1, di cui nuovi: 1" in bring(visit, CSV)
    assert "Studenti importati: 1, di cui nuovi: 0" in bring(visit, CSV)


def test_wrong_lines_of_a_list_are_all_told_and_nothing_is_kept(visit: Browser) -> None:
    broken = CSV + ";XX;0920207302400001;;;;\n"
    page = bring(visit, broken)
    assert "riga 3" in page
    assert "Studenti noti: <strong>0</strong>" in page


def test_without_a_known_enrolment_the_page_leads_to_the_list(
    practice: IdPratica, visit: Browser
) -> None:
    page = visit.get(page_of(practice)).text
    assert "non è nota alcuna immatricolazione" in page
    assert ROLL in page


def settle(visit: Browser, practice: IdPratica, page: str, choices: dict[str, str]) -> TestResponse:
    """Send the form of a page, for the enrolment that it showed."""
    return visit.post(
        page_of(practice),
        version=_VERSION.findall(page)[0],
        known="0",
        matricola="A77001",
        course="0920207302400001",
        why="posto confermato",
        **choices,
    )


def test_differences_stand_side_by_side_and_must_be_decided(
    steps: Steps, practice: IdPratica, visit: Browser
) -> None:
    bring(visit, CSV)
    page = visit.get(page_of(practice)).text
    assert "Fiorella Maria" in page
    assert "Cognome" not in page.split("<tbody>")[1].split("</tbody>")[0]  # same but for capitals
    answer = settle(visit, practice, page, {"choice-Nome": "here"})
    assert 'href="#choice-Email"' in answer.text
    assert steps.into(practice).state is DestinationState.AUTORIZZATA_IMMATRICOLAZIONE


def test_a_practice_is_joined_with_the_values_chosen(
    steps: Steps, practice: IdPratica, visit: Browser
) -> None:
    bring(visit, CSV)
    page = visit.get(page_of(practice)).text
    answer = settle(visit, practice, page, {"choice-Nome": "foglio", "choice-Email": "here"})
    assert answer.request.path == requirements_of(practice)
    made = steps.into(practice)
    assert made.state is DestinationState.IMMATRICOLATO
    assert made.matricola == "A77001"
    record = steps.destination(lambda uow: uow.enrolments.get(VALDOMBRA, practice))
    assert record.values["Nome"] == "Fiorella"
    assert record.values["Email"] == "fiorella@montelago.example.org"
    assert record.choices == {"Nome": "foglio", "Email": "here"}
    entry = steps.destination(lambda uow: uow.records.history(destination.key_of(made)))[-1]
    assert entry.notes == "posto confermato; dal foglio: Nome; dall'anagrafica: Email"
    told = steps.destination(lambda uow: uow.records.steps(destination.key_of(made)))[-1]
    assert (told.state, told.notes) == ("immatricolato", "")
    assert "posto confermato" in unescape(visit.get(practice_page(practice)).text)
    assert "fiorella@montelago.example.org" in answer.text
    again = visit.post(
        page_of(practice), version=_VERSION.findall(page)[0], known="0", matricola="A77001"
    )
    assert "nulla è stato fatto" in again.text


def test_the_requirements_tell_that_the_student_is_enrolled_here_already(
    practice: IdPratica, visit: Browser
) -> None:
    assert "già immatricolato qui" not in visit.get(requirements_of(practice)).text
    bring(visit, CSV)
    assert "già immatricolato qui" in visit.get(requirements_of(practice)).text


def test_the_requirements_show_sections_test_and_what_helps(
    steps: Steps, practice: IdPratica, visit: Browser
) -> None:
    limited = course(limited_access=True)
    steps.destination(lambda uow: uow.offers.publish(Offer(2026, (limited,))))
    page = visit.get(requirements_of(practice)).text
    assert "requisito non dimostrato" in page
    assert page.count("icon-success") == 4  # the sections


def test_states_and_outcomes_are_said_in_english_on_english_pages(
    steps: Steps, practice: IdPratica, visit: Browser
) -> None:
    page = requirements_of(practice)
    state = "enrolment authorised (autorizzata immatricolazione)"
    assert state in visit.post("/lingua/en", page=page).text
    bring(visit, CSV)
    earlier = page_of(steps.sent(SMALL))
    assert "In the state received (ricevuta) nothing can be reconciled" in visit.get(earlier).text
    foglio = visit.get(page_of_practice(Side.DESTINATION, practice) + "/documento").text
    assert "<td>passed</td>" in foglio
    assert "superato" not in foglio


def test_other_courses_are_allowed_and_the_token_is_renewed_once_for_each_page(
    steps: Steps, practice: IdPratica, visit: Browser
) -> None:
    other = course("0920207302400009", name="Ingegneria fisica")
    steps.destination(lambda uow: uow.offers.publish(Offer(2026, (course(), other))))
    page = requirements_of(practice)
    version = _VERSION.findall(visit.get(page).text)[0]
    answer = visit.post(f"{page}/corsi", page=page, version=version, courses=[other.code])
    assert "Corsi consentiti salvati" in answer.text
    answer = visit.post(f"{page}/token", page=page, version=version)
    assert "nulla è stato fatto" in answer.text
    version = _VERSION.findall(answer.text)[0]
    answer = visit.post(f"{page}/token", page=page, version=version)
    assert "di nuovo per tutto il suo termine" in answer.text
    record = steps.destination(lambda uow: uow.enrolments.get(VALDOMBRA, practice))
    assert record.allowed_courses == (other.code,)
    assert record.token_renewed_at == steps.world.clock()


def test_auditors_look_and_change_nothing(steps: Steps, practice: IdPratica) -> None:
    auditor = employ(steps.world.destination, MONTELAGO, Role.AUDITOR)
    page = auditor.get(requirements_of(practice)).text
    assert "Dai al token" not in page
    assert auditor.post(f"{requirements_of(practice)}/token").status_code == 403
    assert auditor.get(page_of(practice)).status_code == 403
    assert auditor.get(ROLL).status_code == 403


def test_an_operator_of_another_faculty_finds_nothing(steps: Steps, practice: IdPratica) -> None:
    steps.destination(lambda uow: uow.offers.publish(Offer(2026, (course(),))))
    hire(steps.world.destination, "bruno", Grant(Role.OPERATOR, MONTELAGO, "20"))
    other = signed_in(steps.world.destination, "bruno")
    assert other.get(requirements_of(practice)).status_code == 404
    assert other.get(page_of(practice)).status_code == 404
    hire(steps.world.destination, "anna", Grant(Role.OPERATOR, MONTELAGO, "10"))
    assert signed_in(steps.world.destination, "anna").get(page_of(practice)).status_code == 200


def test_an_address_of_no_practice_is_not_found(visit: Browser) -> None:
    assert visit.get(requirements_of(IdPratica("NESSUNA"))).status_code == 404
    assert visit.get(page_of(IdPratica("NESSUNA"))).status_code == 404


def test_an_enrolment_that_came_meanwhile_does_not_take_the_place_of_the_one_looked_at(
    steps: Steps, practice: IdPratica, visit: Browser
) -> None:
    bring(visit, CSV)
    page = visit.get(page_of(practice)).text
    bring(visit, CSV + CSV.splitlines()[1].replace("A77001", "A00001"))
    answer = settle(visit, practice, page, {"choice-Nome": "here", "choice-Email": "here"})
    assert "nulla è stato fatto" in answer.text
    assert steps.into(practice).state is DestinationState.AUTORIZZATA_IMMATRICOLAZIONE


def test_a_leaf_that_is_refused_is_not_noted_as_done(
    steps: Steps, practice: IdPratica, visit: Browser
) -> None:
    page = requirements_of(practice)
    for path in ("corsi", "token"):
        answer = visit.post(f"{page}/{path}", page=page, version="0.0", courses=["X"])
        assert "nulla è stato fatto" in answer.text
    actions = steps.world.destination.store.audit.actions(MONTELAGO)
    assert not {"courses_allowed", "token_renewed"} & set(actions)


def test_who_was_joined_still_comes_in_by_token_to_receipt_and_progress(
    steps: Steps, practice: IdPratica, visit: Browser
) -> None:
    bring(visit, CSV)
    page = visit.get(page_of(practice)).text
    settle(visit, practice, page, {"choice-Nome": "foglio", "choice-Email": "here"})
    student = comes(steps, practice)
    shown = student.get(SHOW).text
    assert "A77001" in shown
    assert "Comincia l'immatricolazione" not in shown
    paper = student.get(f"{ENTRANCE}/ricevuta.pdf")
    assert paper.mimetype == "application/pdf"
    assert student.get(DATA, follow=False).status_code == 302
    assert steps.into(practice).matricola == "A77001"


def test_a_list_of_nothing_but_faults_is_told_in_few_words(visit: Browser) -> None:
    page = bring(visit, f"{CSV.splitlines()[0]}\n" + "a\n" * 50_000)
    assert "gli errori sono più di 300: il file è stato letto fin qui" in page
    assert "altri: 251" in page
    assert len(page) < 60_000
