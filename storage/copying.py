"""The copy of everything held about a person: rows by table, with what is sealed opened."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gateway.domain.identifiers import CodiceFiscale
from gateway.usecases.privacy_ports import PersonalCopy
from storage.context import Context
from storage.data_map import HOLDINGS
from storage.holdings import Holding
from storage.person import find_person, rows_of

_SEALED = "_sealed"
_PRIVATE = ("codice_fiscale", "surname", "name", "birth_date", "email", "token")
"""What the list in ``private_sealed`` holds, in its order."""


def copy_person(context: Context, codice_fiscale: CodiceFiscale) -> PersonalCopy:
    """Return everything held about a person, by table; tables without a row are left out."""
    person = find_person(context, codice_fiscale)
    found: dict[str, Sequence[Mapping[str, object]]] = {}
    for name, holding in HOLDINGS.items():
        if not holding.exported:
            continue
        table = holding.table
        query = sa.select(table).where(rows_of(holding, context, person))
        rows = context.connection.execute(query.order_by(*table.primary_key.columns))
        copied = [dict(_opened(context, holding, row)) for row in rows]
        if copied:
            found[name] = copied
    return PersonalCopy(found)


def _opened(context: Context, holding: Holding, row: sa.Row[Any]) -> Iterator[tuple[str, object]]:
    withheld, documents = holding.withheld.split(), holding.documents.split()
    for name, value in row._mapping.items():  # noqa: SLF001  SQLAlchemy's public name for it
        if name in withheld:
            continue
        if not name.endswith(_SEALED):
            yield str(name), value.isoformat() if isinstance(value, date | datetime) else value
        elif value is None:
            yield name.removesuffix(_SEALED), None
        elif name in documents:
            yield name.removesuffix(_SEALED), context.cipher.open(value)
        else:
            yield name.removesuffix(_SEALED), _read(name, context.cipher.open(value))


def _read(name: str, content: bytes) -> object:
    """Return what a sealed column says: the fields of JSON, else its text."""
    text = content.decode()
    try:
        data = json.loads(text)
    except ValueError:
        return text
    listed = name == "private_sealed" and isinstance(data, list)
    return dict(zip(_PRIVATE, data, strict=True)) if listed else data
