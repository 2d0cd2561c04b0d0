"""Several workers on one database: each tick of the clock is acted on once."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.worker import is_gone, node_name
from tests.support.databases import Maker, execute

pytestmark = [pytest.mark.integration]

TICKS = (
    "SELECT count(*) FROM dbos.workflow_status WHERE name = 'scheduled' AND status = 'SUCCESS'"
    " AND workflow_uuid LIKE '%tick%'"
)


@pytest.mark.slow
def test_a_schedule_fires_once_whatever_the_number_of_nodes(
    postgres: Maker, tmp_path: Path
) -> None:
    url = postgres.make(tmp_path)
    execute(url, "CREATE TABLE ticks (id serial PRIMARY KEY, host text NOT NULL)")
    workers = [
        subprocess.Popen([sys.executable, "-m", "tests.support.ticking", url, host])
        for host in ("uno", "due", "tre")
    ]
    time.sleep(12)
    for worker in workers:
        worker.terminate()
    assert [worker.wait(timeout=30) for worker in workers] == [0, 0, 0]
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        acted = connection.execute(sa.text("SELECT count(*) FROM ticks")).scalar_one()
        fired = connection.execute(sa.text(TICKS)).scalar_one()
        nodes = connection.execute(sa.text("SELECT count(*) FROM nodes")).scalar_one()
    engine.dispose()
    assert acted == fired
    assert 3 <= acted <= 13
    assert nodes == 0


def test_two_processes_of_one_host_never_share_a_name() -> None:
    assert node_name("ateneo") != node_name("ateneo")
    assert node_name("ateneo").startswith("ateneo#")


def test_a_node_is_gone_when_its_process_is() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert is_gone(f"ateneo#{ended.pid}#aaaaaa", "ateneo")
    assert is_gone(node_name("ateneo"), "ateneo")  # our number, not our name
    assert not is_gone("ateneo#1#aaaaaa", "ateneo")
    assert not is_gone(f"ateneo#{ended.pid}#aaaaaa", "altrove")
    assert not is_gone("ateneo", "ateneo")
