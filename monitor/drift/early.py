"""A line that answers in an environment before its first day there."""

from collections.abc import Iterator
from datetime import datetime

from monitor.domain.day import day_of
from monitor.domain.finding import Finding, FindingKind, Severity
from monitor.drift.difference import Difference, Known
from monitor.drift.evidence import reading
from monitor.drift.expectation import has_begun
from monitor.drift.picture import LinePicture


def found(picture: LinePicture, now: datetime, _known: Known) -> Iterator[Difference]:
    """Where the order is broken as well, that says it all; leave those out."""
    today = day_of(now)
    for here in picture.here:
        run = here.sure
        if run and run.seen.served and here.first_day and not has_begun(here, today):
            yield Difference(
                line=picture.line.id,
                kind=FindingKind.EARLY,
                severity=Severity.INFO,
                environments=(here.environment,),
                evidence={
                    "firstDay": here.first_day.isoformat(),
                    "readings": [reading(here.environment, run)],
                },
            )


def ended(finding: Finding, picture: LinePicture, now: datetime) -> str | None:
    here = picture.at(finding.environments[0])
    if here is None:
        return "notWatched"
    if has_begun(here, day_of(now)):
        return "begun"
    return "notServed" if here.sure and not here.sure.seen.served else None
