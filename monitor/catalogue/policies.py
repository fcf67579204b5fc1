"""Numbers, narrower over wider: line over interface over catalogue over the defaults."""

from dataclasses import replace
from typing import TypeVar

from monitor.catalogue.models import ByChange as WrittenByChange
from monitor.catalogue.models import NarrowPolicy
from monitor.catalogue.models import Policy as WrittenPolicy
from monitor.domain.landscape import ByChange, Policy

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
    )


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
