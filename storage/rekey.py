"""Sealing everything again with the newest key."""

import sqlalchemy as sa

from storage.encryption import Cipher
from storage.tables import metadata

_BATCH = 200


def rekey(engine: sa.Engine, cipher: Cipher) -> int:
    """Seal every sealed column again, in small commits; return how many rows were touched.

    Stopping half way loses nothing: rows sealed with an old key open as long as the key is in the
    file, and running it again finishes the work.
    """
    return sum(_table(engine, cipher, table) for table in metadata.sorted_tables)


def _table(engine: sa.Engine, cipher: Cipher, table: sa.Table) -> int:
    columns = [column for column in table.columns if column.name.endswith("_sealed")]
    if not columns:
        return 0
    key = next(iter(table.primary_key.columns))
    last: object = None
    touched = 0
    while True:
        query = sa.select(key, *columns).order_by(key).limit(_BATCH).with_for_update()
        if last is not None:
            query = query.where(key > last)
        with engine.begin() as connection:
            rows = connection.execute(query).all()
            for row in rows:
                values = {
                    column.name: cipher.reseal(sealed)
                    for column, sealed in zip(columns, row[1:], strict=True)
                    if sealed is not None
                }
                if values:
                    connection.execute(sa.update(table).where(key == row[0]).values(values))
                    touched += 1
        if not rows:
            return touched
        last = rows[-1][0]
