"""Nobody's data leaves by logs, faults, refusals, pages, errors of commands or the files.

A marked student is driven through every service of two real installations, with refusals, faults,
bugs, troubles of partners and commands that fail; then everything that was written is searched.
"""

import base64
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from gateway.contracts import Role
from gateway.domain.messages import Operation
from gateway.soap.application import HANDLERS
from gateway.soap.faults import bad_request
from gateway.traces import trace_of
from storage.hygiene import settle
from storage.tables import incoming
from tests.support import marks
from tests.support.databases import SqliteMaker
from tests.support.redaction import SERVICES, Ground
from tests.support.redaction_stage import (
    Stage,
    bugs,
    commands,
    files_of,
    pages,
    services,
    staged,
    troubles,
)
from tests.support.universities import (
    MONTELAGO,
)

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(400)]


def test_every_operation_of_every_role_is_in_the_table() -> None:
    assert {operation for _, operation in SERVICES} == set(Operation)
    assert set(SERVICES) == {(role, operation) for role in Role for operation in HANDLERS[role]}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, sqlite: SqliteMaker) -> Iterator[Stage]:
    """The whole story, played once; both installations have ended."""
    folder = tmp_path_factory.mktemp("redaction")
    with staged(folder, sqlite) as stage:
        practice = troubles(stage)
        token = stage.steps.out(practice).token
        assert token is not None
        stage.searcher.add("token", token.value)
        services(stage, Ground(practice, token=token.value))
        bugs(stage, Ground(practice, token=token.value))
        pages(stage)
        commands(stage, practice, folder)
        for process in stage.processes.values():
            process.stop()
        yield stage


def test_no_answer_that_refuses_tells_of_anybody(played: Stage) -> None:
    assert len(played.heard) > 300
    assert played.searcher.found_in_all(played.heard) == {}


def test_no_file_tells_of_anybody(played: Stage) -> None:
    found = dict(files_of(played))
    assert any(name.endswith(".db") for name in found)
    assert played.searcher.found_in_all(found.items()) == {}


def test_the_logs_told_of_every_trouble_and_needed_no_mask(played: Stage) -> None:
    for process in played.processes.values():
        log = process.file.read_text("utf-8")
        assert '"service_failed"' in log
        assert "ValueError" in log
        assert "tests/support/sabotaged.py" in log
        assert "personal_data_masked" not in log


def test_what_is_kept_sealed_was_there_to_be_found(played: Stage) -> None:
    """The search would prove nothing if the marks had never been in the program."""
    with played.steps.world.destination.store.open_uow(MONTELAGO) as uow:
        contents = [uow.journal.contents(row.message_id) for row in uow.journal.latest(limit=500)]
    told = played.searcher.found_in(b"".join(part for pair in contents if pair for part in pair))
    unseen = set(played.searcher.marks) - told
    assert unseen <= {"attachment's content", "password", "office's words", "token"}


@pytest.mark.parametrize("name", marks.MARKS)
@pytest.mark.parametrize(
    "disguise",
    [
        str,
        str.upper,
        lambda text: f'{{"event": "received", "who": "{text}"}}',
        lambda text: f"<faultstring>studente {text} non trovato</faultstring>",
        lambda text: repr(ValueError(text)),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode().hex(),
        lambda text: base64.b64encode(b"..<Nome>" + text.encode() + b"</Nome>"),
        lambda text: f"/cerca?q={quote(text)}",
    ],
    ids=["plain", "capitals", "log", "fault", "exception", "utf-16", "hex", "base64", "query"],
)
def test_a_planted_leak_is_found(name: str, disguise: Callable[[str], bytes | str]) -> None:
    leak = disguise(marks.MARKS[name])
    padded = b"x" * 70 + (leak.encode() if isinstance(leak, str) else leak) + b"y" * 70
    assert name in marks.Searcher().found_in(padded)


def test_a_planted_line_of_a_log_is_found(played: Stage) -> None:
    process = played.processes[Role.ORIGIN]
    line = f'{{"event": "transfer_received", "student": "{marks.PERSON.surname}"}}\n'
    with log_with(process.file, line):
        found = played.searcher.found_in_all(files_of(played))
    assert found == {f"{Role.ORIGIN} {process.file.name}": {"surname"}}


@contextmanager
def log_with(file: Path, line: str) -> Iterator[None]:
    """Let a log have one more line for a while."""
    before = file.read_bytes()
    file.write_bytes(before + line.encode())
    yield
    file.write_bytes(before)


def test_a_planted_column_that_is_not_sealed_is_found(played: Stage) -> None:
    installation = played.steps.world.destination
    with installation.store.engine.begin() as connection:
        statement = sa.update(incoming).values(course_enrolled=marks.PERSON.codice_fiscale)
        connection.execute(statement)
    try:
        found = played.searcher.found_in_all(files_of(played))
    finally:
        with installation.store.engine.begin() as connection:
            connection.execute(sa.update(incoming).values(course_enrolled=""))
        settle(installation.store.reader)
    assert {"codice fiscale"} in found.values()
    assert all(Role.DESTINATION in name for name in found)


def test_a_planted_exception_and_a_planted_fault_are_found(played: Stage) -> None:
    """As they would look if errors were told with their texts."""
    error = ValueError(f"unknown student {marks.PERSON.codice_fiscale}")
    told = "".join(traceback.format_exception(error))
    fault = bad_request("Structure", f"Residenza in {marks.STREET}").text
    planted = [("a log", told), ("a fault", fault)]
    assert played.searcher.found_in_all(planted) == {
        "a log": {"codice fiscale"},
        "a fault": {"street"},
    }
    assert played.searcher.found_in(trace_of(error)) == set()
