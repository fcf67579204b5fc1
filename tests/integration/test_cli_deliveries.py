"""Deliveries by hand, each command in a process of its own."""

import asyncio
import json
from dataclasses import replace

from monitor.domain.subscription import SubscriptionState
from monitor.storage.engine import Database
from tests.building import NOON
from tests.integration.test_cli import ketenwacht
from tests.telling import event, owed, subscribed, subscriber, told


def test_deliveries_are_listed_and_sent_again_by_hand(sqlite_url: str) -> None:
    async def lived() -> list[str]:
        database = await Database.open(sqlite_url)
        await subscribed(database, subscriber("a1"), subscriber("paused"))
        await told(database, event())
        paused = replace(subscriber("paused"), state=SubscriptionState.PAUSED, left_at=NOON)
        await subscribed(database, paused)
        ids = {one.subscription: one.id for one in await owed(database)}
        await database.close()
        return [ids["a1"], ids["paused"]]

    waiting, dropped = asyncio.run(lived())
    environ = {"KETENWACHT_DATABASE_URL": sqlite_url}
    listed = ketenwacht("deliveries", "list", "--state", "dropped", "--json", **environ)
    assert [one["id"] for one in json.loads(listed.stdout)["items"]] == [dropped], listed.stderr
    assert waiting in ketenwacht("deliveries", "list", **environ).stdout
    again = ketenwacht("deliveries", "send-again", waiting, dropped, "nothing", **environ)
    assert again.returncode == 1
    assert "Sent again: 1." in again.stdout
    assert "left or is paused" in again.stderr
    assert "There is no delivery nothing" in again.stderr
