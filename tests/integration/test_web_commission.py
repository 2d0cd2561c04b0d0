"""The commission evaluates: list, career, conversion table, draft by several, one decision."""

import re
from decimal import Decimal
from typing import Any

import pytest
from werkzeug.test import TestResponse

from gateway.domain.accounts import RECENT, Grant, Role
from gateway.domain.destination import DestinationState
from gateway.domain.identifiers import IdPratica
from gateway.domain.offers import Offer
from gateway.usecases import destination
from tests.support.fakes_samples import course
from tests.support.offices import Browser, employ, hire, signed_in
from tests.support.transfers import Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T19")]

LIST = f"/ateneo/{MONTELAGO}/commissione"
_VERSION = re.compile(r'name="version" value="([\d.]+)"')
HEAD = {"body": "Consiglio", "decided_on": "2026-09-21", "year_of_course": "2"}


def desk_of(practice: IdPratica) -> str:
    """Return the address of a practice on the commission's desk."""
    return f"{LIST}/{VALDOMBRA}/{practice}"


def line(number: int, *sources: tuple[str, str], **fields: str) -> dict[str, str]:
    """Return the fields of a line of the table."""
    prefix = f"line-{number}"
    typed = {f"{prefix}-target_name": "", **{f"{prefix}-{k}": v for k, v in fields.items()}}
    for at, (reference, cfu) in enumerate(sources):
        typed[f"{prefix}-source-{at}-reference"] = reference
        typed[f"{prefix}-source-{at}-cfu"] = cfu
    return typed


GOOD = line(0, ("1.1", "9"), target_name="Analisi I", cfu="9", sector="MAT/05", grade="26")


def press(visit: Browser, page: str, act: str, version: str = "", **fields: Any) -> TestResponse:
    """Press a button of the desk."""
    seen = version or _VERSION.findall(visit.get(page).text)[0]
    return visit.post(page, act=act, version=seen, **fields)


@pytest.fixture
def practice(steps: Steps) -> IdPratica:
    made = steps.sent()
    steps.authorise_enrolment(made)
    steps.enrol(made)
    steps.evaluate(made)
    return made


@pytest.fixture
def visit(steps: Steps) -> Browser:
    return employ(steps.world.destination, MONTELAGO, Role.COMMISSION)


def test_a_career_that_waits_is_on_the_list_and_laid_out(
    practice: IdPratica, visit: Browser
) -> None:
    assert practice in visit.get(LIST).text
    page = visit.get(desk_of(practice)).text
    assert "Analisi matematica 1" in page
    assert "MAT/05" in page
    assert "convalidato" in page


def test_a_career_that_is_not_evaluated_yet_is_not_the_commissions(
    steps: Steps, visit: Browser
) -> None:
    made = steps.sent()
    assert made not in visit.get(LIST).text
    assert visit.get(desk_of(made)).status_code == 404


def test_a_member_of_another_faculty_sees_nothing(steps: Steps, practice: IdPratica) -> None:
    steps.destination(lambda uow: uow.offers.publish(Offer(2026, (course(),))))
    for name, faculty, status in (("anna", "10", 200), ("bruno", "20", 404)):
        hire(
            steps.world.destination,
            name,
            Grant(Role.COMMISSION, MONTELAGO, faculty),
        )
        visit = signed_in(steps.world.destination, name)
        assert (practice in visit.get(LIST).text) == (status == 200)
        assert visit.get(desk_of(practice)).status_code == status


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.STUDENT, Role.AUDITOR])
def test_nobody_else_comes_to_the_desk(steps: Steps, practice: IdPratica, role: Role) -> None:
    other = employ(steps.world.destination, MONTELAGO, role)
    assert other.get(desk_of(practice)).status_code == 403


def test_rows_are_added_and_removed_by_buttons_and_nothing_typed_is_lost(
    practice: IdPratica, visit: Browser
) -> None:
    page = desk_of(practice)
    press(visit, page, "add_line", body="Consiglio")
    shown = press(visit, page, "add_source:0", body="Consiglio", **line(0, ("1.1", "4,5")))
    assert 'name="line-0-source-1-cfu"' in shown.text
    assert 'value="4,5"' in shown.text
    typed = line(0, ("1.1", "4,5"), ("1.2", "9"), target_name="Matematica")
    shown = press(visit, page, "drop_source:0:0", body="Consiglio", **typed)
    assert 'name="line-0-source-1-cfu"' not in shown.text
    assert "Matematica" in shown.text
    shown = press(visit, page, "add_integration", body="Consiglio", **typed)
    assert 'name="integration-0-name"' in shown.text
    shown = press(visit, page, "drop_line:0", body="Consiglio", **typed)
    assert "line-0-target_name" not in shown.text
    assert 'value="Consiglio"' in shown.text


def test_exams_are_taken_over_one_by_one(practice: IdPratica, visit: Browser) -> None:
    shown = press(visit, desk_of(practice), "one_to_one", **HEAD)
    assert shown.text.count('<legend class="h5">') == 7  # six passed, one recognised
    assert "La tabella torna" in shown.text


def test_faults_are_told_beside_their_fields(practice: IdPratica, visit: Browser) -> None:
    typed = line(0, ("1.1", "99"), target_name="", cfu="molti", grade="31")
    page = press(visit, desk_of(practice), "save", **typed).text
    for name in ("body", "decided_on", "line-0-target_name", "line-0-cfu", "line-0-grade"):
        assert f'href="#{name}"' in page
        assert f'id="{name}-errore"' in page


