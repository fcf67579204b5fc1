"""How the environments compare: what the rules of drift conclude of one line, in one breath."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from checks.version import Order, compare
from monitor.domain.finding import Finding, FindingKind, FindingPhase, Severity
from monitor.domain.health import State
from monitor.domain.life_cycle import Phase
from web.views.model import View
from web.views.target import TargetView
from web.words.moments import HOUR, HOURS_UNTIL

A_DAY = timedelta(days=1)


class ComparisonKind(StrEnum):
    """`finding`: the rules found something; the others say why they did not."""

    FINDING = "finding"
    SAME = "same"
    AS_MEANT = "asMeant"  # an X+1 where it is meant to be, and nowhere else
    AWAITED = "awaited"  # an X+1 that answers nowhere yet
    ALONE = "alone"  # there is only one environment to look at
    PLANNED = "planned"
    RETIRED = "retired"
    UNSEEN = "unseen"  # not all environments can be seen, or not any more
    SWITCHING = "switching"  # versions differ, which the rules have yet to weigh
    NO_VERSION = "noVersion"  # it tells no version


class Comparison(View):
    """The worst of a line's open findings, or that there is none.

    `day` of `days` is how far a tolerated rollout is; `more` counts the other findings.
    """

    kind: ComparisonKind
    environments: tuple[str, ...] = ()
    finding: FindingKind | None = None
    finding_id: str | None = None
    severity: Severity | None = None
    phase: FindingPhase | None = None
    version: str | None = None
    day: int | None = None
    days: int | None = None
    late: timedelta | None = None
    more: int = 0


_GRAVITY = tuple(Severity)
_TELLING = tuple(FindingKind)
_BLIND = frozenset({State.UNKNOWN, State.DOWN})


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """The gravest first, and of those the most telling kind."""
    return sorted(
        findings,
        key=lambda one: (_GRAVITY.index(one.severity), _TELLING.index(one.kind), one.opened_at),
    )


def compare_environments(
    phase: Phase, targets: Sequence[TargetView], findings: Sequence[Finding], now: datetime
) -> Comparison:
    """`findings`: the open ones of the line."""
    if findings:
        worst, *others = worst_first(findings)
        return _of_finding(worst, len(others), now)
    if phase is Phase.PLANNED:
        return Comparison(kind=ComparisonKind.PLANNED)
    if phase is Phase.RETIRED:
        return Comparison(kind=ComparisonKind.RETIRED)
    meant = [one for one in targets if one.expected and one.state is not State.NOT_CONFIGURED]
    places = tuple(one.environment for one in meant)
    if phase is Phase.NEXT and meant:
        there = tuple(one.environment for one in meant if one.state is not State.ABSENT)
        kind = ComparisonKind.AS_MEANT if there else ComparisonKind.AWAITED
        return Comparison(kind=kind, environments=there or places)
    return Comparison(kind=_kind(meant), environments=places)


def comparison_holds_until(findings: Iterable[Finding], now: datetime) -> datetime | None:
    """When time alone makes it say something else: a day further, or too late."""
    return min((moment for one in findings for moment in _turns(one, now)), default=None)


def _turns(one: Finding, now: datetime) -> Iterator[datetime]:
    begin, until = _begin(one), one.tolerated_until
    if until is None:
        return
    if now < until:
        yield until
        yield begin + (max(now - begin, timedelta()) // A_DAY + 1) * A_DAY
    else:
        step = _step(now - until)
        yield until + ((now - until) // step + 1) * step


def _step(late: timedelta) -> timedelta:
    """Hours at first, then days: as `span` tells it."""
    return HOUR if late < HOURS_UNTIL else A_DAY


def _of_finding(one: Finding, more: int, now: datetime) -> Comparison:
    day = days = late = None
    if one.phase is FindingPhase.ROLLING_OUT and one.tolerated_until:
        begin = _begin(one)
        days = max(1, -((begin - one.tolerated_until) // A_DAY))
        day = min(days, max(1, (now - begin) // A_DAY + 1))
    elif one.phase is FindingPhase.OVERDUE and one.tolerated_until:
        late = max(timedelta(), now - one.tolerated_until)
        late = late // _step(late) * _step(late)
    return Comparison(
        kind=ComparisonKind.FINDING,
        environments=_concerned(one),
        finding=one.kind,
        finding_id=one.id,
        severity=one.severity,
        phase=one.phase,
        version=_version(one),
        day=day,
        days=days,
        late=late,
        more=more,
    )


def _begin(one: Finding) -> datetime:
    """A rollout begins when its version is first seen; all else when it was found."""
    arrived = one.evidence.get("arrivedBy")
    return datetime.fromisoformat(arrived) if isinstance(arrived, str) else one.opened_at


def _concerned(one: Finding) -> tuple[str, ...]:
    """Of a lag those that are behind; of all else where it is."""
    behind = one.evidence.get("behind")
    if not isinstance(behind, list | tuple):
        return one.environments
    return tuple(str(place["environment"]) for place in behind if isinstance(place, dict))


def _version(one: Finding) -> str | None:
    names = ("version", "newest", "to")
    told = (one.evidence.get(name) for name in names)
    return next((version for version in told if isinstance(version, str)), None)


def _kind(meant: Sequence[TargetView]) -> ComparisonKind:
    if not any(one.version for one in meant):
        blind = not meant or any(one.state in _BLIND for one in meant)
        return ComparisonKind.UNSEEN if blind else ComparisonKind.NO_VERSION
    if len(meant) == 1:
        return ComparisonKind.ALONE
    if any(one.state in _BLIND or not (one.settled and one.version) for one in meant):
        return ComparisonKind.UNSEEN
    first, *others = (one.version for one in meant)
    same = all(compare(first or "", other or "") is Order.SAME for other in others)
    return ComparisonKind.SAME if same else ComparisonKind.SWITCHING
