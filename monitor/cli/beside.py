"""Works on the database beside the serving process, and says who did."""

import asyncio
import getpass
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Annotated, Any, TypeVar

import typer

from monitor import logs
from monitor.front_door import configured_alone
from monitor.storage.engine import Database

T = TypeVar("T")

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """The database as it stands: neither upgraded nor locked."""
    database = await Database.open(url, migrate=False, exclusive=False)
    try:
        yield database
    finally:
        await database.close()


def address(chosen: str | None) -> str:
    logs.configure("warning")
    return configured_alone(database_url=chosen).database_url


def done(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def whoever_runs_this() -> str:
    """For the record of acts: an account of this machine has no name with us."""
    try:
        return f"command line ({getpass.getuser()})"
    except (KeyError, OSError, ImportError):
        return "command line"
