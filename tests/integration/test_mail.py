"""Mail over a real SMTP server: what it says, how it is guarded, what refusals and crashes do."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from gateway.bootstrap import Installation, now
from gateway.domain.accounts import Grant, Role
from gateway.domain.identifiers import IdPratica
from gateway.domain.mails import (
    OPTIONAL,
    Mail,
    MailDelayed,
    MailKind,
    MailRefused,
    MailSettings,
    MailState,
)
from gateway.mail.letters import message_of
from gateway.mail.smtp import MailServer, MailTls, SmtpPostman
from gateway.settings import FILE
from gateway.texts import Language
from gateway.texts.letters import LETTERS
from gateway.usecases import mailing
from gateway.usecases.mail_ports import Letter
from tests.support.clock import START
from tests.support.databases import Maker, SqliteMaker
from tests.support.fakes_samples import MONTELAGO as PARTNER
from tests.support.fakes_samples import PRACTICE, university
from tests.support.mail_server import PASSWORD, USER, Postbox, mail_server
from tests.support.offices import Browser, browser, hire
from tests.support.processes import QUICK, Process
from tests.support.transfers import REQUEST, Steps
from tests.support.universities import VALDOMBRA

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T18")]

SENDER = "trasferimenti@valdombra.example.org"
OFFICE = "segreteria@valdombra.example.org"
PUBLIC = "https://congedo.example.org"
READER = "fiorella.quattrocchi@studenti.example.org"


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Postbox]:
    with mail_server(tmp_path / "posta") as made:
        yield made


def letter(kind: MailKind = MailKind.REQUEST_SUBMITTED, **changes: Any) -> Letter:
    """Return a letter to Fiorella."""
    mail = Mail(
        mail_id="m1",
        message_id="<m1@valdombra.example.org>",
        kind=kind,
        recipient=READER,
        created_at=START,
        changed_at=START,
        expires_at=START,
        partner=PARTNER,
        id_pratica=PRACTICE,
    )
    return Letter(
        **{
            "mail": mail,
            "university": university(),
            "sender": SENDER,
            "language": "it",
            **changes,
        }
    )


def postman(box: Postbox, tls: MailTls = MailTls.STARTTLS, **changes: Any) -> SmtpPostman:
    """Return a postman who knows the server."""
    server = MailServer(
        **{
            "host": "localhost",
            "port": box.port,
            "tls": tls,
            "authorities": box.authority,
            "seconds": 3.0,
            **changes,
        }
    )
    return SmtpPostman(server, PUBLIC)


def body(message: EmailMessage, kind: str = "plain") -> str:
    """Return the text of a message."""
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize("tls", MailTls)
def test_a_mail_arrives_as_agreed(tmp_path: Path, tls: MailTls) -> None:
    with mail_server(tmp_path / "posta", tls.value) as box:
        postman(box, tls).send(letter())
    (message,) = box.got
    assert box.envelopes[0].rcpt_tos == [READER]
    assert box.envelopes[0].mail_from == SENDER
    assert message["Message-ID"] == "<m1@valdombra.example.org>"
    assert box.guarded == [tls is not MailTls.NONE]
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_name_and_password_are_shown_behind_the_guard(tmp_path: Path) -> None:
    with mail_server(tmp_path / "posta", login=True) as box:
        postman(box, user=USER, password=PASSWORD).send(letter())
        with pytest.raises(MailDelayed, match="SMTPAuthenticationError") as wrong:
            postman(box, user=USER, password="sbagliata").send(letter())
    assert box.signed_in == [USER]
    assert "sbagliata" not in str(wrong.value)
    assert PASSWORD not in repr(postman(box, password=PASSWORD)._server)


def test_a_server_that_nobody_vouches_for_gets_nothing(box: Postbox) -> None:
    with pytest.raises(MailDelayed, match="SSLCertVerificationError"):
        postman(box, authorities=None).send(letter())
    assert box.got == []


def test_a_server_without_starttls_gets_nothing_that_wants_it(tmp_path: Path) -> None:
    with mail_server(tmp_path / "posta", "none") as box, pytest.raises(MailDelayed):
        postman(box).send(letter())
    assert box.got == []


@pytest.mark.parametrize(
    ("where", "line", "trouble"),
    [
        ("at_rcpt", "450 mailbox busy fiorella", MailDelayed),
        ("at_rcpt", "550 no such user fiorella", MailRefused),
        ("at_data", "451 later fiorella", MailDelayed),
        ("at_data", "554 spam fiorella", MailRefused),
    ],
)
def test_what_the_server_says_decides_and_names_nobody(
    box: Postbox, where: str, line: str, trouble: type[Exception]
) -> None:
    getattr(box, where).append(line)
    with pytest.raises(trouble) as found:
        postman(box).send(letter())
    assert str(found.value) == f"SMTP {line[:3]}"


def test_a_server_that_is_not_there_or_not_set_delays(box: Postbox) -> None:
    with pytest.raises(MailDelayed, match="ConnectionRefusedError"):
        postman(box, port=9).send(letter())
    with pytest.raises(MailDelayed, match="no mail server"):
        postman(box, host="").send(letter())


@pytest.mark.parametrize("kind", MailKind)
@pytest.mark.parametrize("language", Language)
def test_every_kind_speaks_both_languages(kind: MailKind, language: Language) -> None:
    leave = f"{PUBLIC}/ateneo/91/posta/abc" if kind in OPTIONAL else ""
    message = message_of(letter(kind, language=language.value, leave=leave), PUBLIC)
    assert LETTERS[kind].subject.say(language) in message["Subject"]
    said = body(message)
    assert "(" not in LETTERS[kind].body.say(language, practice="x").replace("(x)", "")
    assert f"{PUBLIC}/ateneo/91" in said
    assert (message["List-Unsubscribe"] is not None) == (kind in OPTIONAL)
    assert ("non si può disattivare" in said or "cannot be switched off" in said) == (
        kind not in OPTIONAL
    )
    assert message["Content-Language"] == language.value
    assert message["Auto-Submitted"] == "auto-generated"


def test_the_same_letter_makes_the_same_mail() -> None:
    first, second = (message_of(letter(), PUBLIC) for _ in range(2))
    for message in (first, second):
        message.set_boundary("x")
    assert first.as_bytes() == second.as_bytes()


def test_who_may_enrol_is_led_to_the_page_of_those_who_arrive() -> None:
    said = body(message_of(letter(MailKind.ENROLMENT_AUTHORISED), PUBLIC), "html")
    assert f'<a href="{PUBLIC}/ateneo/91/arrivo">' in said


def test_a_digest_lists_what_waits() -> None:
    waiting = {"outgoing presentata": 3, "parked": 1, "qualcosa": 9}
    message = message_of(letter(MailKind.DIGEST, waiting=waiting), "")
    assert "- domande presentate da elaborare: 3\n- consegne ferme: 1" in body(message)
    assert "<li>consegne ferme: 1</li>" in body(message, "html")


@pytest.fixture
def posted(box: Postbox, make_steps: Callable[..., Steps], sqlite: SqliteMaker) -> Steps:
    """A world whose origin sends mail."""
    steps = make_steps(
        sqlite,
        smtp_host="localhost",
        smtp_port=box.port,
        authorities=box.authority,
        public_url=PUBLIC,
    )
    settings = MailSettings(sender=SENDER, offices=(OFFICE,))
    steps.origin(lambda uow: uow.mails.keep_settings(settings))
    return steps


def send_all(installation: Installation) -> list[MailState]:
    """Make one attempt of each mail that waits."""
    with installation.store.open_uow(VALDOMBRA) as uow:
        waiting = list(reversed(uow.mails.by_state(MailState.WAITING, 100)))
    return [
        MailState(installation.mail(VALDOMBRA, mail.mail_id, mail.attempts + 1)) for mail in waiting
    ]


def test_a_student_is_told_how_the_request_fares_and_never_the_token(
    posted: Steps, box: Postbox
) -> None:
    practice = posted.sent()
    token = posted.out(practice).token
    assert token is not None
    posted.ask_revision(practice)
    posted.deliver_all()
    send_all(posted.world.origin)
    assert [message["Subject"] for message in box.got] == [
        f"Domanda di trasferimento presentata ({practice})",
        f"È disponibile il token per il primo accesso ({practice})",
        f"La destinazione chiede una revisione ({practice})",
    ]
    student = REQUEST.student
    for message, envelope in zip(box.got, box.envelopes, strict=True):
        assert message["To"] == READER
        assert isinstance(envelope.content, bytes)
        for secret in (token.value, student.codice_fiscale, student.surname, student.name):
            text = f"{message['Subject']} {body(message)} {body(message, 'html')}"
            assert secret.lower() not in text.lower()


def test_a_student_reads_in_the_language_of_the_account(posted: Steps, box: Postbox) -> None:
    hire(
        posted.world.origin,
        "fiorella",
        Grant(Role.STUDENT, VALDOMBRA),
        codice_fiscale=REQUEST.student.codice_fiscale,
        language="en",
    )
    posted.ready()
    send_all(posted.world.origin)
    assert "Request of transfer submitted" in box.got[0]["Subject"]


def test_a_mail_refused_for_now_comes_later_under_the_same_identifier(
    posted: Steps, box: Postbox
) -> None:
    posted.ready()
    box.at_data.append("451 later")
    world = posted.world.origin
    assert send_all(world) == [MailState.WAITING]
    posted.world.clock.advance(minutes=5)
    assert send_all(world) == [MailState.SENT]
    assert send_all(world) == []
    assert len(box.got) == 1


def test_the_digest_and_parked_deliveries_reach_the_office(posted: Steps, box: Postbox) -> None:
    posted.ready()
    today = posted.world.clock()
    assert posted.origin(lambda uow: mailing.digest(uow=uow, now=today)) == 1
    assert posted.origin(lambda uow: mailing.digest(uow=uow, now=today)) == 0
    send_all(posted.world.origin)
    digest = next(message for message in box.got if message["To"] == OFFICE)
    assert "domande da verificare e inviare: 1" in body(digest)
    assert digest["List-Unsubscribe"].startswith(f"<{PUBLIC}/ateneo/91/posta/")


def choices_page(steps: Steps, box: Postbox) -> tuple[Browser, str, str]:
    """Return a browser, the page of the office's choices, and the one-click address."""
    steps.ready()
    today = steps.world.clock()
    steps.origin(lambda uow: mailing.digest(uow=uow, now=today))
    send_all(steps.world.origin)
    digest = next(message for message in box.got if message["To"] == OFFICE)
    leave = digest["List-Unsubscribe"].strip("<>").removeprefix(PUBLIC)
    return browser(steps.world.origin), leave.removesuffix("/disiscrizione"), leave


