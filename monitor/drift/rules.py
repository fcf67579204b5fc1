"""Every kind of difference, looked for in one picture (semantics.md, section 4)."""

from collections.abc import Iterable
from datetime import datetime

from monitor.domain.finding import Finding, FindingKind
from monitor.drift import (
    contract_changed,
    contract_differs,
    early,
    lag,
    missing,
    mixed,
    not_retired,
    order_broken,
    rolled_back,
)
from monitor.drift.difference import Difference, Known
from monitor.drift.picture import LinePicture

_DELAYS = frozenset({FindingKind.LAG, FindingKind.DIFFERS})
_ENDS = {
    FindingKind.ORDER_BROKEN: order_broken.ended,
    FindingKind.LAG: lag.ended,
    FindingKind.DIFFERS: lag.ended,
    FindingKind.CONTRACT_DIFFERS: contract_differs.ended,
    FindingKind.CONTRACT_CHANGED: contract_changed.ended,
    FindingKind.MISSING: missing.ended,
    FindingKind.NOT_RETIRED: not_retired.ended,
    FindingKind.EARLY: early.ended,
    FindingKind.ROLLED_BACK: rolled_back.ended,
    FindingKind.MIXED: mixed.ended,
}
_ALONE = (missing, not_retired, contract_changed, rolled_back, mixed)


def differences(
    picture: LinePicture, now: datetime, findings: Iterable[Finding] = ()
) -> tuple[Difference, ...]:
    """What differs, as far as can be seen; an open finding keeps what it took in."""
    known = _known(findings)
    alone = [one for rule in _ALONE for one in rule.found(picture, now, known)]
    if not known and picture.is_alike:  # most lines, most of the time
        return (*early.found(picture, now, known), *alone)
    order = tuple(order_broken.found(picture, now, known))
    broken = _broken(order, known, picture, now)
    barred = {then for _, then in broken}
    return (
        *order,
        *(() if broken else lag.found(picture, now, known)),
        *(one for one in early.found(picture, now, known) if one.environments[0] not in barred),
        *contract_differs.found(picture, now, known),
        *alone,
    )


def ended(
    finding: Finding, picture: LinePicture, now: datetime, findings: Iterable[Finding] = ()
) -> str | None:
    """Why a finding that shows no difference any more is over, in one camelCase word.

    None: nothing proves that it is. A broken order takes the place of `lag` and `early`.
    """
    if finding.kind is FindingKind.EARLY or finding.kind in _DELAYS:
        known = _known(findings)
        broken = _broken(order_broken.found(picture, now, known), known, picture, now)
        early_too = {then for _, then in broken}.intersection(finding.environments)
        if broken and (finding.kind in _DELAYS or early_too):
            return "orderBroken"
    return _ENDS[finding.kind](finding, picture, now)


def _known(findings: Iterable[Finding]) -> Known:
    return {one.key: one for one in findings if one.is_open}


def _broken(
    found: Iterable[Difference], known: Known, picture: LinePicture, now: datetime
) -> frozenset[tuple[str, ...]]:
    """Whose order is broken: seen now, or seen before and not known to be over."""
    seen = {one.environments for one in found if not one.past}
    if not known:
        return frozenset(seen)
    held = {
        one.environments
        for one in known.values()
        if one.kind is FindingKind.ORDER_BROKEN and not order_broken.ended(one, picture, now)
    }
    return frozenset(seen | held)
