"""What is carried and what is still owed, as numbers for Prometheus."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from monitor.alerts.parcel import Fate
from monitor.alerts.returns import Carried
from monitor.domain.delivery import DeliveryKind
from monitor.domain.subscription import Channel
from monitor.storage.outbox import Outstanding
from monitor.telemetry import Telemetry


def count_carried(telemetry: Telemetry, carried: Carried) -> None:
    """How long it took is told of what arrived at the first attempt, and was not a digest."""
    delivery, receipt = carried.claim.delivery, carried.receipt
    at_once = delivery.kind is DeliveryKind.EVENT and delivery.attempts == 1
    arrived = receipt.fate is Fate.ARRIVED and at_once
    delay = carried.at - delivery.created_at if arrived else None
    channel = carried.claim.subscription.channel
    telemetry.delivered(channel, receipt.fate.value, delay)
    telemetry.tracing.delivered(
        *(delivery, channel, carried.claim.events),
        fate=receipt.fate.value,
        trouble=None if receipt.fate is Fate.ARRIVED else receipt.trouble,
        begin=carried.at - timedelta(seconds=carried.seconds),
        end=carried.at,
    )


def measure_owed(
    telemetry: Telemetry, outstanding: Mapping[Channel, Outstanding], now: datetime
) -> None:
    nothing = Outstanding(0, None, 0)
    for channel in Channel:
        of_it = outstanding.get(channel, nothing)
        overdue = now - (of_it.first_due or now)
        telemetry.owed(channel, of_it.count, overdue, of_it.dead)
