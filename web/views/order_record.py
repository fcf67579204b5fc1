"""Whether LTO had every version of PROD first, and by how long."""

from datetime import datetime, timedelta

from monitor.domain.order_record import OrderEntry, OrderVerdict
from web.views.model import View
from web.views.titles import Titles


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


def order_entry_view(one: OrderEntry, titles: Titles) -> OrderEntryView:
    return OrderEntryView(
        line=str(one.line),
        title=titles.of_line(one.line),
        version=one.version,
        lto_arrived_after=one.lto.after,
        lto_arrived_by=one.lto.by,
        prod_arrived_after=one.prod.after,
        prod_arrived_by=one.prod.by,
        verdict=one.verdict,
        lead_time=one.lead_time,
        lto_version=one.lto_version,
    )
