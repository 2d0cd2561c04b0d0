"""What the destination's messages do at the origin: T4, T6, T8 and T9."""

from collections.abc import Callable
from datetime import timedelta
from itertools import permutations

import pytest

from gateway.domain.attachments import Attachment, AttachmentState
from gateway.domain.deliveries import DeliveryState
from gateway.domain.identifiers import IdPratica
from gateway.domain.messages import StatusChange
from gateway.domain.origin import OriginState, RevisionRequest
from gateway.domain.rejections import Cause
from gateway.domain.terms import ADMINISTRATIVE
from gateway.domain.tokens import Token
from gateway.usecases import origin_inbox
from gateway.usecases.foglio_couriers import ALARM_TOKEN
from tests.support.clock import START
from tests.support.fakes import FakeRegister, FakeStudentFile
from tests.support.fakes_origin import LEFT, NOW, TOKEN, Inbox
from tests.support.fakes_samples import (
    AT_ORIGIN,
    MONTELAGO,
    PRACTICE,
    ROCCASOLE,
    attachment,
    delivery,
    refused,
    student,
)
from tests.support.fakes_store import FakeUnitOfWork

_S = OriginState


@pytest.fixture
def inbox(
    origin_uow: FakeUnitOfWork, register: FakeRegister, student_file: FakeStudentFile
) -> Inbox:
    return Inbox(origin_uow, register, student_file)


CALLS: dict[str, Callable[..., object]] = {
    "T4": Inbox.refresh,
    "T8": Inbox.token,
    "T6": Inbox.change,
    "T9": Inbox.attachment,
}
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


@every_call
def test_a_practice_of_another_destination_is_not_there(
    inbox: Inbox, call: Callable[..., object]
) -> None:
    made = inbox.at(_S.TRASFERITA)
    with refused(Cause.PRACTICE_NOT_FOUND):
        call(inbox, ROCCASOLE)
    assert inbox.kept == made


@every_call
@pytest.mark.parametrize("state", [_S.BOZZA, _S.PRESENTATA, _S.ELABORATA, _S.CANCELLATA])
def test_a_request_that_was_never_sent_is_not_there(
    inbox: Inbox, call: Callable[..., object], state: OriginState
) -> None:
    made = inbox.at(state, sent=frozenset())
    with refused(Cause.PRACTICE_NOT_FOUND):
        call(inbox)
    assert inbox.kept == made


@every_call
def test_an_unknown_identifier_is_answered_alike(inbox: Inbox, call: Callable[..., object]) -> None:
    inbox.at(_S.TRASFERITA)
    with refused(Cause.PRACTICE_NOT_FOUND) as refusal:
        call(inbox, MONTELAGO, IdPratica("X1"))
    with refused(Cause.PRACTICE_NOT_FOUND) as foreign:
        call(inbox, ROCCASOLE)
    assert refusal.value.reasons == foreign.value.reasons


@pytest.mark.requirement("T4")
def test_a_revision_asked_for_is_kept_with_its_reason(inbox: Inbox) -> None:
    inbox.at(_S.TRASFERITA)
    inbox.refresh()
    assert inbox.kept.state is _S.RICHIESTA_REVISIONE
    assert inbox.kept.revision == RevisionRequest("ERRORE", "voto", NOW)


@pytest.mark.requirement("T4")
@pytest.mark.parametrize("state", [_S.CHIUSA, _S.RESPINTA, _S.CANCELLATA])
def test_what_has_ended_is_not_revised(inbox: Inbox, state: OriginState) -> None:
    inbox.at(state)
    with refused(Cause.EVENT_NOT_ALLOWED):
        inbox.refresh()


@pytest.mark.requirement("T8")
def test_the_students_token_is_kept(inbox: Inbox) -> None:
    inbox.at(_S.TRASFERITA)
    inbox.token()
    assert inbox.kept.token == TOKEN


@pytest.mark.requirement("T8")
def test_the_alarm_of_a_missing_token_ends_when_it_comes(inbox: Inbox) -> None:
    inbox.at(_S.TRASFERITA)
    inbox.uow.alarms.raise_(ALARM_TOKEN, PRACTICE, "già presente", START)
    inbox.token()
    assert inbox.uow.tables.alarms == {}


@pytest.mark.requirement("T8")
def test_another_token_is_refused(inbox: Inbox) -> None:
    inbox.at(_S.TRASFERITA, token=Token("OTHER"))
    with refused(Cause.TOKEN_ALREADY_ASSIGNED):
        inbox.token()
    assert inbox.kept.token == Token("OTHER")


@pytest.mark.requirement("T18")
@pytest.mark.parametrize(
    ("call", "state", "events"),
    [
        (Inbox.refresh, _S.RICHIESTA_REVISIONE, ["accepted", "revision_asked"]),
        (Inbox.token, _S.TRASFERITA, ["accepted", "token_received"]),
        (Inbox.change, _S.CHIUSA, ["accepted", "closed"]),
    ],
    ids=["T4", "T8", "T6"],
)
def test_a_destination_that_acts_before_its_ok_arrives_has_accepted(
    inbox: Inbox, call: Callable[[Inbox], None], state: OriginState, events: list[str]
) -> None:
    inbox.on_its_way()
    call(inbox)
    assert (inbox.kept.state, inbox.kept.sent) == (state, ADMINISTRATIVE)
    history = inbox.uow.records.history(AT_ORIGIN)
    assert [entry.event for entry in history[1:]] == events


