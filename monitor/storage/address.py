"""Where the database is, as the operator writes it."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from monitor.storage.fault import StorageError

FORMS = "write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"


@dataclass(frozen=True, slots=True)
class SqliteAddress:
    file: Path

    @property
    def shown(self) -> str:
        return str(self.file)


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    url: URL  # its repr masks the password

    @property
    def shown(self) -> str:
        """Host and name, nothing that needs to stay secret."""
        host = self.url.host or str(self.url.query.get("host", "localhost"))
        return f"{self.url.database} at {host}"


def parse(url: str) -> SqliteAddress | PostgresAddress:
    """Read a database URL; `StorageError` when it is none of ours. The text is never echoed."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StorageError(
            f"The database URL cannot be read; {FORMS} "
            "(a password with other signs than letters and digits must be percent-encoded)."
        ) from None
    match parsed.drivername:
        case "sqlite":
            return _sqlite(parsed)
        case "postgresql" | "postgres":
            return _postgres(parsed)
        case other:
            raise StorageError(
                f"The database URL begins with {other!r}, which we do not know; {FORMS}."
            )


def _sqlite(url: URL) -> SqliteAddress:
    if not url.database or url.database == ":memory:":
        raise StorageError("The database URL names no file; write sqlite:///FILE.")
    if url.query:
        raise StorageError("The database URL has something after '?'; write only sqlite:///FILE.")
    return SqliteAddress(Path(url.database).absolute())


def _postgres(url: URL) -> PostgresAddress:
    if not url.database:
        raise StorageError(f"The database URL names no database; {FORMS}.")
    query = dict(url.query)
    if "sslmode" in query:  # libpq's word; asyncpg calls it ssl
        query["ssl"] = query.pop("sslmode")
    return PostgresAddress(url.set(drivername="postgresql+asyncpg", query=query))


def libpq_address(url: str) -> str:
    """The same PostgreSQL for who speaks to it through libpq, its password included.

    `StorageError` when it is an SQLite file: no other process can be reached through that.
    """
    address = parse(url)
    if isinstance(address, SqliteAddress):
        raise StorageError(
            f"The database {address.shown} is an SQLite file, which one process serves; asking "
            "from other locations needs postgresql://USER:PASSWORD@HOST/DATABASE."
        )
    query = dict(address.url.query)
    if "ssl" in query:
        query["sslmode"] = query.pop("ssl")
    plain = address.url.set(drivername="postgresql", query=query)
    return plain.render_as_string(hide_password=False)
