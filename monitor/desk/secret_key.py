"""Where the secret key comes from: as configured, or kept beside an SQLite file."""

from pathlib import Path
from secrets import token_urlsafe

from monitor.desk.derived import Derived
from monitor.desk.kept_file import kept
from monitor.storage.address import SqliteAddress, parse
from monitor.storage.fault import StorageError

SHORTEST = 32  # characters, as of KETENWACHT_SECRET_KEY


class SecretKeyError(StorageError):
    """The file that holds the key does not hold one; the text says what to do."""


def derived_of(secret_key: str | None, database_url: str) -> Derived | None:
    """What follows from the key that the settings come to.

    None: on PostgreSQL, where several processes must come to the same secrets, none was
    given, so nobody can subscribe and no subscriber is told anything.
    """
    if secret_key is not None:
        return Derived(secret_key.encode())
    address = parse(database_url)
    if not isinstance(address, SqliteAddress):
        return None
    file = beside(address.file)
    key = kept(file, lambda: token_urlsafe(48).encode()).strip()
    if len(key) < SHORTEST:
        raise SecretKeyError(
            f"{file} holds no secret key; put a backup in its place, or take it away: "
            "then the links and webhook secrets that were given out count no more."
        )
    return Derived(key.encode())


def beside(database: Path) -> Path:
    return database.with_name(f"{database.name}.secret-key")
