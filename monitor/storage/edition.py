"""How one process learns that another wrote something which it keeps in memory.

The edition grows with every transaction that changes findings, rollouts or freezes. Whoever
remembers these reads the number first, and only when it is another one the rows.
"""

from sqlalchemy import Connection, select, update

from monitor.storage.tables import INSTALLATION


def edition(connection: Connection) -> int:
    return int(connection.execute(select(INSTALLATION.c.edition)).scalar_one())


def next_edition(connection: Connection) -> int:
    """Say that something changed. On PostgreSQL whoever says so waits for whoever did."""
    grown = update(INSTALLATION).values(edition=INSTALLATION.c.edition + 1)
    return int(connection.execute(grown.returning(INSTALLATION.c.edition)).scalar_one())
