"""A version, or the line itself, that certainly reached PROD before LTO.

Certain is: what the first environment was read to run, at or after the moment by which the
other had the version, was something older or nothing. Where it had the version earlier and
went back, no order was broken. All else is together, within what probing can tell apart.
"""

from collections.abc import Iterator
from datetime import date, datetime

from checks.version import Order, compare
from monitor.domain.day import day_of
from monitor.domain.finding import Finding, FindingKind, Json, Severity
from monitor.domain.sighting import Sighting, same_version
from monitor.drift.difference import Difference, Known
from monitor.drift.evidence import moment, reading
from monitor.drift.expectation import is_over
from monitor.drift.picture import Here, LinePicture, lacking_until, settled_just_now


def found(picture: LinePicture, now: datetime, _known: Known) -> Iterator[Difference]:
    for first, then in _sides(picture, day_of(now)):
        there = then.sure
        if there is None or not there.seen.served or first.blind or first.settled is None:
            continue
        if _is_certain(first, first.settled, there):
            yield _difference(picture, first, first.settled, then, there)
        elif _was_certain(picture, first, then, now):
            yield _difference(picture, first, first.settled, then, there, past=True)


def ended(finding: Finding, picture: LinePicture, now: datetime) -> str | None:
    """Why it is over; None: nothing proves that it is."""
    today = day_of(now)
    if is_over(picture.line, today):
        return "retired"
    for first, then in _sides(picture, today):
        if (first.environment, then.environment) == finding.environments:
            before, there = first.sure, then.sure
            return _recovery(before, there) if before and there else None
    return "notRequired"


def _recovery(before: Sighting, there: Sighting) -> str | None:
    """How the first environment came to have it, or the other to have it no more."""
    if not there.seen.served:
        return "takenBack"
    if not before.seen.served:
        return None
    if before.seen.version is None or there.seen.version is None:
        return "caughtUp"
    match compare(before.seen.version, there.seen.version):
        case Order.SAME:
            return "caughtUp"
        case Order.NEWER:
            return "overtaken"
        case Order.OLDER | Order.UNORDERED:
            return None


def _sides(picture: LinePicture, today: date) -> Iterator[tuple[Here, Here]]:
    if is_over(picture.line, today):
        return
    for before, after in picture.must_precede:
        first, then = picture.at(before), picture.at(after)
        if first and then:
            yield first, then


def _is_certain(first: Here, before: Sighting, there: Sighting) -> bool:
    """Whether the first environment lacks now what the other has, and lacked it all along."""
    lacking = lacking_until(first)
    return (
        lacking is not None
        and there.by <= lacking
        and _is_behind(before, there)
        and not _had_it(first, before, there)
    )


def _was_certain(picture: LinePicture, first: Here, then: Here, now: datetime) -> bool:
    """Whether both have it, and only now can it be seen that the order was broken."""
    before, there = first.sure, then.sure
    return (
        before is not None
        and there is not None
        and then.current is not None
        and then.current.last == now
        and settled_just_now(then, picture.line)
        and then.current.by == there.by  # the version is new here, not only its contract
        and before.after is not None
        and there.by <= before.after
        and same_version(before.seen, there.seen)
        and not _had_it(first, before, there)
    )


def _is_behind(before: Sighting, there: Sighting) -> bool:
    if not before.seen.served:
        return True
    if before.seen.version is None or there.seen.version is None:
        return False
    return compare(before.seen.version, there.seen.version) is Order.OLDER


def _had_it(first: Here, before: Sighting, there: Sighting) -> bool:
    """Whether the first environment may have had it before it ran what it runs now."""
    previous = first.previous
    if previous is None:
        return False
    if same_version(previous.seen, before.seen):  # a new contract: what was before is forgotten
        return before.after is not None and there.by <= before.after
    return not _is_behind(previous, there) and (previous.after is None or previous.after < there.by)


def _difference(
    picture: LinePicture,
    first: Here,
    before: Sighting,
    then: Here,
    there: Sighting,
    *,
    past: bool = False,
) -> Difference:
    evidence: dict[str, Json] = {
        "version": there.seen.version,
        "first": first.environment,
        "then": then.environment,
        "wholeLine": not before.seen.served,
        "readings": [reading(first.environment, before), reading(then.environment, there)],
    }
    lacking = before.after if past else lacking_until(first)
    return Difference(
        line=picture.line.id,
        kind=FindingKind.ORDER_BROKEN,
        severity=Severity.CRITICAL,
        environments=(first.environment, then.environment),
        evidence=evidence,
        asides={"lackingAt": moment(lacking)} if lacking else {},
        past=past,
    )
