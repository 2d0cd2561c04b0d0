"""The readiness of a real installation: what fails is named, and mending it is seen."""

from collections.abc import Callable
from pathlib import Path

import pytest
from werkzeug.test import Client

from gateway import vitals
from gateway.bootstrap import Installation
from gateway.web.health import Readiness
from storage.encryption import create_keys
from storage.nodes import NodeRows
from tests.support.databases import Maker, SqliteMaker
from tests.support.transfers import Steps

pytestmark = pytest.mark.integration

WELL = {"database": "ok", "keys": "ok", "disk": "ok", "worker": "ok"}


def asked(installation: Installation) -> tuple[int, dict[str, str]]:
    """Return the status and the checks that a probe is told, by an application just made."""
    answer = Client(installation.wsgi()).get("/health/ready")
    found = answer.get_json()
    assert found["status"] == ("ok" if answer.status_code == 200 else "unavailable")
    return answer.status_code, found["checks"]


def test_a_sound_installation_is_ready_and_alive(
    make_steps: Callable[..., Steps], database: Maker
) -> None:
    steps = make_steps(database)
    steps.sent()
    assert asked(steps.world.origin) == (200, WELL)
    assert asked(steps.world.destination) == (200, WELL)
    assert Client(steps.world.origin.wsgi()).get("/health/live").get_json() == {"status": "ok"}


def test_a_database_of_another_form_is_not_ready(
    make_steps: Callable[..., Steps], database: Maker
) -> None:
    installation = make_steps(database).world.origin
    with installation.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'm0001'")
    status, checks = asked(installation)
    assert status == 503
    assert checks == {**WELL, "database": "failed", "keys": "skipped", "worker": "skipped"}


def test_a_key_file_that_is_gone_is_seen_while_the_process_still_has_the_keys(
    make_steps: Callable[..., Steps], sqlite: SqliteMaker
) -> None:
    installation = make_steps(sqlite).world.origin
    keys = installation.settings.keys
    kept = keys.read_bytes()
    keys.unlink()
    assert asked(installation) == (503, {**WELL, "keys": "failed"})
    keys.write_bytes(kept)
    assert asked(installation) == (200, WELL)


def test_keys_that_do_not_open_what_is_kept_are_not_ready(
    make_steps: Callable[..., Steps], sqlite: SqliteMaker
) -> None:
    steps = make_steps(sqlite)
    keys = steps.world.origin.settings.keys
    keys.unlink()
    create_keys(keys)
    assert asked(steps.world.origin) == (503, {**WELL, "keys": "failed"})


def test_where_nothing_is_sealed_yet_any_keys_will_do(
    make_steps: Callable[..., Steps], sqlite: SqliteMaker
) -> None:
    installation = make_steps(sqlite).world.origin
    with installation.store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM partners")
    installation.settings.keys.unlink()
    create_keys(installation.settings.keys)
    assert asked(installation) == (200, WELL)


def test_a_disk_almost_full_is_not_ready_on_sqlite(
    make_steps: Callable[..., Steps], database: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation = make_steps(database).world.origin
    monkeypatch.setattr(vitals, "LEAST_DISK_BYTES", 2**62)
    on_sqlite = installation.store.engine.name == "sqlite"
    expected = (503, {**WELL, "disk": "failed"}) if on_sqlite else (200, WELL)
    assert asked(installation) == expected


def test_work_that_waits_with_nobody_to_do_it_is_not_ready(
    make_steps: Callable[..., Steps], database: Maker
) -> None:
    steps = make_steps(database)
    installation, clock = steps.world.origin, steps.world.clock
    practice = steps.ready()
    steps.authorise(practice)
    assert asked(installation) == (200, WELL)  # a moment ago: a worker may be about to start
    clock.advance(minutes=5)
    assert asked(installation) == (503, {**WELL, "worker": "failed"})
    rows = NodeRows(installation.store.engine)
    rows.beat("another machine", clock())
    assert asked(installation) == (200, WELL)
    clock.advance(minutes=5)
    assert asked(installation) == (503, {**WELL, "worker": "failed"})
    steps.deliver_all()
    assert asked(installation) == (200, WELL)


def test_probes_cannot_load_the_database(
    make_steps: Callable[..., Steps], sqlite: SqliteMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation = make_steps(sqlite).world.origin
    looks: list[int] = []
    real = Readiness._look

    def counting(readiness: Readiness) -> object:
        looks.append(1)
        return real(readiness)

    monkeypatch.setattr(Readiness, "_look", counting)
    client = Client(installation.wsgi())
    for _ in range(50):
        assert client.get("/health/ready").status_code == 200
    assert len(looks) < 25


def test_nothing_secret_is_told(
    make_steps: Callable[..., Steps], sqlite: SqliteMaker, tmp_path: Path
) -> None:
    installation = make_steps(sqlite).world.origin
    installation.settings.keys.unlink()
    answer = Client(installation.wsgi()).get("/health/ready").get_data(as_text=True)
    assert str(tmp_path) not in answer
    assert "Keys" not in answer
