"""Who looks at the wall hears what changes on it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime

from monitor.scheduling.upkeep import at_it
from web.live.wall import Wall
from web.templating.rows import row_id
from web.words.language import Language

MOST_CLIENTS = 200
"""Open streams at a time; each costs a connection and a short queue."""
QUEUE = 16
"""Messages that may wait for a slow reader; one that falls behind loads the page again."""
REST = 1.0
"""Seconds between two messages: a wall that flickers more often is not read better."""
HEARTBEAT = 15.0
"""Seconds of silence after which a proxy might think that we are gone."""

RELOAD = "event: reload\ndata: {}\n\n"
STILL_HERE = ": still here\n\n"


class Crowded(Exception):  # noqa: N818  named as the fact that it is
    """No more streams are open to new readers just now."""


@dataclass(eq=False, slots=True)
class _Client:
    language: Language
    waiting: asyncio.Queue[str] = field(default_factory=lambda: asyncio.Queue(QUEUE))

    def tell(self, message: str) -> None:
        try:
            self.waiting.put_nowait(message)
        except asyncio.QueueFull:
            while not self.waiting.empty():
                self.waiting.get_nowait()
            self.waiting.put_nowait(RELOAD)


class Stream:
    """One loop compares the wall with what was told, for all readers of a language at once."""

    def __init__(self, wall: Wall, clock: Callable[[], datetime]) -> None:
        self._wall = wall
        self._clock = clock
        self._clients: set[_Client] = set()
        self._told: dict[Language, dict[str, str]] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with at_it("live", self._run):
            yield

    def join(self, language: Language, mark: str) -> AsyncIterator[str]:
        """Follow the wall from `mark` on; `Crowded` when there is no place left."""
        if len(self._clients) >= MOST_CLIENTS:
            raise Crowded
        client = _Client(language)
        if language not in {other.language for other in self._clients}:
            self._told[language] = dict(self._wall.rows(language, self._clock()))
        self._clients.add(client)
        client.tell(self._caught_up(language, mark))
        return self._messages(client)

    async def _messages(self, client: _Client) -> AsyncIterator[str]:
        try:
            yield "retry: 3000\n\n"
            while True:
                try:
                    async with asyncio.timeout(HEARTBEAT):
                        message = await client.waiting.get()
                except TimeoutError:
                    message = STILL_HERE
                yield message
        finally:
            self._clients.discard(client)

    def _caught_up(self, language: Language, mark: str) -> str:
        """What a page that was drawn at `mark` has missed."""
        epoch, _, revision = mark.partition("-")
        board = self._wall.board
        if epoch != self._wall.epoch or not revision.isdecimal() or int(revision) > board.revision:
            return RELOAD
        targets = board.changed_since(int(revision))
        if targets is None:
            return RELOAD
        rows = self._wall.rows(language, self._clock())
        ids = {row_id(str(target.line)) for target in targets}
        return self._message(language, {id_: html for id_, html in rows.items() if id_ in ids})

    async def _run(self) -> None:
        board = self._wall.board
        revision = board.revision
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(HEARTBEAT):
                    revision = await board.beyond(revision)
            for language in {client.language for client in self._clients}:
                self._tell(language)
            await asyncio.sleep(REST)

    def _tell(self, language: Language) -> None:
        rows = dict(self._wall.rows(language, self._clock()))
        told = self._told.get(language, {})
        self._told[language] = rows
        if rows.keys() != told.keys():
            message = RELOAD
        else:
            changed = {id_: html for id_, html in rows.items() if html is not told[id_]}
            message = self._message(language, changed)
        for client in self._clients:
            if client.language is language:
                client.tell(message)

    def _message(self, language: Language, rows: dict[str, str]) -> str:
        headline = self._wall.headline(language, self._clock())
        said = json.dumps({"rows": rows, "headline": headline}, ensure_ascii=False)
        return f"id: {self._wall.mark}\nevent: wall\ndata: {said}\n\n"
