"""Postmen with the real courier of webhooks, each in a process of its own, to be killed and frozen.

They are forked from one that has everything imported: a new one is at work in milliseconds.
"""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

from checks.client import Clients
from checks.outcome import Trust
from monitor.alerts.channels.webhook import WebhookCourier
from monitor.alerts.guard import Guard
from monitor.alerts.postman import Postman
from monitor.desk.derived import Derived
from monitor.domain.subscription import Channel
from monitor.storage.engine import Database

LEASE = timedelta(seconds=3)
KEY = b"the key of this installation, 1"


def serve(url: str, port: int) -> None:
    """Fork one for every line that is read, and say its number when it is at work."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever is killed is gone at once
    for _ in sys.stdin:
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            asyncio.run(carry(url, port))
            os._exit(1)  # it works until it is killed


def say_who(connection: Connection) -> None:
    """So that the witness of claims (owed.py) knows whose each is."""
    name = text("SELECT set_config('application_name', :pid, true)")
    connection.execute(name, {"pid": str(os.getpid())})


async def carry(url: str, port: int) -> None:
    database = (await Database.open(url, migrate=False)).under(say_who)
    http = Clients("chaos").of(Trust())
    guard = Guard(("127.0.0.0/8",), (port,))
    courier = WebhookCourier(http, guard, source="urn:chaos", origin="chaos.example", total=15.0)
    couriers = {Channel.WEBHOOK: courier}
    postman = Postman(database, couriers, Derived(KEY), lambda: datetime.now(UTC), lease=LEASE)
    os.write(sys.stdout.fileno(), b"%d\n" % os.getpid())
    await postman.run()


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
