"""Where a university wants it, what ends a practice is confirmed by a second person."""

import re
from dataclasses import replace

import pytest

from gateway.domain.accounts import Grant, Role
from gateway.domain.deliveries import Side
from tests.support.offices import Browser, hire, signed_in
from tests.support.practices import SMALL, confirm, page_of
from tests.support.transfers import Steps
from tests.support.universities import DESTINATION, MONTELAGO

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T19")]


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def careful(steps: Steps) -> Steps:
    """A world whose destination wants four eyes, with people of each role."""
    store = steps.world.destination.store
    store.save_university(replace(DESTINATION, four_eyes=True))
    store.forget()
    for name, role in (("ugo", Role.OPERATOR), ("eva", Role.APPROVER), ("ida", Role.OPERATOR)):
        hire(steps.world.destination, name, Grant(role, MONTELAGO))
    return steps


def visit(steps: Steps, name: str) -> Browser:
    world = steps.world
    return signed_in(world.destination, name, world.network.hosts["destination"])


def proposed(steps: Steps) -> tuple[str, str, str]:
    """Let Ugo propose a refusal; return the practice, its page, where it is decided."""
    practice = steps.sent(SMALL)
    page = page_of(Side.DESTINATION, practice)
    answer = confirm(visit(steps, "ugo"), page, "refuse", why="nessun posto")
    assert "Proposta registrata" in answer.text
    found = re.search(r'action="([^"]+/proposta/\d+)"', answer.text)
    assert found is not None
    return practice, page, found.group(1)


def test_the_first_person_only_proposes(careful: Steps) -> None:
    practice, page, _ = proposed(careful)
    assert careful.into(practice).state.value == "ricevuta"
    told = text(visit(careful, "eva").get(page).text)
    assert "In attesa di una seconda persona: Rifiuta il trasferimento" in told
    assert "Proposto da ugo" in told
    assert "nessun posto" in told


def test_the_second_person_finds_it_on_the_first_page_and_lets_it_happen(careful: Steps) -> None:
    practice, page, decision = proposed(careful)
    eva = visit(careful, "eva")
    assert f'href="{page}#proposta"' in eva.get(f"/ateneo/{MONTELAGO}/lavori").text
    assert "Proposta approvata" in eva.post(decision, page=page, decision="approve").text
    kept = careful.into(practice)
    assert kept.state.value == "rifiutata"
    careful.deliver_all()
    assert careful.out(practice).state.value == "respinta"
    again = eva.post(decision, page=page, decision="approve")
    assert "già stata decisa" in again.text


def test_the_author_and_other_operators_cannot_approve(careful: Steps) -> None:
    practice, page, decision = proposed(careful)
    for name in ("ugo", "ida"):
        browser = visit(careful, name)
        assert 'value="approve"' not in browser.get(page).text
        assert browser.post(decision, page=page, decision="approve").status_code == 403
    assert careful.into(practice).state.value == "ricevuta"


def test_an_approver_does_not_approve_their_own(careful: Steps) -> None:
    practice = careful.sent(SMALL)
    page = page_of(Side.DESTINATION, practice)
    eva = visit(careful, "eva")
    answer = confirm(eva, page, "cancel", why="rinuncia")
    found = re.search(r'action="([^"]+/proposta/\d+)"', answer.text)
    assert found is not None
    assert 'value="approve"' not in answer.text
    told = eva.post(found.group(1), page=page, decision="approve")
    assert "chi ha proposto un atto non può approvarlo" in told.text
    assert careful.into(practice).state.value == "ricevuta"
    back = eva.post(found.group(1), page=page, decision="decline", why="ci ho ripensato")
    assert "Proposta ritirata" in back.text
    assert re.search(r"ritirata\s*· eva", back.text) is not None


def test_declining_wants_a_reason_and_keeps_it(careful: Steps) -> None:
    practice, page, decision = proposed(careful)
    eva = visit(careful, "eva")
    assert "Serve un motivo" in eva.post(decision, page=page, decision="decline", why=" ").text
    told = eva.post(decision, page=page, decision="decline", why="manca la graduatoria")
    assert "manca la graduatoria" in told.text
    assert careful.into(practice).state.value == "ricevuta"
    ida = visit(careful, "ida")
    assert ida.post(decision, page=page, decision="decline", why="x").status_code == 403


def test_a_proposal_lapses_when_the_practice_changes(careful: Steps) -> None:
    practice, page, decision = proposed(careful)
    careful.ask_revision(practice)
    eva = visit(careful, "eva")
    shown = eva.get(page).text
    assert "In attesa di una seconda persona" not in shown
    assert "decaduta: la pratica è cambiata" in shown
    assert "non vale più" in eva.post(decision, page=page, decision="approve").text
    assert careful.into(practice).state.value == "richiesta revisione"


def test_what_ends_nothing_needs_one_person(careful: Steps) -> None:
    practice = careful.sent(SMALL)
    confirm(visit(careful, "ugo"), page_of(Side.DESTINATION, practice), "authorise_enrolment")
    assert careful.into(practice).state.value == "autorizzata immatricolazione"


def test_a_proposal_is_decided_at_its_own_practice_only(careful: Steps) -> None:
    _, page, decision = proposed(careful)
    other = page_of(Side.DESTINATION, careful.sent(SMALL))
    elsewhere = other + "/proposta/" + decision.rpartition("/")[2]
    answer = visit(careful, "eva").post(elsewhere, page=page, decision="approve")
    assert answer.status_code == 404
