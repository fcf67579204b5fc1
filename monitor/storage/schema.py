"""Which form the tables have, and how an older form becomes this one."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, select, text

from monitor.storage.correspondence import EVERY_TABLE
from monitor.storage.fault import StorageError
from monitor.storage.tables import INSTALLATION

UPGRADING = 0x4B574348  # any number: the advisory lock under which PostgreSQL is upgraded


def upgrade(connection: Connection, place: str) -> None:
    """Bring the tables to today's form, inside the caller's transaction.

    Several processes may start at once: the first upgrades, the others wait and find it done.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADING})
    if _current(connection) != _head():
        _refuse_newer(connection, place)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    if connection.execute(select(INSTALLATION.c.id)).first() is None:
        connection.execute(insert(INSTALLATION).values(id=uuid4().hex))


def guard(connection: Connection, place: str) -> None:
    """`StorageError` unless the tables have exactly today's form."""
    _refuse_newer(connection, place)
    if _current(connection) != _head():
        raise StorageError(
            f"The database {place} is of an older form; run `ketenwacht db upgrade` first."
        )


def differences(connection: Connection) -> Sequence[Any]:
    """What the migrations forgot of the tables that the code speaks of."""
    opts = {"compare_type": True, "include_name": _is_ours}
    context = MigrationContext.configure(connection, opts=opts)
    found: Sequence[Any] = compare_metadata(context, EVERY_TABLE)
    return found


def _is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """The queue's tables are Procrastinate's own business."""
    return not (kind == "table" and (name or "").startswith("procrastinate_"))


def _refuse_newer(connection: Connection, place: str) -> None:
    current = _current(connection)
    if current is not None and current not in _known():
        raise StorageError(
            f"The database {place} was upgraded by a newer Ketenwacht (form {current}); "
            "run that version or newer, or put back a backup."
        )


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _head() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _known() -> frozenset[str]:
    return frozenset(
        one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions()
    )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "monitor.storage:migrations")
    config.set_main_option("path_separator", "os")
    return config
