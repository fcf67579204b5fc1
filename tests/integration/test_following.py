"""What a process shows is what the others recorded, though it reads only what changed."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import following
from monitor.bootstrap import Works, configured, connected
from monitor.domain.freeze import Freeze
from monitor.domain.health import State
from monitor.domain.landscape import Landscape, LineId, TargetId
from monitor.domain.standing import TargetStanding
from monitor.following import HEARD, WHOLE, Following
from monitor.storage.bells import Bell, Channel
from monitor.storage.engine import Database, Transaction
from monitor.storage.fault import StorageError
from monitor.storage.ledger import Ledger
from monitor.storage.queries import Queries
from tests.chaos.supplier import catalogue, written

PATIENCE = 60.0
NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
LINES = 6
TARGETS = [TargetId(LineId("chaos", f"v{number}"), "prod") for number in range(LINES)]
LAST = TARGETS[-1]
"""Nobody writes to it but who wants to know whether all before was heard."""


@dataclass
class Office:
    """A process that follows, another that records, and a clock that stands still."""

    works: Works
    other: Database
    bell: Bell
    ticks: float = 0.0
    moment: datetime = NOON
    follower: Following = field(init=False)

    def __post_init__(self) -> None:
        self.follower = Following(self.works, lambda: self.ticks)

    @property
    def shown(self) -> dict[TargetId, TargetStanding]:
        return self.works.board.standings

    async def look(self) -> None:
        await self.follower.look(self.bell, heard=True)

    def news(self, target: TargetId) -> TargetStanding:
        self.moment += timedelta(seconds=1)
        return TargetStanding(target=target, state=State.UP, since=self.moment, last_at=self.moment)

    async def kept(self, database: Database, *targets: TargetId) -> None:
        async with database.begin() as tx:
            await Ledger(tx).keep([self.news(one) for one in targets])

    async def recorded(self) -> dict[TargetId, TargetStanding]:
        """Of all that the catalogue has, as it is in the database."""
        async with self.other.read() as tx:
            found = await Queries(tx).standings()
        known = self.works.board.landscape.targets
        return {one.target: one for one in found if one.target in known}

    async def all_heard(self) -> None:
        """Look until something is seen that was told after all else."""
        await self.kept(self.other, LAST)
        async with asyncio.timeout(PATIENCE):
            while self.shown.get(LAST) != (await self.recorded())[LAST]:
                await self.bell.rung(PATIENCE)
                await self.look()


@asynccontextmanager
async def office(url: str, folder: Path) -> AsyncGenerator[Office]:
    addresses = {one.line.line: "http://127.0.0.1:1" for one in TARGETS}
    chosen = configured(catalogue=(written(folder, catalogue(addresses)),), database_url=url)
    async with AsyncExitStack() as stack:
        works = await stack.enter_async_context(connected(chosen, secrets={}))
        database = works.monitor.database
        bell = stack.enter_context(database.listening(*HEARD))
        other = await Database.open(url)
        stack.push_async_callback(other.close)
        found = Office(works, other, bell)
        assert await bell.rung(PATIENCE)  # it listens from here on
        await found.look()
        await found.all_heard()
        yield found


async def test_only_what_a_bell_names_is_read_and_all_of_it_after_a_while(
    postgres_url: str, tmp_path: Path
) -> None:
    async with office(postgres_url, tmp_path) as here:
        secret, told = TARGETS[:2]
        await here.kept(here.other, secret, told)
        await here.all_heard()
        before = here.shown[secret]
        async with here.other.begin() as tx:
            await Ledger(tx).keep([here.news(secret)])
            tx.tidings.clear()
        await here.kept(here.other, told)
        await here.all_heard()
        recorded = await here.recorded()
        assert here.shown == {**recorded, secret: before}
        here.ticks += WHOLE
        await here.look()
        assert here.shown == recorded


async def test_what_another_process_plans_is_heard_of(postgres_url: str, tmp_path: Path) -> None:
    async with office(postgres_url, tmp_path) as here:
        day = timedelta(days=1)
        freeze = Freeze(id="f", starts_at=NOON, ends_at=NOON + day, reason="summer")
        async with here.other.begin() as tx:
            await Ledger(tx).keep_freeze(freeze)
        assert await here.bell.rung(PATIENCE)
        await here.look()
        assert here.works.board.freezes == (freeze,)


async def test_without_a_bell_all_is_looked_at(postgres_url: str, tmp_path: Path) -> None:
    async with office(postgres_url, tmp_path) as here:
        await here.kept(here.other, TARGETS[0])
        here.bell.named(Channel.STANDINGS)  # as if it had been deaf
        await here.follower.look(here.bell, heard=False)
        assert here.shown == await here.recorded()


async def test_what_could_not_be_read_is_read_by_the_next_look(
    postgres_url: str, tmp_path: Path
) -> None:
    async with office(postgres_url, tmp_path) as here:
        await here.kept(here.works.monitor.database, TARGETS[0])  # heard at once
        with (
            patch.object(following, "catch_up", side_effect=StorageError("away")),
            pytest.raises(StorageError),
        ):
            await here.look()
        await here.look()
        assert here.shown == await here.recorded()


async def test_what_another_catalogue_adds_is_looked_up(postgres_url: str, tmp_path: Path) -> None:
    async with office(postgres_url, tmp_path) as here:
        whole = here.works.board.landscape
        here.works.board.replan(without_first(whole))
        await here.kept(here.other, TARGETS[0])
        await here.all_heard()
        assert TARGETS[0] not in here.shown
        here.works.board.replan(whole)
        await here.all_heard()
        assert TARGETS[0] in here.shown
        assert here.shown == await here.recorded()


SCRIPTS = st.lists(
    st.tuples(
        st.sampled_from(["keep", "begin", "commit", "roll back", "look", "replan"]),
        st.integers(0, 1),
        st.sets(st.sampled_from(TARGETS[:-1]), min_size=1, max_size=3),
    ),
    max_size=14,
)


class Play:
    """Two processes write in turns and at a time; transactions of both may be open."""

    def __init__(self, here: Office) -> None:
        self.here = here
        self.databases = (here.works.monitor.database, here.other)
        self.open: dict[int, tuple[AsyncExitStack, set[TargetId]]] = {}
        self.whole = here.works.board.landscape

    async def act(self, what: str, who: int, targets: set[TargetId]) -> None:
        held = set[TargetId]().union(*(locked for _, locked in self.open.values()))
        match what:
            case "keep" if not targets & held and who not in self.open:
                await self.here.kept(self.databases[who], *targets)
            case "begin" if not targets & held and who not in self.open:
                await self.begin(who, targets)
            case "commit" if who in self.open:
                await self.open.pop(who)[0].aclose()
            case "roll back" if who in self.open:
                with pytest.raises(ZeroDivisionError):
                    await rolled_back(self.open.pop(who)[0])
            case "look":
                await self.here.look()
            case "replan":
                board = self.here.works.board
                was_whole = TARGETS[0] in board.landscape.targets
                board.replan(without_first(self.whole) if was_whole else replace(self.whole))
            case _:
                pass  # it would wait for itself, or there is nothing to end

    async def begin(self, who: int, targets: set[TargetId]) -> None:
        stack = AsyncExitStack()
        tx: Transaction = await stack.enter_async_context(self.databases[who].begin())
        await Ledger(tx).keep([self.here.news(one) for one in targets])
        self.open[who] = (stack, targets)

    async def end(self) -> None:
        for stack, _ in self.open.values():
            await stack.aclose()
        self.here.works.board.replan(replace(self.whole))
        await self.here.all_heard()
        assert self.here.shown == await self.here.recorded()


async def rolled_back(stack: AsyncExitStack) -> None:
    async with stack:
        raise ZeroDivisionError


def without_first(land: Landscape) -> Landscape:
    (only,) = land.interfaces
    return replace(land, interfaces=(replace(only, lines=only.lines[1:]),))


def test_whatever_happens_in_whatever_order_all_is_shown(postgres_url: str, tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        here = runner.run(stack.enter_async_context(office(postgres_url, tmp_path)))

        @settings(max_examples=15)
        @given(SCRIPTS)
        def played(script: Sequence[tuple[str, int, set[TargetId]]]) -> None:
            runner.run(whole(here, script))

        try:
            played()
        finally:
            runner.run(stack.aclose())


async def whole(here: Office, script: Sequence[tuple[str, int, set[TargetId]]]) -> None:
    play = Play(here)
    for what, who, targets in script:
        await play.act(what, who, targets)
    await play.end()


MANY = """
WITH known AS (
    INSERT INTO target (id, line, environment)
    SELECT 'scale/v' || n || '@prod', 'scale/v' || n, 'prod' FROM generate_series(0, 32999) AS n
    RETURNING key
)
INSERT INTO target_standing (target_key, revision, state) SELECT key, 0, 'unknown' FROM known
"""


async def test_more_targets_than_a_statement_takes_values_are_read_and_locked(
    postgres_url: str,
) -> None:
    many = [TargetId(LineId("scale", f"v{number}"), "prod") for number in range(33_000)]
    one = TargetStanding(target=many[-1], state=State.UP, since=NOON, last_at=NOON)
    database = await Database.open(postgres_url)
    try:
        with psycopg.connect(postgres_url) as connection:  # in a tenth of the time
            connection.execute(MANY)
        async with database.begin() as tx:
            assert await Ledger(tx).standings(many) == {}
            await Ledger(tx).keep([one])
        async with database.read() as tx:
            assert await Queries(tx).standings() == [one]
    finally:
        await database.close()
