"""Takes the steps from one form of the tables to another, and finds what they forgot."""

from collections.abc import Sequence
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from monitor.storage.correspondence import EVERY_TABLE


def climb(connection: Connection, to: str | None) -> None:
    """Up to the form `to`, or the newest, inside the caller's transaction."""
    config = config_of_steps()
    config.attributes["connection"] = connection
    command.upgrade(config, to or "head")


def differences(connection: Connection) -> Sequence[Any]:
    """What the migrations forgot of the tables that the code speaks of."""
    opts = {"compare_type": True, "include_name": is_ours}
    context = MigrationContext.configure(connection, opts=opts)
    found: Sequence[Any] = compare_metadata(context, EVERY_TABLE)
    return found


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Neither the queue's tables nor those that PostgreSQL keeps single days in."""
    return not (kind == "table" and (name or "").startswith(("procrastinate_", "observation_")))


def config_of_steps() -> Config:
    config = Config()
    config.set_main_option("script_location", "monitor.storage:migrations")
    config.set_main_option("path_separator", "os")
    return config
