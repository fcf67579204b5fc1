"""Writes what people, pipelines and rules do to releases, and tells of it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, insert

from monitor.domain.audit import Act
from monitor.domain.bulletin import Bulletin, Update
from monitor.domain.event import Event
from monitor.domain.freeze import Freeze
from monitor.domain.gate import Override
from monitor.domain.gate_watch import ToldGate
from monitor.domain.maintenance import Maintenance
from monitor.domain.rollout import Rollout
from monitor.domain.token import Token
from monitor.storage import bulletins, deeds, rollouts, told_gates
from monitor.storage.bells import Channel
from monitor.storage.codec import event_fields
from monitor.storage.edition import edition, next_edition
from monitor.storage.engine import Transaction
from monitor.storage.fault import StorageError
from monitor.storage.forms import act_fields, override_fields, planned_fields
from monitor.storage.keys import upsert
from monitor.storage.posting import Told, post
from monitor.storage.registers import ACT, FREEZE, OVERRIDE
from monitor.storage.tables import EVENT

T = TypeVar("T")


class Acting:
    """The part of the ledger that needs no observation. None of it commits."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def edition(self) -> int:
        """Grows whenever findings, rollouts or freezes were written, by whomever."""
        return await self._tx.run(edition)

    async def next_edition(self, after: int | None = None) -> int:
        """Make sure that nobody else changes findings, rollouts or freezes until the commit.

        `after`: the edition on which the change was thought out. `StorageError` when another
        process was faster: read and think again.
        """
        made = await self._tx.run(lambda connection: next_edition(connection, after))
        if made is None:
            raise StorageError(
                "Another process was faster to change a finding or rollout; try again."
            )
        self._tx.notify(Channel.RELEASES)
        return made

    async def rollout(self, id_: str) -> Rollout | None:
        return await self._tx.run(lambda connection: rollouts.one(connection, id_))

    async def keep_rollouts(self, changed: Sequence[Rollout]) -> None:
        if changed:
            await self._change(lambda connection: rollouts.keep(connection, changed))

    async def keep_freeze(self, freeze: Freeze) -> None:
        row = planned_fields(freeze)
        await self._change(lambda connection: connection.execute(insert(FREEZE), row))

    async def withdraw_freeze(self, id_: str, at: datetime) -> bool:
        """End a freeze for good; False when there is none that counts."""
        return await self._change(lambda connection: deeds.withdraw(connection, id_, at))

    async def maintenance(self, id_: str) -> Maintenance | None:
        return await self._tx.run(lambda connection: bulletins.maintenance(connection, id_))

    async def keep_maintenance(self, one: Maintenance) -> None:
        """Plan, change or withdraw it, by its id."""
        await self._change(lambda connection: bulletins.keep_maintenance(connection, one))

    async def keep_bulletin(self, bulletin: Bulletin) -> None:
        """Open, change or resolve an operator's incident, by its id."""
        await self._change(lambda connection: bulletins.keep_bulletin(connection, bulletin))

    async def keep_update(self, update: Update) -> None:
        await self._change(lambda connection: bulletins.keep_update(connection, update))

    async def told(self, keys: Iterable[str]) -> set[str]:
        """Which of these events were told."""
        wanted = [*keys]
        return await self._tx.run(lambda connection: bulletins.told(connection, wanted))

    async def override(self, override: Override) -> None:
        row = override_fields(override)
        await self._change(lambda connection: connection.execute(insert(OVERRIDE), row))

    async def turn_gate(self, told: ToldGate) -> bool:
        """Keep that a gate turned; False: another process was first to do so."""
        return await self._tx.run(lambda connection: told_gates.turn(connection, told))

    async def act(self, act: Act) -> None:
        """Add to the record of who did what."""
        row = act_fields(act)
        await self._tx.run(lambda connection: connection.execute(insert(ACT), row))

    async def keep_token(self, token: Token, digest: bytes) -> None:
        """Keep a new token with the SHA-256 of its secret."""
        await self._tx.run(lambda connection: deeds.keep_token(connection, token, digest))

    async def revoke_token(self, id_: str, at: datetime) -> bool:
        """Let a token count no more; False when there is none that does."""
        return await self._tx.run(lambda connection: deeds.revoke_token(connection, id_, at))

    async def use_token(self, id_: str, at: datetime) -> None:
        await self._tx.run(lambda connection: deeds.use_token(connection, id_, at))

    async def once(self, request: deeds.Request, answer: str, at: datetime) -> str | None:
        """None: the key is new, and now stands for `answer`. Else the answer of the first time.

        `KeyReused` when the key came with another content then.
        """
        return await self._tx.run(lambda connection: deeds.once(connection, request, answer, at))

    async def tell(self, events: Sequence[Event]) -> list[Event]:
        """Keep events, owe them to whoever wants them, and say which are new.

        One whose key was told before is not told again.
        """
        if not events:
            return []
        first: dict[str, Event] = {}
        for event in events:
            first.setdefault(event.key, event)
        rows = [event_fields(event) for event in first.values()]

        def write(connection: Connection) -> list[Event]:
            named = EVENT.c.key, EVENT.c.number
            statement = upsert(connection, EVENT).on_conflict_do_nothing().returning(*named)
            numbers: dict[str, int] = dict(connection.execute(statement, rows).all())
            told = [Told(numbers[key], one) for key, one in first.items() if key in numbers]
            if told:
                post(connection, self._tx, told)
            return [one.event for one in told]

        return await self._tx.run(write)

    async def _change(self, work: Callable[[Connection], T]) -> T:
        """Do work that others keep in memory, and let them know."""

        def run(connection: Connection) -> T:
            next_edition(connection)  # first, because it makes us the only one
            return work(connection)

        self._tx.notify(Channel.RELEASES)
        return await self._tx.run(run)
