"""Where the page is kept that outlives the database."""

from hashlib import blake2b
from pathlib import Path
from tempfile import gettempdir

from monitor.storage.address import SqliteAddress, parse


def snapshot_place(chosen: Path | None, database_url: str) -> Path:
    """As configured; else beside an SQLite file, or among the temporary files.

    Each database has its own there, so that no monitor shows another's page.
    """
    if chosen is not None:
        return chosen
    address = parse(database_url)
    if isinstance(address, SqliteAddress):
        return address.file.with_name(f"{address.file.name}.snapshot")
    named = f"{address.shown}:{address.url.port}".encode()
    return Path(gettempdir()) / f"ketenwacht-{blake2b(named, digest_size=8).hexdigest()}.snapshot"
