"""A request at the origin: what student, secretariat and destination do to it."""

from datetime import date, timedelta

import pytest

from gateway.domain.messages import StatusChange
from gateway.domain.origin import ENDED, OriginState, OutgoingTransfer, RevisionRequest
from gateway.domain.rejections import Cause
from gateway.domain.terms import ADMINISTRATIVE, CAREER, SendingMode, TransmissionTerms
from gateway.domain.tokens import Token
from tests.support.clock import START
from tests.support.fakes_samples import ALL, OFFICE, STUDENT, THE_DESTINATION, draft, refused

pytestmark = pytest.mark.requirement("T18")

NOW = START + timedelta(hours=1)
TOKEN = Token("ABCDE23456")
SENT = (OriginState.TRASFERITA, OriginState.RICHIESTA_REVISIONE)
_S = OriginState


def at(state: OriginState, **changes: object) -> OutgoingTransfer:
    return draft(state=state, history=(), **changes)


def sent(state: OriginState = _S.TRASFERITA, **changes: object) -> OutgoingTransfer:
    return at(state, **{"sent": ALL, **changes})


def test_a_draft_is_a_bozza_whose_history_begins() -> None:
    made = draft()
    assert made.state is _S.BOZZA
    assert [(entry.event, entry.source, entry.target) for entry in made.history] == [
        ("draft", None, "bozza")
    ]


def test_the_student_edits_and_confirms_a_draft() -> None:
    edited = draft().edit(2, ADMINISTRATIVE, actor=STUDENT, now=NOW, why="nota")
    assert (edited.foglio, edited.sections, edited.state) == (2, ADMINISTRATIVE, _S.BOZZA)
    confirmed = edited.confirm("P7", actor=STUDENT, now=NOW)
    assert (confirmed.state, confirmed.protocol_number) == (_S.PRESENTATA, "P7")


def test_the_history_says_who_when_why_and_under_which_number() -> None:
    moved = (
        draft()
        .edit(2, ALL, actor=STUDENT, now=NOW, why="nota")
        .confirm("P7", actor=STUDENT, now=NOW)
    )
    edited, confirmed = moved.history[1:]
    assert (edited.actor, edited.at, edited.notes, edited.reference) == (
        STUDENT,
        NOW,
        "nota",
        None,
    )
    assert (confirmed.source, confirmed.target, confirmed.reference) == (
        "bozza",
        "presentata",
        "P7",
    )


def test_the_secretariat_processes_and_authorises_the_sending() -> None:
    processed = at(_S.PRESENTATA).process(actor=OFFICE, now=NOW)
    assert processed.state is _S.ELABORATA
    authorised = processed.authorise_sending("P8", actor=OFFICE, now=NOW)
    assert (authorised.state, authorised.protocol_number) == (_S.VALIDATA, "P8")


@pytest.mark.parametrize(
    ("state", "actor"),
    [(_S.BOZZA, STUDENT), (_S.PRESENTATA, OFFICE), (_S.ELABORATA, OFFICE)],
)
def test_what_was_not_sent_is_given_up_by_whom_it_belongs_to(
    state: OriginState, actor: object
) -> None:
    assert at(state).drop("rinuncia", actor=actor, now=NOW).state is _S.CANCELLATA  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "actor"),
    [
        (_S.BOZZA, OFFICE),
        (_S.PRESENTATA, STUDENT),
        (_S.VALIDATA, OFFICE),
        (_S.TRASFERITA, OFFICE),
        (_S.CHIUSA, OFFICE),
    ],
)
def test_otherwise_it_is_not_given_up(state: OriginState, actor: object) -> None:
    with refused(Cause.EVENT_NOT_ALLOWED):
        at(state).drop("rinuncia", actor=actor, now=NOW)  # type: ignore[arg-type]


def test_a_sending_that_never_arrived_is_taken_back() -> None:
    assert at(_S.VALIDATA).recall("errore", actor=OFFICE, now=NOW).state is _S.ELABORATA


def test_a_refused_sending_comes_back_with_the_reasons() -> None:
    back = at(_S.VALIDATA).refused("28: manca", actor=THE_DESTINATION, now=NOW)
    assert (back.state, back.history[-1].notes) == (_S.ELABORATA, "28: manca")


