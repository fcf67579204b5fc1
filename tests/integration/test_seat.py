"""One seat: who takes it, who keeps it, and who writes nothing any more."""

from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, text
from structlog.testing import capture_logs

from monitor.accord import Accord
from monitor.board import Board
from monitor.domain.landscape import Landscape
from monitor.scheduling.lease import Lease
from monitor.storage.clocks import TOLERATED
from monitor.storage.engine import Database
from monitor.storage.fault import LeadershipLost, StorageError
from monitor.storage.ledger import Ledger
from monitor.storage.seat import GUC, Seat, admission
from monitor.telemetry import Telemetry
from tests.building import MINUTE, NOON, seen
from tests.chaos.invariants import broken

LONG, NONE = timedelta(seconds=60), timedelta()


@pytest.fixture
async def database(postgres_url: str) -> AsyncGenerator[Database]:
    opened = await Database.open(postgres_url)
    yield opened
    await opened.close()


@pytest.fixture
async def seat(database: Database) -> AsyncGenerator[Seat]:
    seat = database.seat(timedelta(seconds=60))
    assert seat
    yield seat
    await seat.close()


async def test_the_seat_is_taken_once_and_again_only_when_its_time_has_run_out(seat: Seat) -> None:
    first = await seat.take("one", LONG)
    assert first
    assert await seat.take("two", LONG) is None
    assert await seat.renew("one", first.epoch, NONE)  # it runs out now
    second = await seat.take("two", LONG)
    assert second
    assert second.epoch == first.epoch + 1
    assert await seat.renew("one", first.epoch, LONG) is None
    known = await seat.look()
    assert known
    assert known.holder == "two"


async def test_who_was_late_may_go_on_in_its_epoch_while_nobody_else_took_it(seat: Seat) -> None:
    first = await seat.take("one", NONE)
    assert first
    again = await seat.renew("one", first.epoch, LONG)
    assert again
    assert again.epoch == first.epoch
    assert again.left > NONE


async def test_who_no_longer_leads_writes_nothing_and_is_told(
    database: Database, seat: Seat
) -> None:
    first = await seat.take("one", NONE)
    assert first
    told: list[bool] = []
    led = database.under(admission(lambda: ("one", first.epoch), lambda: told.append(True), LONG))
    await write(led)
    assert await seat.take("two", LONG)
    with pytest.raises(LeadershipLost):
        await write(led, 1)
    assert told == [True]
    await write(database, 1)  # what need not be the leader's is written by anybody


async def test_nobody_takes_the_seat_while_its_holder_writes_but_the_holder_renews(
    database: Database, seat: Seat
) -> None:
    hasty = database.seat(timedelta(seconds=4))
    assert hasty
    first = await seat.take("one", NONE)
    assert first
    led = database.under(admission(lambda: ("one", first.epoch), nothing, LONG))
    async with led.begin():
        assert await seat.renew("one", first.epoch, NONE)
        with pytest.raises(StorageError, match="in use by another process"):
            await hasty.take("two", LONG)
    assert await seat.take("two", LONG)
    await hasty.close()


async def test_a_leader_that_is_silent_within_a_transaction_does_not_keep_the_seat(
    database: Database, seat: Seat
) -> None:
    first = await seat.take("one", NONE)
    assert first
    brief = timedelta(milliseconds=300)
    led = database.under(admission(lambda: ("one", first.epoch), nothing, brief))
    with pytest.raises(StorageError):
        await silent_while_another_takes_the_seat(led, seat)


async def test_a_leader_that_is_not_fenced_is_found_out(
    database: Database, seat: Seat, postgres_url: str
) -> None:
    """As one would be that leads by an advisory lock, and wakes up after it was taken for dead."""
    first, second = await seat.take("one", NONE), await seat.take("two", LONG)
    assert first
    assert second
    await write(database.under(unfenced(first.epoch)))
    await write(database.under(unfenced(second.epoch)), 1)
    assert not any("written by leader" in one for one in await broken(postgres_url))
    await write(database.under(unfenced(first.epoch)), 2)
    assert any("written by leader 1 when 2 led" in one for one in await broken(postgres_url))


async def test_a_clock_that_is_minutes_off_does_not_lead(seat: Seat) -> None:
    told: list[timedelta] = []
    wrong = Lease(
        *(seat, "one", lambda: datetime.now(UTC) + timedelta(minutes=10), LONG),
        skewed=told.append,
        begins=nothing,
        catalogue=lambda: "c",
    )
    assert await seat.take("two", NONE)
    await wrong._turn()
    assert not wrong.held
    assert told[0] > TOLERATED
    right = Lease(
        *(seat, "three", lambda: datetime.now(UTC), LONG),
        skewed=told.append,
        begins=nothing,
        catalogue=lambda: "c",
    )
    await right._turn()
    assert right.held
    assert abs(told[1]) < TOLERATED
    await right.release()
    assert not right.held
    assert await seat.take("two", LONG), "it was released at once"


async def test_who_does_not_lead_hears_that_the_leader_works_by_another_catalogue(
    database: Database, seat: Seat
) -> None:
    telemetry, leads = Telemetry(Board(Landscape((), ()))), [False]
    accord = Accord(database, telemetry, lambda: "ours", lambda: leads[0])
    first = await seat.take("one", LONG, "ours")
    assert first
    await accord.look()
    assert same(telemetry)
    await seat.renew("one", first.epoch, LONG, "theirs")
    with capture_logs() as told:
        await accord.look()
        await accord.look()
    assert [one["theirs"] for one in told] == ["theirs"]
    assert not same(telemetry)
    leads[0] = True  # it is ours now that is in force
    await accord.look()
    assert same(telemetry)
    leads[0] = False
    await seat.renew("one", first.epoch, NONE, "theirs")  # gone: nobody leads by it
    await accord.look()
    assert same(telemetry)


def same(telemetry: Telemetry) -> bool:
    return b"leader_catalogue_same 1.0" in telemetry.exposition()


async def test_the_holder_stops_on_its_own_clock_before_another_may_lead(seat: Seat) -> None:
    timer = [0.0]
    lease = Lease(
        *(seat, "one", lambda: datetime.now(UTC), timedelta(seconds=10)),
        skewed=lambda _: None,
        begins=nothing,
        catalogue=lambda: "c",
        timer=lambda: timer[0],
    )
    await lease._turn()
    assert lease.vouch() == ("one", 1)
    timer[0] = 9.1
    with pytest.raises(LeadershipLost):
        lease.vouch()


async def silent_while_another_takes_the_seat(led: Database, seat: Seat) -> None:
    async with led.begin() as tx:
        assert await seat.take("two", LONG), "it waited until the server ended ours"
        await Ledger(tx).edition()


def nothing() -> None:
    """Nobody needs to hear it."""


async def write(database: Database, minute: int = 0) -> None:
    async with database.begin() as tx:
        await Ledger(tx).observe([seen(at=NOON + minute * MINUTE)])


def unfenced(epoch: int) -> Callable[[Connection], None]:
    def claim(connection: Connection) -> None:
        connection.execute(
            text("SELECT set_config(:name, :epoch, true)"), {"name": GUC, "epoch": str(epoch)}
        )

    return claim
