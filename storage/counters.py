"""Numbers that are never given twice: practices, register, archive, student numbers."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storage.context import Context
from storage.tables import counters

_KEY = ["university", "series", "year"]


def _upsert(module: object) -> sa.Insert:
    insert = module.insert(counters).values(value=1)  # type: ignore[attr-defined]
    statement: sa.Insert = insert.on_conflict_do_update(
        index_elements=_KEY, set_={"value": counters.c.value + 1}
    ).returning(counters.c.value)
    return statement


_NEXT = {"sqlite": _upsert(sqlite), "postgresql": _upsert(postgresql)}


def next_number(context: Context, series: str, year: int) -> int:
    """Return the next number of a series in a year, from 1.

    The number is taken when the transaction commits; a transaction that fails gives it back.
    """
    statement = _NEXT[context.connection.dialect.name]
    value: int = context.connection.execute(
        statement, {"university": context.university.code, "series": series, "year": year}
    ).scalar_one()
    return value
