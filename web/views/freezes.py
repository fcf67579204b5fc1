"""When nothing may be rolled out."""

from datetime import datetime

from web.views.model import View


class FreezeView(View):
    """The names are the API's (api.md); empty lists mean all. `active`: it covers now."""

    id: str
    starts_at: datetime
    ends_at: datetime
    rrule: str | None
    timezone: str
    environments: tuple[str, ...]
    interfaces: tuple[str, ...]
    lines: tuple[str, ...]
    reason: str
    active: bool


class FreezePage(View):
    items: tuple[FreezeView, ...]
    next: str | None = None
