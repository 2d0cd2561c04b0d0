"""A student's transfer led by commands only, on both databases, with the messages carried."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cli import DONE
from tests.support.cli_pair import (
    CODICE_FISCALE,
    OTHER,
    TODAY,
    Pair,
    joined,
    make_offices,
    ready,
    write_courses,
    write_pdf,
)
from tests.support.databases import Maker

pytestmark = [pytest.mark.journey, pytest.mark.integration, pytest.mark.requirement("T18")]


@pytest.fixture
def two(tmp_path: Path, database: Maker) -> Iterator[Pair]:
    """An origin and a destination on databases of one kind."""
    urls = database.make(tmp_path / "a"), database.make(tmp_path / "b")
    with joined(tmp_path, *make_offices(tmp_path, urls)) as made:
        yield made


def first_sending(two: Pair) -> str:
    """Send sections 1-2 to a destination with partial terms and a deferred token."""
    two.destination.done("offer", "import", write_courses(two.folder))
    terms = ("--mode", "Parziale", "--token", "D", "--days", "30", "--token-by-hand")
    two.destination.done("university", "set", *terms)
    practice = ready(two, attachments=(("D1", "Programmi"),))
    document = write_pdf(two.folder, "D1")
    until = ("--id", "D1", "--until", f"{TODAY.year + 1}-03-31")
    two.origin.done("transfer", "attach", practice, document, *until)
    two.origin.done("transfer", "send", practice, "--administrative")
    two.carry()
    return practice


@pytest.mark.requirement("T14")
@pytest.mark.requirement("T20")
def test_a_student_is_handed_over_by_commands_only(two: Pair) -> None:
    practice = first_sending(two)
    shown = two.origin.done("transfer", "show", practice)
    assert (shown["state"], len(shown["sent"])) == ("trasferita", 2)
    assert shown["career_due"]
    received = ("transfer", "received")
    two.destination.done(*received, "assign-token", practice)
    two.origin.done("transfer", "send", practice, "--notes", "completamento")
    two.carry()
    shown = two.destination.done(*received, "show", practice)
    assert len(shown["sections"]) == 4
    assert [item["state"] for item in shown["attachments"]] == ["fetched"]
    token = two.origin.done("transfer", "show", practice, "--token")["token"]
    two.destination.done(*received, "authorise", practice)
    credentials = ("--cf", CODICE_FISCALE, "--token", token)
    two.destination.done(*received, "enrol", *credentials, "--course", OTHER)
    two.destination.done(*received, "evaluate", practice)
    decision = two.folder / "delibera.json"
    line = {"sources": [["1.1", "9"]], "target_name": "Analisi I", "cfu": "9"}
    data = {"body": "Consiglio", "decided_on": TODAY.isoformat(), "conversions": [line]}
    decision.write_text(json.dumps(data), "utf-8")
    two.destination.done(*received, "decide", practice, str(decision))
    two.destination.done(*received, "complete", practice)
    two.origin.done("transfer", "refresh", practice)
    two.carry()
    closed = two.origin.done("transfer", "show", practice)
    assert (closed["state"], closed["course_enrolled"]) == ("chiusa", OTHER)
    states = [row["state"].lower() for row in closed["timeline"] if row["side"] == "destination"]
    assert states[-1] == "completata"
    assert two.origin.say("transfer", "show", practice).status == DONE
    assert two.destination.say(*received, "show", practice).status == DONE
    assert "COMPLETATA" in two.origin.say("transfer", "show", practice).out.upper()


def test_the_doctor_and_the_keys_work_on_both_databases(two: Pair) -> None:
    rows = {row["what"]: row for row in two.origin.done("doctor", "--no-partners")}
    assert rows["database"]["result"] == rows["clock"]["result"] == "ok"
    assert rows["database"]["detail"].split()[0] in ("sqlite", "postgresql")
    ready(two)
    assert two.origin.done("keys", "rotate")["rows"] > 0
    assert len(two.origin.done("transfer", "list")) == 1


def test_the_database_is_saved_and_put_back(two: Pair) -> None:
    practice = ready(two)
    copy = two.folder / "copie" / "copia"
    two.origin.done("db", "backup", str(copy))
    assert copy.stat().st_mode & 0o077 == 0
    two.origin.done("transfer", "cancel", practice, "--why", "prova")
    two.origin.done("db", "restore", str(copy), "--yes")
    assert two.origin.done("transfer", "show", practice)["state"] == "elaborata"
