"""A contract that changed where the version did not: nobody was told."""

from collections.abc import Iterator
from datetime import datetime

from checks.version import Order, compare
from monitor.domain.finding import Finding, FindingKind, Severity
from monitor.domain.sighting import same_version
from monitor.drift.difference import Difference, Known
from monitor.drift.evidence import moment, reading
from monitor.drift.picture import Here, LinePicture


def found(picture: LinePicture, _now: datetime, _known: Known) -> Iterator[Difference]:
    for here in picture.here:
        if difference := _changed(picture, here):
            yield difference


def ended(finding: Finding, picture: LinePicture, _now: datetime) -> str | None:
    """Why it is over: the version moved. A line that went away moved nowhere yet."""
    here = picture.at(finding.environments[0])
    if here is None:
        return "notWatched"
    run, version = here.sure, finding.evidence.get("version")
    if run is None or run.seen.version is None or not isinstance(version, str):
        return None
    return None if compare(run.seen.version, version) is Order.SAME else "versionMoved"


def _changed(picture: LinePicture, here: Here) -> Difference | None:
    run, before = here.sure, here.previous
    if run is None or before is None or run.seen.version is None:
        return None
    was, is_ = before.seen.fingerprint, run.seen.fingerprint
    if was is None or is_ is None or was == is_ or not same_version(before.seen, run.seen):
        return None
    current = here.current
    seen_between = (
        {
            "changedAfter": moment(current.after) if current.after else None,
            "changedBy": moment(current.by),
        }
        if current
        else {}
    )
    return Difference(
        line=picture.line.id,
        kind=FindingKind.CONTRACT_CHANGED,
        severity=Severity.WARNING,
        environments=(here.environment,),
        evidence={
            "version": run.seen.version,
            "before": was,
            "after": is_,
            "readings": [reading(here.environment, run)],
        },
        asides=seen_between,
    )
