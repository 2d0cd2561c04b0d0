"""Real processes: serving, working, ending, and the demonstration of two installations."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from gateway.cli import demonstration
from gateway.demo.installations import Place
from tests.support.cli import DONE, MISUSED, UNUSABLE, Office, congedo
from tests.support.cli_pair import CODICE_FISCALE, ORIGIN, make_offices, write_foglio
from tests.support.cli_processes import eventually, run_program, started
from tests.support.databases import Maker, postgres_programs, postgres_server
from tests.support.ports import free_port
from tests.support.universities import SECRET

pytestmark = [pytest.mark.integration, pytest.mark.slow]


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody else listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_the_module_is_the_program_and_speaks_two_languages() -> None:
    italian = run_program("--help", CONGEDO_LANG="")
    assert italian.returncode == DONE
    assert "lo scambio del foglio di congedo fra atenei" in italian.stdout
    for said in (
        run_program("--help", "--lang", "en"),
        run_program("--help", CONGEDO_LANG="en_GB"),
    ):
        assert said.returncode == DONE
        assert "the exchange of the foglio di congedo between" in said.stdout


def test_serve_starts_answers_and_ends_cleanly(office: Office) -> None:
    with started(office.home, "serve") as running:
        status, page = running.get("/")
        assert status == 200
        assert "Università di Valdombra" in page
        status, contract = running.get("/soap/91/provenienza?wsdl")
        assert status == 200
        assert f"{running.place.address}/soap/91/provenienza" in contract
        assert running.stop() == DONE
        assert "Traceback" not in running.said()


def test_a_worker_alone_starts_and_ends_cleanly(office: Office) -> None:
    office.done("offer", "refresh", "92")
    with started(office.home, "worker") as running:
        eventually("1", lambda: str(office.done("delivery", "list")[0]["attempts"]))
        assert running.stop() == DONE
        assert "Traceback" not in running.said()


def test_serving_behind_a_proxy_hands_out_the_contract(office: Office) -> None:
    with (office.home / "congedo.toml").open("a", encoding="utf-8") as settings:
        settings.write('public_url = "https://congedo.example.org"\n')
    with started(office.home, "serve", "--behind-proxy") as running:
        status, contract = running.get("/soap/91/destinazione?wsdl")
        assert status == 200
        root = etree.fromstring(contract.encode())
        (address,) = root.iter("{http://schemas.xmlsoap.org/wsdl/soap/}address")
        assert address.get("location") == "https://congedo.example.org/soap/91/destinazione"
        assert running.stop() == DONE
        assert "Traceback" not in running.said()


@pytest.mark.parametrize("profile", [(), ("--behind-proxy",)], ids=["embedded", "behind a proxy"])
def test_a_port_in_use_is_told(office: Office, taken: int, profile: tuple[str, ...]) -> None:
    words = ("--home", str(office.home), "serve", *profile)
    said = run_program(*words, CONGEDO_PORT=str(taken))
    assert "Traceback" not in said.stderr
    assert said.returncode == UNUSABLE
    assert said.stderr.startswith("Errore:")
    assert str(taken) in said.stderr


def mode_asked(origin: Office) -> str:
    """Ask the destination for its terms; return what was learnt of them."""
    assert origin.done("partner", "test", "92")["reachable"] is True
    return str(origin.done("partner", "show", "92")["sending_mode"])


@pytest.mark.requirement("T3")
def test_services_and_workers_apart_share_postgresql(tmp_path: Path, postgres: Maker) -> None:
    urls = postgres.make(tmp_path), postgres.make(tmp_path)
    origin, destination = make_offices(tmp_path, urls)
    port = free_port()
    address = f"http://127.0.0.1:{port}/soap/92/destinazione"
    origin.done("partner", "set", "92", "--destination-url", address, "--password-out", SECRET)
    practice = origin.done("transfer", "draft", write_foglio(tmp_path))["id_pratica"]
    for step in (("confirm",), ("process",), ("clear", "library", "--why", "verificato")):
        origin.done("transfer", step[0], practice, *step[1:])
    with (
        started(destination.home, "serve", "--no-worker", port=port) as serving,
        started(origin.home, "worker") as working,
    ):
        destination.done("university", "set", "--mode", "Parziale")
        eventually("Parziale", lambda: mode_asked(origin))
        origin.done("transfer", "send", practice)
        show = ("transfer", "show", practice)
        eventually("trasferita", lambda: origin.done(*show)["state"])
        (received,) = destination.done("transfer", "received", "list")
        assert (received["id_pratica"], received["origin"]) == (practice, ORIGIN)
        assert (working.stop(), serving.stop()) == (DONE, DONE)
        for running in (working, serving):
            assert "Traceback" not in running.said()
            assert CODICE_FISCALE not in running.said()


@pytest.mark.skipif(postgres_programs() is None, reason="PostgreSQL is not installed")
def test_a_database_that_was_stopped_is_told(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    office = Office(home)
    with postgres_server() as url:
        (home / "congedo.toml").write_text(f'database_url = "{url}"\n', "utf-8")
        office.done("init")
        office.done("university", "add", "91", "--name", "V", "--prefix", "UNIVAL")
    for words in (("university", "list"), ("doctor",), ("worker",), ("serve",)):
        said = office.say(*words)
        assert said.status == UNUSABLE
        assert said.err.startswith("Errore:")
        assert "127.0.0.1" in said.err
    said = office.say("db", "backup", str(tmp_path / "copia"))
    assert said.status == UNUSABLE
    assert said.out.startswith("Non riuscito:")


@pytest.mark.journey
@pytest.mark.requirement("T18")
@pytest.mark.requirement("T19")
def test_the_demonstration_hands_a_student_over_between_two_processes(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    said = run_program("demo", "--folder", str(folder), CONGEDO_LANG="")
    logs = [log.read_text("utf-8") for log in folder.glob("*.log")]
    assert said.returncode == DONE, (said.stdout, said.stderr, logs)
    for sentence in (
        "Controllo preventivo: difetti trovati",
        "Token differito (T8)",
        "Richiesta di revisione (T4)",
        "Trasferimento concluso (T6 CHIUDI)",
        "identica: True",
        "sezione obbligatoria mancante: TitoliConseguiti",
    ):
        assert sentence in said.stdout
    origin, destination = Office(folder / "provenienza"), Office(folder / "destinazione")
    states = sorted(row["state"] for row in origin.done("transfer", "list"))
    assert states == ["chiusa", "trasferita"]
    states = sorted(row["state"] for row in destination.done("transfer", "received", "list"))
    assert states == ["completata", "ricevuta"]
    assert list((folder / "messaggi").glob("*Put_ProcessoTrasferimento-accepted-request.xml"))
    for name in ("provenienza", "destinazione"):
        log = (folder / f"{name}.log").read_text("utf-8")
        assert "Traceback" not in log
        assert CODICE_FISCALE not in log
    assert not (folder / "processi.txt").exists()


def test_the_demonstration_leaves_a_folder_of_somebody_else_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demonstration, "_play", lambda *_: None)
    (tmp_path / "tesi.txt").write_text("tre anni di lavoro", "utf-8")
    said = congedo("demo", "--folder", str(tmp_path))
    assert said.status == MISUSED
    assert str(tmp_path) in said.err.replace("\n", "")
    assert (tmp_path / "tesi.txt").read_text("utf-8") == "tre anni di lavoro"


def test_a_demonstration_empties_only_what_another_one_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demonstration, "_play", lambda *_: None)
    folder = tmp_path / "demo"
    assert congedo("demo", "--folder", str(folder)).status == DONE
    (folder / "foglio.xml").write_text("<FoglioCongedo/>", "utf-8")
    assert congedo("demo", "--folder", str(folder)).status == DONE
    assert not (folder / "foglio.xml").exists()


def test_a_demonstration_that_cannot_start_prints_the_end_of_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(place: Place, log: Path) -> "subprocess.Popen[bytes]":
        log.write_text("prima\nla base dati [non] si apre\n", "utf-8")
        return subprocess.Popen([sys.executable, "-c", "pass"], start_new_session=True)

    monkeypatch.setattr(demonstration, "start", start)
    said = congedo("demo", "--folder", str(tmp_path / "demo"))
    assert said.status == UNUSABLE
    assert "non si è avviata" in said.out
    assert "la base dati [non] si apre" in said.out


def test_stopping_a_demonstration_that_does_not_run_is_no_fault(tmp_path: Path) -> None:
    said = congedo("demo", "--stop", "--folder", str(tmp_path / "demo"))
    assert (said.status, said.out) == (DONE, "Fermate: 0\n")
