"""`ketenwacht status`: what was concluded last, read beside the serving process."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from monitor import logs
from monitor.catalogue.loader import load
from monitor.cli.options import Catalogues, DatabaseUrl
from monitor.cli.speaking import Answer, out, plainly, print_json
from monitor.domain.health import State
from monitor.domain.landscape import Landscape, LineId, TargetId
from monitor.domain.standing import TargetStanding, state_at
from monitor.front_door import configured, utc_now
from monitor.storage.engine import Database
from monitor.storage.queries import Queries

COLOUR = {State.UP: "green", State.DOWN: "red", State.ABSENT: "dim", State.NOT_CONFIGURED: "dim"}

Standings = Mapping[TargetId, TargetStanding]


def status(
    catalogue: Catalogues = None,
    database_url: DatabaseUrl = None,
    json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Tell the state and version of every line in every environment.

    Ends with 0 when nothing is down, 1 when something is, 3 when nothing is known.

    For example:

      ketenwacht status

      ketenwacht status --json --database-url sqlite:///ketenwacht.db
    """
    with plainly():
        logs.configure("warning")
        settings = configured(
            catalogue=tuple(catalogue) if catalogue else None, database_url=database_url
        )
        landscape = load(settings.catalogue).landscape
        standings = asyncio.run(_standings(settings.database_url))
        items = _items(landscape, standings, utc_now())
        if json:
            print_json({"items": items})
        else:
            out.print(_table(landscape, items))
        raise typer.Exit(_answer({item["state"] for item in items}))


async def _standings(url: str) -> Standings:
    database = await Database.open(url, migrate=False, exclusive=False)
    try:
        async with database.read() as tx:
            return {one.target: one for one in await Queries(tx).standings()}
    finally:
        await database.close()


def _items(landscape: Landscape, standings: Standings, now: datetime) -> list[dict[str, Any]]:
    """One for each line and environment, named as in the API."""
    return [
        _item(landscape, TargetId(line, environment.id), standings, now)
        for line in landscape.lines
        for environment in landscape.environments
    ]


def _item(
    landscape: Landscape, id_: TargetId, standings: Standings, now: datetime
) -> dict[str, Any]:
    plan, standing = landscape.targets.get(id_), standings.get(id_)
    span = state_at(standing, plan, now) if standing and plan else None
    state = State.UNKNOWN if plan else State.NOT_CONFIGURED
    current = standing.readings.current if standing else None
    return {
        "line": str(id_.line),
        "environment": id_.environment,
        "state": (span.state if span else state).value,
        "since": span.since.isoformat() if span else None,
        "version": current.seen.version if current else None,
        "settled": bool(current and current.settled),
        "lastObservationAt": _moment(standing.last_at if standing else None),
        "outcomeClass": _value(standing.outcome_class if standing else None),
        "reason": standing.reason if standing else "",
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _value(one: Any) -> str | None:
    return one.value if one else None


def _table(landscape: Landscape, items: list[dict[str, Any]]) -> Table:
    table = Table("line", *(one.id.upper() for one in landscape.environments))
    by_place = {(item["line"], item["environment"]): item for item in items}
    for line in landscape.lines:
        table.add_row(escape(str(line)), *_cells(landscape, line, by_place))
    return table


def _cells(
    landscape: Landscape, line: LineId, by_place: Mapping[tuple[str, str], dict[str, Any]]
) -> list[str]:
    items = [by_place[str(line), one.id] for one in landscape.environments]
    return [_cell(item) for item in items]


def _cell(item: dict[str, Any]) -> str:
    colour = COLOUR.get(State(item["state"]), "yellow")
    version = escape(item["version"] or "")
    return f"[{colour}]{item['state']}[/{colour}] {version}".rstrip()


def _answer(states: set[str]) -> Answer:
    if State.DOWN.value in states:
        return Answer.NO
    known = states - {State.UNKNOWN.value, State.NOT_CONFIGURED.value}
    return Answer.YES if known else Answer.UNKNOWN
