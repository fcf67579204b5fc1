"""`ketenwacht deliveries`: what is owed to subscribers, and sending it once more."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Column, Table

from monitor.cli.beside import Json, address, done, opened
from monitor.cli.options import DatabaseUrl
from monitor.cli.own_hand import own_hand
from monitor.cli.speaking import Answer, err, out, plainly, print_json
from monitor.desk.redelivering import NotSendable, send_again
from monitor.domain.delivery import Delivery, DeliveryState
from monitor.storage.queries import Queries

app = typer.Typer(help="What is owed to subscribers, what became of it, and sending it once more.")


@app.command("list")
def list_(
    state: Annotated[DeliveryState | None, typer.Option(help="Only those.")] = None,
    subscription: Annotated[str | None, typer.Option(metavar="ID", help="Only its own.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="The newest so many.")] = 100,
    database_url: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """Show deliveries, newest first.

    For example:

      ketenwacht deliveries list --state dead
    """
    with plainly():
        found = done(_deliveries(address(database_url), state, subscription, limit))
        if json:
            print_json({"items": [_as_json(one) for one in found]})
        else:
            out.print(_table(found))


@app.command("send-again")
def send_again_(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="As `deliveries list` shows.")],
    database_url: DatabaseUrl = None,
) -> None:
    """Send deliveries once more, each under its own id. Ends with 1 when some cannot be.

    For example:

      ketenwacht deliveries list --state dead --json | jq -r '.items[].id' |
        xargs ketenwacht deliveries send-again
    """
    with plainly():
        refused = [why for why in done(_send_again(address(database_url), ids)) if why]
        for why in refused:
            err.print(escape(why), highlight=False)
        out.print(f"Sent again: {len(ids) - len(refused)}.", highlight=False)
        if refused:
            raise typer.Exit(Answer.NO)


async def _deliveries(
    url: str, state: DeliveryState | None, subscription: str | None, limit: int
) -> Sequence[Delivery]:
    async with opened(url) as database, database.read() as tx:
        page = await Queries(tx).deliveries(state=state, subscription=subscription, limit=limit)
    return page.items


async def _send_again(url: str, ids: Sequence[str]) -> list[str | None]:
    """For each what is wrong with it, if anything is."""
    async with opened(url) as database:
        troubles: list[str | None] = []
        for id_ in ids:
            try:
                again = await send_again(database, id_, own_hand())
            except NotSendable as error:
                troubles.append(f"{id_} cannot be sent: {error}.")
            else:
                unknown = f"There is no delivery {id_}; see: ketenwacht deliveries list."
                troubles.append(None if again else unknown)
        return troubles


def _as_json(one: Delivery) -> dict[str, Any]:
    """Named as in the API."""
    return {
        "id": one.id,
        "subscription": one.subscription,
        "kind": one.kind,
        "story": one.story,
        "state": one.state,
        "attempts": one.attempts,
        "createdAt": one.created_at.isoformat(),
        "dueAt": one.due_at.isoformat(),
        "settledAt": one.settled_at.isoformat() if one.settled_at else None,
        "trouble": one.trouble,
    }


def _table(found: Sequence[Delivery]) -> Table:
    table = Table(
        Column("id", no_wrap=True), "subscription", "kind", "state", "attempts", "told", "trouble"
    )
    for one in found:
        table.add_row(
            one.id,
            escape(one.subscription),
            one.kind,
            one.state,
            str(one.attempts),
            one.created_at.isoformat(timespec="seconds"),
            escape(one.trouble or ""),
        )
    return table
