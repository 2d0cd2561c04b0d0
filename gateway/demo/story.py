"""What happens in the demonstration, step by step, through the commands an office would use."""

import base64
import io
import json
import time
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from lxml import etree
from pypdf import PdfWriter

from gateway.demo.installations import Place
from gateway.demo.papers import DESTINATION, ORIGIN, OTHER_COURSE, delibera_for, the_request
from gateway.demo.people import FIORELLA, numbered
from gateway.demo.sample import foglio, foglio_element

Run = Callable[[list[str]], int]
SECRET = "segreto-della-dimostrazione"
_PATIENCE = 20.0

COURSES = """\
Cod_Tipo_Facolta;Desc_Tipo_Facolta;Codice;Descrizione;Classe;Normativa;TipoDiCorso;Sede;Scadenza;\
NumeroChiuso;ProcedureSelezione;IndirizzoWeb;Note
06;Ingegneria;0920207302400001;Ingegneria informatica;L-8;ord. 270;LT;022205;{open};NO;NO;\
https://www.example.org/informatica;
06;Ingegneria;0920207302400002;Ingegneria dell'automazione;L-8;ord. 270;LT;022205;{open};NO;NO;\
https://www.example.org/automazione;
06;Ingegneria;0920207302400003;Ingegneria gestionale;L-9;ord. 270;LT;022205;{closed};NO;NO;;Scaduto
07;Architettura;0920207302400010;Architettura;LM-4 c.u.;ord. 270;TU;022205;{open};SI;SI;;\
Corso ad accesso programmato
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the story is played. ``tell`` prints a step, ``run`` runs a command of Congedo."""

    folder: Path
    origin: Place
    destination: Place
    registry: Place
    run: Run
    tell: Callable[[str, str, str], None]

    def at(self, place: Place, *words: str) -> Any:
        """Run a command in an installation and return its JSON; the command is shown."""
        status, data = self.ask(place, *words)
        if status:
            raise RuntimeError(f"congedo {' '.join(words)}: {data}")
        return data

    def ask(self, place: Place, *words: str) -> tuple[int, Any]:
        """Run a command and return its status and its JSON."""
        printed = io.StringIO()
        with redirect_stdout(printed):
            status = self.run(["--home", str(place.home), "--json", *words])
        text = printed.getvalue().strip()
        return status, json.loads(text) if text else None

    def wait(self, place: Place, words: Sequence[str], ready: Callable[[Any], bool]) -> Any:
        """Repeat a command until its answer is ``ready``.

        Raises:
            TimeoutError: it never is, within twenty seconds.
        """
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            data = self.at(place, *words)
            if ready(data):
                return data
            time.sleep(0.05)
        raise TimeoutError(" ".join(words))

    def wait_state(self, place: Place, practice: str, state: str) -> Any:
        """Wait until the origin's request is in a state; return it."""
        return self.wait(place, ("transfer", "show", practice), lambda data: data["state"] == state)

    def wait_offer(self, place: Place, year: str) -> Any:
        """Wait until the destination's offer has been fetched; return it."""
        until = time.monotonic() + _PATIENCE
        words = ("offer", "show", "--partner", DESTINATION, "--year", year)
        while time.monotonic() < until:
            status, data = self.ask(place, *words)
            if status == 0:
                return data
            time.sleep(0.05)
        raise TimeoutError(" ".join(words))


