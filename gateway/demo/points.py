"""A practice at each interesting point of both life cycles, for whoever looks at the pages."""

import json
from dataclasses import replace
from pathlib import Path

from gateway.demo.accounts import NEWCOMER
from gateway.demo.papers import delibera_for, the_request
from gateway.demo.people import FIORELLA, Person, numbered
from gateway.demo.sample import foglio
from gateway.demo.story import Stage
from gateway.texts import Text

_FIRST = 40
"""The number of the first invented student; those of the story are others."""
_RECEIVED = ("transfer", "received")


def prepare(stage: Stage) -> list[tuple[str, Text]]:
    """Bring practices to their points; return each with what can be done with it."""
    stage.at(
        stage.destination, "university", "set", "--mode", "Completa", "--token", "I",
        "--token-on-receipt",
    )  # fmt: skip
    stage.at(stage.origin, "offer", "refresh", "92")
    stage.wait_offer(stage.origin, str(the_request().year))
    made = [
        (draft(stage, 0), Text("bozza, da confermare", "a draft, to be confirmed")),
        (confirmed(stage, 1), Text("presentata, da elaborare", "submitted, to be processed")),
        (processed(stage, 2), Text("elaborata, una verifica aperta", "processed, a check is open")),
        (cleared(stage, 3), Text("pronta per l'invio", "ready to be sent")),
        (sent(stage, 4), Text("ricevuta, da controllare", "received, to be checked")),
    ]
    asked = sent(stage, 5)
    stage.at(
        stage.destination, *_RECEIVED, "ask-revision", asked,
        "--reason", "ERRORE", "--notes", "Manca il voto di un esame",
    )  # fmt: skip
    stage.wait_state(stage.origin, asked, "richiesta revisione")
    made.append((asked, Text("revisione chiesta", "a revision is asked for")))
    allowed = authorised(stage, 6)
    made.append((allowed, Text("lo studente può immatricolarsi", "the student may enrol")))
    made.append((enrolled(stage, 7), Text("immatricolato, da valutare", "enrolled, to evaluate")))
    judged = evaluated(stage, 8)
    made.append((judged, Text("in commissione", "with the commission")))
    decided = evaluated(stage, 9)
    decide(stage, decided)
    made.append((decided, Text("deliberata, da concludere", "decided, to be concluded")))
    return made


def _student(number: int) -> Person:
    return numbered(_FIRST + number) if number else FIORELLA  # who has an account of her own


def draft(stage: Stage, number: int) -> str:
    """Return a draft."""
    file = stage.folder / f"foglio-{number}.xml"
    file.write_bytes(foglio(replace(the_request(), student=_student(number), attachments=())))
    return str(stage.at(stage.origin, "transfer", "draft", str(file))["id_pratica"])


def confirmed(stage: Stage, number: int) -> str:
    """Return a request that its student has confirmed."""
    practice = draft(stage, number)
    stage.at(stage.origin, "transfer", "confirm", practice)
    return practice


def processed(stage: Stage, number: int) -> str:
    """Return a request whose checks were run."""
    practice = confirmed(stage, number)
    stage.at(stage.origin, "transfer", "process", practice)
    return practice


def cleared(stage: Stage, number: int) -> str:
    """Return a request that nothing stops."""
    practice = processed(stage, number)
    stage.at(stage.origin, "transfer", "clear", practice, "library", "--why", "verificato")
    return practice


def sent(stage: Stage, number: int) -> str:
    """Return a practice that the destination has."""
    practice = cleared(stage, number)
    stage.at(stage.origin, "transfer", "send", practice)
    stage.wait_state(stage.origin, practice, "trasferita")
    return practice


def authorised(stage: Stage, number: int) -> str:
    """Return a practice whose student may enrol."""
    practice = sent(stage, number)
    stage.at(stage.destination, *_RECEIVED, "authorise", practice)
    return practice


def token_of(stage: Stage, practice: str) -> str:
    """Return the token that the origin has for a student."""
    shown = stage.wait(
        stage.origin,
        ("transfer", "show", practice, "--token"),
        lambda data: data["token"] not in ("non ancora", "not yet"),
    )
    return str(shown["token"])


def enrolled(stage: Stage, number: int) -> str:
    """Return a practice whose student has enrolled."""
    practice = authorised(stage, number)
    stage.at(
        stage.destination, *_RECEIVED, "enrol", "--cf", _student(number).codice_fiscale,
        "--token", token_of(stage, practice),
    )  # fmt: skip
    return practice


def evaluated(stage: Stage, number: int) -> str:
    """Return a practice that lies before the commission."""
    practice = enrolled(stage, number)
    stage.at(stage.destination, *_RECEIVED, "evaluate", practice)
    return practice


def decide(stage: Stage, practice: str) -> None:
    """Let the commission decide."""
    career = stage.at(stage.destination, *_RECEIVED, "career", practice)
    decision = stage.folder / f"delibera-{practice}.json"
    decision.write_text(json.dumps(delibera_for(career), ensure_ascii=False), "utf-8")
    stage.at(stage.destination, *_RECEIVED, "decide", practice, str(decision))


def student_at_the_door(stage: Stage, practice: str) -> tuple[str, str]:
    """Return the codice fiscale and the token of the student who may enrol."""
    return _student(6).codice_fiscale, token_of(stage, practice)


def career_file(folder: Path) -> Path:
    """Write the career of the student who has asked for nothing yet; return the file."""
    file = folder / "carriera-iris.xml"
    file.write_bytes(foglio(replace(the_request(), student=NEWCOMER, attachments=())))
    return file
