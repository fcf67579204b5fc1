"""A line that answers after its last day, the end of run-out included."""

from collections.abc import Iterator
from datetime import datetime

from monitor.domain.day import day_of
from monitor.domain.finding import Finding, FindingKind, Json, Severity
from monitor.domain.sighting import Mood
from monitor.drift.difference import Difference, Known
from monitor.drift.evidence import readings
from monitor.drift.expectation import is_over, last_day
from monitor.drift.picture import Here, LinePicture


def found(picture: LinePicture, now: datetime, _known: Known) -> Iterator[Difference]:
    last = last_day(picture.line)
    if last is None or not is_over(picture.line, day_of(now)):
        return
    for here in picture.here:
        run = here.sure
        if run.seen.served if run else _answers_by_turns(here):
            told: dict[str, Json] = {"readings": readings([here])}
            yield Difference(
                line=picture.line.id,
                kind=FindingKind.NOT_RETIRED,
                severity=Severity.INFO,
                environments=(here.environment,),
                evidence={"lastDay": last.isoformat(), **(told if run else {})},
                asides={} if run else told,  # what a mixed one was settled on is an aside
            )


def _answers_by_turns(here: Here) -> bool:
    """Whether some node of a mixed target still has the line."""
    return (
        here.mood is Mood.MIXED and here.blind is None and any(seen.served for seen in here.recent)
    )


def ended(finding: Finding, picture: LinePicture, now: datetime) -> str | None:
    here = picture.at(finding.environments[0])
    if here is None:
        return "notWatched"
    if not is_over(picture.line, day_of(now)):
        return "expected"
    return "notServed" if here.sure and not here.sure.seen.served else None
