"""Metrics tell how the business goes: what HTTP calls 200 may be a failure, and counts as one."""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from werkzeug.test import Client

from gateway import logs
from gateway.client.transport import basic
from gateway.demo.people import FIORELLA
from gateway.domain.attachments import Attachment, AttachmentState
from gateway.domain.deliveries import Side
from gateway.domain.messages import Operation
from gateway.domain.security import InboundSecurity, KeyPin, OutboundSecurity
from gateway.usecases.ports import PracticeKey
from gateway.usecases.schedules import watch_terms
from storage.last_backup import note_backup
from storage.nodes import NodeRows
from storage.unit_of_work import SqlUnitOfWork
from tests.support.databases import Maker, SqliteMaker
from tests.support.fakes_samples import attachment
from tests.support.metrics import Metrics, rendered, scraped
from tests.support.network import Application
from tests.support.storage import a_put, put
from tests.support.transfers import Steps
from tests.support.universities import MONTELAGO, SECRET, VALDOMBRA

pytestmark = pytest.mark.integration

MESSAGES = "congedo_messages_total"
PERSONAL = (FIORELLA.codice_fiscale, FIORELLA.surname, FIORELLA.name)
PUT = Operation.PUT_PROCESSO.value


@pytest.fixture
def world(make_steps: Callable[..., Steps], database: Maker) -> Steps:
    return make_steps(database)


def at_destination(steps: Steps) -> Metrics:
    return scraped(steps.world.network.hosts["destination"])


def at_origin(steps: Steps) -> Metrics:
    return scraped(steps.world.network.hosts["origin"])


def test_a_message_is_counted_by_operation_direction_partner_and_result(world: Steps) -> None:
    world.sent()
    here, there = at_destination(world), at_origin(world)
    accepted = {"operation": PUT, "result": "accepted"}
    assert here.get(MESSAGES, direction="in", partner=VALDOMBRA, university="92", **accepted) == 1
    assert there.get(MESSAGES, direction="out", partner=MONTELAGO, **accepted) == 1
    seconds = "congedo_message_duration_seconds_count"
    assert here.get(seconds, direction="in", operation=PUT) == 1
    assert there.get(seconds, direction="out", operation=PUT) == 1
    assert here.get("congedo_password_verifications_total", result="right") == 1
    assert here.get("congedo_practices", side="destination", state="ricevuta", university="92") == 1
    assert there.get("congedo_practices", side="origin", state="trasferita", university="91") == 1


def test_a_refusal_is_a_failure_although_http_says_200(world: Steps) -> None:
    content = a_put().replace(b">92<", b">93<")
    assert put(world.world.destination.wsgi(), content)[0] == 200
    found = at_destination(world)
    assert found.get(MESSAGES, direction="in", operation=PUT, result="refused") == 1
    assert found.get(MESSAGES, result="accepted") == 0
    (labels,) = found.labels("congedo_refusals_total")
    assert labels["operation"] == PUT
    assert int(labels["code"]) > 0


def test_a_repeat_is_counted_apart(world: Steps) -> None:
    application = world.world.destination.wsgi()
    for _ in range(3):
        assert put(application, a_put())[0] == 200
    found = at_destination(world)
    assert found.get(MESSAGES, result="accepted", partner=VALDOMBRA) == 1
    assert found.get(MESSAGES, result="repeated", partner=VALDOMBRA) == 2


def ask_as(application: Application, name: str, secret: str, body: bytes = b"<x/>") -> int:
    """Send something to Montelago under a name and return the HTTP status."""
    answer = Client(application).post(
        "/soap/92/destinazione",
        data=body,
        content_type="text/xml",
        headers={"Authorization": basic(name, secret)},
    )
    return answer.status_code


def test_strangers_have_one_label_whatever_they_call_themselves(world: Steps) -> None:
    application = world.world.destination.wsgi()
    for number in range(5):
        assert ask_as(application, f"intruso-{number}", "prova") == 401
    assert ask_as(application, "ateneo-91", "sbagliata") == 401
    found = at_destination(world)
    assert found.get(MESSAGES, partner="stranger", result="stranger", operation="unknown") == 6
    assert {labels["partner"] for labels in found.labels(MESSAGES)} == {"stranger"}
    faults = "congedo_faults_total"
    assert found.get(faults, status="401", code="Client.Authentication") == 6
    assert found.get("congedo_password_verifications_total", result="wrong") == 6


