"""A practice at the destination: what origin, secretariat, student and commission do to it."""

from datetime import date, timedelta

import pytest

from gateway.domain.destination import COMPLETION, ON_REQUEST, DestinationState, IncomingTransfer
from gateway.domain.rejections import Cause
from gateway.domain.terms import ADMINISTRATIVE, CAREER, Section
from gateway.domain.tokens import Token
from tests.support.clock import START
from tests.support.fakes_samples import (
    ALL,
    COMMISSION,
    OFFICE,
    STUDENT,
    SYSTEM,
    THE_ORIGIN,
    received,
    refused,
)

pytestmark = pytest.mark.requirement("T19")

NOW = START + timedelta(hours=1)
TOKEN = Token("ABCDE23456")
DUE = date(2026, 10, 21)
_S = DestinationState
BEFORE_ENROLMENT = (_S.RICEVUTA, _S.RICHIESTA_REVISIONE, _S.AUTORIZZATA_IMMATRICOLAZIONE)
LATE = (_S.IMMATRICOLATO, _S.AUTORIZZATA_VALUTAZIONE)


def at(state: DestinationState, **changes: object) -> IncomingTransfer:
    return received(state=state, history=(), **changes)


def resend(
    transfer: IncomingTransfer,
    reason: str = ON_REQUEST,
    sections: frozenset[Section] = ALL,
    notes: str = "",
) -> IncomingTransfer:
    return transfer.receive_data(sections, reason, notes, actor=THE_ORIGIN, now=NOW)


def test_an_accepted_foglio_starts_a_practice_under_its_number() -> None:
    made = received()
    assert (made.state, made.protocol_number) == (_S.RICEVUTA, "P0")
    (entry,) = made.history
    assert (entry.event, entry.source, entry.target, entry.reference) == (
        "receive",
        None,
        "ricevuta",
        "P0",
    )


@pytest.mark.requirement("T8")
@pytest.mark.parametrize("state", BEFORE_ENROLMENT)
@pytest.mark.parametrize("actor", [OFFICE, SYSTEM])
def test_a_token_is_assigned_before_the_enrolment(state: DestinationState, actor: object) -> None:
    moved = at(state).assign_token(TOKEN, actor=actor, now=NOW)  # type: ignore[arg-type]
    assert (moved.token, moved.state) == (TOKEN, state)


@pytest.mark.requirement("T8")
def test_a_second_token_is_not_assigned() -> None:
    with refused(Cause.TOKEN_ALREADY_ASSIGNED):
        received(token=TOKEN).assign_token(Token("OTHER"), actor=OFFICE, now=NOW)


@pytest.mark.requirement("T8")
def test_after_the_enrolment_it_is_too_late_for_a_token() -> None:
    with refused(Cause.EVENT_NOT_ALLOWED):
        at(_S.IMMATRICOLATO).assign_token(TOKEN, actor=OFFICE, now=NOW)


@pytest.mark.requirement("T4")
@pytest.mark.parametrize(
    ("state", "target"),
    [
        (_S.RICEVUTA, _S.RICHIESTA_REVISIONE),
        (_S.AUTORIZZATA_IMMATRICOLAZIONE, _S.AUTORIZZATA_IMMATRICOLAZIONE),
        (_S.IMMATRICOLATO, _S.IMMATRICOLATO),
        (_S.AUTORIZZATA_VALUTAZIONE, _S.AUTORIZZATA_VALUTAZIONE),
    ],
)
def test_a_revision_moves_only_a_practice_under_verification(
    state: DestinationState, target: DestinationState
) -> None:
    asked = at(state).ask_revision("ERRORE", "voto", actor=OFFICE, now=NOW)
    assert (asked.state, asked.revision_open) == (target, True)
    assert asked.history[-1].notes == "ERRORE: voto"


@pytest.mark.requirement("T5")
def test_the_corrected_foglio_ends_a_revision() -> None:
    asked = received().ask_revision("ERRORE", "voto", actor=OFFICE, now=NOW)
    answered = resend(asked, notes="corretto")
    assert (answered.state, answered.revision_open) == (_S.RICEVUTA, False)
    assert answered.history[-1].notes == "RitrasmissioneSuRichiesta: corretto"


