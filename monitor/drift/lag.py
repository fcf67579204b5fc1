"""Versions that differ: the newest has yet to come somewhere, or nobody can say which it is."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from checks.version import Change, Order, change, compare
from monitor.domain.finding import Finding, FindingKind, Json, Severity, finding_key
from monitor.domain.landscape import ByChange
from monitor.drift.difference import Difference, Known
from monitor.drift.evidence import moment, reading
from monitor.drift.members import Member, agree_at_last, by_version, members
from monitor.drift.picture import LinePicture


class Group(NamedTuple):
    """Who runs one version, and when that was first seen anywhere."""

    version: str
    environments: list[str]
    arrival: datetime


def found(picture: LinePicture, now: datetime, known: Known) -> Iterator[Difference]:
    """Ask this only where the order is not broken."""
    all_ = members(picture, now, _open(picture, known))
    groups = [_group(those) for those in by_version(all_)]
    if len(groups) > 1:
        yield _difference(picture, all_, groups)


def ended(finding: Finding, picture: LinePicture, now: datetime) -> str | None:
    """Why it is over; None: nothing proves that it is."""
    for difference in found(picture, now, {finding.key: finding}):
        if difference.kind is not finding.kind:
            return "notOrdered" if difference.kind is FindingKind.DIFFERS else "ordered"
    return agree_at_last(finding, picture, now)


def _open(picture: LinePicture, known: Known) -> Finding | None:
    """`lag` and `differs` are two names of one difference: one takes over from the other."""
    if not known:
        return None
    line = picture.line.id
    keys = (finding_key(line, kind, ()) for kind in (FindingKind.LAG, FindingKind.DIFFERS))
    return next((known[key] for key in keys if key in known), None)


def _difference(
    picture: LinePicture, all_: Sequence[Member], groups: Sequence[Group]
) -> Difference:
    newest = _newest(groups)
    leading = newest or max(groups, key=_arrival)
    readings: list[Json] = []
    behind: list[Json] = []
    times: list[datetime] = []
    for one in all_:
        environment = one.here.environment
        readings.append(reading(environment, one.run))
        if environment not in leading.environments:
            told, until = _behind(picture, environment, one.version, leading)
            behind.append(told)
            times.append(until)
    evidence: dict[str, Json] = {
        "newest": newest.version if newest else None,
        "arrivedBy": moment(leading.arrival),
        "groups": [_told(group) for group in groups],
        "behind": behind,
        "readings": readings,
    }
    return Difference(
        line=picture.line.id,
        kind=FindingKind.LAG if newest else FindingKind.DIFFERS,
        severity=Severity.WARNING,
        environments=tuple([one.here.environment for one in all_]),
        evidence=evidence,
        tolerated_until=min(times),
    )


def _newest(groups: Sequence[Group]) -> Group | None:
    """None where any two of the versions cannot be ordered."""
    newest = groups[0]
    for place, group in enumerate(groups[1:], 1):
        for other in groups[:place]:
            if compare(group.version, other.version) is Order.UNORDERED:
                return None
        if compare(group.version, newest.version) is Order.NEWER:
            newest = group
    return newest


def _arrival(group: Group) -> datetime:
    return group.arrival


def _behind(
    picture: LinePicture, environment: str, version: str, leading: Group
) -> tuple[Json, datetime]:
    """What is told of an environment that has yet to get what leads, and until when it may."""
    step = change(version, leading.version)
    planned = _planned(picture, environment, leading.version)
    until = planned or leading.arrival + _grace(picture.line.policy.grace, step)
    told: dict[str, Json] = {
        "environment": environment,
        "version": version,
        "change": step.value,
        "planned": planned is not None,
        "toleratedUntil": moment(until),
    }
    return told, until


def _planned(picture: LinePicture, environment: str, version: str) -> datetime | None:
    for announced, times in picture.planned.items():
        if environment in times and compare(announced, version) is Order.SAME:
            return times[environment]
    return None


def _grace(grace: ByChange, step: Change) -> timedelta:
    match step:
        case Change.MAJOR:
            return grace.major
        case Change.MINOR:
            return grace.minor
        case Change.PATCH:
            return grace.patch


def _group(those: Sequence[Member]) -> Group:
    return Group(
        those[0].version,
        [one.here.environment for one in those],
        min([one.run.by for one in those]),
    )


def _told(group: Group) -> Json:
    return {
        "version": group.version,
        "environments": group.environments,
        "arrivedBy": moment(group.arrival),
    }
