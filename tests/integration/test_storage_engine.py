"""Opening a database, writing beside each other, and what is said when it cannot be."""

import asyncio
import shutil
import sqlite3
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from monitor.storage.engine import Database
from monitor.storage.fault import StorageError
from monitor.storage.ledger import Ledger
from monitor.storage.queries import Queries
from tests.building import MINUTE, NOON, seen
from tests.conftest import PostgresServer


async def count(database: Database) -> int:
    async with database.read() as tx:
        return len((await Queries(tx).observations(limit=1_000)).items)


async def test_writers_take_turns(database: Database) -> None:
    async def write(number: int) -> None:
        async with database.begin() as tx:
            known = len(await Ledger(tx).observe([seen(at=NOON)]))
            await asyncio.sleep(0)
            await Ledger(tx).observe([seen(at=NOON + (number + known + 1) * MINUTE)])

    await asyncio.gather(*(write(number * 10) for number in range(8)))
    assert await count(database) == 9


async def test_a_writer_of_another_process_is_waited_for(sqlite_url: str, tmp_path: Path) -> None:
    database = await Database.open(sqlite_url)
    other = sqlite3.connect(tmp_path / "ketenwacht.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async def write() -> None:
        async with database.begin() as tx:
            await Ledger(tx).observe([seen()])

    writing = asyncio.create_task(write())
    done, _ = await asyncio.wait([writing], timeout=0.2)
    assert not done
    other.execute("COMMIT")
    await writing
    other.close()
    await database.close()


async def test_a_reader_never_waits_for_a_writer_and_sees_one_moment(database: Database) -> None:
    async with database.begin() as tx:
        await Ledger(tx).observe([seen()])
        assert await count(database) == 0
    assert await count(database) == 1


async def test_more_readers_than_lanes_all_get_their_turn(database: Database) -> None:
    assert await asyncio.gather(*(count(database) for _ in range(20))) == [0] * 20


async def test_a_writer_that_is_cancelled_leaves_nothing(database: Database) -> None:
    written = asyncio.Event()

    async def write() -> None:
        async with database.begin() as tx:
            await Ledger(tx).observe([seen()])
            written.set()
            await asyncio.Event().wait()

    writing = asyncio.create_task(write())
    await written.wait()
    writing.cancel()
    await asyncio.wait([writing])
    async with database.begin() as tx:
        assert await Ledger(tx).observe([seen()]) == [seen()]


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StorageError):
        async with database.read() as tx:
            await Ledger(tx).observe([seen()])


async def test_every_commit_of_sqlite_reaches_the_disk(sqlite_url: str) -> None:
    database = await Database.open(sqlite_url)
    async with database.begin() as tx:
        pragmas = await tx.run(
            lambda connection: [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys")
            ]
        )
    await database.close()
    assert pragmas == ["wal", 2, 1]  # 2: FULL


async def test_one_process_serves_a_file_and_short_commands_work_beside_it(
    sqlite_url: str,
) -> None:
    serving = await Database.open(sqlite_url)
    with pytest.raises(StorageError, match="already served by another process"):
        await Database.open(sqlite_url)
    beside = await Database.open(sqlite_url, exclusive=False)
    assert await count(beside) == 0
    await beside.close()
    await serving.close()
    again = await Database.open(sqlite_url)
    await again.close()


async def test_a_file_that_is_replaced_under_us_is_noticed(sqlite_url: str, tmp_path: Path) -> None:
    database = await Database.open(sqlite_url)
    file = tmp_path / "ketenwacht.db"
    shutil.copy(file, tmp_path / "copy.db")
    (tmp_path / "copy.db").replace(file)
    with pytest.raises(StorageError, match="was replaced while we used it"):
        async with database.begin():
            pass
    file.unlink()
    with pytest.raises(StorageError, match="is gone"):
        async with database.begin():
            pass
    await database.close()


async def test_two_databases_that_are_swapped_are_noticed(database: Database) -> None:
    database.installation, ours = "another", database.installation
    with pytest.raises(StorageError, match="two were swapped"):
        async with database.begin():
            pass
    database.installation = ours
    async with database.begin():
        pass


