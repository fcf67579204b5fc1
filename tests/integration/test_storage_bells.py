"""Who listens hears what was committed, by whomever, and nothing else."""

import pytest
from sqlalchemy import text

from monitor.storage.bells import Bell, Channel
from monitor.storage.engine import Database, Transaction
from tests.conftest import PostgresServer

SOON = 5.0
AT_ONCE = 0.05


async def test_a_bell_rings_at_the_commit_and_not_before_it(database: Database) -> None:
    with database.listening(Channel.DELIVERIES) as bell:
        await _quiet(bell)
        async with database.begin() as tx:
            tx.notify(Channel.DELIVERIES)
            assert not await bell.rung(AT_ONCE)
        assert await bell.rung(SOON)


async def test_a_bell_does_not_ring_for_what_was_rolled_back_or_concerns_others(
    database: Database,
) -> None:
    with database.listening(Channel.DELIVERIES) as bell:
        await _quiet(bell)
        with pytest.raises(ZeroDivisionError):
            await _broken(database)
        async with database.begin() as tx:
            tx.notify(Channel.STANDINGS)
        assert not await bell.rung(2 * AT_ONCE)


async def test_another_process_hears_it_and_hears_it_again_after_its_connection_was_lost(
    postgres: PostgresServer, postgres_url: str
) -> None:
    here, there = await Database.open(postgres_url), await Database.open(postgres_url)
    try:
        with there.listening(Channel.RELEASES) as bell:
            assert await bell.rung(SOON)  # it listens from here on
            for _ in range(2):
                async with here.begin() as tx:
                    tx.notify(Channel.RELEASES)
                assert await bell.rung(SOON)
                async with here.begin() as tx:
                    await _end_listeners(tx)
                assert await bell.rung(10 * SOON)  # it listens again, and looks what it missed
    finally:
        await here.close()
        await there.close()


async def _quiet(bell: Bell) -> None:
    """Let pass that it rings when an ear begins to listen, where there is one."""
    await bell.rung(10 * AT_ONCE)


async def _broken(database: Database) -> None:
    async with database.begin() as tx:
        tx.notify(Channel.DELIVERIES)
        raise ZeroDivisionError


async def _end_listeners(tx: Transaction) -> None:
    ended = text(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND (query LIKE 'LISTEN%' OR query = 'SELECT 1')"
    )
    assert await tx.run(lambda connection: connection.execute(ended).scalar_one())
