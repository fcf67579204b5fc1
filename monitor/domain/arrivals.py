"""When versions came to a target, told from its runs of equal readings."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import accumulate

from checks.version import Order, compare, precedence
from monitor.domain.sighting import Sighting, same_version


def arrivals(runs: Iterable[Sighting]) -> tuple[Sighting, ...]:
    """Each time that another version settled, dated by its first run; oldest first.

    As sighting.py dates what is settled: neither a flicker nor a changed contract makes a
    version arrive again.
    """
    came: list[Sighting] = []
    settled: Sighting | None = None
    appeared: list[Sighting] = []
    for run in sorted(runs, key=lambda one: one.by):
        if run.after is None:  # the story starts anew: see sighting.follow
            settled, appeared = None, []
        if not run.settled:
            appeared.append(run)
            continue
        if settled is None or not same_version(settled.seen, run.seen):
            first = next((one for one in appeared if same_version(one.seen, run.seen)), run)
            came.append(replace(run, after=first.after, by=first.by))
        settled, appeared = run, []
    return tuple(came)


def is_it(run: Sighting, version: str) -> bool:
    """Whether a run shows this version, however it is written."""
    return _order(run, version) is Order.SAME


def is_it_or_newer(run: Sighting, version: str) -> bool:
    return _order(run, version) in {Order.SAME, Order.NEWER}


class Chronicle:
    """The runs of one target, in which many versions are looked up."""

    def __init__(self, runs: Iterable[Sighting]) -> None:
        self.runs = tuple(sorted(runs, key=lambda one: one.by))
        self._settled = [place for place, run in enumerate(self.runs) if run.settled]
        highest = accumulate((_place(self.runs[one]) for one in self._settled), max)
        self._highest: list[tuple[object, ...]] = [*highest]  # of all that settled until each

    def first_of(self, version: str) -> Sighting | None:
        """The run by which the version or a newer one first came to stay.

        A version that was read once, before a newer one settled in its place, was there.
        """
        nth = self._stayed(version)
        if nth is None:
            return None
        begin, end = self._settled[nth - 1] + 1 if nth else 0, self._settled[nth]
        anew = (place for place in range(end, begin, -1) if self.runs[place].after is None)
        begin = next(anew, begin)  # the story starts anew there: see sighting.follow
        return next(run for run in self.runs[begin : end + 1] if is_it_or_newer(run, version))

    def lacking_at(self, version: str) -> datetime | None:
        """The last time at which it certainly had neither the version nor a newer one."""
        lacking = (one.last for one in self.runs if one.settled and _lacks(one, version))
        return max(lacking, default=None)

    def _stayed(self, version: str) -> int | None:
        """Which of what settled is the first to be the version, or newer."""
        if key := precedence(version):
            nth = bisect_left(self._highest, key)
            return nth if nth < len(self._highest) else None
        settled = enumerate(self._settled)
        return next((nth for nth, place in settled if is_it(self.runs[place], version)), None)


def _place(run: Sighting) -> tuple[object, ...]:
    """In the order of versions; what has no place in it comes before all."""
    if not run.seen.served or run.seen.version is None:
        return ()
    return precedence(run.seen.version) or ()


def _lacks(run: Sighting, version: str) -> bool:
    return not run.seen.served or _order(run, version) is Order.OLDER


def _order(run: Sighting, version: str) -> Order | None:
    if not run.seen.served or run.seen.version is None:
        return None
    return compare(run.seen.version, version)