def test_an_accepted_sending_is_trasferita_with_its_token() -> None:
    moved = at(_S.VALIDATA).accepted(ALL, TOKEN, actor=THE_DESTINATION, now=NOW)
    assert (moved.state, moved.sent, moved.token) == (_S.TRASFERITA, ALL, TOKEN)
    assert [entry.event for entry in moved.history] == ["accepted", "token_received"]


@pytest.mark.requirement("T14")
def test_a_partial_sending_owes_the_career_within_the_announced_term() -> None:
    terms = TransmissionTerms(SendingMode.PARTIAL, career_days=10)
    moved = at(_S.VALIDATA, terms=terms).accepted(
        ADMINISTRATIVE, None, actor=THE_DESTINATION, now=NOW
    )
    assert moved.career_due == date(2026, 10, 1)


@pytest.mark.requirement("T14")
def test_without_known_terms_the_usual_term_counts() -> None:
    moved = at(_S.VALIDATA).accepted(ADMINISTRATIVE, None, actor=THE_DESTINATION, now=NOW)
    assert moved.career_due == date(2026, 10, 21)


def test_a_complete_sending_owes_nothing() -> None:
    assert at(_S.VALIDATA).accepted(ALL, None, actor=THE_DESTINATION, now=NOW).career_due is None


@pytest.mark.parametrize("state", SENT)
def test_the_same_acceptance_again_changes_nothing(state: OriginState) -> None:
    known = sent(state, token=TOKEN)
    assert known.accepted(ADMINISTRATIVE, TOKEN, actor=THE_DESTINATION, now=NOW) is known


def test_a_late_acceptance_may_still_bring_the_token() -> None:
    late = sent().accepted(ALL, TOKEN, actor=THE_DESTINATION, now=NOW)
    assert (late.token, late.state, len(late.history)) == (TOKEN, _S.TRASFERITA, 1)


@pytest.mark.parametrize("state", [_S.CHIUSA, _S.RESPINTA, _S.CANCELLATA])
def test_but_not_once_the_request_has_ended(state: OriginState) -> None:
    assert sent(state).accepted(ALL, TOKEN, actor=THE_DESTINATION, now=NOW).token is None


def test_a_destination_that_acts_had_accepted() -> None:
    implied = at(_S.VALIDATA).implied_acceptance(ALL, actor=THE_DESTINATION, now=NOW)
    assert (implied.state, implied.sent) == (_S.TRASFERITA, ALL)


@pytest.mark.parametrize("state", [_S.ELABORATA, _S.TRASFERITA, _S.CHIUSA])
def test_nothing_is_implied_in_other_states(state: OriginState) -> None:
    known = at(state)
    assert known.implied_acceptance(ALL, actor=THE_DESTINATION, now=NOW) is known


@pytest.mark.requirement("T8")
@pytest.mark.parametrize("state", SENT)
def test_a_token_is_received_while_the_request_is_out(state: OriginState) -> None:
    moved = sent(state).receive_token(TOKEN, actor=THE_DESTINATION, now=NOW)
    assert (moved.token, moved.state) == (TOKEN, state)


@pytest.mark.requirement("T8")
def test_the_same_token_may_come_again_but_no_other() -> None:
    known = sent(token=TOKEN)
    assert known.receive_token(TOKEN, actor=THE_DESTINATION, now=NOW).token == TOKEN
    with refused(Cause.TOKEN_ALREADY_ASSIGNED):
        known.receive_token(Token("OTHER"), actor=THE_DESTINATION, now=NOW)


@pytest.mark.requirement("T4")
@pytest.mark.parametrize("state", SENT)
def test_a_revision_is_asked_for_with_reason_and_notes(state: OriginState) -> None:
    moved = sent(state).revision_asked("ERRORE", "voto", actor=THE_DESTINATION, now=NOW)
    assert moved.state is _S.RICHIESTA_REVISIONE
    assert moved.revision == RevisionRequest("ERRORE", "voto", NOW)
    assert moved.history[-1].notes == "ERRORE: voto"


@pytest.mark.requirement("T4")
def test_the_history_of_a_revision_without_notes_is_its_reason() -> None:
    moved = sent().revision_asked("ERRORE", "", actor=THE_DESTINATION, now=NOW)
    assert moved.history[-1].notes == "ERRORE"


