"""Names to addresses, so that a mute name server holds up only the names it is mute about."""

import asyncio
import socket
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Condition, Thread

from checks.trouble import Stage, TroubleKind
from checks.wire.unanswered import Unanswered

Lookup = Callable[[str], Sequence[str]]
"""Blocking: a host name to its addresses, in the order in which to try them; OSError if none."""

THREADS = 128  # one that waits for a name server costs a little memory and no time
RESERVED = 16  # of those, kept for names whose last look-up went well


def system_lookup(host: str) -> Sequence[str]:
    """Ask the system, which knows /etc/hosts and the order of address families."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


class Resolver:
    """Looks every name up afresh, and one name at most once at a time.

    asyncio's own look-ups share a few threads and keep them after a time-out, so that a
    handful of dead names stops all others. Here a dead name holds one thread however often
    it is asked for, and a name that was well the last time never queues behind the dead.
    """

    def __init__(self, lookup: Lookup = system_lookup, *, threads: int = THREADS) -> None:
        self._pool = _Pool(lookup, threads)
        self._flights: dict[str, asyncio.Future[Sequence[str]]] = {}
        self._proven: set[str] = set()

    async def resolve(self, host: str) -> Sequence[str]:
        """Give the addresses of `host`, at least one. Raises Unanswered when there are none."""
        flight = self._flights.get(host)
        if flight is None:
            flight = asyncio.get_running_loop().create_future()
            flight.add_done_callback(lambda landed: self._land(host, landed))
            self._flights[host] = flight
            self._pool.submit(host, flight, proven=host in self._proven)
        try:
            addresses = await asyncio.shield(flight)  # others may be waiting for it too
        except (OSError, UnicodeError) as error:
            raise Unanswered(TroubleKind.DNS, _said(host, error), Stage.DNS) from error
        if not addresses:
            raise Unanswered(TroubleKind.DNS, f"the name {host} has no address", Stage.DNS)
        return addresses

    def close(self) -> None:
        """Let idle threads go; one that still waits for a name server ends by itself."""
        self._pool.close()

    def _land(self, host: str, flight: "asyncio.Future[Sequence[str]]") -> None:
        del self._flights[host]
        if flight.cancelled() or flight.exception() is not None:
            self._proven.discard(host)
        else:
            self._proven.add(host)


class _Pool:
    """Daemon threads, started as they are needed: a stuck look-up must not hold up our end."""

    def __init__(self, lookup: Lookup, threads: int) -> None:
        self._lookup = lookup
        self._most = threads
        self._common = max(1, threads - RESERVED)
        self._change = Condition()
        self._proven: deque[tuple[str, asyncio.Future[Sequence[str]]]] = deque()
        self._unproven: deque[tuple[str, asyncio.Future[Sequence[str]]]] = deque()
        self._threads = self._idle = self._doubtful = 0
        self._closed = False

    def submit(self, host: str, flight: "asyncio.Future[Sequence[str]]", *, proven: bool) -> None:
        with self._change:
            (self._proven if proven else self._unproven).append((host, flight))
            waiting = len(self._proven) + len(self._unproven)
            if waiting > self._idle and self._threads < self._most:
                self._threads += 1
                Thread(target=self._work, name="resolver", daemon=True).start()
            self._change.notify()

    def close(self) -> None:
        with self._change:
            self._closed = True
            self._change.notify_all()

    def _work(self) -> None:
        while True:
            with self._change:
                while not self._ready():
                    if self._closed:
                        self._threads -= 1
                        return
                    self._idle += 1
                    self._change.wait()
                    self._idle -= 1
                doubtful = not self._proven
                self._doubtful += doubtful
                host, flight = (self._unproven if doubtful else self._proven).popleft()
            self._look_up(host, flight)
            with self._change:
                self._doubtful -= doubtful
                self._change.notify()

    def _ready(self) -> bool:
        return bool(self._proven) or (bool(self._unproven) and self._doubtful < self._common)

    def _look_up(self, host: str, flight: "asyncio.Future[Sequence[str]]") -> None:
        try:
            addresses = self._lookup(host)
        except Exception as error:  # noqa: BLE001  whoever asked gets it, whatever it is
            _tell(flight, error)
        else:
            _tell(flight, addresses)


def _tell(flight: "asyncio.Future[Sequence[str]]", what: Sequence[str] | Exception) -> None:
    def settle() -> None:
        if flight.done():
            return
        if isinstance(what, Exception):
            flight.set_exception(what)
        else:
            flight.set_result(what)

    with suppress(RuntimeError):  # the loop has ended meanwhile, and nobody is waiting
        flight.get_loop().call_soon_threadsafe(settle)


def _said(host: str, error: Exception) -> str:
    match getattr(error, "errno", None):
        case socket.EAI_NONAME | socket.EAI_NODATA:
            return f"the name {host} is not known"
        case socket.EAI_AGAIN:
            return f"the name server gave no answer about {host}"
        case _:
            return f"the name {host} could not be looked up"
