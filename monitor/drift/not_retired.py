"""A line that answers after its last day, the end of run-out included."""

from collections.abc import Iterator
from datetime import datetime

from monitor.domain.day import day_of
from monitor.domain.finding import Finding, FindingKind, Severity
from monitor.drift.difference import Difference, Known
from monitor.drift.evidence import reading
from monitor.drift.expectation import is_over, last_day
from monitor.drift.picture import LinePicture


def found(picture: LinePicture, now: datetime, _known: Known) -> Iterator[Difference]:
    last = last_day(picture.line)
    if last is None or not is_over(picture.line, day_of(now)):
        return
    for here in picture.here:
        run = here.sure
        if run and run.seen.served:
            yield Difference(
                line=picture.line.id,
                kind=FindingKind.NOT_RETIRED,
                severity=Severity.INFO,
                environments=(here.environment,),
                evidence={
                    "lastDay": last.isoformat(),
                    "readings": [reading(here.environment, run)],
                },
            )


def ended(finding: Finding, picture: LinePicture, now: datetime) -> str | None:
    here = picture.at(finding.environments[0])
    if here is None:
        return "notWatched"
    if not is_over(picture.line, day_of(now)):
        return "expected"
    return "notServed" if here.sure and not here.sure.seen.served else None
