"""Deliveries: how many a second, and what memory they take over thousands."""

import time
from dataclasses import dataclass, replace
from pathlib import Path

import sqlalchemy as sa

from gateway.bootstrap import Installation, now
from gateway.domain.deliveries import DeliveryState, Side
from gateway.domain.identifiers import IdPratica
from gateway.usecases.ports import PracticeKey
from gateway.usecases.status import ask_partner
from gateway.usecases.transaction import transact
from storage.tables import deliveries
from storage.unit_of_work import SqlUnitOfWork
from tests.bench.load import drive
from tests.bench.rounds import BOTH_CORES, gateway, rival
from tests.bench.servers import children, memory, running
from tests.bench.worlds import destination, multiply, puts
from tests.support.databases import Maker
from tests.support.ports import free_port
from tests.support.universities import MONTELAGO, VALDOMBRA

BATCH = 500
LOOKS = 10


@dataclass(frozen=True)
class Carried:
    """Deliveries a second, and the memory in MB of the process after each tenth of them."""

    rate: float
    memory: list[float]


def carry(folder: Path, maker: Maker, many: int) -> Carried:
    """Carry questions about progress (T7) to a partner that answers at once."""
    opened = destination(folder, maker)
    try:
        with rival("accept", maker.make(folder)) as (port, _):
            _aim(opened, port)
            with gateway(opened) as (served, pids):
                drive(served, puts("D", 1), pids)
            multiply(opened.settings.url, "Q", many)
            for first in range(1, many + 1, BATCH):
                _ask(opened, range(first, min(first + BATCH, many + 1)))
            return _work_off(opened, many)
    finally:
        opened.close()


def _aim(opened: Installation, port: int) -> None:
    with opened.store.open_uow(MONTELAGO) as uow:
        known = uow.partners.get(VALDOMBRA)
        assert known is not None
        uow.partners.save(replace(known, origin_url=f"http://127.0.0.1:{port}/"))
        uow.commit()


def _ask(opened: Installation, numbers: range) -> None:
    def ask(uow: SqlUnitOfWork) -> None:
        for number in numbers:
            key = PracticeKey(Side.DESTINATION, VALDOMBRA, IdPratica(f"Q{number}"))
            assert ask_partner(key, uow=uow, now=now())

    transact(MONTELAGO, ask, open_uow=opened.store.open_uow)  # type: ignore[arg-type]


def _delivered(opened: Installation) -> int:
    done = DeliveryState.DELIVERED.value
    query = sa.select(sa.func.count()).where(deliveries.c.state == done)
    with opened.store.reader.connect() as connection:
        return int(connection.execute(query).scalar_one())


def _work_off(opened: Installation, many: int) -> Carried:
    port = free_port()
    given = {
        "CONGEDO_HOME": str(opened.settings.home),
        "CONGEDO_DATABASE_URL": opened.settings.url,
        "CONGEDO_PORT": str(port),
    }
    looks: list[float] = []
    with running(["-m", "gateway", "serve"], port, given, cores=BOTH_CORES) as pid:
        while (start := _delivered(opened)) < min(BATCH, many // 4):
            time.sleep(0.2)
        began = time.perf_counter()
        while (done := _delivered(opened)) < many:
            if done * LOOKS >= many * (len(looks) + 1):
                looks.append(memory(children(pid)[0]))
            time.sleep(0.5)
        seconds = time.perf_counter() - began
        looks.append(memory(children(pid)[0]))
    return Carried((many - start) / seconds, looks)