def test_a_message_that_is_no_call_is_a_fault_of_its_partner(world: Steps) -> None:
    assert ask_as(world.world.destination.wsgi(), "ateneo-91", SECRET) == 400
    found = at_destination(world)
    assert found.get(MESSAGES, partner=VALDOMBRA, result="fault", operation="unknown") == 1
    assert found.get("congedo_faults_total", status="400", code="Client.NotSoap") == 1


def test_an_address_of_nobody_is_counted_once_for_all(world: Steps) -> None:
    for path in ("/soap/92/niente", "/soap/77/destinazione", "/soap/'x'/provenienza"):
        Client(world.world.destination.wsgi()).post(path, data=b"x", content_type="text/xml")
    (labels,) = at_destination(world).labels(MESSAGES)
    assert (labels["university"], labels["partner"], labels["operation"]) == (
        "",
        "stranger",
        "unknown",
    )


def test_reading_a_contract_is_no_message(world: Steps) -> None:
    Client(world.world.destination.wsgi()).get("/soap/92/destinazione?wsdl")
    assert at_destination(world).labels(MESSAGES) == []


def test_an_error_of_ours_is_counted_as_such(world: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    installation = world.world.destination

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(installation, "register_for", broken)
    assert put(installation.wsgi(), a_put())[0] == 500
    found = at_destination(world)
    assert found.get(MESSAGES, result="error", partner=VALDOMBRA, operation=PUT) == 1
    assert found.get("congedo_faults_total", status="500", code="Server") == 1


def html(environ: dict[str, object], start_response: Callable[..., object]) -> list[bytes]:
    """Answer a page, as a partner's firewall does, and call it fine."""
    start_response("200 OK", [("Content-Type", "text/html")])
    return [b"<html><body>Servizio in manutenzione</body></html>"]


def test_a_page_in_place_of_soap_is_a_failure_although_http_says_200(world: Steps) -> None:
    practice = world.ready()
    world.world.network.hosts["destination"] = html
    world.authorise(practice)
    for delivery_id, attempts in world.due(world.world.origin, VALDOMBRA):
        world.world.origin.attempt(VALDOMBRA, delivery_id, attempts + 1)
    found = at_origin(world)
    failed = {"direction": "out", "partner": MONTELAGO, "university": VALDOMBRA}
    assert found.get(MESSAGES, result="misbehaved", **failed) == 1
    assert found.get(MESSAGES, result="accepted") == 0
    assert found.get("congedo_deliveries", university=VALDOMBRA, kind="foglio", state="parked") == 1
    assert found.get("congedo_alarms_open", university=VALDOMBRA, kind="delivery_parked") == 1
    assert found.get("congedo_delivery_attempts_total", university="91", state="parked") == 1


def test_what_waits_is_counted_with_its_age_and_its_retries(world: Steps) -> None:
    practice = world.ready()
    world.world.network.hosts.pop("destination")
    world.authorise(practice)
    world.deliver_due()
    world.world.clock.advance(hours=2)
    found = rendered(world.world.origin)
    assert found.get("congedo_deliveries", kind="foglio", state="waiting") == 1
    assert found.get("congedo_deliveries_retrying", university=VALDOMBRA) == 1
    assert found.get("congedo_deliveries_late", university=VALDOMBRA) == 1
    assert found.get("congedo_delivery_oldest_seconds", state="waiting") == 7200
    assert found.get("congedo_jobs") >= 1
    assert found.get(MESSAGES, result="unreachable", direction="out") == 1


def test_tolerances_that_were_used_are_counted(world: Steps) -> None:
    content = a_put().replace(b"<IdPratica>", b"/<IdPratica>")
    assert put(world.world.destination.wsgi(), content)[0] == 200
    assert at_destination(world).get("congedo_tolerances_total", rule="stray_text") == 1


def test_nodes_failed_attachments_late_terms_and_copies_are_counted(
    make_steps: Callable[..., Steps], database: Maker, tmp_path: Path
) -> None:
    steps = make_steps(database)
    practice = steps.sent()
    installation, clock = steps.world.destination, steps.world.clock
    rows = NodeRows(installation.store.engine)
    rows.beat("uno", clock())
    rows.beat("due", clock() - timedelta(hours=1))

    def spoil(uow: SqlUnitOfWork) -> None:
        transfer = uow.incoming.get(VALDOMBRA, practice)
        assert transfer is not None
        uow.incoming.save(replace(transfer, career_due=date(2020, 1, 1)))
        key = PracticeKey(Side.DESTINATION, VALDOMBRA, practice)
        for name, state in (("ALL1", AttachmentState.FAILED), ("ALL2", AttachmentState.AWAITED)):
            uow.attachments.add(key, Attachment(attachment(name), state))

    steps.destination(spoil)
    steps.destination(lambda uow: watch_terms(uow=uow, now=clock()))
    (tmp_path / "copy").write_bytes(b"123")
    note_backup(installation.settings.home, tmp_path / "copy", datetime(2026, 1, 1, tzinfo=UTC))
    found = at_destination(steps)
    assert found.get("congedo_worker_nodes", state="alive") == 1
    assert found.get("congedo_worker_nodes", state="silent") == 1
    assert found.get("congedo_attachments_failed", university=MONTELAGO) == 1
    assert found.get("congedo_terms_late", university=MONTELAGO, side="destination") == 1
    assert found.get("congedo_alarms_open", kind="career_late") == 1
    assert found.get("congedo_last_backup_timestamp_seconds") == 1767225600
    assert found.get("congedo_database_up") == 1
    assert found.get("congedo_database_bytes") > 100_000
    assert found.get("congedo_disk_free_bytes") > 0
    assert found.get("congedo_gauge_errors") == 0


def test_pins_that_end_are_told_and_endless_ones_are_not(
    make_steps: Callable[..., Steps], sqlite: SqliteMaker
) -> None:
    steps = make_steps(sqlite)

    def pin(uow: SqlUnitOfWork) -> None:
        known = uow.partners.get(VALDOMBRA)
        assert known is not None
        old, new = KeyPin("a" * 64, date(2026, 10, 1)), KeyPin("b" * 64, date(2027, 10, 1))
        uow.partners.save(
            replace(
                known,
                inbound=InboundSecurity(keys=(old, new), signers=(old, KeyPin("c" * 64))),
                outbound=OutboundSecurity(server_keys=(old,), certificate="no PEM"),
            )
        )

    steps.destination(pin)
    found = at_destination(steps)
    name = "congedo_certificate_expiry_timestamp_seconds"
    ends = {labels["use"]: found.get(name, use=labels["use"]) for labels in found.labels(name)}
    midnight = datetime(2027, 10, 1, 22, tzinfo=UTC).timestamp()  # in Italy, the day after
    assert ends == {
        "inbound_keys": midnight,
        "server_keys": datetime(2026, 10, 1, 22, tzinfo=UTC).timestamp(),
    }


def test_while_the_database_is_away_what_was_counted_can_still_be_read(
    make_steps: Callable[..., Steps], sqlite: SqliteMaker
) -> None:
    steps = make_steps(sqlite)
    steps.sent()
    installation = steps.world.destination
    with installation.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE universities RENAME TO elsewhere")
        connection.exec_driver_sql("ALTER TABLE deliveries RENAME TO elsewhere_too")
    found = at_destination(steps)
    assert found.get("congedo_database_up") == 0
    assert found.get("congedo_gauge_errors", group="deliveries") == 1
    assert found.get("congedo_gauge_errors", group="processes") == 0
    assert found.get(MESSAGES, result="accepted", operation=PUT) == 1


@pytest.fixture
def log() -> Iterator[list[str]]:
    """Every line that is logged meanwhile, as it is written."""
    lines: list[str] = []
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.configure("INFO")

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    keeping = Keeping()
    keeping.setFormatter(root.handlers[0].formatter)
    root.handlers[:] = [keeping]
    yield lines
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_nothing_of_a_person_or_a_practice_is_in_metrics_or_in_call_lines(
    world: Steps, log: list[str]
) -> None:
    practice = world.sent()
    token = world.out(practice).token
    assert token is not None
    world.ask_revision(practice, "manca un esame di Fiorella")
    world.deliver_all()
    marks = [practice, token.value, SECRET, "manca un esame", *PERSONAL]
    written = at_destination(world).text + at_origin(world).text + "\n".join(log)
    assert [mark for mark in marks if mark in written] == []
    calls = [json.loads(line) for line in log if '"call_' in line]
    assert {call["event"] for call in calls} == {"call_in", "call_out"}
    assert all(
        set(call)
        == {
            "event", "level", "timestamp", "message_id", "correlation", "university", "partner",
            "operation", "result", "code", "status", "milliseconds", "bytes_in", "bytes_out",
        }
        for call in calls
    )  # fmt: skip