@pytest.mark.requirement("T5")
@pytest.mark.parametrize("reason", ["ERRORE", "qualunque"])
def test_any_reason_but_completion_answers_a_revision(reason: str) -> None:
    asked = received().ask_revision("ERRORE", "voto", actor=OFFICE, now=NOW)
    assert not resend(asked, reason).revision_open


@pytest.mark.requirement("T5")
@pytest.mark.parametrize("reason", [COMPLETION, COMPLETION.upper()])
def test_a_completion_leaves_the_revision_open(reason: str) -> None:
    asked = received().ask_revision("ERRORE", "voto", actor=OFFICE, now=NOW)
    completed = resend(asked, reason)
    assert (completed.state, completed.revision_open) == (_S.RICHIESTA_REVISIONE, True)


@pytest.mark.requirement("T5")
@pytest.mark.parametrize("state", LATE)
def test_data_asked_for_late_does_not_move_the_practice(state: DestinationState) -> None:
    asked = at(state).ask_revision("ERRORE", "", actor=OFFICE, now=NOW)
    answered = resend(asked)
    assert (answered.state, answered.revision_open) == (state, False)


@pytest.mark.requirement("T14")
@pytest.mark.parametrize(
    ("sections", "due"),
    [(CAREER, None), (frozenset({Section.CARRIERA}), DUE)],
    ids=["both sections", "one of the two"],
)
def test_the_term_falls_when_both_sections_have_come(
    sections: frozenset[Section], due: date | None
) -> None:
    waiting = received(sections=ADMINISTRATIVE, career_due=DUE)
    moved = resend(waiting, COMPLETION, sections)
    assert (moved.sections, moved.career_due) == (ADMINISTRATIVE | sections, due)


@pytest.mark.requirement("T5")
@pytest.mark.parametrize("state", [_S.DELIBERATA, _S.COMPLETATA, _S.RIFIUTATA, _S.CANCELLATA])
def test_after_the_decision_no_data_is_taken(state: DestinationState) -> None:
    with refused(Cause.EVENT_NOT_ALLOWED):
        resend(at(state))


def test_the_student_enrols_once_authorised_and_uses_up_the_token() -> None:
    ready = received(token=TOKEN).authorise_enrolment(actor=OFFICE, now=NOW)
    enrolled = ready.enrol("26000001", "c2", actor=STUDENT, now=NOW)
    assert enrolled.state is _S.IMMATRICOLATO
    assert (enrolled.matricola, enrolled.course_enrolled) == ("26000001", "c2")
    assert (enrolled.token_used, enrolled.history[-1].reference) == (True, "26000001")


def test_nobody_enrols_before_the_secretariat_has_authorised() -> None:
    with refused(Cause.EVENT_NOT_ALLOWED):
        received(token=TOKEN).enrol("26000001", "c2", actor=STUDENT, now=NOW)


def test_an_enrolment_that_exists_is_joined_to_the_practice() -> None:
    joined = at(_S.AUTORIZZATA_IMMATRICOLAZIONE).reconcile(
        "25000009", "c2", why="numero chiuso", actor=OFFICE, now=NOW
    )
    assert (joined.state, joined.matricola, joined.token_used) == (
        _S.IMMATRICOLATO,
        "25000009",
        False,  # it goes on showing where the practice stands
    )
    assert (joined.history[-1].notes, joined.history[-1].reference) == (
        "numero chiuso",
        "25000009",
    )


def test_the_career_goes_to_the_commission_only_when_it_is_whole() -> None:
    whole = at(_S.IMMATRICOLATO).authorise_evaluation(actor=OFFICE, now=NOW)
    assert whole.state is _S.AUTORIZZATA_VALUTAZIONE


@pytest.mark.requirement("T14")
@pytest.mark.parametrize(
    ("held", "missing"),
    [
        (ADMINISTRATIVE, "TitoliConseguiti"),
        (ADMINISTRATIVE | {Section.TITOLI_CONSEGUITI}, "CarrieraUniversitaria"),
    ],
)
def test_the_first_missing_section_is_named(held: frozenset[Section], missing: str) -> None:
    with refused(Cause.SECTION_MISSING) as refusal:
        at(_S.IMMATRICOLATO, sections=held).authorise_evaluation(actor=OFFICE, now=NOW)
    assert refusal.value.reasons[0].path == f"FoglioCongedo/{missing}"


