"""`ketenwacht freeze`: times in which nothing may be rolled out."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from pydantic_core import to_jsonable_python
from rich.markup import escape
from rich.table import Column, Table

from monitor.bootstrap import configured, utc_now
from monitor.catalogue.loader import load
from monitor.cli.beside import Json, address, done, opened
from monitor.cli.own_hand import own_hand
from monitor.cli.run import Catalogues, DatabaseUrl
from monitor.cli.speaking import Answer, WrongQuestion, err, out, plainly, print_json
from monitor.desk.freezing import end_freeze, new_freeze_id, plan_freeze, strangers
from monitor.domain.freeze import Freeze, FreezeError
from monitor.domain.landscape import LineId
from monitor.storage.queries import Queries

app = typer.Typer(help="Times in which nothing may be rolled out: the gate is closed then.")

Names = list[str] | None
FROZEN = {True: "frozen", False: "-", None: "cannot be told"}


@app.command("add")
def add(
    *,
    starts_at: Annotated[str, typer.Argument(help="As 2026-12-18T17:00+01:00.")],
    ends_at: Annotated[str, typer.Argument(help="As 2027-01-04T08:00+01:00.")],
    reason: Annotated[str, typer.Option(help="Why; it is shown on the page.")],
    rrule: Annotated[
        str | None, typer.Option(help="Comes back, by RFC 5545: FREQ=WEEKLY;BYDAY=FR.")
    ] = None,
    timezone: Annotated[str, typer.Option(help="Of what comes back.")] = "Europe/Amsterdam",
    environment: Annotated[Names, typer.Option("--environment", "-e", help="Default: all.")] = None,
    interface: Annotated[Names, typer.Option(help="Default: all. May be repeated.")] = None,
    line: Annotated[Names, typer.Option(help="As presenteren/v8. Default: all.")] = None,
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
                starts_at=_moment(starts_at),
                ends_at=_moment(ends_at),
                reason=reason,
                rrule=rrule,
                timezone=timezone,
                environments=tuple(environment or ()),
                interfaces=tuple(interface or ()),
                lines=tuple(map(LineId.parse, line or ())),
            )
            if unknown := strangers(freeze, load(settings.catalogue).landscape):
                raise FreezeError(f"the catalogue does not know {', '.join(unknown)}")
            kept = done(_add(url, freeze))
        except ValueError as error:
            raise WrongQuestion(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error
        if json:
            print_json(_as_json(kept, utc_now()))
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
            print_json({"items": [_as_json(one, now) for one in freezes]})
        else:
            out.print(_table(freezes, now))


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


def _as_json(one: Freeze, now: datetime) -> Any:
    """Named as in the API."""
    return to_jsonable_python(
        {
            "id": one.id,
            "startsAt": one.starts_at,
            "endsAt": one.ends_at,
            "rrule": one.rrule,
            "timezone": one.timezone,
            "environments": one.environments,
            "interfaces": one.interfaces,
            "lines": list(map(str, one.lines)),
            "reason": one.reason,
            "active": _active(one, now),
        }
    )


def _active(one: Freeze, now: datetime) -> bool | None:
    try:
        return one.window(now) is not None
    except FreezeError:
        return None


def _table(freezes: Sequence[Freeze], now: datetime) -> Table:
    table = Table(Column("id", no_wrap=True), "from", "until", "comes back", "where", "now", "why")
    for one in freezes:
        where = (*one.environments, *one.interfaces, *map(str, one.lines))
        table.add_row(
            one.id,
            f"{one.starts_at:%Y-%m-%d %H:%MZ}",
            f"{one.ends_at:%Y-%m-%d %H:%MZ}",
            escape(one.rrule or "once"),
            escape(", ".join(where) or "everywhere"),
            FROZEN[_active(one, now)],
            escape(one.reason),
        )
    return table


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise FreezeError(f"{text} is no time with an offset, as 2026-12-18T17:00+01:00")
    return at.astimezone(UTC)