async def test_two_servers_that_are_swapped_are_noticed_by_readers_too(
    postgres: PostgresServer, postgres_url: str
) -> None:
    """They can be swapped only while nobody is connected: so new connections are looked at."""
    other = postgres.fresh_url()
    await (await Database.open(other)).close()
    database = await Database.open(postgres_url)
    assert await count(database) == 0
    ours, theirs = (urlsplit(url).path[1:] for url in (postgres_url, other))
    cut = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{ours}';"  # noqa: S608  our own name
    for swap in (cut, f"ALTER DATABASE {ours} RENAME TO {ours}_away;"):
        await asyncio.to_thread(postgres.psql, swap)
    await asyncio.to_thread(postgres.psql, f"ALTER DATABASE {theirs} RENAME TO {ours};")
    with pytest.raises(StorageError, match="two were swapped"):
        await count(database)
    with pytest.raises(StorageError, match="two were swapped"):
        await count(database)
    await database.close()


@pytest.mark.parametrize(
    ("url", "cure"),
    [
        ("", "sqlite:///FILE or postgresql"),
        ("nonsense", "sqlite:///FILE or postgresql"),
        ("mysql://u:hunter2@host/db", "'mysql'"),
        ("postgresql+psycopg://u:hunter2@host/db", "which we do not know"),
        ("postgresql://u:hun#ter2@host:x/db", "percent-encoded"),
        ("postgresql://u:hunter2@host", "names no database"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:///k.db?mode=ro", "only sqlite:///FILE"),
    ],
)
async def test_a_url_that_is_none_is_explained_and_never_echoed(url: str, cure: str) -> None:
    with pytest.raises(StorageError, match=cure) as caught:
        await Database.open(url)
    assert "ter2" not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_a_file_in_no_folder_is_explained(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="has no folder; make"):
        await Database.open(f"sqlite:///{tmp_path}/absent/k.db")


async def test_a_folder_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "k.db").mkdir()
    with pytest.raises(StorageError, match="cannot be opened"):
        await Database.open(f"sqlite:///{tmp_path}/k.db")


async def test_a_file_of_another_kind_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "k.db").write_text("catalogue: 1\n" * 500)
    with pytest.raises(StorageError, match="is no database"):
        await Database.open(f"sqlite:///{tmp_path}/k.db")
    assert (tmp_path / "k.db").read_text().startswith("catalogue")


async def test_a_server_that_is_not_there_is_explained() -> None:
    with pytest.raises(StorageError, match=r"k at 127\.0\.0\.1 cannot be reached") as caught:
        await Database.open("postgresql://u:hunter2@127.0.0.1:1/k")
    assert "hunter2" not in str(caught.value)


async def test_a_database_that_is_not_there_is_explained(postgres: PostgresServer) -> None:
    url = postgres.fresh_url().replace("/ketenwacht_", "/absent_")
    with pytest.raises(StorageError, match="does not exist on that server"):
        await Database.open(url)


async def test_a_user_without_rights_is_explained(postgres: PostgresServer) -> None:
    url = postgres.fresh_url()
    postgres.psql("DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN PASSWORD 'hunter2';")
    with pytest.raises(StorageError, match="grant us USAGE and CREATE") as caught:
        await Database.open(url.replace("postgres:@", "guest:hunter2@"))
    assert "hunter2" not in str(caught.value)


async def test_a_server_that_went_away_is_said_and_found_again(postgres: PostgresServer) -> None:
    database = await Database.open(postgres.fresh_url())

    async def write_to_a_dead_server() -> None:
        async with database.begin() as tx:
            postgres.psql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'ketenwacht';"
            )
            await Ledger(tx).observe([seen()])

    with pytest.raises(StorageError):
        await write_to_a_dead_server()
    async with database.begin() as tx:
        await Ledger(tx).observe([seen()])
    assert await count(database) == 1
    await database.close()
