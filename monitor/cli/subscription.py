"""`ketenwacht subscription`: who is told, and what is kept of them."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from pydantic_core import to_jsonable_python
from rich.markup import escape
from rich.table import Column, Table

from monitor.cli.beside import Json, address, done, opened
from monitor.cli.options import DatabaseUrl
from monitor.cli.own_hand import own_hand
from monitor.cli.speaking import Answer, err, out, plainly, print_json
from monitor.desk.privacy import erase as erase_address
from monitor.desk.privacy import export as export_address
from monitor.desk.privacy import masked
from monitor.domain.subscription import Subscription
from monitor.storage.queries import Queries

app = typer.Typer(help="Who is told; what is kept of an address, for its owner or not at all.")

Whose = Annotated[
    str, typer.Argument(metavar="ADDRESS", help="A mail address, or a webhook's as it was given.")
]
PIECE = 500


@app.command("list")
def list_(database_url: DatabaseUrl = None, json: Json = False) -> None:
    """Show every subscription, newest first. Addresses are masked.

    For example:

      ketenwacht subscription list --json
    """
    with plainly():
        found = done(_subscriptions(address(database_url)))
        if json:
            print_json({"items": [_as_json(one) for one in found]})
        else:
            out.print(_table(found))


@app.command("export")
def export(whose: Whose, database_url: DatabaseUrl = None) -> None:
    """Write all that is kept of an address, as JSON. Ends with 1 when that is nothing.

    For example:

      ketenwacht subscription export name@example.nl
    """
    with plainly():
        found = done(_export(address(database_url), whose))
        print_json({"items": to_jsonable_python(found)})
        if not found:
            raise typer.Exit(Answer.NO)


@app.command("erase")
def erase(whose: Whose, database_url: DatabaseUrl = None) -> None:
    """Erase all that is kept of an address, at once. Ends with 1 when that is nothing.

    The record of acts keeps that so many subscriptions were erased, and not whose.

    For example:

      ketenwacht subscription erase name@example.nl
    """
    with plainly():
        count = done(_erase(address(database_url), whose))
        if not count:
            err.print("Nothing is kept of this address.")
            raise typer.Exit(Answer.NO)
        out.print(f"Erased: {count}, with all that was sent.", highlight=False)


async def _subscriptions(url: str) -> Sequence[Subscription]:
    found: list[Subscription] = []
    async with opened(url) as database, database.read() as tx:
        page = await Queries(tx).subscriptions(limit=PIECE)
        found += page.items
        while page.next:
            page = await Queries(tx).subscriptions(cursor=page.next, limit=PIECE)
            found += page.items
    return found


async def _export(url: str, whose: str) -> Sequence[Mapping[str, Any]]:
    async with opened(url) as database:
        return await export_address(database, whose, own_hand())


async def _erase(url: str, whose: str) -> int:
    async with opened(url) as database:
        return await erase_address(database, whose, own_hand())


def _as_json(one: Subscription) -> dict[str, Any]:
    """Named as in the API."""
    return {
        "id": one.id,
        "channel": one.channel,
        "address": masked(one),
        "state": one.state,
        "events": one.wanted.events,
        "interfaces": one.wanted.interfaces,
        "lines": [str(line) for line in one.wanted.lines],
        "environments": one.wanted.environments,
        "chains": one.wanted.chains,
        "mode": one.mode,
        "language": one.language,
        "createdAt": one.created_at.isoformat(),
        "confirmedAt": one.confirmed_at.isoformat() if one.confirmed_at else None,
        "leftAt": one.left_at.isoformat() if one.left_at else None,
        "failingSince": one.failing_since.isoformat() if one.failing_since else None,
    }


def _table(found: Sequence[Subscription]) -> Table:
    table = Table(Column("id", no_wrap=True), "address", "state", "wants", "mode", "since", "fails")
    for one in found:
        table.add_row(
            one.id,
            escape(masked(one)),
            one.state,
            escape(_wants(one)),
            one.mode,
            f"{one.created_at:%Y-%m-%d}",
            f"since {one.failing_since:%Y-%m-%d %H:%MZ}" if one.failing_since else "-",
        )
    return table


def _wants(one: Subscription) -> str:
    wanted = one.wanted
    named = (
        *(wanted.events or ()),
        *wanted.chains,
        *wanted.interfaces,
        *map(str, wanted.lines),
        *wanted.environments,
    )
    return ", ".join(named) or "everything"
