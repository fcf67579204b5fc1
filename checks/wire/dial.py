"""From addresses to a connection, past those that lead nowhere."""

import asyncio
import errno
from collections.abc import Sequence
from itertools import chain, zip_longest

from checks.trouble import Stage, TroubleKind
from checks.wire.line import Line
from checks.wire.unanswered import Unanswered

HEAD_START = 0.25  # seconds that an address has to itself (RFC 8305, section 5)
TRIES = 8  # addresses of one name

EXHAUSTED = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EADDRNOTAVAIL}


async def dial(addresses: Sequence[str], port: int) -> Line:
    """Connect to the first address that takes us. Raises Unanswered when none does.

    An address that keeps silent does not use up the deadline: the next is tried beside it.
    """
    if len(addresses) == 1:
        try:
            return await _dial(addresses[0], port)
        except OSError as error:
            raise _trouble(error) from error
    return await _race(_in_turn(addresses)[:TRIES], port)


async def _dial(address: str, port: int) -> Line:
    loop = asyncio.get_running_loop()
    _, line = await loop.create_connection(Line, address, port)
    return line


async def _race(addresses: Sequence[str], port: int) -> Line:
    waiting = list(reversed(addresses))
    running: set[asyncio.Task[Line]] = set()
    first: OSError | None = None
    try:
        while waiting or running:
            if waiting:
                running.add(asyncio.create_task(_dial(waiting.pop(), port)))
            done, _ = await asyncio.wait(
                running,
                timeout=HEAD_START if waiting else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for task in done:
                error = task.exception()
                if error is None:
                    running.discard(task)
                    return task.result()
                if not isinstance(error, OSError):
                    raise error
                running.discard(task)
                first = first or error
    finally:
        for task in running:
            task.add_done_callback(_drop)
            task.cancel()
    assert first is not None
    raise _trouble(first) from first


def _drop(task: "asyncio.Task[Line]") -> None:
    """Hang up on one that got through as well, but later."""
    if not task.cancelled() and task.exception() is None:
        task.result().hang_up()


def _in_turn(addresses: Sequence[str]) -> list[str]:
    """Alternate the families, beginning with the one that the system prefers."""
    six = [address for address in addresses if ":" in address]
    four = [address for address in addresses if ":" not in address]
    ahead, behind = (six, four) if addresses[0] in six else (four, six)
    pairs = zip_longest(ahead, behind)
    return [address for address in chain.from_iterable(pairs) if address is not None]


def _trouble(error: OSError) -> Unanswered:
    match error.errno:
        case errno.ECONNREFUSED:
            kind, sentence = TroubleKind.CONNECTION_REFUSED, "the server refuses the connection"
        case errno.ETIMEDOUT:
            kind, sentence = TroubleKind.CONNECT_TIMEOUT, "nothing answers at that address"
        case errno.ECONNRESET | errno.EPIPE:
            kind, sentence = TroubleKind.RESET, "the server reset the connection"
        case number if number in EXHAUSTED:
            kind = TroubleKind.EXHAUSTED
            sentence = f"this machine has no socket left ({errno.errorcode[number]})"
        case number:
            name = errno.errorcode.get(number or 0, type(error).__name__)
            kind, sentence = TroubleKind.UNREACHABLE, f"there is no way to that address ({name})"
    return Unanswered(kind, sentence, Stage.CONNECT)
