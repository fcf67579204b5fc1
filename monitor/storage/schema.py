"""Which form the tables have, and how an older form becomes this one."""

from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import Connection, column, insert, inspect, select, table, text, update

from monitor.storage.fault import StorageError
from monitor.storage.steps import steps
from monitor.storage.tables import INSTALLATION

_TAKEN = table("alembic_version", column("version_num"))

UPGRADING = 0x4B574348  # any number: the advisory lock under which PostgreSQL is upgraded
PATIENCE = 60
"""Seconds to wait for another that upgrades, or for who reads what is to be changed."""


def upgrade(connection: Connection, place: str, to: str | None = None) -> None:
    """Bring the tables to today's form, inside the caller's transaction; or to an older one.

    Several processes may start at once: the first upgrades, the others wait and find it done.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADING})
    if _current(connection) != (to or _head()) and not _is_newer(connection, place):
        # not above: Alembic takes 10 MB, and mostly there is nothing for it to do
        from monitor.storage.climb import climb  # noqa: PLC0415

        climb(connection, to)
    if connection.execute(select(INSTALLATION.c.id)).first() is None:
        connection.execute(insert(INSTALLATION).values(id=uuid4().hex))
    if _current(connection) == _head():
        connection.execute(update(INSTALLATION).values(oldest_form=_oldest()))


def guard(connection: Connection, place: str) -> None:
    """`StorageError` unless our code can use the tables as they are."""
    current = _current(connection)
    if not _is_newer(connection, place) and current != _head():
        what = "is of an older form" if current else "holds no tables of ours yet"
        raise StorageError(f"The database {place} {what}; run `ketenwacht migrate` first.")


@dataclass(frozen=True, slots=True)
class Form:
    """Which form the tables have, and the oldest whose code may use them; None: not said."""

    form: str | None
    oldest_form: str | None


def survey(connection: Connection) -> Form:
    oldest = connection.execute(select(INSTALLATION.c.oldest_form)).scalar_one()
    return Form(_current(connection), oldest)


def _is_newer(connection: Connection, place: str) -> bool:
    """Whether a newer Ketenwacht made the tables; `StorageError` unless we may use them still."""
    current = _current(connection)
    if current is None or current in _known():
        return False
    oldest = connection.execute(select(INSTALLATION.c.oldest_form)).scalar_one()
    if oldest is None or oldest > _head():
        raise StorageError(
            f"The database {place} was upgraded by a newer Ketenwacht (form {current}); "
            "run that version or newer, or put back a backup."
        )
    return True


def _oldest() -> str:
    """The oldest form whose code goes on working: from there on every step only added."""
    step = steps()[0]
    for step in steps():
        if not step.additive:
            break
    return step.revision


def _current(connection: Connection) -> str | None:
    """As Alembic keeps it; None where no step was taken yet."""
    if not inspect(connection).has_table(_TAKEN.name):
        return None
    form: str | None = connection.execute(select(_TAKEN.c.version_num)).scalar_one_or_none()
    return form


def _head() -> str:
    return steps()[0].revision


def _known() -> frozenset[str]:
    return frozenset(one.revision for one in steps())
