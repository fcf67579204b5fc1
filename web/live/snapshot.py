"""The wall as it was last, in a file: what is shown while no database can be reached."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from stat import S_ISREG

from structlog.stdlib import get_logger

from monitor.board import Board
from monitor.domain.health import State
from monitor.domain.landscape import Landscape
from monitor.domain.sighting import Mood, Seen
from monitor.scheduling.upkeep import at_it
from web.context import Reader, Theme
from web.live.wall import Wall
from web.words.language import Language

EVERY = 3.0
"""Seconds between two looks whether there is news on the wall."""
REST = timedelta(minutes=1)
"""Between two pages that differ only in how long ago something was seen: drawing the wall in
two languages took a quarter of what an idle process does."""
LARGEST = 16_000_000
"""Bytes; a wall of 500 lines in two languages is a tenth of that."""
_FORM = 1

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`at` is when it was drawn; `pages` are whole ones."""

    at: datetime
    pages: Mapping[Language, str]


def write(file: Path, snapshot: Snapshot) -> None:
    """All of it or nothing, for our own eyes only; whoever reads meanwhile has the one before."""
    told = {"form": _FORM, "at": snapshot.at.isoformat(), "pages": dict(snapshot.pages)}
    new = file.with_name(f"{file.name}.{os.getpid()}")
    with suppress(FileNotFoundError):
        new.unlink()
    try:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(json.dumps(told).encode())
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)


def read(file: Path) -> Snapshot | None:
    """None where there is none, or none that we made: a stranger's page is not ours to show."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as kept:
            its = os.fstat(kept.fileno())
            if not S_ISREG(its.st_mode) or its.st_uid != os.geteuid() or its.st_size > LARGEST:
                return None
            told = json.loads(kept.read())
        if told["form"] != _FORM:
            return None
        pages = {language: str(told["pages"][language]) for language in Language}
        return Snapshot(datetime.fromisoformat(told["at"]), pages)
    except (OSError, ValueError, KeyError, TypeError):
        return None


@dataclass(frozen=True, slots=True)
class _News:
    """What is worth a new page at once: all but when it was seen last."""

    landscape: Landscape
    edition: int | None
    incidents: tuple[str, ...]
    findings: tuple[str, ...]
    targets: tuple[tuple[State, str, Mood, Seen | None], ...]


def _news(board: Board) -> _News:
    targets = (
        (one.state, one.reason, one.readings.mood, run.seen if run else None)
        for one in board.standings.values()
        for run in (one.readings.settled,)
    )
    open_ones = tuple(board.incidents), tuple(board.findings)
    return _News(board.landscape, board.edition, *open_ones, tuple(targets))


class Keeper:
    """Keeps the file like the wall while all is well, apart from the event loop."""

    def __init__(
        self,
        wall: Wall,
        clock: Callable[[], datetime],
        file: Path,
        kept: Callable[[datetime], None],
    ) -> None:
        self._wall, self._clock, self._file, self._told = wall, clock, file, kept
        self._kept: int | None = None
        self._drawn_at: datetime | None = None
        self._told_of: _News | None = None
        self._failed = False

    async def look(self) -> None:
        """Write what is news at once, and what is none in its time.

        While nothing is recorded, the last good page is kept.
        """
        board = self._wall.board
        if board.revision == self._kept or board.trouble is not None:
            return
        now, revision, news = self._clock(), board.revision, _news(board)
        if news == self._told_of and self._drawn_at and abs(now - self._drawn_at) < REST:
            return
        readers = {language: Reader(language, Theme.AUTO) for language in Language}
        drawn = {one: self._wall.painted(reader, now).plain for one, reader in readers.items()}
        pages = {language: page.decode() for language, page in drawn.items()}
        try:
            await asyncio.to_thread(write, self._file, Snapshot(now, pages))
        except OSError as error:
            if not self._failed:
                log.warning("no snapshot is kept", file=str(self._file), why=error.strerror)
            self._failed = True
            return
        self._kept, self._failed = revision, False
        self._drawn_at, self._told_of = now, news
        self._told(now)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with at_it("snapshot", self._run):
            yield

    async def _run(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(EVERY)
