"""A target that keeps showing more than one version: nodes that were not all rolled out."""

from collections.abc import Iterator
from datetime import datetime

from monitor.domain.finding import Finding, FindingKind, Json, Severity
from monitor.domain.sighting import Mood, Seen
from monitor.drift.difference import Difference, Known
from monitor.drift.evidence import moment, readings
from monitor.drift.picture import Here, LinePicture


def found(picture: LinePicture, now: datetime, _known: Known) -> Iterator[Difference]:
    for here in picture.here:
        since = noticed_at(picture, here)
        if since and now >= since and here.blind is None:
            yield _difference(picture, here, since)


def ended(finding: Finding, picture: LinePicture, _now: datetime) -> str | None:
    here = picture.at(finding.environments[0])
    if here is None:
        return "notWatched"
    return "settled" if here.sure else None


def noticed_at(picture: LinePicture, here: Here) -> datetime | None:
    """From when on it is a finding, where the target is mixed."""
    if here.mood is not Mood.MIXED or here.mixed_since is None:
        return None
    return here.mixed_since + picture.line.policy.mixed_after


def _difference(picture: LinePicture, here: Here, since: datetime) -> Difference:
    shown: dict[Seen, Json] = {
        seen: {
            "served": seen.served,
            "version": seen.version,
            "fingerprint": seen.fingerprint,
        }
        for seen in here.recent
    }
    return Difference(
        line=picture.line.id,
        kind=FindingKind.MIXED,
        severity=Severity.WARNING,
        environments=(here.environment,),
        evidence={},  # which nodes answer is chance: that may not make it another finding
        asides={
            "since": moment(here.mixed_since) if here.mixed_since else None,
            "shown": list(shown.values()),
            "readings": readings([here]),
        },
        tolerated_until=since,
    )