@pytest.mark.requirement("T5")
@pytest.mark.requirement("T17")
@pytest.mark.parametrize("state", SENT)
def test_each_new_sending_has_a_new_number(state: OriginState) -> None:
    moved = sent(state, protocol_number="P1").authorise_data("P2", "", actor=OFFICE, now=NOW)
    assert (moved.protocol_number, moved.state) == ("P2", state)


@pytest.mark.requirement("T5")
def test_an_accepted_answer_to_a_revision_ends_it() -> None:
    asked = sent().revision_asked("ERRORE", "voto", actor=THE_DESTINATION, now=NOW)
    answered = asked.data_accepted(ALL, answers_revision=True, actor=THE_DESTINATION, now=NOW)
    assert (answered.state, answered.revision) == (_S.TRASFERITA, None)


@pytest.mark.requirement("T5")
def test_other_accepted_data_leaves_the_revision_open() -> None:
    asked = sent().revision_asked("ERRORE", "voto", actor=THE_DESTINATION, now=NOW)
    other = asked.data_accepted(CAREER, answers_revision=False, actor=THE_DESTINATION, now=NOW)
    assert (other.state, other.revision) == (_S.RICHIESTA_REVISIONE, asked.revision)


@pytest.mark.requirement("T14")
@pytest.mark.parametrize(
    ("more", "due"),
    [(CAREER, None), (ADMINISTRATIVE, date(2026, 10, 1))],
    ids=["the career comes", "it does not"],
)
def test_the_term_falls_when_the_career_has_been_accepted(
    more: frozenset[object], due: date | None
) -> None:
    owing = sent(sent=ADMINISTRATIVE, career_due=date(2026, 10, 1))
    moved = owing.data_accepted(more, answers_revision=False, actor=THE_DESTINATION, now=NOW)  # type: ignore[arg-type]
    assert (moved.sent, moved.career_due) == (ADMINISTRATIVE | more, due)


@pytest.mark.requirement("T5")
def test_refused_data_changes_no_state() -> None:
    moved = sent(_S.RICHIESTA_REVISIONE).data_refused("27: cf", actor=THE_DESTINATION, now=NOW)
    assert (moved.state, moved.history[-1].notes) == (_S.RICHIESTA_REVISIONE, "27: cf")


@pytest.mark.requirement("T6")
def test_asking_to_cancel_waits_for_the_destination() -> None:
    asked = sent().ask_cancellation("ripensamento", actor=OFFICE, now=NOW)
    assert asked.state is _S.TRASFERITA
    kept = asked.cancellation_refused("3: tardi", actor=THE_DESTINATION, now=NOW)
    assert (kept.state, kept.has_ended) == (_S.TRASFERITA, False)


@pytest.mark.requirement("T6")
@pytest.mark.parametrize("change", list(StatusChange))
def test_the_destination_ends_a_request(change: StatusChange) -> None:
    open_ = sent(
        sent=ADMINISTRATIVE,
        career_due=date(2026, 10, 1),
        revision=RevisionRequest("ERRORE", "", NOW),
    )
    ended = open_.end(
        change,
        notes="fine",
        actor=THE_DESTINATION,
        now=NOW,
        archive_number="A1",
        course_enrolled="c2",
    )
    assert ended.state is ENDED[change][1]
    assert (ended.archive_number, ended.course_enrolled) == ("A1", "c2")
    assert (ended.career_due, ended.revision) == (None, None)
    assert ended.history[-1].reference == "A1"
    assert ended.has_ended


@pytest.mark.requirement("T6")
@pytest.mark.parametrize("change", list(StatusChange))
def test_a_request_knows_by_what_it_has_ended(change: StatusChange) -> None:
    ended = sent().end(change, notes="", actor=THE_DESTINATION, now=NOW)
    assert [other for other in StatusChange if ended.is_ended_by(other)] == [change]
    assert ended.history[-1].reference is None


@pytest.mark.parametrize(
    ("transfer", "known"),
    [
        (at(_S.ELABORATA), False),
        (at(_S.VALIDATA), True),
        (sent(), True),
        (sent(_S.CANCELLATA), True),
        (at(_S.CANCELLATA), False),
    ],
)
def test_only_what_was_sent_or_is_on_its_way_may_be_known(
    transfer: OutgoingTransfer, known: bool
) -> None:
    assert transfer.may_be_known is known


def test_a_stored_request_has_no_history_left_to_write() -> None:
    stored = draft().stored(7, 3)
    assert (stored.transfer_id, stored.version, stored.history) == (7, 3, ())
