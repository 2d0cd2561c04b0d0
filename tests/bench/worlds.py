"""Databases and messages for the bench."""

import base64
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from gateway.bootstrap import Installation
from gateway.client.writing import write
from gateway.demo.sample import Request, foglio
from gateway.domain.identifiers import IdPratica
from gateway.domain.messages import Operation
from gateway.domain.terms import SendingMode, TransmissionTerms
from gateway.domain.tokens import TokenMode
from gateway.usecases.partner_ports import PartnerCall
from storage.tables import history, incoming
from tests.bench.load import request
from tests.support.databases import Maker
from tests.support.universities import DESTINATION, ORIGIN, SECRET, VALDOMBRA, introduce, make_home

PATH = "/soap/92/destinazione"
AUTHORIZATION = "Basic " + base64.b64encode(f"ateneo-{VALDOMBRA}:{SECRET}".encode()).decode()
FOGLIO = foglio(Request(exams=60)).partition(b"?>")[2].strip()
TERMS = TransmissionTerms(SendingMode.COMPLETE, TokenMode.IMMEDIATE)


def put(practice: str) -> PartnerCall:
    """Return a Put of the foglio with 60 exams."""
    return PartnerCall(
        operation=Operation.PUT_PROCESSO,
        caller=VALDOMBRA,
        id_pratica=IdPratica(practice),
        foglio=FOGLIO,
    )


def puts(prefix: str, many: int, authorization: str = AUTHORIZATION) -> list[bytes]:
    """Return whole HTTP requests, each the first message of a practice of its own."""
    return [request(PATH, write(put(f"{prefix}{i:06d}")), authorization) for i in range(many)]


def statuses(practices: list[str], many: int) -> list[bytes]:
    """Return whole HTTP requests of Get_Status, over the practices in turn."""
    made = []
    for number in range(many):
        call = PartnerCall(
            operation=Operation.GET_STATUS,
            caller=VALDOMBRA,
            id_pratica=IdPratica(practices[number % len(practices)]),
        )
        made.append(request(PATH, write(call), AUTHORIZATION))
    return made


def destination(folder: Path, maker: Maker) -> Installation:
    """Return an installation that hosts the destination and knows the origin."""
    opened = Installation(make_home(folder, maker))
    introduce(opened, replace(DESTINATION, terms=TERMS), (ORIGIN, "127.0.0.1:1"))
    return opened


def multiply(url: str, prefix: str, many: int) -> None:
    """Make ``many`` practices out of the first, each with its history."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for table in (incoming, history):
            names = [column.name for column in table.columns if not column.primary_key]
            values = ["'" + prefix + "' || i" if name == "id_pratica" else name for name in names]
            statement = (  # names of our own tables
                f"INSERT INTO {table.name} ({', '.join(names)})"  # noqa: S608
                " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many)"
                f" SELECT {', '.join(values)} FROM n, (SELECT * FROM {table.name} WHERE id_pratica"
                f" = (SELECT min(id_pratica) FROM {table.name})) AS o"
            )
            connection.execute(sa.text(statement), {"many": many})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))
    engine.dispose()
