"""`ketenwacht db`: the database by hand."""

import asyncio

import typer
from rich.markup import escape

from monitor import logs
from monitor.cli.beside import opened
from monitor.cli.options import DatabaseUrl
from monitor.cli.speaking import Answer, out, plainly
from monitor.front_door import configured_alone, utc_now
from monitor.storage.checkup import checkup
from monitor.storage.clocks import ahead, same_time
from monitor.storage.engine import Database
from monitor.storage.retention import Keep, prune
from monitor.storage.rights import lacking, lacking_to_lead
from monitor.storage.schema import survey
from monitor.storage.seat import Term, seated

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

    It also looks whether a leader keeps house: tables for the days to come, and roll-ups.

    Exit code 0: it is well. 1: it can be used, and something wants attention. 2: it cannot be
    used, or not by this role, and the message says why.

    For example:

      ketenwacht db check
    """
    with plainly():
        troubles = asyncio.run(_check(_url(database_url)))
        told("The database can be used.")
        for trouble in troubles:
            told(f"Wants attention: {trouble}")
        if troubles:
            raise typer.Exit(Answer.NO)


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


async def _check(url: str) -> tuple[str, ...]:
    """Tell what is found; give what wants attention."""
    async with opened(url) as database:
        async with database.read() as tx:
            found = await tx.run(survey)
            kept = await tx.run(checkup)
            term = await tx.run(seated) if database.is_shared else None
        told(f"Installation: {database.installation}")
        told(f"Form: {found.form}, for code from form: {found.oldest_form or 'its own only'}")
        for line in kept.lines():
            told(line)
        if database.is_shared:
            _tell_who_leads(term)
            skew = (await ahead(database, utc_now)).total_seconds()
            told(f"Our clock is ahead of the database's by: {skew:+.1f} s")
        await database.demand(lacking)
        await database.demand(lacking_to_lead)
        await same_time(database, utc_now)
        return (*kept.troubles(utc_now(), is_led=term is not None and term.held),)


def _tell_who_leads(term: Term | None) -> None:
    if term is None:
        told("Leads: nobody yet")
        return
    catalogue = f", by catalogue {term.catalogue}" if term.catalogue else ""
    who = f"{term.holder}{catalogue}" if term.held else "nobody just now"
    told(f"Leads: {who} (epoch {term.epoch})")


def told(line: str) -> None:
    out.print(escape(line), highlight=False, soft_wrap=True)


async def _prune(database_url: str | None) -> None:
    settings = configured_alone(database_url=database_url)
    database = await Database.open(settings.database_url, migrate=False, exclusive=False)
    try:
        keep = Keep(settings.keep_raw, settings.keep_hourly, settings.keep_daily)
        await prune(database, utc_now(), keep)
    finally:
        await database.close()


def _url(chosen: str | None) -> str:
    logs.configure("warning")
    return configured_alone(database_url=chosen).database_url
