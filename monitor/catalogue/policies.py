"""Numbers, narrower over wider: line over interface over catalogue over the defaults."""

from dataclasses import replace
from typing import TypeVar

from checks.check import Check
from monitor.catalogue.models import ByChange as WrittenByChange
from monitor.catalogue.models import NarrowPolicy
from monitor.catalogue.models import Policy as WrittenPolicy
from monitor.domain.landscape import ByChange, Policy
from monitor.domain.quorum import most_of

T = TypeVar("T")


def base_policy(written: WrittenPolicy) -> Policy:
    """The policy of the whole catalogue, over the defaults of semantics.md."""
    policy = narrowed(Policy(), written)
    return replace(policy, per_host=written.per_host) if written.per_host else policy


def narrowed(wider: Policy, written: NarrowPolicy) -> Policy:
    """`wider`, but for what `written` says; a span per class of change is narrowed one by one."""
    return Policy(
        interval=_or(written.interval, wider.interval),
        timeout=_or(written.timeout, wider.timeout),
        degraded_after=_or(written.degraded_after, wider.degraded_after),
        confirm_after=_or(written.confirm_after, wider.confirm_after),
        failure_threshold=_or(written.failure_threshold, wider.failure_threshold),
        success_threshold=_or(written.success_threshold, wider.success_threshold),
        grace=_by_change(written.grace, wider.grace),
        soak=_by_change(written.soak, wider.soak),
        mixed_after=_or(written.mixed_after, wider.mixed_after),
        per_host=wider.per_host,
        locations=_or(written.locations, wider.locations),
        quorum=_or(written.quorum, wider.quorum),
    )


def places_of(check: Check, policy: Policy) -> tuple[tuple[str, ...], int]:
    """Whence a check is asked, and how many must agree; what it says itself is narrowest."""
    locations = _or(check.locations, policy.locations) if check.asked else ()
    quorum = _or(check.quorum, policy.quorum)
    return locations, quorum if quorum and locations else most_of(len(locations))


def _by_change(written: WrittenByChange | None, wider: ByChange) -> ByChange:
    if written is None:
        return wider
    return ByChange(
        major=_or(written.major, wider.major),
        minor=_or(written.minor, wider.minor),
        patch=_or(written.patch, wider.patch),
    )


def _or(written: T | None, wider: T) -> T:
    return wider if written is None else written
