"""A worker with one schedule that ticks every second: ``python -m tests.support.ticking URL HOST``.

Each tick writes a row; it works until it is told to stop.
"""

import signal
import sys
import threading
from datetime import datetime

import sqlalchemy as sa

from gateway.worker import Nodes, Schedule, Worker, WorkerPlan
from storage.engine import make_engine
from storage.nodes import NodeRows


def main(url: str, host: str) -> None:
    """Work until told to stop."""
    engine = make_engine(url, pool_size=12)

    def tick(_: datetime) -> None:
        with engine.begin() as connection:
            connection.execute(sa.text("INSERT INTO ticks (host) VALUES (:host)"), {"host": host})

    rows = NodeRows(engine)
    worker = Worker(
        WorkerPlan(
            engine=engine,
            host=host,
            attempt=lambda *_: "",
            schedules=(Schedule("tick", "* * * * * *", tick),),
            nodes=Nodes(beat=rows.beat, seen=rows.seen, forget=rows.forget),
            slots=2,
            slots_per_partner=1,
            poll_seconds=0.05,
            silent_seconds=2.0,
        )
    )
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    worker.start()
    stopped.wait()
    worker.stop()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
