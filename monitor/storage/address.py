"""Where the database is, as the operator writes it."""

from dataclasses import dataclass
from pathlib import Path
from ssl import SSLContext, SSLError, create_default_context

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from monitor.storage.fault import StorageError

FORMS = "write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"

OPTIONS = frozenset({"host", "port", "sslmode", "sslrootcert"})
"""What may follow a '?'."""
MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
PROVEN = frozenset({"verify-ca", "verify-full"})
"""In these the server has to prove who it is."""
SYSTEM = "system"
"""Trust whom the machine trusts."""


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

    @property
    def plain(self) -> URL:
        """Without what `tls` tells."""
        return self.url.difference_update_query(("sslmode", "sslrootcert"))

    @property
    def tls(self) -> str | SSLContext | None:
        """How asyncpg is to speak TLS: a mode of libpq, or whom to trust; None: as it likes."""
        mode, anchors = (self.url.query.get(name) for name in ("sslmode", "sslrootcert"))
        if mode not in PROVEN:
            return str(mode) if mode else None
        file = None if anchors in {None, SYSTEM} else str(anchors)
        context = create_default_context(cafile=file)
        context.check_hostname = mode == "verify-full"
        return context


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
    query = {name: str(value) for name, value in url.query.items()}
    if strange := sorted(query.keys() - OPTIONS):
        known = ", ".join(sorted(OPTIONS))
        raise StorageError(
            f"The database URL has an option {strange[0]!r}, which we do not know; there are "
            f"{known}. A '?' in a password must be written as %3F."
        )
    mode = query.get("sslmode", "prefer")
    if mode not in MODES:
        raise StorageError(f"The database URL has sslmode={mode!r}; there are {', '.join(MODES)}.")
    anchors = query.get("sslrootcert")
    if mode == "verify-ca" and anchors in {None, SYSTEM}:
        raise StorageError(
            "The database URL has sslmode=verify-ca, with which any name would do; add "
            "sslrootcert=FILE, or write sslmode=verify-full."
        )
    if anchors and mode not in PROVEN:
        raise StorageError(
            "The database URL has an sslrootcert that nothing is held against; add "
            "sslmode=verify-full."
        )
    if anchors not in {None, SYSTEM} and not Path(str(anchors)).is_file():
        raise StorageError(f"The database URL has sslrootcert={anchors!r}, which is no file.")
    address = PostgresAddress(url.set(drivername="postgresql+asyncpg", query=query))
    try:
        _ = address.tls
    except SSLError:
        raise StorageError(
            f"The database URL has sslrootcert={anchors!r}, which holds no certificate."
        ) from None
    return address


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
    if query.get("sslmode") in PROVEN:
        query.setdefault("sslrootcert", SYSTEM)
    plain = address.url.set(drivername="postgresql", query=query)
    return plain.render_as_string(hide_password=False)
