"""How one process learns that another wrote something which it keeps in memory.

The edition grows with every transaction that changes findings, rollouts or freezes. Whoever
remembers these reads the number first, and only when it is another one the rows.
"""

from sqlalchemy import Connection, select, update

from monitor.storage.tables import INSTALLATION

_EDITION = select(INSTALLATION.c.edition)


def edition(connection: Connection) -> int:
    return int(connection.execute(_EDITION).scalar_one())


def next_edition(connection: Connection, after: int | None = None) -> int | None:
    """Say that something changed, and which edition that makes.

    `after`: the edition that the change was thought out on; None when another has overtaken
    it. On PostgreSQL whoever says so waits for whoever did, until that is committed.
    """
    grown = update(INSTALLATION).values(edition=INSTALLATION.c.edition + 1)
    if after is not None:
        grown = grown.where(INSTALLATION.c.edition == after)
    made: int | None = connection.execute(
        grown.returning(INSTALLATION.c.edition)
    ).scalar_one_or_none()
    return made
