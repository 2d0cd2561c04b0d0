"""Numbers that are never given twice: practices, register, archive, student numbers."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storage.context import Context
from storage.prepared import Prepared
from storage.tables import counters

_KEY = ["university", "series", "year"]


def _upsert(module: object) -> sa.Insert:
    insert = module.insert(counters)  # type: ignore[attr-defined]
    statement: sa.Insert = insert.on_conflict_do_update(
        index_elements=_KEY, set_={"value": counters.c.value + 1}
    ).returning(counters.c.value)
    return statement


_NEXT = {
    "sqlite": Prepared(_upsert(sqlite), *_KEY, "value"),
    "postgresql": Prepared(_upsert(postgresql), *_KEY, "value"),
}


def next_number(context: Context, series: str, year: int) -> int:
    """Return the next number of a series in a year, from 1.

    The number is taken when the transaction commits; a transaction that fails gives it back.
    """
    statement = _NEXT[context.connection.dialect.name]
    key = {"university": context.university.code, "series": series, "year": year, "value": 1}
    value: int = statement.run(context.connection, key).scalar_one()
    return value
