"""Which environments are compared: those that can be seen, and what an open finding knows."""

from datetime import datetime
from typing import NamedTuple

from checks.version import Order, compare
from monitor.domain.day import day_of
from monitor.domain.finding import Finding
from monitor.domain.sighting import Sighting
from monitor.drift.expectation import has_begun, is_expected, is_over
from monitor.drift.picture import Here, LinePicture, moved_at


class Member(NamedTuple):
    """An environment that runs a version, or last did before it could not be seen."""

    here: Here
    run: Sighting
    version: str


def members(picture: LinePicture, now: datetime, known: Finding | None) -> tuple[Member, ...]:
    """Those where the line is expected now and a version is settled.

    A comparison is of one moment: an environment that was not read since the last one came to
    run what it runs may do so too by now, and has to wait. What is blind or between versions
    counts only where an open finding took it in already, and as it was: so it neither opens a
    finding nor makes one look like less.
    """
    today = day_of(now)
    if is_over(picture.line, today):
        return ()
    taken_in = known.environments if known else ()
    moved = moved_at(picture)
    found: list[Member] = []
    for one in picture.here:
        run = one.settled if one.environment in taken_in else one.read_since(moved)
        version = run.seen.version if run else None
        if run and version is not None and has_begun(one, today):
            found.append(Member(one, run, version))
    return tuple(found)


def agree_at_last(finding: Finding, picture: LinePicture, now: datetime) -> str | None:
    """Why a finding without a difference left is over: all that it is about can be seen."""
    today = day_of(now)
    concerned = [
        one
        for one in picture.here
        if one.environment in finding.environments and is_expected(picture.line, one, today)
    ]
    if not concerned:
        return "notExpected"
    return "agree" if all(one.sure for one in concerned) else None


def by_version(all_: tuple[Member, ...]) -> list[tuple[Member, ...]]:
    """The members in groups of one version, in the order in which they come."""
    groups: list[list[Member]] = []
    for one in all_:
        for group in groups:
            version = group[0].version
            if version == one.version or compare(version, one.version) is Order.SAME:
                group.append(one)
                break
        else:
            groups.append([one])
    return [tuple(group) for group in groups]
