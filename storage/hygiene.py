"""Getting erased contents out of the database's files, as far as the database itself can.

SQLite overwrites what is deleted (``secure_delete``, see ``engine``); what the write-ahead log
still holds goes with a checkpoint, and only ``compact`` makes the file smaller. PostgreSQL frees
rows by its own vacuum, and only ``compact`` rewrites its files. Copies are beyond both. On SQLite
the engine given must be the store's reader, which begins no transactions.
"""

import sqlalchemy as sa

from storage.data_map import HOLDINGS
from storage.holdings import Found


def settle(engine: sa.Engine) -> bool:
    """Empty SQLite's write-ahead log into the file; tell whether nobody stood in the way."""
    if engine.dialect.name != "sqlite":
        return True
    with _alone(engine) as connection:  # beside others that write: it waits for nobody
        busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        return not busy


def compact(engine: sa.Engine) -> None:
    """Rewrite what held personal data; others wait meanwhile, so services should be stopped."""
    with _alone(engine) as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("VACUUM")
            return
        names = [item.table.name for item in HOLDINGS.values() if item.found is not Found.NOBODY]
        connection.exec_driver_sql(f"VACUUM FULL {', '.join(names)}")


def _alone(engine: sa.Engine) -> sa.Connection:
    """Return a connection outside any transaction."""
    return engine.connect().execution_options(isolation_level="AUTOCOMMIT")