def test_one_click_in_a_mail_program_is_enough(posted: Steps, box: Postbox) -> None:
    visit, page, leave = choices_page(posted, box)
    answer = visit.client.post(leave, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "checked" not in visit.get(page).text
    later = posted.world.clock.advance(days=1)
    assert posted.origin(lambda uow: mailing.digest(uow=uow, now=later)) == 0


def test_readers_choose_on_a_page_without_an_account(posted: Steps, box: Postbox) -> None:
    visit, page, leave = choices_page(posted, box)
    assert visit.get(leave, follow=False).location == page
    shown = visit.get(page).text
    assert shown.count("checked") == len(OPTIONAL)
    assert "Immatricolazione autorizzata" in shown
    assert "Scelta conservata." in visit.post(page, wanted="digest").text
    assert visit.get(page).text.count("checked") == 1
    assert visit.client.post(page, data={"wanted": "digest"}).status_code == 419


@pytest.mark.parametrize("ending", ["", "/disiscrizione"])
def test_a_code_nobody_has_is_not_found(posted: Steps, ending: str) -> None:
    visit = browser(posted.world.origin)
    assert visit.get(f"/ateneo/91/posta/inventato{ending}").status_code == 404
    assert visit.client.post(f"/ateneo/91/posta/inventato{ending}").status_code in (404, 419)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_worker_sends_what_a_killed_one_left(
    request: pytest.FixtureRequest,
    make_steps: Callable[..., Steps],
    tmp_path: Path,
    kind: str,
) -> None:
    """A real worker is killed while the server holds its mail; the next sends the same again."""
    maker: Maker = request.getfixturevalue(kind)
    with ExitStack() as stack:
        box = stack.enter_context(mail_server(tmp_path / "posta", "none"))
        steps = make_steps(maker, **QUICK)
        steps.world.clock.now = now()
        settings = MailSettings(sender=SENDER)
        steps.origin(lambda uow: uow.mails.keep_settings(settings))
        practice = IdPratica(steps.ready())
        home = steps.world.origin.settings
        (home.home / FILE).write_text(
            f'smtp_host = "localhost"\nsmtp_port = {box.port}\nsmtp_tls = "none"\n'
        )
        box.at_data += ["451 later"] * 2
        for node in ("first", "second"):
            worker = Process(home, ("worker",), node=node).start()
            stack.callback(worker.kill)
            if node == "first":
                _wait(lambda: len(box.at_data) < 2, worker)
                worker.kill()
        _wait(lambda: bool(box.got), worker)
    assert {message["Message-ID"] for message in box.got} == {
        mail.message_id for mail in steps.origin(lambda uow: uow.mails.by_state(None, 9))
    }
    assert practice in box.got[0]["Subject"]


def _wait(holds: Callable[[], bool], worker: Process) -> None:
    until = time.monotonic() + 90
    while not holds():
        assert time.monotonic() < until, worker.log()
        time.sleep(0.05)
