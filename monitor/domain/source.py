"""Which of a target's checks is believed about its version.

The first check, in the order of the catalogue, that yields a version (semantics.md,
section 3, and catalogue.md: "the first of its checks that yields one"):

- The source itself is always heard. Having yielded a version once, an answer of it without
  one counts as unreadable: the version is not gone because we could not read it.
- Another check that yields a version is heard over a source that never yielded one, that
  stands later in the order, or that was silent, or said nothing but "not served", for longer
  than its `stale_after`.
- A check that is asked from several locations is one check: a version that differs between
  them is what a load balancer's nodes look like, and that is told as mixed.
- "Not served" from another check is heard while there is no source or it is silent; likewise
  "served", but that only from a check that could have read a version, or where none can.
"""

from datetime import datetime

from checks.outcome import Reading, ReadingKind
from monitor.domain.landscape import TargetPlan
from monitor.domain.sighting import Readings


def is_heard(
    before: Readings, check: str, reading: Reading, plan: TargetPlan, at: datetime
) -> bool:
    """Whether a reading of `check` says something about the target's version."""
    if reading.kind is ReadingKind.UNREADABLE:
        return False
    source = before.source
    yields = reading.version is not None
    absent = reading.kind is ReadingKind.NOT_SERVED
    if check == source:
        return yields or absent or not before.versioned
    if yields and (source is None or not before.versioned):
        return True
    if source is None or _is_silent(before, plan, at):
        return yields or absent or _may_tell(check, plan)
    if yields:
        return plan.rank(check) < plan.rank(source) or _is_long_absent(before, plan, at)
    return (
        not before.versioned
        and plan.rank(check) < plan.rank(source)
        and (absent or _may_tell(check, plan))
    )


def _is_silent(before: Readings, plan: TargetPlan, at: datetime) -> bool:
    probe = plan.reader(before.source)
    return probe is None or before.source_at is None or at - before.source_at > probe.stale_after


def _is_long_absent(before: Readings, plan: TargetPlan, at: datetime) -> bool:
    probe, run = plan.reader(before.source), before.current
    if probe is None or run is None or run.seen.served:
        return False
    return at - run.by > probe.stale_after


def _may_tell(check: str, plan: TargetPlan) -> bool:
    probe = plan.reader(check)
    return (probe is not None and probe.reads_version) or not any(
        one.reads_version for one in plan.probes
    )
