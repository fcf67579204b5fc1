"""Slots in which nothing was asked, on their way to the record, and who waits for that."""

import asyncio
from dataclasses import dataclass, field, replace

from monitor.domain.landscape import CheckId
from monitor.domain.observation import Missed


@dataclass(eq=False, slots=True)
class Misses:
    """Gathered by check and reason; `waiting` hear when these are recorded."""

    rows: dict[tuple[CheckId, str], Missed] = field(default_factory=dict)
    waiting: list[asyncio.Future[None]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.rows)

    def add(self, missed: Missed) -> None:
        key = (missed.check, missed.reason)
        before = self.rows.get(key)
        self.rows[key] = _together(before, missed) if before else missed

    def join(self, later: "Misses") -> None:
        """What could not be written is written together with what came since."""
        for missed in later.rows.values():
            self.add(missed)
        self.waiting += later.waiting

    async def over(self) -> None:
        """Wait until these are recorded, or dropped."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append(done)
        await done

    def end(self) -> None:
        for one in self.waiting:
            if not one.done():
                one.set_result(None)


def _together(one: Missed, other: Missed) -> Missed:
    return replace(
        one,
        first=min(one.first, other.first),
        last=max(one.last, other.last),
        count=one.count + other.count,
    )
