"""Writes observations and says after each commit that it did; run under strace as a child."""

import asyncio
import os
import sys
from datetime import timedelta

from sqlalchemy import Connection

from monitor.recorder import Recorder
from monitor.storage import sqlite
from monitor.storage.engine import Database
from tests.building import NOON, landscape, seen

CHECKS = sorted(landscape().probes)
"""Each is observed once in every commit, a minute after the one before."""


def fold_often(connection: Connection) -> None:
    """Move the log into the file every 60 pages, so that cuts hit that too."""
    connection.exec_driver_sql("PRAGMA wal_autocheckpoint = 60").close()


async def write(url: str, commits: int) -> None:
    database = await Database.open(url)
    async with database.begin() as tx:
        await tx.run(fold_often)
    recorder = Recorder(database, landscape)
    witness = os.open(os.devnull, os.O_WRONLY)  # strace sees what nobody reads
    for number in range(commits):
        at = NOON + number * timedelta(minutes=1)
        await recorder.record([seen(check, at) for check in CHECKS])
        os.write(witness, b"%d" % number)
    os._exit(0)  # as it stands, nothing tidied


if __name__ == "__main__":
    pragmas = [pragma.replace("FULL", sys.argv[3]) for pragma in sqlite.PRAGMAS]
    setattr(sqlite, "PRAGMAS", pragmas)  # noqa: B010  as the product would be with another setting
    asyncio.run(write(sys.argv[1], int(sys.argv[2])))