def set_up(stage: Stage) -> None:
    """Make both installations, and let each know the other."""
    pairs = (
        (stage.origin, ORIGIN, "Università degli Studi di Valdombra", "UNIVAL"),
        (stage.destination, DESTINATION, "Politecnico di Montelago", "POLIMON"),
    )
    for place, code, name, prefix in pairs:
        stage.at(place, "init")
        stage.at(place, "university", "add", code, "--name", name, "--prefix", prefix)
    for place, code, other, name in (
        (stage.origin, DESTINATION, stage.destination, pairs[1][2]),
        (stage.destination, ORIGIN, stage.origin, pairs[0][2]),
    ):
        here = ORIGIN if place is stage.origin else DESTINATION
        stage.at(
            place, "partner", "add", code, "--name", name,
            "--destination-url", f"{other.address}/soap/{code}/destinazione",
            "--origin-url", f"{other.address}/soap/{code}/provenienza",
            "--username-in", f"ateneo-{code}", "--password-in", SECRET,
            "--username-out", f"ateneo-{here}", "--password-out", SECRET,
        )  # fmt: skip
    today = date.today()  # noqa: DTZ011  the day on the wall
    courses = stage.folder / "offerta.csv"
    text = COURSES.format(
        open=(today + timedelta(days=60)).strftime("%d/%m/%Y"),
        closed=(today - timedelta(days=10)).strftime("%d/%m/%Y"),
    )
    courses.write_text(text, "utf-8")
    stage.at(stage.destination, "offer", "import", str(courses))
    stage.at(
        stage.destination, "university", "set", "--mode", "Parziale", "--token", "D",
        "--days", "30", "--info", "Immatricolazioni dal portale studenti", "--token-by-hand",
    )  # fmt: skip


def write_files(stage: Stage) -> tuple[Path, Path]:
    """Write the foglio, the same with three faults, and two PDF; return both fogli."""
    good, bad = stage.folder / "foglio.xml", stage.folder / "foglio-con-difetti.xml"
    good.write_bytes(foglio(the_request()))
    faulty = foglio_element(the_request())
    exam = next(faulty.iter("Esame"))
    exam.remove(exam.find("Voto"))  # a passed exam without its grade
    next(faulty.iter("SSD")).text = "MAT/99"
    faulty.find("DatiIdentificativiStudente/CodiceFiscale").text = FIORELLA.codice_fiscale[:-1] + (
        "A" if FIORELLA.codice_fiscale[-1] != "A" else "B"
    )
    bad.write_bytes(etree.tostring(faulty, xml_declaration=True, encoding="UTF-8"))
    documents = stage.folder / "allegati"
    documents.mkdir(exist_ok=True)
    for name in ("DOC1", "DOC2"):
        writer = PdfWriter()
        writer.add_blank_page(width=595, height=842)
        with (documents / f"{name}.pdf").open("wb") as file:
            writer.write(file)
    return good, bad


def draft_and_send(stage: Stage) -> str:
    """From the offer to the foglio accepted with sections 1-2; return the practice."""
    home = stage.origin
    practice = draft(stage, look_before(stage))
    stage.at(home, "transfer", "process", practice)
    stage.at(home, "transfer", "clear", practice, "library", "--why", "verificato allo sportello")
    stage.at(home, "transfer", "send", practice, "--administrative")
    shown = stage.wait_state(home, practice, "trasferita")
    terms = stage.at(home, "partner", "show", DESTINATION)
    stage.tell(
        "Condizioni (T2) e invio delle sezioni 1-2 (T3): trasferita",
        "Terms (T2) and sections 1-2 sent (T3): trasferita",
        f"trasmissione {terms['sending_mode']}, token {terms['token_mode']}, "
        f"sezioni 3-4 entro il {shown['career_due']}",
    )
    return practice


def look_before(stage: Stage) -> Path:
    """The destination's offer, and a foglio with a fault and mended; return the good one."""
    home = stage.origin
    year = str(the_request().year)
    stage.at(home, "offer", "refresh", DESTINATION)
    offer = stage.wait_offer(home, year)
    limited = sum(1 for course in offer["courses"] if course["limited_access"])
    stage.tell(
        "Offerta della destinazione (T1)",
        "Destination's offer (T1)",
        f"{len(offer['courses'])} corsi, {limited} ad accesso programmato, anno {year}",
    )
    good, bad = write_files(stage)
    _, found = stage.ask(
        home, "preflight", str(bad), "--attachments", str(good.parent / "allegati")
    )
    stage.tell(
        "Controllo preventivo: difetti trovati",
        "Preflight: faults found",
        "\n".join(f"[{row['code']}] {row['text']}  {row['path']}" for row in found["faults"]),
    )
    status, _ = stage.ask(
        home, "preflight", str(good), "--attachments", str(good.parent / "allegati")
    )
    stage.tell("Foglio corretto: nessun difetto", "Foglio mended: no fault", f"esito {status}")
    return good


