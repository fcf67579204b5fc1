"""When something may be away, because it was planned."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.domain.maintenance import Maintenance
from monitor.domain.window import Window
from web.views.model import View

SOON = timedelta(hours=48)
"""So long before it starts it is told on every wall."""


class Turn(StrEnum):
    NOW = "now"
    PLANNED = "planned"
    PAST = "past"


class WindowView(View):
    starts_at: datetime
    ends_at: datetime


class MaintenanceView(View):
    """The names are the API's (api.md); empty lists mean all.

    `window` is the one that is on; else the next; else the last, and None where none ever was.
    """

    id: str
    state: Turn
    window: WindowView | None
    starts_at: datetime
    ends_at: datetime
    rrule: str | None
    timezone: str
    environments: tuple[str, ...]
    interfaces: tuple[str, ...]
    lines: tuple[str, ...]
    reason: str
    withdrawn_at: datetime | None


class MaintenancePage(View):
    items: tuple[MaintenanceView, ...]
    next: str | None = None


def maintenance_view(one: Maintenance, now: datetime) -> MaintenanceView:
    on, coming = one.now(now), one.coming(now)
    window = on or coming or one.past(now)
    return MaintenanceView(
        id=one.id,
        state=Turn.NOW if on else Turn.PLANNED if coming else Turn.PAST,
        window=_window(window) if window else None,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        rrule=one.rrule,
        timezone=one.timezone,
        environments=one.environments,
        interfaces=one.interfaces,
        lines=tuple(map(str, one.lines)),
        reason=one.reason,
        withdrawn_at=one.withdrawn_at,
    )


def shown(planned: Iterable[Maintenance], now: datetime) -> tuple[MaintenanceView, ...]:
    """What is on first, then what comes, the soonest first, then what was, the newest first."""
    views = [maintenance_view(one, now) for one in planned]
    return (
        *sorted((one for one in views if one.state is Turn.NOW), key=_end),
        *sorted((one for one in views if one.state is Turn.PLANNED), key=_start),
        *sorted((one for one in views if one.state is Turn.PAST), key=_end, reverse=True),
    )


def near(planned: Iterable[Maintenance], now: datetime) -> Iterator[MaintenanceView]:
    """What is on, or starts within 48 hours."""
    for one in shown(planned, now):
        if one.state is Turn.NOW or (one.state is Turn.PLANNED and _start(one) <= now + SOON):
            yield one


def _window(window: Window) -> WindowView:
    return WindowView(starts_at=window.start, ends_at=window.end)


def _start(one: MaintenanceView) -> datetime:
    return one.window.starts_at if one.window else one.starts_at


def _end(one: MaintenanceView) -> datetime:
    return one.window.ends_at if one.window else one.ends_at
