"""A line that is promised in an environment, where it answers that it is not there."""

from collections.abc import Iterator
from datetime import datetime

from monitor.domain.day import day_of, start_of
from monitor.domain.finding import Finding, FindingKind, Severity
from monitor.domain.life_cycle import Phase
from monitor.drift.difference import Difference, Known
from monitor.drift.evidence import reading
from monitor.drift.expectation import is_expected
from monitor.drift.picture import Here, LinePicture

SUPPORTED = frozenset({Phase.LATEST, Phase.PREVIOUS})


def found(picture: LinePicture, now: datetime, _known: Known) -> Iterator[Difference]:
    for here in picture.here:
        run = here.sure
        if run and not run.seen.served and _is_promised(picture, here, now):
            yield Difference(
                line=picture.line.id,
                kind=FindingKind.MISSING,
                severity=Severity.CRITICAL if picture.phase in SUPPORTED else Severity.WARNING,
                environments=(here.environment,),
                evidence={
                    "expectedBy": here.first_day.isoformat() if here.first_day else None,
                    "next": picture.phase is Phase.NEXT,
                    "readings": [reading(here.environment, run)],
                },
                tolerated_until=start_of(here.first_day) if here.first_day else None,
            )


def ended(finding: Finding, picture: LinePicture, now: datetime) -> str | None:
    here = picture.at(finding.environments[0])
    if here is None:
        return "notWatched"
    if not _is_promised(picture, here, now):
        return "notExpected"
    return "served" if here.sure and here.sure.seen.served else None


def _is_promised(picture: LinePicture, here: Here, now: datetime) -> bool:
    """An X+1 is promised from a day on; without one it comes when it comes."""
    if picture.phase is Phase.NEXT and here.first_day is None:
        return False
    return picture.phase is not Phase.PLANNED and is_expected(picture.line, here, day_of(now))
