"""What can go wrong with a database, in words that an operator can act on."""

import sys
from ssl import SSLCertVerificationError

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoneFree

from monitor.refusal import Refusal

FULL = frozenset({"SQLITE_FULL", "53100"})
AWAY = frozenset({"08000", "08001", "08003", "08004", "08006", "53300", "57P01", "57P02", "57P03"})
"""Cut off, full of clients, stopping or starting: later it may be otherwise."""

CURES = {
    "SQLITE_BUSY": "is busy: another process has been writing for too long; try again",
    "SQLITE_CANTOPEN": "cannot be opened; its folder must exist and we must have the right to "
    "read and write the file and to make files beside it",
    "SQLITE_CORRUPT": "is damaged; put a backup in its place",
    "SQLITE_FULL": "is full: its disk has no space left; make room, or keep history for less long",
    "SQLITE_NOTADB": "is no database, but a file of another kind; point to another file",
    "SQLITE_PERM": "may not be used by us; give us the right to read and write it",
    "SQLITE_READONLY": "may not be written by us; give us the right to write it and its folder",
    "25006": "can only be read: it is a standby, or was told to be read only; point to the one "
    "that is written",
    "28000": "does not let us in ({why}); check user and password, and that the server takes that "
    "user from here (its pg_hba.conf)",
    "28P01": "does not let us in; check user and password",
    "3D000": "does not exist on that server; create it first",
    "42501": "does not give us the right to do this ({why}); grant us USAGE and CREATE on its "
    "schema, or what `ketenwacht db check` says",
    "42P07": "holds tables of another program ({why}); give us a database of our own",
    "53100": "is full: its disk has no space left; make room, or keep history for less long",
    "53300": "has no connection to spare; raise its max_connections or stop other clients",
    "55P03": "is in use by another process that changes it just now; try again",
    "57P03": "is still starting; try again",
}
"""By SQLite's name of the error or PostgreSQL's code of it: what it means and what to do."""

CLOSED = frozenset({"28000", "28P01"})
PLAIN = "no encryption"
"""What a server says of a connection without TLS that it does not take."""
ENCRYPT = "does not let us in without TLS; add ?sslmode=require to its URL, or check user and host"
REFUSED_TLS = "rejected SSL upgrade"
"""What asyncpg says of a server that does not answer as one that speaks TLS."""
DISTRUSTED = (
    "does not speak TLS with us ({why}); is it a PostgreSQL that has TLS on, with a certificate "
    "that sslrootcert trusts and that names this host? Or write ?sslmode=disable"
)


class StorageError(Refusal):
    """The database cannot be used as asked: names the place and the cure, never a password."""


class LeadershipLost(StorageError):  # noqa: N818  named as the fact that it is
    """Another process leads, or may: nothing that a leader writes is written."""


class DiskFull(StorageError):  # noqa: N818  named as the fact that it is
    """There is no room to write."""


class Unreachable(StorageError):  # noqa: N818  named as the fact that it is
    """The server is not there, or not yet; whoever asks again may find it."""


class Swapped(StorageError):  # noqa: N818  named as the fact that it is
    """There is another database where ours was."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"The database {place} is another one than we opened; "
            "two were swapped. Restart to use this one."
        )


def foreign() -> tuple[type[BaseException], ...]:
    """Everything that a database, its driver or the road to it may raise."""
    asyncpg = sys.modules.get("asyncpg")  # it cannot raise anything where nothing has loaded it
    drivers = (asyncpg.PostgresError, asyncpg.InterfaceError) if asyncpg else ()
    return (SQLAlchemyError, OSError, *drivers)


def explained(error: BaseException, place: str) -> StorageError:
    """Tell what `error` means for the database at `place` (which holds no password)."""
    name = _name_of(error)
    kind = _kind(name)
    why = _first_line(error)
    cure = CURES.get(name) or CURES.get("_".join(name.split("_")[:2]))
    if cure:
        if name in CLOSED and PLAIN in why:
            cure = ENCRYPT
        return kind(f"The database {place} {cure.format(why=why)}.")
    if isinstance(error, SSLCertVerificationError) or REFUSED_TLS in why:
        return StorageError(f"The database {place} {DISTRUSTED.format(why=why)}.")
    if isinstance(error, NoneFree):
        return StorageError(f"The database {place} is asked too much at a time; try again.")
    if isinstance(error, OSError):
        what = f"The database {place} cannot be reached ({why}); is it up?"
        return Unreachable(what)
    return kind(f"The database {place} refused: {why}.")


def _kind(name: str) -> type[StorageError]:
    if name in FULL:
        return DiskFull
    return Unreachable if name in AWAY else StorageError


def _name_of(error: BaseException) -> str:
    """The database's own name of the error, looking through what came of handling it.

    On a full disk SQLite ends the transaction itself, and our rolling back fails next.
    """
    names: list[str] = []
    link: BaseException | None = error
    while link is not None:
        origin = getattr(link, "orig", None) or link
        name = getattr(origin, "sqlite_errorname", None) or getattr(origin, "sqlstate", None)
        names += [name] if name else []
        link = link.__context__
    return next((name for name in names if name in FULL), names[0] if names else "")


def _first_line(error: BaseException) -> str:
    origin = getattr(error, "orig", None) or error
    told = getattr(origin, "strerror", None) or str(origin)
    if not told and isinstance(origin, TimeoutError):
        return "no answer in time"
    return told.splitlines()[0] if told else type(origin).__name__
