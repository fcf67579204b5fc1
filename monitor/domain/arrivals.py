"""When versions came to a target, told from its runs of equal readings."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from checks.version import Order, compare
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


def first_of(runs: Iterable[Sighting], version: str) -> Sighting | None:
    """The run by which the version or a newer one first came to stay.

    A version that was read once, before a newer one settled in its place, was there.
    """
    first: Sighting | None = None
    for run in sorted(runs, key=lambda one: one.by):
        if run.after is None:  # the story starts anew: see sighting.follow
            first = None
        if is_it_or_newer(run, version):
            first = first or run
            if run.settled:
                return first
        elif run.settled:
            first = None
    return None


def lacking_at(runs: Iterable[Sighting], version: str) -> datetime | None:
    """The last time at which it certainly had neither the version nor a newer one."""
    lacking = (one.last for one in runs if one.settled and _lacks(one, version))
    return max(lacking, default=None)


def _lacks(run: Sighting, version: str) -> bool:
    return not run.seen.served or _order(run, version) is Order.OLDER


def _order(run: Sighting, version: str) -> Order | None:
    if not run.seen.served or run.seen.version is None:
        return None
    return compare(run.seen.version, version)
