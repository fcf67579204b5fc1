"""`ketenwacht db`: the database by hand."""

import asyncio

import typer

from monitor import logs
from monitor.cli.beside import opened
from monitor.cli.options import DatabaseUrl
from monitor.cli.speaking import out, plainly
from monitor.front_door import configured, utc_now
from monitor.storage.engine import Database
from monitor.storage.retention import Keep, prune
from monitor.storage.schema import survey
from monitor.storage.seat import seated

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
    """Tell whether the database can be used as it is, and who leads on it; changes nothing.

    For example:

      ketenwacht db check
    """
    with plainly():
        asyncio.run(_check(_url(database_url)))
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


async def _check(url: str) -> None:
    async with opened(url) as database:
        async with database.read() as tx:
            found = await tx.run(survey)
        out.print(f"Installation: {database.installation}", highlight=False)
        oldest = found.oldest_form or "its own only"
        out.print(f"Form: {found.form}, for code from form: {oldest}", highlight=False)
        if not database.is_shared:
            return
        async with database.read() as tx:
            term = await tx.run(seated)
        if term is None:
            out.print("Leads: nobody yet", highlight=False)
            return
        catalogue = f", by catalogue {term.catalogue}" if term.catalogue else ""
        who = f"{term.holder}{catalogue}" if term.held else "nobody just now"
        ahead = (utc_now() - term.now).total_seconds()
        out.print(f"Leads: {who} (epoch {term.epoch})", highlight=False)
        out.print(f"Our clock is ahead of the database's by: {ahead:+.1f} s", highlight=False)


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
