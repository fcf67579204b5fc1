"""`ketenwacht maintenance`: times in which something may be away."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated

import typer
from rich.markup import escape

from monitor.cli.beside import Json, address, done, opened
from monitor.cli.options import Catalogues, DatabaseUrl
from monitor.cli.own_hand import own_hand
from monitor.cli.planning import (
    EndsAt,
    Environments,
    Interfaces,
    Lines,
    Reason,
    Rrule,
    StartsAt,
    Timezone,
    as_json,
    check,
    moment,
    table,
)
from monitor.cli.speaking import Answer, err, out, plainly, print_json, unmeant
from monitor.desk.maintaining import (
    change_maintenance,
    end_maintenance,
    new_maintenance_id,
    plan_maintenance,
)
from monitor.domain.landscape import LineId
from monitor.domain.maintenance import Maintenance
from monitor.front_door import configured, utc_now
from monitor.storage.queries import Queries

Id = Annotated[str, typer.Argument(metavar="ID", help="As `maintenance list` shows it.")]

app = typer.Typer(
    help="Times in which something may be away: no outage opens then, and no uptime is counted."
)


@app.command("plan")
def plan(
    *,
    starts_at: StartsAt,
    ends_at: EndsAt,
    reason: Reason,
    rrule: Rrule = None,
    timezone: Timezone = "Europe/Amsterdam",
    environment: Environments = None,
    interface: Interfaces = None,
    line: Lines = None,
    catalogue: Catalogues = None,
    database_url: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """Plan maintenance. `ketenwacht incident templates` has texts for the reason.

    For example:

      ketenwacht maintenance plan 2026-12-18T20:00+01:00 2026-12-18T23:00+01:00 -e pre --reason new
    """
    with plainly():
        url = address(database_url)
        settings = configured(catalogue=tuple(catalogue) if catalogue else None)
        try:
            asked = Maintenance(
                id=new_maintenance_id(),
                starts_at=moment(starts_at),
                ends_at=moment(ends_at),
                reason=reason,
                rrule=rrule,
                timezone=timezone,
                environments=tuple(environment or ()),
                interfaces=tuple(interface or ()),
                lines=tuple(map(LineId.parse, line or ())),
            )
            check(asked, settings.catalogue)
            kept = done(_plan(url, asked))
        except ValueError as error:
            raise unmeant(error) from error
        _tell(kept, f"Planned as {kept.id}.", json=json)


@app.command("change")
def change(
    id_: Id,
    *,
    starts_at: Annotated[str | None, typer.Option("--from", help="Its start.")] = None,
    ends_at: Annotated[str | None, typer.Option("--until", help="Its end.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why; it is shown on the page.")] = None,
    rrule: Rrule = None,
    once: Annotated[bool, typer.Option("--once", help="It comes back no more.")] = False,
    timezone: Annotated[str | None, typer.Option(help="Of what comes back.")] = None,
    environment: Environments = None,
    interface: Interfaces = None,
    line: Lines = None,
    everywhere: Annotated[bool, typer.Option("--everywhere", help="It covers all.")] = False,
    catalogue: Catalogues = None,
    database_url: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """Plan it otherwise; what is left out stays, and whoever was told is told.

    Environments, interfaces and lines are given all together: those of before are gone then.
    Ends with 1 when none of this id counts.

    For example:

      ketenwacht maintenance change 0123456789abcdef --until 2026-12-18T23:30+01:00
    """
    if (once and rrule) or (everywhere and (environment or interface or line)):
        raise typer.BadParameter("--once goes without --rrule, --everywhere without a place")

    def otherwise(before: Maintenance) -> Maintenance:
        where = everywhere or bool(environment or interface or line)
        return replace(
            before,
            starts_at=moment(starts_at) if starts_at else before.starts_at,
            ends_at=moment(ends_at) if ends_at else before.ends_at,
            reason=reason or before.reason,
            rrule=None if once else rrule or before.rrule,
            timezone=timezone or before.timezone,
            environments=tuple(environment or ()) if where else before.environments,
            interfaces=tuple(interface or ()) if where else before.interfaces,
            lines=tuple(map(LineId.parse, line or ())) if where else before.lines,
        )

    with plainly():
        url = address(database_url)
        settings = configured(catalogue=tuple(catalogue) if catalogue else None)
        before = next((one for one in done(_every(url)) if one.id == id_), None)
        try:
            after = otherwise(before) if before else None
            if after:
                check(after, settings.catalogue)
            kept = done(_change(url, after)) if after else None
        except ValueError as error:
            raise unmeant(error) from error
        if kept is None:
            raise _nothing(id_)
        _tell(kept, "Changed.", json=json)


@app.command("list")
def list_(database_url: DatabaseUrl = None, json: Json = False) -> None:
    """Show the maintenance that is on or planned, by when it starts; with `--json` the past too.

    For example:

      ketenwacht maintenance list
    """
    with plainly():
        every, now = done(_every(address(database_url))), utc_now()
        if json:
            print_json({"items": [as_json(one, {"state": _state(one, now)}) for one in every]})
        else:
            shown = [one for one in every if _state(one, now) != "past"]
            out.print(table(shown, [_state(one, now) for one in shown]))


@app.command("end")
def end(
    id_: Id,
    database_url: DatabaseUrl = None,
) -> None:
    """End it now, or withdraw it before it starts. Ends with 1 when none of this id counts.

    For example:

      ketenwacht maintenance end 0123456789abcdef
    """
    with plainly():
        if not done(_end(address(database_url), id_)):
            raise _nothing(id_)
        out.print("Ended.")


def _nothing(id_: str) -> typer.Exit:
    err.print(f"There is no maintenance {escape(id_)}; see: ketenwacht maintenance list.")
    return typer.Exit(Answer.NO)


def _tell(kept: Maintenance, told: str, *, json: bool) -> None:
    if json:
        print_json(as_json(kept, {"state": _state(kept, utc_now())}))
    else:
        out.print(told, highlight=False)


async def _plan(url: str, one: Maintenance) -> Maintenance:
    async with opened(url) as database:
        return await plan_maintenance(database, one, own_hand())


async def _change(url: str, one: Maintenance) -> Maintenance | None:
    async with opened(url) as database:
        return await change_maintenance(database, one, own_hand())


async def _end(url: str, id_: str) -> bool:
    async with opened(url) as database:
        return await end_maintenance(database, id_, own_hand())


async def _every(url: str) -> Sequence[Maintenance]:
    async with opened(url) as database, database.read() as tx:
        return await Queries(tx).maintenance()


def _state(one: Maintenance, now: datetime) -> str:
    """The words are the API's."""
    return "now" if one.now(now) else "planned" if one.coming(now) else "past"
