"""Stopping the plain profile: what is under way is finished, who dawdles keeps nobody waiting."""

import os
import signal
import socket
import time
from pathlib import Path

import pytest

from tests.support.databases import SqliteMaker
from tests.support.hostile_messages import transfer
from tests.support.hostile_servers import head, read_all, serving
from tests.support.hostile_storm import mixed, storm

pytestmark = [pytest.mark.integration, pytest.mark.slow]

SECONDS = 40.0
"""More than stopping takes, and less than the supervisor's patience."""


def has_ended(pid: int) -> bool:
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def test_an_upload_under_way_is_accepted_and_a_storm_does_not_hold_the_end_up(
    tmp_path: Path, sqlite: SqliteMaker
) -> None:
    message = transfer(practice="ULTIMA")
    with (
        serving(tmp_path, sqlite, "--no-worker") as (server, installation),
        storm(server.port, mixed(60)),
        socket.create_connection(("127.0.0.1", server.port), timeout=SECONDS) as wire,
    ):
        wire.sendall(head(len(message)) + message[:-500])
        time.sleep(0.3)
        os.kill(server.pid, signal.SIGTERM)
        time.sleep(0.7)
        began = time.monotonic()
        wire.sendall(message[-500:])
        answer = read_all(wire)
        assert b"<codEsito>0</codEsito>" in answer
        assert b"Connection: close" in answer
        while not has_ended(server.pid):
            assert time.monotonic() - began < SECONDS
            time.sleep(0.05)
        with installation.store.reader.connect() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM incoming").scalar() == 1
