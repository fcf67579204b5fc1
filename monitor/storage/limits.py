"""How often something was done, counted over all processes: for what nobody may do too often."""

from datetime import datetime

from sqlalchemy import Connection, select

from monitor.storage.correspondence import LIMIT_COUNT
from monitor.storage.keys import upsert


def count(connection: Connection, key: str, window: datetime) -> int:
    """Count one more under a key in the window that starts then; how many that makes."""
    added = upsert(connection, LIMIT_COUNT).values(key=key, window=window, count=1)
    grown = added.on_conflict_do_update(
        index_elements=["key", "window"], set_={"count": LIMIT_COUNT.c["count"] + 1}
    )
    return int(connection.execute(grown.returning(LIMIT_COUNT.c["count"])).scalar_one())


def counted(connection: Connection, key: str, since: datetime) -> int:
    """How many were counted under a key in the windows that started since then."""
    its = LIMIT_COUNT.c
    asked = select(its["count"]).where(its.key == key, its.window >= since)
    return sum(connection.execute(asked).scalars())
