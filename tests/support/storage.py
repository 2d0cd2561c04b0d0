"""Stores opened by hand for tests, and looking at what they keep from outside."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from werkzeug.test import Client

from gateway.client.transport import basic
from gateway.client.writing import soap_action, write
from gateway.demo.sample import Request, foglio
from gateway.domain.identifiers import IdPratica, MiurCode
from gateway.domain.messages import Operation
from gateway.domain.terms import Section
from gateway.foglio.canonical import message_fingerprint
from gateway.foglio.documents import XmlFoglioDocuments
from gateway.usecases.partner_ports import PartnerCall
from storage.encryption import Cipher, create_keys
from storage.store import Store
from storage.tables import metadata
from storage.unit_of_work import SqlUnitOfWork
from tests.support.databases import Maker
from tests.support.fakes_samples import MONTELAGO, TODAY, VALDOMBRA, university
from tests.support.network import Application
from tests.support.universities import SECRET

R = TypeVar("R")


OURS, THEIRS = VALDOMBRA, MONTELAGO


def make_store(maker: Maker, folder: Path, *, url: str = "", pool_size: int = 20) -> Store:
    """Return an open store over a new database (or ``url``) with its keys in ``folder``."""
    keys = folder / "congedo.keys"
    create_keys(keys)
    return Store(
        url or maker.make(folder),
        Cipher.from_file(keys),
        canonical=message_fingerprint,
        pool_size=pool_size,
    )


@contextmanager
def opened(maker: Maker, folder: Path, **options: Any) -> Iterator[Store]:
    """Open a store that hosts two universities, and close it at the end."""
    store = make_store(maker, folder, **options)
    try:
        for code in (OURS, THEIRS):
            store.save_university(university(code))
        yield store
    finally:
        store.close()


def act(store: Store, what: Callable[[SqlUnitOfWork], R], code: MiurCode = OURS) -> R:
    """Act in one unit of work, and commit it."""
    with store.open_uow(code) as uow:
        result = what(uow)
        uow.commit()
    return result


def rows_of(store: Store, code: MiurCode | None = None) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of a university's (or of all), table by table; jobs included."""
    found = {}
    with store.reader.connect() as connection:
        for table in metadata.sorted_tables:
            query = sa.select(table).order_by(*table.primary_key.columns)
            if code is not None:
                if "university" not in table.columns:
                    continue
                query = query.where(table.c.university == code)
            found[table.name] = [tuple(row) for row in connection.execute(query)]
    return found


def count(store: Store, table: sa.Table) -> int:
    """Return how many rows a table has."""
    with store.reader.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def a_put(practice: str = "UNIVAL20260000077", exams: int = 2) -> bytes:
    """Return a message of Valdombra's to Montelago that brings a foglio (T3)."""
    made = foglio(Request(exams=exams))
    documents = XmlFoglioDocuments()
    return write(
        PartnerCall(
            operation=Operation.PUT_PROCESSO,
            caller=VALDOMBRA,
            id_pratica=IdPratica(practice),
            foglio=documents.compose(made, frozenset(Section), "P-1/2026", TODAY),
        )
    )


def put(
    application: Application, content: bytes, operation: Operation = Operation.PUT_PROCESSO
) -> tuple[int, bytes]:
    """Send a message to Montelago as Valdombra; return status and answer."""
    headers = {
        "SOAPAction": soap_action(operation),
        "Authorization": basic(f"ateneo-{VALDOMBRA}", SECRET),
    }
    path = f"/soap/{MONTELAGO}/destinazione"
    kind = "text/xml; charset=utf-8"
    answer = Client(application).post(path, data=content, headers=headers, content_type=kind)
    return answer.status_code, answer.get_data()
