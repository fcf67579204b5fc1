"""`ketenwacht db`: the database by hand."""

import asyncio

import typer

from monitor import logs
from monitor.cli.options import DatabaseUrl
from monitor.cli.speaking import out, plainly
from monitor.front_door import configured, utc_now
from monitor.storage.engine import Database
from monitor.storage.retention import Keep, prune

app = typer.Typer(help="Bring the database up to date, make it smaller, look whether it is well.")


@app.command("upgrade")
def upgrade(database_url: DatabaseUrl = None) -> None:
    """Bring the schema up to date.

    For example:

      ketenwacht db upgrade --database-url postgresql://ketenwacht@db/ketenwacht
    """
    with plainly():
        asyncio.run(_open(_url(database_url), migrate=True))
        out.print("The database is up to date.")


@app.command("check")
def check(database_url: DatabaseUrl = None) -> None:
    """Tell whether the database can be used as it is; changes nothing.

    For example:

      ketenwacht db check
    """
    with plainly():
        asyncio.run(_open(_url(database_url), migrate=False))
        out.print("The database can be used.")


@app.command("prune")
def prune_(database_url: DatabaseUrl = None) -> None:
    """Remove what is older than is kept (KETENWACHT_KEEP_RAW, _HOURLY, _DAILY).

    For example:

      KETENWACHT_KEEP_RAW=7d ketenwacht db prune
    """
    with plainly():
        asyncio.run(_prune(database_url))
        out.print("What was too old is gone.")


async def _open(url: str, *, migrate: bool) -> None:
    database = await Database.open(url, migrate=migrate, exclusive=False)
    await database.close()


async def _prune(database_url: str | None) -> None:
    settings = configured(database_url=database_url)
    database = await Database.open(settings.database_url, migrate=False, exclusive=False)
    try:
        keep = Keep(settings.keep_raw, settings.keep_hourly, settings.keep_daily)
        await prune(database, utc_now(), keep)
    finally:
        await database.close()


def _url(chosen: str | None) -> str:
    logs.configure("warning")
    return configured(database_url=chosen).database_url
