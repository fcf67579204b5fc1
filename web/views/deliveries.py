"""What is owed to subscribers, for who keeps this running. No addresses."""

from datetime import datetime

from monitor.domain.delivery import Delivery, DeliveryKind, DeliveryState
from monitor.storage.deliveries import Attempt
from web.views.model import View


class DeliveryView(View):
    """`dueAt` is when it is sent next; while it is being sent, when that must have ended.

    Deliveries of one `story` and subscription arrive in order.
    """

    id: str
    subscription: str
    kind: DeliveryKind
    story: str
    state: DeliveryState
    attempts: int
    created_at: datetime
    due_at: datetime
    settled_at: datetime | None
    trouble: str | None


class AttemptView(View):
    """`fate`: arrived, again, refused or gone."""

    at: datetime
    fate: str
    trouble: str | None
    seconds: float


class DeliveryDetail(DeliveryView):
    """With every attempt of the last 30 days, oldest first."""

    log: tuple[AttemptView, ...]


class DeliveryPage(View):
    items: tuple[DeliveryView, ...]
    next: str | None = None


def delivery_view(one: Delivery) -> DeliveryView:
    return DeliveryView(
        id=one.id,
        subscription=one.subscription,
        kind=one.kind,
        story=one.story,
        state=one.state,
        attempts=one.attempts,
        created_at=one.created_at,
        due_at=one.due_at,
        settled_at=one.settled_at,
        trouble=one.trouble,
    )


def delivery_detail(one: Delivery, attempts: list[Attempt]) -> DeliveryDetail:
    return DeliveryDetail(**dict(delivery_view(one)), log=tuple(map(attempt_view, attempts)))


def attempt_view(one: Attempt) -> AttemptView:
    return AttemptView(at=one.at, fate=one.fate, trouble=one.trouble, seconds=one.seconds)
