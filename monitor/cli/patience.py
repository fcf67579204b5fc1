"""How long the window waits for who comes to it: uvicorn knows no end of that.

Silent, dripping and unreading clients cost a descriptor each. What waits is bounded in time,
and in number: where room runs out, who has waited longest makes way for who comes.
"""

import asyncio
from typing import Any, ClassVar

from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class PatientProtocol(HttpToolsProtocol):
    """One connection. A whole request must have come `request` seconds after it began."""

    request: ClassVar[float] = 10.0
    """Seconds for head and body together; the body is at most 64 kB (limits.py)."""
    reading: ClassVar[float] = 30.0
    """Seconds that nothing, or a little of what we wrote, may be taken by the client."""
    room: ClassVar[int] = 300
    """Connections before the longest waiting one goes. Below the 400 at which uvicorn refuses
    whoever comes, and above the 200 live pages, which do not wait."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._asked: asyncio.TimerHandle | None = None  # runs while a request is to come
        self._taken: asyncio.TimerHandle | None = None  # runs while what we wrote is to go
        self._since = self.loop.time()

    @property
    def is_waiting(self) -> bool:
        """Whether nothing of ours is under way: the client is to speak, or to leave."""
        return self.cycle is None or self.cycle.response_complete or self._asked is not None

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        # uvicorn narrows the transport, and so must we
        super().connection_made(transport)
        self._expect_request()
        if len(self.connections) > self.room:
            self._make_room()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._asked = self._stop(self._asked)
        self._taken = self._stop(self._taken)

    @override
    def data_received(self, data: bytes) -> None:
        self._expect_request()
        super().data_received(data)

    @override
    def on_message_begin(self) -> None:
        self._expect_request()
        super().on_message_begin()

    @override
    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._asked = self._stop(self._asked)

    @override
    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._since = self.loop.time()
        if self.transport.get_write_buffer_size():
            self._expect_reader()

    @override
    def pause_writing(self) -> None:
        super().pause_writing()
        self._expect_reader()

    @override
    def resume_writing(self) -> None:
        super().resume_writing()
        self._taken = self._stop(self._taken)

    def leave(self) -> None:
        """Drop the connection, whatever is still to be read or written on it."""
        self.connections.discard(self)
        self.transport.abort()

    def _expect_request(self) -> None:
        self._asked = self._asked or self.loop.call_later(self.request, self.leave)

    def _expect_reader(self) -> None:
        self._taken = self._taken or self.loop.call_later(self.reading, self._reader_is_late)

    def _reader_is_late(self) -> None:
        self._taken = None
        if self.transport.get_write_buffer_size():
            self.leave()

    @staticmethod
    def _stop(timer: asyncio.TimerHandle | None) -> asyncio.TimerHandle | None:
        if timer:
            timer.cancel()
        return None

    def _make_room(self) -> None:
        waiting = [
            one for one in self.connections if isinstance(one, PatientProtocol) and one.is_waiting
        ]
        if waiting:
            min(waiting, key=lambda one: one._since).leave()  # noqa: SLF001  one of our own
