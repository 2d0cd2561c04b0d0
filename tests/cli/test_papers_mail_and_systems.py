"""Commands that print papers, set up mail, and connect the university's own systems."""

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from gateway.settings import FILE
from tests.support.cli import Office
from tests.support.cli_pair import ORIGIN, Pair, confirmed, drafted, sent
from tests.support.connector_server import TOKEN, connector
from tests.support.mail_server import mail_server

pytestmark = pytest.mark.requirement("T18")

SENDER, OFFICE = "trasferimenti@example.org", "segreteria@example.org"


def printed(office: Office, file: Path, *words: str) -> str:
    """Print a paper by command; return its words."""
    made = office.done("transfer", "print", *words, "--to", str(file))
    assert int(made["bytes"]) == file.stat().st_size
    reader = PdfReader(BytesIO(file.read_bytes()), strict=True)
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_a_receipt_is_printed_to_a_file(pair: Pair, tmp_path: Path) -> None:
    practice = confirmed(pair)
    said = printed(pair.origin, tmp_path / "r.pdf", "receipt", practice)
    assert "Ricevuta della domanda di trasferimento" in said
    assert practice in said


def test_both_offices_print_the_foglio(pair: Pair, tmp_path: Path) -> None:
    practice = sent(pair)
    assert "Trasferimento" in printed(pair.origin, tmp_path / "a.pdf", "foglio", practice)
    words = ("foglio", practice, "--origin", ORIGIN)
    assert "Trasferimento" in printed(pair.destination, tmp_path / "b.pdf", *words)


@pytest.mark.parametrize("kind", ["enrolment", "decision"])
def test_papers_of_acts_that_never_were_are_refused(pair: Pair, tmp_path: Path, kind: str) -> None:
    practice, file = sent(pair), str(tmp_path / "x.pdf")
    words = ("transfer", "print", kind, practice, "--to", file)
    assert pair.destination.refused(*words, "--origin", ORIGIN) == ["event_not_allowed"]
    assert pair.destination.refused(*words) == ["parameter_invalid"]
    assert not Path(file).exists()


def test_a_draft_has_no_receipt(pair: Pair, tmp_path: Path) -> None:
    words = ("transfer", "print", "receipt", drafted(pair), "--to", str(tmp_path / "x.pdf"))
    assert pair.origin.refused(*words) == ["event_not_allowed"]


def test_mail_is_set_up_shown_and_switched_off(pair: Pair) -> None:
    home = pair.origin
    assert home.done("mail", "show")["sender"] == ""
    home.done("mail", "set", "--sender", SENDER, "--office", OFFICE)
    shown = home.done("mail", "show")
    assert (shown["sender"], shown["offices"], shown["active"]) == (SENDER, [OFFICE], True)
    home.done("mail", "set", "--off", "--no-office")
    shown = home.done("mail", "show")
    assert (shown["sender"], shown["offices"], shown["active"]) == (SENDER, [], False)
    assert home.refused("mail", "set", "--sender", "nessuno") == ["parameter_invalid"]
    assert home.refused("mail", "set", "--office", "a@b\nc") == ["parameter_invalid"]


def test_mails_are_listed_without_their_readers(pair: Pair) -> None:
    pair.origin.done("mail", "set", "--sender", SENDER)
    practice = confirmed(pair)
    (row,) = pair.origin.done("mail", "list", "--state", "waiting")
    assert (row["kind"], row["id_pratica"]) == ("request_submitted", practice)
    assert "fiorella" not in pair.origin.say("mail", "list").out.lower()
    assert pair.origin.done("mail", "list", "--state", "sent") == []


def test_a_trial_mail_tells_what_the_server_says(pair: Pair, tmp_path: Path) -> None:
    home = pair.origin
    assert home.refused("mail", "test", OFFICE) == ["parameter_invalid"]
    home.done("mail", "set", "--sender", SENDER)
    assert home.refused("mail", "test", OFFICE) == ["mail_not_sent"]
    with mail_server(tmp_path / "posta", "none") as box, (home.home / FILE).open("a") as file:
        file.write(f'\nsmtp_host = "localhost"\nsmtp_port = {box.port}\nsmtp_tls = "none"\n')
        file.flush()
        home.done("mail", "test", OFFICE)
        assert box.got[0]["To"] == OFFICE


@pytest.mark.requirement("T17")
def test_a_system_is_connected_tried_used_and_let_go(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = pair.origin
    assert [row["embedded"] for row in home.done("connector", "list")] == [True, True]
    monkeypatch.setenv("TITULUS_TOKEN", TOKEN)
    with connector(tmp_path / "titulus") as titulus:
        home.done(
            "connector", "set", "register", "--url", titulus.url, "--token-from", "TITULUS_TOKEN"
        )
        assert home.done("connector", "test", "register")["name"] == "connettore di riferimento"
        practice = confirmed(pair)
        shown = home.done("transfer", "show", practice)
        assert shown["protocol_number"].startswith("TIT-")
        assert TOKEN not in home.say("connector", "list").out
    assert home.refused("connector", "test", "register") == ["system_unavailable"]
    said = home.say("transfer", "confirm", drafted(pair))
    assert "nulla è stato cambiato" in said.out + said.err
    home.done("connector", "remove", "register")
    assert home.refused("connector", "remove", "register") == ["parameter_invalid"]
    assert home.refused("connector", "test", "register") == ["parameter_invalid"]


@pytest.mark.requirement("T17")
@pytest.mark.parametrize(
    "url", ["http://register.example.org/", "ftp://x/", "https://", "https://a@b/", "https://b/?x"]
)
def test_a_connector_is_reached_by_a_guarded_address_only(pair: Pair, url: str) -> None:
    words = ("connector", "set", "register", "--url", url)
    assert pair.origin.refused(*words) == ["parameter_invalid"]


@pytest.mark.requirement("T21")
def test_a_certificate_must_be_readable(pair: Pair, tmp_path: Path) -> None:
    words = ("connector", "set", "student_file", "--url", "https://file.example.org")
    missing = str(tmp_path / "no.pem")
    assert pair.origin.refused(*words, "--certificate", missing) == ["parameter_invalid"]
    (tmp_path / "yes.pem").write_text("x")
    pair.origin.done(*words, "--certificate", str(tmp_path / "yes.pem"), "--seconds", "2")
    row = pair.origin.done("connector", "list")[1]
    assert row["certificate"].endswith("yes.pem")