def draft(stage: Stage, good: Path) -> str:
    """From a foglio to the request that its student has confirmed; return the practice."""
    home = stage.origin
    practice = str(stage.at(home, "transfer", "draft", str(good))["id_pratica"])
    for name in ("DOC1", "DOC2"):
        document = good.parent / "allegati" / f"{name}.pdf"
        until = the_request().available_until.isoformat()
        stage.at(
            home, "transfer", "attach", practice, str(document), "--id", name, "--until", until
        )
    made = stage.at(home, "transfer", "confirm", practice)
    stage.tell(
        "Domanda confermata dallo studente: presentata",
        "Request confirmed by the student: presentata",
        f"{practice}, protocollo {made['protocol_number']}",
    )
    return practice


def token_and_completion(stage: Stage, practice: str) -> str:
    """Deferred token, attachments, sections 3-4; return the token."""
    stage.at(stage.destination, "transfer", "received", "assign-token", practice)
    shown = stage.wait(
        stage.origin,
        ("transfer", "show", practice, "--token"),
        lambda data: data["token"] not in ("non ancora", "not yet"),
    )
    stage.tell("Token differito (T8)", "Deferred token (T8)", f"token {shown['token']}")
    stage.at(stage.origin, "transfer", "send", practice, "--notes", "completamento")
    received = stage.wait(
        stage.destination,
        ("transfer", "received", "show", practice),
        lambda data: (
            len(data["sections"]) == 4  # noqa: PLR2004  all sections
            and all(item["state"] == "fetched" for item in data["attachments"])
        ),
    )
    stage.tell(
        "Sezioni 3-4 (T5) e allegati (T9) arrivati",
        "Sections 3-4 (T5) and attachments (T9) arrived",
        ", ".join(f"{item['id']} {item['state']}" for item in received["attachments"]),
    )
    return str(shown["token"])


def revision(stage: Stage, practice: str) -> None:
    """The destination asks for the foglio again; the origin corrects and sends it."""
    stage.at(
        stage.destination, "transfer", "received", "ask-revision", practice,
        "--reason", "ERRORE", "--notes", "Manca la data della delibera di convalida",
    )  # fmt: skip
    shown = stage.wait_state(stage.origin, practice, "richiesta revisione")
    stage.tell("Richiesta di revisione (T4)", "Revision asked for (T4)", shown["revision"])
    corrected = stage.folder / "foglio-corretto.xml"
    corrected.write_bytes(foglio(replace(the_request(), notes="")))
    stage.at(
        stage.origin, "transfer", "edit", practice, str(corrected), "--why", "delibera completata"
    )
    stage.at(stage.origin, "transfer", "send", practice, "--notes", "delibera completata")
    shown = stage.wait_state(stage.origin, practice, "trasferita")
    stage.tell(
        "Foglio corretto e inviato di nuovo (T5)",
        "Foglio corrected and sent again (T5)",
        f"nuovo protocollo {shown['protocol_number']}",
    )