@pytest.mark.requirement("T14")
def test_what_it_has_accepted_so_still_owes_the_career(inbox: Inbox) -> None:
    inbox.on_its_way()
    inbox.token()
    assert str(inbox.kept.career_due) == "2026-10-21"


@pytest.mark.parametrize("call", [Inbox.refresh, Inbox.token, Inbox.change])
def test_a_request_whose_foglio_has_not_left_is_not_there(
    inbox: Inbox, call: Callable[[Inbox], None]
) -> None:
    made = inbox.at(_S.VALIDATA, sent=frozenset())
    inbox.uow.deliveries.add(delivery())
    with refused(Cause.PRACTICE_NOT_FOUND):
        call(inbox)
    assert inbox.kept == made


def test_only_an_open_first_sending_tells_what_it_carries(inbox: Inbox) -> None:
    made = inbox.at(_S.VALIDATA)
    assert origin_inbox.sections_sent(made, uow=inbox.uow) == frozenset()
    inbox.uow.deliveries.add(delivery(state=DeliveryState.SENDING, meta=LEFT))
    assert origin_inbox.sections_sent(made, uow=inbox.uow) == ADMINISTRATIVE


@pytest.mark.requirement("T6")
@pytest.mark.requirement("T17")
def test_a_closed_request_is_archived_and_ends_the_career_here(inbox: Inbox) -> None:
    inbox.at(_S.TRASFERITA)
    inbox.change(course="c2")
    assert (inbox.kept.state, inbox.kept.archive_number, inbox.kept.course_enrolled) == (
        _S.CHIUSA,
        "A1",
        "c2",
    )
    assert inbox.register.kinds == ["closing"]
    assert inbox.student_file.events == [
        ("end of career", student().codice_fiscale, PRACTICE, "foglio di congedo")
    ]
    assert inbox.uow.tables.ended_access == [student().codice_fiscale]


@pytest.mark.requirement("T6")
@pytest.mark.parametrize(
    ("change", "state"),
    [(StatusChange.REJECT, _S.RESPINTA), (StatusChange.CANCEL, _S.CANCELLATA)],
)
def test_a_request_ended_otherwise_is_neither_archived_nor_a_career_ended(
    inbox: Inbox, change: StatusChange, state: OriginState
) -> None:
    inbox.at(_S.RICHIESTA_REVISIONE)
    inbox.change(change=change)
    assert (inbox.kept.state, inbox.kept.archive_number) == (state, "")
    assert (inbox.register.entries, inbox.student_file.events) == ([], [])
    assert inbox.uow.tables.ended_access == []
    assert inbox.uow.records.history(AT_ORIGIN)[-1].notes == "fine"


@pytest.mark.requirement("T6")
@pytest.mark.requirement("T15")
@pytest.mark.parametrize("change", list(StatusChange))
def test_to_ask_for_what_has_happened_is_agreed_to_and_changes_nothing(
    inbox: Inbox, change: StatusChange
) -> None:
    inbox.at(_S.TRASFERITA)
    inbox.change(change=change)
    before, given = inbox.kept, list(inbox.register.entries)
    inbox.change(change=change)
    assert (inbox.kept, inbox.register.entries) == (before, given)


@pytest.mark.requirement("T6")
@pytest.mark.parametrize(("change", "other"), list(permutations(StatusChange, 2)))
def test_what_has_ended_does_not_end_otherwise(
    inbox: Inbox, change: StatusChange, other: StatusChange
) -> None:
    inbox.at(_S.TRASFERITA)
    inbox.change(change=change)
    with refused(Cause.EVENT_NOT_ALLOWED):
        inbox.change(change=other)


@pytest.mark.requirement("T9")
@pytest.mark.requirement("T16")
def test_an_attachment_is_given_until_its_last_day(inbox: Inbox) -> None:
    inbox.at(_S.TRASFERITA)
    kept = Attachment(attachment(available_until=NOW.date()), AttachmentState.OWN, b"%PDF")
    inbox.uow.attachments.add(AT_ORIGIN, kept)
    assert inbox.attachment() == b"%PDF"


@pytest.mark.requirement("T9")
@pytest.mark.requirement("T16")
def test_an_attachment_past_its_term_is_not_given(inbox: Inbox) -> None:
    inbox.at(_S.TRASFERITA)
    past = attachment(available_until=NOW.date() - timedelta(days=1))
    inbox.uow.attachments.add(AT_ORIGIN, Attachment(past, AttachmentState.OWN, b"%PDF"))
    with refused(Cause.ATTACHMENT_EXPIRED):
        inbox.attachment()


@pytest.mark.requirement("T9")
def test_an_attachment_that_is_not_of_this_practice_is_not_there(inbox: Inbox) -> None:
    inbox.at(_S.TRASFERITA)
    with refused(Cause.ATTACHMENT_NOT_FOUND):
        inbox.attachment()
