"""A version that went down again, and for how long that is news."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from checks.version import Order, compare
from monitor.domain.finding import Finding, FindingKind, Severity, finding_key
from monitor.drift.difference import Difference, Known
from monitor.drift.evidence import moment, reading
from monitor.drift.picture import Here, LinePicture

NEWS_FOR = timedelta(hours=24)
"""After that it is history (semantics.md, section 4)."""


def found(picture: LinePicture, now: datetime, known: Known) -> Iterator[Difference]:
    for here in picture.here:
        run, before = here.sure, here.served_before
        if run is None or before is None:
            continue
        old, new = before.seen.version, run.seen.version
        is_down = old and new and compare(new, old) is Order.OLDER
        if is_down and old and now < run.by + NEWS_FOR:
            yield _difference(picture, here, old, known)


def ended(finding: Finding, picture: LinePicture, now: datetime) -> str | None:
    """Why it is over: time went by, or the version is back or newer."""
    here = picture.at(finding.environments[0])
    if here is None:
        return "notWatched"
    if now >= until(finding):
        return "dayOver"
    run, fallen_from = here.sure, finding.evidence.get("from")
    if run is None or run.seen.version is None or not isinstance(fallen_from, str):
        return None
    is_back = compare(run.seen.version, fallen_from) in {Order.SAME, Order.NEWER}
    return "upAgain" if is_back else None


def until(finding: Finding) -> datetime:
    told = finding.evidence.get("until")
    return datetime.fromisoformat(told) if isinstance(told, str) else finding.opened_at + NEWS_FOR


def _difference(picture: LinePicture, here: Here, old: str, known: Known) -> Difference:
    where = (here.environment,)
    run = here.settled
    assert run is not None
    open_ = known.get(finding_key(picture.line.id, FindingKind.ROLLED_BACK, where))
    if open_:  # it fell further: what counts is where it began
        begun_at = open_.evidence.get("from")
        if isinstance(begun_at, str) and compare(begun_at, old) is Order.NEWER:
            old = begun_at
    return Difference(
        line=picture.line.id,
        kind=FindingKind.ROLLED_BACK,
        severity=Severity.WARNING,
        environments=where,
        evidence={
            "from": old,
            "to": run.seen.version,
            "until": moment(run.by + NEWS_FOR),
            "readings": [reading(here.environment, run)],
        },
    )
