"""The one seat of whoever leads: a row, on the time of the database.

An advisory lock would stay with a frozen leader for as long as it is frozen; a row runs out.
Every other holder makes a new epoch, and what a leader writes is admitted by its epoch in the
very transaction that writes it, so that nobody writes who no longer leads.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    func,
    literal_column,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql

from monitor.storage.fault import LeadershipLost, explained, foreign
from monitor.storage.moment import EPOCH, MICROSECOND, moment
from monitor.storage.parting import part
from monitor.storage.tables import LEASE

NAME = "watching"
NOW = literal_column("(extract(epoch FROM clock_timestamp()) * 1000000)::bigint", BigInteger())
GUC = "ketenwacht.epoch"
"""What a transaction of a leader sets; a default of the table `observation` reads it."""

SILENCE = 2 / 3
"""The part of its time to live that a leader may pause within a transaction."""


@dataclass(frozen=True, slots=True)
class Term:
    """Who leads, from when on somebody else may, and what time it is, all as the database says."""

    epoch: int
    holder: str
    expires_at: datetime
    now: datetime
    catalogue: str | None = None

    @property
    def held(self) -> bool:
        return self.left > timedelta()

    @property
    def left(self) -> timedelta:
        return self.expires_at - self.now


class Engine(Protocol):
    """Of connections to one PostgreSQL."""

    def begin(self) -> AbstractAsyncContextManager[Any]: ...
    async def dispose(self) -> None: ...


class Seat:
    """Over a connection of its own, so that nothing that is slow can cost the lead.

    Raises `StorageError`.
    """

    def __init__(self, place: str, engine: Engine) -> None:
        self.place = place
        self._engine = engine

    async def close(self) -> None:
        await part(self._engine)

    async def look(self) -> Term | None:
        """None: nobody ever led."""
        return await self._at_it(seated)

    async def renew(
        self, holder: str, epoch: int, ttl: timedelta, catalogue: str | None = None
    ) -> Term | None:
        """Stay for `ttl` from now on; None: somebody else has taken the seat."""
        return await self._at_it(
            lambda connection: _renew(connection, holder, epoch, ttl, catalogue)
        )

    async def take(self, holder: str, ttl: timedelta, catalogue: str | None = None) -> Term | None:
        """Take the seat when its time has run out; None: somebody else was faster.

        Waits for what the last holder is writing at the moment.
        """
        return await self._at_it(lambda connection: _take(connection, holder, ttl, catalogue))

    async def release(self, holder: str, epoch: int) -> None:
        """Let the next one take it at once."""
        await self._at_it(lambda connection: _renew(connection, holder, epoch, timedelta()))

    async def _at_it(self, work: Callable[[Connection], Term | None]) -> Term | None:
        try:
            async with self._engine.begin() as connection:
                term: Term | None = await connection.run_sync(work)
                return term
        except foreign() as error:
            raise explained(error, self.place) from error


def admission(
    vouch: Callable[[], tuple[str, int]], overtaken: Callable[[], None], ttl: timedelta
) -> Callable[[Connection], None]:
    """Let only a leader write, and nobody take the seat before that is committed.

    `vouch` tells holder and epoch, or raises `LeadershipLost`; so do we, after a word to
    `overtaken`, when another epoch has begun. The lock lets a holder renew meanwhile.

    One that is frozen or cut off within a transaction is ended by the server well before its
    time to live is over: the next one would wait for its lock.
    """
    idle = f"{ttl * SILENCE // timedelta(milliseconds=1)}ms"

    def admit(connection: Connection) -> None:
        holder, epoch = vouch()
        asked = (
            select(
                func.set_config(GUC, str(epoch), true()),
                func.set_config("idle_in_transaction_session_timeout", idle, true()),
            )
            .where(LEASE.c.name == NAME, LEASE.c.epoch == epoch, LEASE.c.holder == holder)
            .with_for_update(read=True, key_share=True)
        )
        if connection.execute(asked).first() is None:
            overtaken()
            raise LeadershipLost("Another process leads by now; this one writes nothing more.")

    return admit


def seated(connection: Connection) -> Term | None:
    """Who holds the seat, or held it last; None: nobody ever did. Only on PostgreSQL."""
    return _term(connection.execute(_asked()).first())


def time_there(connection: Connection) -> datetime:
    """What time it is by the clock of the database. Only on PostgreSQL."""
    return moment(connection.execute(select(NOW)).scalar_one())


def _renew(
    connection: Connection, holder: str, epoch: int, ttl: timedelta, catalogue: str | None = None
) -> Term | None:
    mine = (LEASE.c.name == NAME, LEASE.c.epoch == epoch, LEASE.c.holder == holder)
    kept = update(LEASE).where(*mine).values(expires_at=_until(ttl), catalogue=catalogue)
    row = connection.execute(kept.returning(*LEASE.c, NOW.label("now"))).first()
    return _term(row)


def _take(
    connection: Connection, holder: str, ttl: timedelta, catalogue: str | None
) -> Term | None:
    nobody = {"name": NAME, "epoch": 0, "holder": "", "expires_at": EPOCH}
    connection.execute(postgresql.insert(LEASE).on_conflict_do_nothing(), nobody)
    row = connection.execute(_asked().with_for_update()).one()
    if row.expires_at > moment(row.now):
        return None
    taken = update(LEASE).where(LEASE.c.name == NAME)
    taken = taken.values(epoch=LEASE.c.epoch + 1, holder=holder, catalogue=catalogue)
    taken = taken.values(expires_at=_until(ttl))
    return _term(connection.execute(taken.returning(*LEASE.c, NOW.label("now"))).first())


def _asked() -> Select[Any]:
    return select(*LEASE.c, NOW.label("now")).where(LEASE.c.name == NAME)


def _until(ttl: timedelta) -> ColumnElement[int]:
    return NOW + ttl // MICROSECOND


def _term(row: Row[Any] | None) -> Term | None:
    if row is None:
        return None
    return Term(row.epoch, row.holder, row.expires_at, moment(row.now), row.catalogue)