def test_the_commission_decides_under_a_number() -> None:
    decided = at(_S.AUTORIZZATA_VALUTAZIONE).decide("P5", actor=COMMISSION, now=NOW)
    assert (decided.state, decided.history[-1].reference) == (_S.DELIBERATA, "P5")


def test_it_does_not_decide_while_a_revision_is_open() -> None:
    asked = at(_S.AUTORIZZATA_VALUTAZIONE).ask_revision("ERRORE", "", actor=OFFICE, now=NOW)
    with refused(Cause.EVENT_NOT_ALLOWED) as refusal:
        asked.decide("P5", actor=COMMISSION, now=NOW)
    assert refusal.value.reasons[0].params == {"state": "revisione in corso", "event": "decide"}


def test_an_anomaly_stands_until_a_revision_is_asked_for_or_the_commission_decides() -> None:
    told = at(_S.AUTORIZZATA_VALUTAZIONE).report_anomaly("manca 1.3", actor=COMMISSION, now=NOW)
    assert (told.state, told.anomaly_open) == (_S.AUTORIZZATA_VALUTAZIONE, True)
    assert resend(told).anomaly_open
    assert not told.ask_revision("ERRORE", "", actor=OFFICE, now=NOW).anomaly_open
    assert not told.decide("P5", actor=COMMISSION, now=NOW).anomaly_open
    assert not told.cancel("rinuncia", actor=OFFICE, now=NOW).anomaly_open


def test_a_decided_transfer_is_completed_under_a_number() -> None:
    done = at(_S.DELIBERATA).complete("P6", "benvenuto", actor=OFFICE, now=NOW)
    assert (done.state, done.has_ended) == (_S.COMPLETATA, True)
    assert (done.history[-1].notes, done.history[-1].reference) == ("benvenuto", "P6")


@pytest.mark.parametrize("state", [*BEFORE_ENROLMENT, _S.DELIBERATA])
def test_a_transfer_is_refused_before_the_enrolment_or_by_the_decision(
    state: DestinationState,
) -> None:
    ended = at(state, career_due=DUE, revision_open=True).refuse(
        "P6", "nessun posto", actor=OFFICE, now=NOW
    )
    assert (ended.state, ended.career_due, ended.revision_open) == (_S.RIFIUTATA, None, False)


@pytest.mark.parametrize("state", LATE)
def test_an_enrolled_student_is_not_refused_without_a_decision(state: DestinationState) -> None:
    with refused(Cause.EVENT_NOT_ALLOWED):
        at(state).refuse("P6", "nessun posto", actor=OFFICE, now=NOW)


@pytest.mark.parametrize("state", [*BEFORE_ENROLMENT, *LATE, _S.DELIBERATA])
def test_the_secretariat_cancels_at_any_time(state: DestinationState) -> None:
    ended = at(state, career_due=DUE, revision_open=True).cancel("rinuncia", actor=OFFICE, now=NOW)
    assert (ended.state, ended.career_due, ended.revision_open) == (_S.CANCELLATA, None, False)
    assert ended.history[-1].event == "cancel"


@pytest.mark.requirement("T6")
@pytest.mark.parametrize("state", BEFORE_ENROLMENT)
def test_the_origin_cancels_before_the_enrolment(state: DestinationState) -> None:
    ended = at(state).cancel("rinuncia", actor=THE_ORIGIN, now=NOW)
    assert (ended.state, ended.history[-1].event) == (_S.CANCELLATA, "cancelled_by_origin")


@pytest.mark.requirement("T6")
@pytest.mark.parametrize("state", [*LATE, _S.DELIBERATA])
def test_the_origin_does_not_cancel_after_it(state: DestinationState) -> None:
    with refused(Cause.EVENT_NOT_ALLOWED):
        at(state).cancel("rinuncia", actor=THE_ORIGIN, now=NOW)


def test_a_stored_practice_has_no_history_left_to_write() -> None:
    stored = received().stored(7, 3)
    assert (stored.transfer_id, stored.version, stored.history) == (7, 3, ())
