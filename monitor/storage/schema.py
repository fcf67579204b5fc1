"""Which form the tables have, and how an older form becomes this one."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import uuid4

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, insert, select, text, update

from monitor.storage.correspondence import EVERY_TABLE
from monitor.storage.fault import StorageError
from monitor.storage.tables import INSTALLATION

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
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, to or "head")
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


def differences(connection: Connection) -> Sequence[Any]:
    """What the migrations forgot of the tables that the code speaks of."""
    opts = {"compare_type": True, "include_name": _is_ours}
    context = MigrationContext.configure(connection, opts=opts)
    found: Sequence[Any] = compare_metadata(context, EVERY_TABLE)
    return found


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Neither the queue's tables nor those that PostgreSQL keeps single days in."""
    return not (kind == "table" and (name or "").startswith(("procrastinate_", "observation_")))


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
    step = _steps()[0]
    for step in _steps():
        if not getattr(step.module, "additive", False):
            break
    return step.revision


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _head() -> str:
    return _steps()[0].revision


def _known() -> frozenset[str]:
    return frozenset(one.revision for one in _steps())


@cache
def _steps() -> tuple[Script, ...]:
    """Every step, the newest first."""
    return tuple(ScriptDirectory.from_config(_config()).walk_revisions())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "monitor.storage:migrations")
    config.set_main_option("path_separator", "os")
    return config
