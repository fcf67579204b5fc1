"""When nothing may be rolled out."""

from datetime import datetime

from monitor.domain.freeze import Freeze, FreezeError
from web.views.model import View


class FreezeView(View):
    """The names are the API's (api.md); empty lists mean all.

    `active`: it covers now; None: that cannot be told, and the gate says why.
    """

    id: str
    starts_at: datetime
    ends_at: datetime
    rrule: str | None
    timezone: str
    environments: tuple[str, ...]
    interfaces: tuple[str, ...]
    lines: tuple[str, ...]
    reason: str
    active: bool | None


class FreezePage(View):
    items: tuple[FreezeView, ...]
    next: str | None = None


def freeze_view(one: Freeze, now: datetime) -> FreezeView:
    return FreezeView(
        id=one.id,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        rrule=one.rrule,
        timezone=one.timezone,
        environments=one.environments,
        interfaces=one.interfaces,
        lines=tuple(map(str, one.lines)),
        reason=one.reason,
        active=_active(one, now),
    )


def _active(one: Freeze, now: datetime) -> bool | None:
    try:
        return one.window(now) is not None
    except FreezeError:
        return None
