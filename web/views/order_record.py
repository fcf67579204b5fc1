"""Whether LTO had every version of PROD first, and by how long."""

from datetime import datetime, timedelta

from monitor.domain.order_record import OrderVerdict
from web.views.model import View


class OrderEntryView(View):
    """The names and values are the API's (api.md); `title` and `ltoVersion` are added.

    `leadTime` (ISO 8601) is certain; None: it cannot be told, negative: LTO came later.
    `ltoVersion`: where LTO skipped this version, the newer one that it had.
    """

    line: str
    title: str
    version: str
    lto_arrived_after: datetime | None
    lto_arrived_by: datetime | None
    prod_arrived_after: datetime | None
    prod_arrived_by: datetime | None
    verdict: OrderVerdict
    lead_time: timedelta | None
    lto_version: str | None


class OrderRecordView(View):
    items: tuple[OrderEntryView, ...]
    next: str | None = None
