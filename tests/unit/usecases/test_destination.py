"""The destination's steps: what secretariat, student and commission decide."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.domain.deliveries import DeliveryKind, Side
from gateway.domain.destination import DestinationState
from gateway.domain.identifiers import CodiceFiscale, IdPratica
from gateway.domain.mails import MailKind, MailSettings
from gateway.domain.messages import MAX_NOTES, MAX_REASON
from gateway.domain.rejections import Cause
from gateway.domain.terms import ADMINISTRATIVE
from gateway.domain.tokens import Token
from gateway.usecases import destination
from tests.support.fakes import FakeDocuments, FakeRegister, FakeStudentFile, tokens
from tests.support.fakes_destination import NOW, Office
from tests.support.fakes_samples import (
    AT_DESTINATION,
    COURSE,
    OFFICE,
    PRACTICE,
    ROCCASOLE,
    VALDOMBRA,
    refused,
    student,
)
from tests.support.fakes_store import FakeUnitOfWork

pytestmark = pytest.mark.requirement("T19")

_S = DestinationState
TOKEN = Token("ABCDE23456")
CF = student().codice_fiscale


@pytest.fixture
def office(
    destination_uow: FakeUnitOfWork,
    register: FakeRegister,
    student_file: FakeStudentFile,
    documents: FakeDocuments,
) -> Office:
    return Office(destination_uow, register, student_file, documents)


def test_a_practice_is_found_by_origin_and_identifier_together(office: Office) -> None:
    made = office.at(_S.RICEVUTA)
    assert destination.find(VALDOMBRA, PRACTICE, uow=office.uow) == made
    for origin, id_pratica in ((ROCCASOLE, PRACTICE), (VALDOMBRA, IdPratica("X1"))):
        with refused(Cause.PRACTICE_NOT_FOUND):
            destination.find(origin, id_pratica, uow=office.uow)


@pytest.mark.requirement("T8")
def test_an_assigned_token_is_kept_and_told_to_the_origin(office: Office) -> None:
    moved = destination.assign_token(
        office.at(_S.RICEVUTA), OFFICE, uow=office.uow, new_token=tokens("NEW"), now=NOW
    )
    assert moved.token == office.kept.token == Token("NEW")
    (posted,) = office.posted
    assert (posted.kind, posted.side, posted.partner, posted.id_pratica) == (
        DeliveryKind.TOKEN,
        Side.DESTINATION,
        VALDOMBRA,
        PRACTICE,
    )


@pytest.mark.requirement("T8")
@pytest.mark.requirement("T13")
def test_the_token_itself_is_not_written_on_what_waits_in_line(office: Office) -> None:
    destination.assign_token(
        office.at(_S.RICEVUTA), OFFICE, uow=office.uow, new_token=tokens("SECRET"), now=NOW
    )
    assert "SECRET" not in repr(office.posted)


@pytest.mark.requirement("T8")
def test_a_second_token_is_neither_kept_nor_told(office: Office) -> None:
    made = office.at(_S.RICEVUTA, token=TOKEN)
    with refused(Cause.TOKEN_ALREADY_ASSIGNED):
        destination.assign_token(made, OFFICE, uow=office.uow, new_token=tokens("NEW"), now=NOW)
    assert (office.kept.token, office.posted) == (TOKEN, [])


@pytest.mark.requirement("T4")
@pytest.mark.requirement("T17")
def test_a_revision_is_asked_for_under_its_own_number(office: Office) -> None:
    made = office.at(_S.RICEVUTA)
    moved = destination.ask_revision(
        made, OFFICE, "ERRORE", "voto", uow=office.uow, register=office.register, now=NOW
    )
    assert (moved.state, moved.revision_open) == (_S.RICHIESTA_REVISIONE, True)
    assert office.register.kinds == ["revision"]
    entry = office.uow.records.history(AT_DESTINATION)[-1]
    assert (entry.event, entry.reference) == ("ask_revision", "P1")
    (posted,) = office.posted
    assert (posted.kind, posted.meta) == (
        DeliveryKind.REFRESH,
        {"reason": "ERRORE", "notes": "voto (prot. P1)"},
    )


@pytest.mark.requirement("T4")
@pytest.mark.requirement("T15")
def test_two_revisions_in_the_same_words_are_two_messages(office: Office) -> None:
    made = office.at(_S.IMMATRICOLATO)
    for _ in range(2):
        made = destination.ask_revision(
            made, OFFICE, "ERRORE", "", uow=office.uow, register=office.register, now=NOW
        )
    assert [one.meta["notes"] for one in office.posted] == ["(prot. P1)", "(prot. P2)"]


@pytest.mark.requirement("T4")
@pytest.mark.parametrize(
    ("reason", "notes"), [("x" * (MAX_REASON + 1), ""), ("ERRORE", "x" * MAX_NOTES)]
)
def test_a_revision_in_too_many_words_is_not_asked_for(
    office: Office, reason: str, notes: str
) -> None:
    made = office.at(_S.RICEVUTA)
    with refused(Cause.VALUE_TOO_LONG):
        destination.ask_revision(
            made, OFFICE, reason, notes, uow=office.uow, register=office.register, now=NOW
        )
    assert (office.kept, office.posted) == (made, [])


def test_the_enrolment_is_authorised(office: Office) -> None:
    made = office.at(_S.RICEVUTA)
    destination.authorise_enrolment(made, OFFICE, uow=office.uow, now=NOW)
    assert office.kept.state is _S.AUTORIZZATA_IMMATRICOLAZIONE


@pytest.mark.requirement("T8")
def test_a_student_is_told_to_enrol_once_there_is_a_token(office: Office) -> None:
    office.uow.mails.keep_settings(MailSettings(sender="segreteria@montelago.example.org"))
    reached = replace(student(), email="ada@example.org")
    made = office.at(_S.RICEVUTA, student=reached)
    moved = destination.authorise_enrolment(made, OFFICE, uow=office.uow, now=NOW)
    assert office.uow.tables.mails == {}
    destination.assign_token(moved, OFFICE, uow=office.uow, new_token=tokens("NEW"), now=NOW)
    kinds = [mail.kind for mail in office.uow.tables.mails.values()]
    assert kinds == [MailKind.ENROLMENT_AUTHORISED]


@pytest.mark.requirement("T8")
def test_a_token_before_the_authorisation_invites_nobody_to_enrol(office: Office) -> None:
    office.uow.mails.keep_settings(MailSettings(sender="segreteria@montelago.example.org"))
    made = office.at(_S.RICEVUTA, student=replace(student(), email="ada@example.org"))
    moved = destination.assign_token(made, OFFICE, uow=office.uow, new_token=tokens("NEW"), now=NOW)
    assert office.uow.tables.mails == {}
    destination.authorise_enrolment(moved, OFFICE, uow=office.uow, now=NOW)
    assert len(office.uow.tables.mails) == 1


@pytest.mark.requirement("T13")
@pytest.mark.parametrize(("asked", "course"), [("", COURSE), ("c2", "c2")])
def test_a_student_with_credentials_enrols_in_the_course_asked_for_or_another(
    office: Office, asked: str, course: str
) -> None:
    office.at(_S.AUTORIZZATA_IMMATRICOLAZIONE, token=TOKEN)
    moved = office.enrol(CF, TOKEN.value, asked)
    assert (moved.state, moved.matricola, moved.course_enrolled, moved.token_used) == (
        _S.IMMATRICOLATO,
        "26000001",
        course,
        True,
    )
    assert office.kept == moved


@pytest.mark.requirement("T21")
def test_an_enrolment_opens_the_students_file(office: Office) -> None:
    office.at(_S.AUTORIZZATA_IMMATRICOLAZIONE, token=TOKEN)
    office.enrol(CF, TOKEN.value)
    assert office.student_file.events == [
        ("new career", CF, "26000001", ""),
        ("new document", CF, "26000001", "domanda di trasferimento in ingresso"),
    ]


@pytest.mark.requirement("T13")
@pytest.mark.parametrize(
    ("changes", "cf", "typed"),
    [
        ({"token": TOKEN}, CF, "WRONG"),
        ({"token": TOKEN}, student(2).codice_fiscale, TOKEN.value),
        ({"token": None}, CF, TOKEN.value),
        ({"token": TOKEN, "token_used": True}, CF, TOKEN.value),
    ],
    ids=["another token", "another student", "no token yet", "a token used up"],
)
def test_nothing_tells_which_of_the_credentials_was_wrong(
    office: Office, changes: dict[str, Any], cf: CodiceFiscale, typed: str
) -> None:
    office.at(_S.AUTORIZZATA_IMMATRICOLAZIONE, **changes)
    with refused(Cause.CREDENTIALS_WRONG) as refusal:
        office.enrol(cf, typed)
    reason = refusal.value.reasons[0]
    assert (reason.path, dict(reason.params)) == ("", {})
    assert office.student_file.events == []


@pytest.mark.requirement("T13")
def test_of_two_practices_the_token_opens_its_own(office: Office) -> None:
    mine = office.at(_S.AUTORIZZATA_IMMATRICOLAZIONE, token=TOKEN)
    office.at(_S.AUTORIZZATA_IMMATRICOLAZIONE, token=Token("OTHER"), origin=ROCCASOLE)
    assert destination.by_credentials(CF, "abcde 23456", uow=office.uow) == mine


@pytest.mark.requirement("T13")
def test_right_credentials_do_not_enrol_before_the_authorisation(office: Office) -> None:
    office.at(_S.RICEVUTA, token=TOKEN)
    with refused(Cause.EVENT_NOT_ALLOWED):
        office.enrol(CF, TOKEN.value)
    assert office.student_file.events == []


@pytest.mark.parametrize(("asked", "course"), [("", COURSE), ("c2", "c2")])
def test_a_practice_is_joined_to_an_enrolment_made_elsewhere(
    office: Office, asked: str, course: str
) -> None:
    made = office.at(_S.AUTORIZZATA_IMMATRICOLAZIONE)
    moved = destination.reconcile(
        made, OFFICE, "26999999", "già iscritto", uow=office.uow, now=NOW, course=asked
    )
    assert (moved.state, moved.matricola, moved.course_enrolled) == (
        _S.IMMATRICOLATO,
        "26999999",
        course,
    )
    assert office.uow.records.history(AT_DESTINATION)[-1].notes == "già iscritto"


def test_the_token_of_who_was_joined_shows_the_practice_and_enrols_nobody(office: Office) -> None:
    made = office.at(_S.AUTORIZZATA_IMMATRICOLAZIONE, token=TOKEN)
    moved = destination.reconcile(made, OFFICE, "26999999", "posto", uow=office.uow, now=NOW)
    assert destination.by_credentials(CF, TOKEN.value, uow=office.uow) == moved
    with refused(Cause.EVENT_NOT_ALLOWED):
        office.enrol(CF, TOKEN.value)
    assert (office.kept, office.student_file.events) == (moved, [])


def test_a_whole_career_is_passed_to_the_commission(office: Office) -> None:
    made = office.at(_S.IMMATRICOLATO)
    destination.authorise_evaluation(made, OFFICE, uow=office.uow, now=NOW)
    assert office.kept.state is _S.AUTORIZZATA_VALUTAZIONE


@pytest.mark.requirement("T14")
def test_a_career_still_awaited_is_not(office: Office) -> None:
    made = office.at(_S.IMMATRICOLATO, sections=ADMINISTRATIVE)
    with refused(Cause.SECTION_MISSING):
        destination.authorise_evaluation(made, OFFICE, uow=office.uow, now=NOW)
    assert office.kept.state is _S.IMMATRICOLATO
