"""Mail: who is told of what, once, unless they do not want to know."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from gateway.domain.arrivals import EnrolmentRecord
from gateway.domain.deliveries import Side, Trouble
from gateway.domain.destination import DestinationState
from gateway.domain.identifiers import CodiceFiscale, MiurCode
from gateway.domain.mails import (
    FOR_OFFICES,
    OPTIONAL,
    TELLS,
    Mail,
    MailDelayed,
    MailKind,
    MailRefused,
    MailSettings,
    MailState,
    usable,
)
from gateway.domain.rejections import Cause
from gateway.domain.tokens import Token
from gateway.usecases import mailing
from gateway.usecases.delivery import park
from gateway.usecases.mail_ports import Letter
from gateway.usecases.mailing import ALARM_MAIL, TERM, MailDesk
from tests.support.clock import START, HandClock
from tests.support.fakes_mail import FakePostman
from tests.support.fakes_samples import (
    MONTELAGO,
    OFFICE,
    STUDENT,
    THE_DESTINATION,
    VALDOMBRA,
    delivery,
    draft,
    received,
    refused,
    student,
)
from tests.support.fakes_store import FakeStore, FakeUnitOfWork
from tests.support.fakes_tables import MailJob

ADA = "ada@studenti.example.org"
ON = MailSettings(sender="trasferimenti@ateneo.example.org", offices=("uff@ateneo.example.org",))
MINUTE = timedelta(minutes=1)


def submitted(email: str = ADA) -> Any:
    """Return a request that is about to be saved as submitted."""
    return replace(draft(), student=replace(student(), email=email)).confirm(
        "P1", actor=STUDENT, now=START
    )


def kinds(uow: FakeUnitOfWork) -> list[MailKind]:
    """Return what mails there are."""
    return [mail.kind for mail in uow.tables.mails.values()]


class Bench:
    """A store with mail switched on, and a postman."""

    def __init__(self, store: FakeStore, clock: HandClock) -> None:
        self.store, self.clock, self.postman = store, clock, FakePostman()
        store.tables[VALDOMBRA].mail_settings["it"] = ON
        self.desk = MailDesk(
            open_uow=store.open_uow,
            postman=self.postman,
            clock=clock,
            roll=lambda: 0.5,
            language_of=lambda university, codice_fiscale: "en",
            leave=lambda university, code: f"https://ateneo/{university}/{code}",
        )

    def plan(self) -> str:
        """Put the mail of a submitted request in line; return its identifier."""
        with self.store.open_uow(VALDOMBRA) as uow:
            transfer = submitted()
            uow.outgoing.add(transfer)
            mailing.tell(transfer, uow=uow, now=START)
            uow.commit()
        return self.jobs[-1].mail_id

    def attempt(self, mail_id: str, number: int = 1) -> MailState:
        """Make an attempt."""
        return mailing.attempt(VALDOMBRA, mail_id, number, desk=self.desk)

    @property
    def jobs(self) -> list[MailJob]:
        """The jobs put in line."""
        return self.store.tables[VALDOMBRA].mail_jobs

    def kept(self, mail_id: str) -> Mail:
        """Return a mail as kept."""
        return self.store.tables[VALDOMBRA].mails[mail_id]


@pytest.fixture
def bench(store: FakeStore, clock: HandClock) -> Bench:
    return Bench(store, clock)


def test_a_submitted_request_is_told_in_the_same_commit(bench: Bench) -> None:
    mail = bench.kept(bench.plan())
    assert (mail.kind, mail.recipient, mail.side) == (MailKind.REQUEST_SUBMITTED, ADA, Side.ORIGIN)
    assert mail.message_id.endswith("@ateneo.example.org>")
    assert bench.jobs == [MailJob(mail.mail_id, 1, timedelta(0))]
    assert mail.expires_at == START + TERM


@pytest.mark.parametrize(
    "settings", [MailSettings(), replace(ON, active=False), replace(ON, sender="")]
)
def test_nothing_is_put_in_line_that_the_university_does_not_send(
    origin_uow: FakeUnitOfWork, settings: MailSettings
) -> None:
    origin_uow.mails.keep_settings(settings)
    mailing.tell(submitted(), uow=origin_uow, now=START)
    assert kinds(origin_uow) == []


@pytest.mark.parametrize("address", ["", "ada", "a@b@c", "ada@x\nBcc: tutti@y", "<ada@x>", "a b@c"])
def test_nobody_is_written_to_without_a_sound_address(
    origin_uow: FakeUnitOfWork, address: str
) -> None:
    assert not usable(address)
    origin_uow.mails.keep_settings(ON)
    mailing.tell(submitted(address), uow=origin_uow, now=START)
    assert kinds(origin_uow) == []


def test_events_without_a_rule_are_told_to_nobody(destination_uow: FakeUnitOfWork) -> None:
    destination_uow.mails.keep_settings(ON)
    mailing.tell(
        replace(received(), student=replace(student(), email=ADA)), uow=destination_uow, now=START
    )
    assert kinds(destination_uow) == []


def test_the_token_is_told_of_once_and_never_told(origin_uow: FakeUnitOfWork) -> None:
    origin_uow.mails.keep_settings(ON)
    transfer = submitted().process(actor=OFFICE, now=START)
    transfer = transfer.authorise_sending("P2", actor=OFFICE, now=START)
    transfer = replace(transfer, history=())
    token = Token("ABCDEFGHJKMNPQRSTUVWXYZ234")
    moved = transfer.accepted(transfer.sections, token, actor=THE_DESTINATION, now=START)
    mailing.tell(moved, uow=origin_uow, now=START)
    assert kinds(origin_uow) == [MailKind.TOKEN_ARRIVED]
    assert token.value not in repr(origin_uow.tables.mails)


def test_the_destination_tells_that_one_may_enrol(destination_uow: FakeUnitOfWork) -> None:
    destination_uow.mails.keep_settings(ON)
    transfer = replace(received(), student=replace(student(), email=ADA))
    mailing.tell(
        transfer.authorise_enrolment(actor=OFFICE, now=START), uow=destination_uow, now=START
    )
    (mail,) = destination_uow.tables.mails.values()
    assert (mail.kind, mail.side, mail.partner) == (
        MailKind.ENROLMENT_AUTHORISED,
        Side.DESTINATION,
        VALDOMBRA,
    )


def test_who_gave_another_address_when_enrolling_is_written_to_there(
    destination_uow: FakeUnitOfWork,
) -> None:
    destination_uow.mails.keep_settings(ON)
    made = replace(
        received(state=DestinationState.DELIBERATA), student=replace(student(), email=ADA)
    )
    record = EnrolmentRecord(origin=made.origin, id_pratica=made.id_pratica)
    for values in ({}, {"Email": "mia@example.net"}):
        destination_uow.tables.enrolments[made.origin, made.id_pratica] = replace(
            record, values=values
        )
        mailing.tell(
            made.complete("P9", "", actor=OFFICE, now=START), uow=destination_uow, now=START
        )
    told = [mail.recipient for mail in destination_uow.tables.mails.values()]
    assert told == [ADA, "mia@example.net"]


def test_what_a_reader_switched_off_does_not_come(origin_uow: FakeUnitOfWork) -> None:
    origin_uow.mails.keep_settings(ON)
    code = origin_uow.mails.choice(ADA).code
    mailing.leave_all(code, uow=origin_uow)
    transfer = submitted()
    asked = replace(transfer, history=()).process(actor=OFFICE, now=START)
    asked = asked.authorise_sending("P2", actor=OFFICE, now=START)
    asked = asked.accepted(asked.sections, None, actor=THE_DESTINATION, now=START)
    mailing.tell(asked, uow=origin_uow, now=START)
    mailing.tell(transfer, uow=origin_uow, now=START)
    assert kinds(origin_uow) == [MailKind.REQUEST_SUBMITTED]


def test_messages_of_the_procedure_cannot_be_switched_off(origin_uow: FakeUnitOfWork) -> None:
    code = origin_uow.mails.choice(ADA).code
    mailing.choose(code, frozenset(MailKind), uow=origin_uow)
    assert origin_uow.mails.choice(ADA).off == OPTIONAL
    with refused(Cause.PARAMETER_INVALID):
        mailing.choose("nessuno", OPTIONAL, uow=origin_uow)


def test_every_kind_for_students_has_a_rule() -> None:
    assert {*TELLS.values()} == set(MailKind) - FOR_OFFICES


def test_a_mail_is_sent_once(bench: Bench) -> None:
    mail_id = bench.plan()
    assert bench.attempt(mail_id) is MailState.SENT
    assert bench.attempt(mail_id) is MailState.SENT
    (letter,) = bench.postman.letters
    assert (letter.language, letter.leave, letter.sender) == ("en", "", ON.sender)


def test_a_mail_that_may_be_switched_off_says_where(bench: Bench) -> None:
    with bench.store.open_uow(VALDOMBRA) as uow:
        mailing.tell_parked(delivery(), uow=uow, now=START)
        uow.commit()
    (mail_id,) = bench.store.tables[VALDOMBRA].mails
    assert bench.attempt(mail_id) is MailState.SENT
    (letter,) = bench.postman.letters
    assert letter.leave == "https://ateneo/91/c-uff@ateneo.example.org"
    assert letter.language == "it"


def test_a_delayed_mail_is_tried_again_later_under_the_same_identifier(bench: Bench) -> None:
    mail_id = bench.plan()
    bench.postman.troubles = [MailDelayed("SMTP 451")]
    assert bench.attempt(mail_id) is MailState.WAITING
    kept = bench.kept(mail_id)
    assert (kept.trouble, kept.next_at) == ("SMTP 451", START + timedelta(seconds=15))
    assert bench.jobs[-1] == MailJob(mail_id, 2, timedelta(seconds=15))
    assert bench.attempt(mail_id, 2) is MailState.SENT
    first, second = bench.postman.letters
    assert first.mail.message_id == second.mail.message_id


def test_a_refused_mail_is_not_tried_again_and_somebody_is_told(bench: Bench) -> None:
    mail_id = bench.plan()
    bench.postman.troubles = [MailRefused("SMTP 550")]
    assert bench.attempt(mail_id) is MailState.REFUSED
    assert len(bench.jobs) == 1
    ((kind, subject),) = bench.store.tables[VALDOMBRA].alarms
    assert (kind, subject) == (ALARM_MAIL, "UNIVAL20260000001 request_submitted")


def test_a_mail_is_given_up_when_it_would_only_confuse(bench: Bench) -> None:
    mail_id = bench.plan()
    bench.clock.advance(seconds=TERM.total_seconds())
    bench.postman.troubles = [MailDelayed("OSError")]
    assert bench.attempt(mail_id) is MailState.GIVEN_UP


def test_a_crash_between_sending_and_noting_sends_the_same_again(bench: Bench) -> None:
    mail_id = bench.plan()
    bench.postman.troubles = [KeyboardInterrupt()]  # type: ignore[list-item]
    with pytest.raises(KeyboardInterrupt):
        bench.attempt(mail_id)
    assert bench.kept(mail_id).state is MailState.SENDING
    assert bench.attempt(mail_id) is MailState.SENT
    assert bench.kept(mail_id).attempts == 1
    first, second = bench.postman.letters
    assert first.mail.message_id == second.mail.message_id


def test_who_was_overtaken_notes_nothing(bench: Bench) -> None:
    mail_id = bench.plan()

    class Slow(FakePostman):
        def send(self, letter: Letter) -> None:
            with bench.store.open_uow(VALDOMBRA) as uow:
                uow.mails.save(letter.mail.ended(MailState.SENT, START))
                uow.commit()
            raise MailDelayed("TimeoutError")

    desk = replace(bench.desk, postman=Slow())
    assert mailing.attempt(VALDOMBRA, mail_id, 1, desk=desk) is MailState.SENT
    assert len(bench.jobs) == 1


def test_what_was_switched_off_meanwhile_is_not_sent(bench: Bench) -> None:
    mail_id = bench.plan()
    bench.store.tables[VALDOMBRA].mail_settings["it"] = replace(ON, active=False)
    assert bench.attempt(mail_id) is MailState.GIVEN_UP
    assert bench.postman.letters == []


def test_a_mail_outlives_its_practice_in_italian(bench: Bench) -> None:
    mail_id = bench.plan()
    bench.store.tables[VALDOMBRA].outgoing.clear()
    assert bench.attempt(mail_id) is MailState.SENT
    assert bench.postman.letters[0].language == "it"


def test_a_mail_nobody_knows_is_refused(bench: Bench) -> None:
    with refused(Cause.DELIVERY_NOT_FOUND):
        bench.attempt("nessuno")


def test_the_mail_of_the_destination_asks_for_the_students_language(
    store: FakeStore, clock: HandClock
) -> None:
    bench = Bench(store, clock)
    asked: list[tuple[MiurCode, CodiceFiscale]] = []
    transfer = replace(received(), student=replace(student(), email=ADA))
    with store.open_uow(MONTELAGO) as uow:
        uow.mails.keep_settings(ON)
        uow.incoming.add(transfer)
        mailing.tell(transfer.cancel("x", actor=OFFICE, now=START), uow=uow, now=START)
        uow.commit()

    def language_of(university: MiurCode, codice_fiscale: CodiceFiscale) -> str:
        asked.append((university, codice_fiscale))
        return "it"

    desk = replace(bench.desk, language_of=language_of)
    (mail_id,) = store.tables[MONTELAGO].mails
    assert mailing.attempt(MONTELAGO, mail_id, 1, desk=desk) is MailState.SENT
    assert asked == [(MONTELAGO, transfer.student.codice_fiscale)]


def test_a_parked_delivery_is_told_to_the_offices_each_time_it_is_parked(
    origin_uow: FakeUnitOfWork,
) -> None:
    origin_uow.mails.keep_settings(ON)
    parked = delivery(attempts=3)
    origin_uow.deliveries.add(parked)
    park(origin_uow, parked, Trouble.MISBEHAVED, "x", START)
    park(origin_uow, parked, Trouble.MISBEHAVED, "x", START)
    park(origin_uow, replace(parked, attempts=5, id_pratica=None), Trouble.EXPIRED, "x", START)
    assert kinds(origin_uow) == [MailKind.DELIVERY_PARKED] * 2


def test_a_parked_delivery_is_told_to_nobody_without_mail(origin_uow: FakeUnitOfWork) -> None:
    mailing.tell_parked(delivery(), uow=origin_uow, now=START)
    assert kinds(origin_uow) == []


def test_the_digest_comes_once_a_day_and_only_if_something_waits(bench: Bench) -> None:
    def made(now: datetime) -> int:
        with bench.store.open_uow(VALDOMBRA) as uow:
            number = mailing.digest(uow=uow, now=now)
            uow.commit()
        return number

    assert made(START) == 0
    bench.store.tables[VALDOMBRA].mail_waiting["parked"] = 2
    assert [made(START), made(START + MINUTE), made(START + timedelta(days=1))] == [1, 0, 1]
    mail_id = next(iter(bench.store.tables[VALDOMBRA].mails))
    assert bench.attempt(mail_id) is MailState.SENT
    assert bench.postman.letters[0].waiting == {"parked": 2}


def test_a_mail_whose_job_was_lost_is_put_in_line_again(bench: Bench) -> None:
    mail_id = bench.plan()
    with bench.store.open_uow(VALDOMBRA) as uow:
        assert mailing.revive(uow=uow, now=START + MINUTE) == 0
        assert mailing.revive(uow=uow, now=START + 11 * MINUTE) == 1
        uow.commit()
    assert bench.jobs[-1] == MailJob(mail_id, 2, timedelta(0))
    assert bench.attempt(mail_id, 1) is MailState.WAITING
    assert bench.attempt(mail_id, 2) is MailState.SENT


def test_a_forgotten_mail_is_given_up_after_its_term(bench: Bench) -> None:
    mail_id = bench.plan()
    with bench.store.open_uow(VALDOMBRA) as uow:
        mailing.revive(uow=uow, now=START + TERM + MINUTE)
        uow.commit()
    assert bench.kept(mail_id).state is MailState.GIVEN_UP