def test_credits_spent_twice_do_not_add_up(practice: IdPratica, visit: Browser) -> None:
    typed = {
        **line(0, ("1.1", "9"), target_name="Uno", cfu="9"),
        **line(1, ("1.1", "9"), target_name="Due", cfu="9"),
    }
    page = press(visit, desk_of(practice), "save", **HEAD, **typed).text
    assert "usato per 18 crediti su 9" in page


def test_a_line_that_is_not_recognised_wants_a_reason(practice: IdPratica, visit: Browser) -> None:
    typed = line(0, ("1.1", "9"), target_name="Analisi I", cfu="0", outcome="refused")
    page = press(visit, desk_of(practice), "save", **HEAD, **typed).text
    assert 'href="#line-0-refused_for"' in page
    typed["line-0-refused_for"] = "programma troppo diverso"
    page = press(visit, desk_of(practice), "save", **HEAD, **typed).text
    assert "La tabella torna" in page


def test_the_decision_is_made_after_a_look_and_gets_a_number(
    steps: Steps, practice: IdPratica, visit: Browser
) -> None:
    page = desk_of(practice)
    many = line(1, ("1.2", "4,5"), ("2.1", "4,5"), target_name="Mista", cfu="6", sector="FIS/01")
    integration = {"integration-0-name": "Disegno", "integration-0-cfu": "6"}
    answer = press(visit, page, "consolidate", **HEAD, **GOOD, **many, **integration)
    assert answer.request.path == f"{page}/conferma"
    assert "non si può più cambiare" in answer.text
    version = _VERSION.findall(answer.text)[0]
    answer = visit.post(f"{page}/conferma", version=version)
    made = steps.into(practice)
    assert made.state is DestinationState.DELIBERATA
    number, delibera = steps.destination(lambda uow: uow.records.delibera(destination.key_of(made)))
    assert number in answer.text
    assert [item.cfu for item in delibera.conversions] == [Decimal(9), Decimal(6)]
    assert delibera.conversions[1].sources[0].cfu == Decimal("4.5")
    assert delibera.year_of_course == 2
    assert delibera.integrations[0].name == "Disegno"


def test_a_second_confirmation_has_no_second_effect(
    steps: Steps, practice: IdPratica, visit: Browser
) -> None:
    page = desk_of(practice)
    shown = press(visit, page, "consolidate", **HEAD, **GOOD).text
    form = {
        "csrf_token": re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', shown)[0],
        "version": _VERSION.findall(shown)[0],
    }
    visit.client.post(f"{page}/conferma", data=form)
    second = visit.client.post(f"{page}/conferma", data=form, follow_redirects=True)
    assert "già consolidata" in second.text
    made = steps.into(practice)
    history = steps.destination(lambda uow: uow.records.history(destination.key_of(made)))
    assert [entry.event for entry in history].count("decide") == 1


def test_of_two_members_the_second_is_told_and_overwrites_nothing(
    steps: Steps, practice: IdPratica, visit: Browser
) -> None:
    hire(steps.world.destination, "carla", Grant(Role.COMMISSION, MONTELAGO))
    other = signed_in(steps.world.destination, "carla")
    page = desk_of(practice)
    press(other, page, "save", "0", **HEAD, **GOOD)
    answer = press(visit, page, "save", "0", body="Altro organo")
    assert answer.status_code == 409
    assert "carla ha salvato" in answer.text
    assert "la riga 1" in answer.text
    assert 'value="Altro organo"' in answer.text
    kept = steps.destination(
        lambda uow: uow.delibera_drafts.get(destination.Side.DESTINATION, VALDOMBRA, practice)
    )
    assert kept.body == "Consiglio"
    assert kept.changed_by == "carla"


def test_a_confirmation_of_an_older_draft_decides_nothing(
    steps: Steps, practice: IdPratica, visit: Browser
) -> None:
    page = desk_of(practice)
    shown = press(visit, page, "consolidate", **HEAD, **GOOD).text
    version = _VERSION.findall(shown)[0]
    press(visit, page, "save", **HEAD, **{**GOOD, "line-0-grade": "30"})
    answer = visit.post(f"{page}/conferma", version=version)
    assert "nulla è stato deciso" in answer.text
    assert steps.into(practice).state is DestinationState.AUTORIZZATA_VALUTAZIONE


def test_a_decision_wants_a_recent_proof_of_identity(
    steps: Steps, practice: IdPratica, visit: Browser
) -> None:
    page = desk_of(practice)
    press(visit, page, "consolidate", **HEAD, **GOOD)
    steps.world.clock.advance(seconds=RECENT.total_seconds())
    answer = visit.get(f"{page}/conferma", follow=False)
    assert answer.location.startswith("/conferma-identita")


def test_an_anomaly_reaches_the_secretariat(
    steps: Steps, practice: IdPratica, visit: Browser
) -> None:
    page = desk_of(practice)
    version = str(steps.into(practice).version)
    visit.post(f"{page}/anomalia", page=page, version=version, notes="manca il voto di 1.3")
    office = employ(steps.world.destination, MONTELAGO, Role.OPERATOR)
    shown = office.get(f"/ateneo/{MONTELAGO}/ingresso/{VALDOMBRA}/{practice}/requisiti").text
    assert "manca il voto di 1.3" in shown
    answer = visit.post(f"{page}/anomalia", page=page, version=version, notes="di nuovo")
    assert "la segnalazione non è partita" in answer.text
    made = steps.into(practice)
    told = steps.destination(lambda uow: uow.records.steps(destination.key_of(made)))
    assert "manca il voto" not in " ".join(step.notes for step in told)
