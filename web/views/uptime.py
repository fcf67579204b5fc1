"""How much of the time a target was how, and how fast it answered."""

from collections.abc import Sequence
from datetime import date, datetime

from monitor.domain.health import State
from monitor.domain.landscape import TargetId
from monitor.storage.history import Day, Point, Uptime
from monitor.storage.tally import Tally, summed
from web.views.model import View

PAGE_WINDOWS = (7, 30, 90)
"""Days over which a page tells the uptime, beside the last 24 hours."""


class Shares(View):
    """Parts of the whole time, from 0 to 1; p50 and p95 are seconds of good answers.

    `uptime` is up or degraded as part of the time in which it was up, degraded or down:
    maintenance and unknown are left out (semantics.md, section 2). None: no such time.
    """

    up: float
    degraded: float
    down: float
    maintenance: float
    unknown: float
    absent: float
    uptime: float | None
    p50: float | None
    p95: float | None


class DayShares(Shares):
    date: date  # of Europe/Amsterdam


class UptimeView(View):
    line: str
    environment: str
    since: datetime
    until: datetime
    days: tuple[DayShares, ...]
    total: Shares


class WindowShares(Shares):
    window: str  # 24h, 7d, 30d, 90d


class ResponseTimes(View):
    start: datetime
    p50: float
    p95: float
    probes: int


def uptime_view(target: TargetId, since: datetime, until: datetime, uptime: Uptime) -> UptimeView:
    return UptimeView(
        line=str(target.line),
        environment=target.environment,
        since=since,
        until=until,
        days=tuple(map(day_shares, uptime.days)),
        total=Shares(**_facts(uptime.total)),
    )


def day_shares(day: Day) -> DayShares:
    return DayShares(date=day.date, **_facts(day.tally))


def windows(last_day: Tally, days: Sequence[Day]) -> tuple[WindowShares, ...]:
    """The last 24 hours exactly; the longer ones by whole days, today included."""
    sums = [(f"{count}d", summed(day.tally for day in days[-count:])) for count in PAGE_WINDOWS]
    return tuple(
        WindowShares(window=name, **_facts(tally)) for name, tally in (("24h", last_day), *sums)
    )


def response_times(points: Sequence[Point]) -> tuple[ResponseTimes, ...]:
    return tuple(
        ResponseTimes(start=one.start, p50=one.p50, p95=one.p95, probes=one.probes)
        for one in points
    )


def _facts(tally: Tally) -> dict[str, float | None]:
    """No data is unknown, never healthy."""
    shares = {name: tally.share(state) for name, state in _SHARES.items()}
    known = shares["up"] is not None
    facts = {name: round(share or 0.0, 6) for name, share in shares.items()}
    return {
        **facts,
        "unknown": facts["unknown"] if known else 1.0,
        "uptime": tally.uptime,
        "p50": tally.p50,
        "p95": tally.p95,
    }


_SHARES = {
    "up": State.UP,
    "degraded": State.DEGRADED,
    "down": State.DOWN,
    "maintenance": State.MAINTENANCE,
    "unknown": State.UNKNOWN,
    "absent": State.ABSENT,
}
