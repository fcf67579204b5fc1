"""`ketenwacht freeze`: times in which nothing may be rolled out."""

from collections.abc import Sequence
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
from monitor.desk.freezing import end_freeze, new_freeze_id, plan_freeze
from monitor.domain.freeze import Freeze, FreezeError
from monitor.domain.landscape import LineId
from monitor.front_door import configured, utc_now
from monitor.storage.queries import Queries

app = typer.Typer(help="Times in which nothing may be rolled out: the gate is closed then.")

FROZEN = {True: "frozen", False: "-", None: "cannot be told"}


@app.command("add")
def add(
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
    """Plan a freeze.

    For example:

      ketenwacht freeze add 2026-12-18T17:00+01:00 2027-01-04T08:00+01:00 -e prod --reason closed
    """
    with plainly():
        url = address(database_url)
        settings = configured(catalogue=tuple(catalogue) if catalogue else None)
        try:
            freeze = Freeze(
                id=new_freeze_id(),
                starts_at=moment(starts_at),
                ends_at=moment(ends_at),
                reason=reason,
                rrule=rrule,
                timezone=timezone,
                environments=tuple(environment or ()),
                interfaces=tuple(interface or ()),
                lines=tuple(map(LineId.parse, line or ())),
            )
            check(freeze, settings.catalogue)
            kept = done(_add(url, freeze))
        except ValueError as error:
            raise unmeant(error) from error
        if json:
            print_json(as_json(kept, {"active": _active(kept, utc_now())}))
        else:
            out.print(f"Planned as {kept.id}.", highlight=False)


@app.command("list")
def list_(database_url: DatabaseUrl = None, json: Json = False) -> None:
    """Show the freezes that were planned and not ended, by when they start.

    For example:

      ketenwacht freeze list --json
    """
    with plainly():
        freezes, now = done(_freezes(address(database_url))), utc_now()
        if json:
            print_json({"items": [as_json(one, {"active": _active(one, now)}) for one in freezes]})
        else:
            out.print(table(freezes, [FROZEN[_active(one, now)] for one in freezes]))


@app.command("end")
def end(
    id_: Annotated[str, typer.Argument(metavar="ID", help="As `freeze list` shows it.")],
    database_url: DatabaseUrl = None,
) -> None:
    """Let a freeze count no more, from now on. Ends with 1 when there is none of this id.

    For example:

      ketenwacht freeze end 0123456789abcdef
    """
    with plainly():
        if not done(_end(address(database_url), id_)):
            err.print(f"There is no freeze {escape(id_)}; see: ketenwacht freeze list.")
            raise typer.Exit(Answer.NO)
        out.print("Ended.")


async def _add(url: str, freeze: Freeze) -> Freeze:
    async with opened(url) as database:
        return await plan_freeze(database, freeze, own_hand())


async def _end(url: str, id_: str) -> bool:
    async with opened(url) as database:
        return await end_freeze(database, id_, own_hand())


async def _freezes(url: str) -> Sequence[Freeze]:
    async with opened(url) as database, database.read() as tx:
        return await Queries(tx).freezes()


def _active(one: Freeze, now: datetime) -> bool | None:
    try:
        return one.window(now) is not None
    except FreezeError:
        return None