def enrolment_to_close(stage: Stage, practice: str, token: str) -> None:
    """Enrolment, evaluation, decision, conclusion with another course."""
    home = stage.destination
    stage.at(home, "transfer", "received", "authorise", practice)
    made = stage.at(
        home, "transfer", "received", "enrol", "--cf", FIORELLA.codice_fiscale,
        "--token", token, "--course", OTHER_COURSE,
    )  # fmt: skip
    stage.tell(
        "Immatricolazione con codice fiscale e token",
        "Enrolment with codice fiscale and token",
        f"matricola {made['matricola']}, corso {OTHER_COURSE}",
    )
    stage.at(home, "transfer", "received", "evaluate", practice)
    career = stage.at(home, "transfer", "received", "career", practice)
    decision = stage.folder / "delibera.json"
    decision.write_text(json.dumps(delibera_for(career), ensure_ascii=False, indent=1), "utf-8")
    stage.at(home, "transfer", "received", "decide", practice, str(decision))
    shown = stage.at(home, "transfer", "received", "show", practice)
    stage.tell(
        "Delibera con tabella di conversione",
        "Decision with its conversion table",
        f"protocollo {shown['delibera']}",
    )
    stage.at(home, "transfer", "received", "complete", practice)
    closed = stage.wait_state(stage.origin, practice, "chiusa")
    stage.tell(
        "Trasferimento concluso (T6 CHIUDI)",
        "Transfer concluded (T6 CHIUDI)",
        f"corso {closed['course_enrolled']}, archivio {closed['archive_number']}",
    )


def repeat_and_refusal(stage: Stage) -> None:
    """Another student, the token at once: a repeat gets the same, a faulty message a refusal."""
    stage.at(stage.destination, "university", "set", "--mode", "Completa", "--token", "I")
    time.sleep(2.1)  # a change of terms is felt within two seconds
    request = replace(the_request(), student=numbered(7), attachments=())
    second = stage.folder / "foglio-secondo.xml"
    second.write_bytes(foglio(request))
    practice = str(stage.at(stage.origin, "transfer", "draft", str(second))["id_pratica"])
    stage.at(stage.origin, "transfer", "confirm", practice)
    stage.at(stage.origin, "transfer", "process", practice)
    stage.at(stage.origin, "transfer", "clear", practice, "library", "--why", "verificato")
    stage.at(stage.origin, "transfer", "send", practice)
    stage.wait_state(stage.origin, practice, "trasferita")
    folder = stage.folder / "messaggi-secondo"
    stage.at(stage.origin, "journal", "export", str(folder), practice)
    stem = next(folder.glob("*Put_ProcessoTrasferimento-accepted-request.xml"))
    message = stem.read_bytes()
    first = stem.with_name(stem.name.replace("request", "answer")).read_bytes()
    again = post(stage.destination, message)
    stage.tell(
        "Lo stesso messaggio ripetuto: la stessa risposta, byte per byte",
        "The same message again: the same answer, byte for byte",
        f"identica: {again == first}, {_token(first)}",
    )
    faulty = message.replace(b"SUPERATO</Esito>", b"PROMOSSO</Esito>", 1)
    faulty = faulty.replace(b"MAT/05</SSD>", b"MAT/77</SSD>", 1)
    start, end = faulty.index(b"<TitoliConseguiti>"), faulty.index(b"</TitoliConseguiti>") + 19
    faulty = faulty[:start] + faulty[end:]
    faulty = faulty.replace(practice.encode(), b"UNIVAL20990000001")
    answer = etree.fromstring(post(stage.destination, faulty))
    reasons = answer.findtext(".//descEsito") or ""
    stage.tell(
        "Un messaggio con difetti: rifiutato, con tutte le causali",
        "A message with faults: refused, with every reason",
        f"codEsito {answer.findtext('.//codEsito')}\n" + reasons.replace("; ", "\n"),
    )


def _token(answer: bytes) -> str:
    return f"token {etree.fromstring(answer).findtext('.//Token')}"


def _basic(name: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{SECRET}".encode()).decode("ascii")


def post(place: Place, message: bytes) -> bytes:
    """Send a message to the destination as the origin would."""
    request = urllib.request.Request(  # noqa: S310  our own server on loopback
        f"{place.address}/soap/{DESTINATION}/destinazione",
        data=message,
        headers={
            "Content-Type": "text/xml; charset=utf-8",
            "Authorization": _basic(f"ateneo-{ORIGIN}"),
        },
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return bytes(answer.read())
