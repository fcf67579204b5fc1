"""What is kept of a subscription, for its owner and, without its address, for operators."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from monitor.desk.privacy import masked
from monitor.domain.delivery import (
    Delivery,
    DeliveryKind,
    DeliveryState,
    may_be_asked_again,
)
from monitor.domain.subscription import Channel, Mode, Subscription, SubscriptionState
from monitor.storage.deliveries import Attempt
from web.views.deliveries import AttemptView, attempt_view
from web.views.model import View


class Subscribed(View):
    """`id` is all that a mail subscription is told here: the rest goes to its address.

    Of a webhook also, this once: the `secret` that its signatures are made with, and the
    `token` with which it can be looked at, changed and ended.
    """

    id: str
    secret: str | None = None
    token: str | None = None


class SubscriptionView(View):
    """The names are the API's (api.md); empty lists mean all, as does null for events.

    `failingSince`: nothing arrived since then.
    """

    id: str
    channel: Channel
    address: str
    state: SubscriptionState
    events: tuple[str, ...] | None
    interfaces: tuple[str, ...]
    lines: tuple[str, ...]
    environments: tuple[str, ...]
    chains: tuple[str, ...]
    mode: Mode
    language: str
    reminder_interval: timedelta | None
    created_at: datetime
    confirmed_at: datetime | None
    left_at: datetime | None
    failing_since: datetime | None


class SubscriptionPage(View):
    """Addresses are masked."""

    items: tuple[SubscriptionView, ...]
    next: str | None = None


class SecretView(View):
    """Shown once. The one before stays in the signatures for 24 hours."""

    secret: str


class LoggedDelivery(View):
    """A message, and what became of it. `trouble` is of the last attempt.

    `log` has every attempt of the last 30 days, oldest first; `repeatable` says whether it can
    be asked for once more.
    """

    id: str
    kind: DeliveryKind
    state: DeliveryState
    attempts: int
    created_at: datetime
    settled_at: datetime | None
    trouble: str | None
    repeatable: bool
    log: tuple[AttemptView, ...]


class DeliveryLog(View):
    items: tuple[LoggedDelivery, ...]
    next: str | None = None


def subscription_view(one: Subscription, *, address: str | None = None) -> SubscriptionView:
    wanted = one.wanted
    return SubscriptionView(
        id=one.id,
        channel=one.channel,
        address=one.address if address is None else address,
        state=one.state,
        events=wanted.events,
        interfaces=wanted.interfaces,
        lines=tuple(map(str, wanted.lines)),
        environments=wanted.environments,
        chains=wanted.chains,
        mode=one.mode,
        language=one.language,
        reminder_interval=one.reminder_interval,
        created_at=one.created_at,
        confirmed_at=one.confirmed_at,
        left_at=one.left_at,
        failing_since=one.failing_since,
    )


def masked_view(one: Subscription) -> SubscriptionView:
    return subscription_view(one, address=masked(one))


def logged_delivery(one: Delivery, attempts: Iterable[Attempt] = ()) -> LoggedDelivery:
    return LoggedDelivery(
        id=one.id,
        kind=one.kind,
        state=one.state,
        attempts=one.attempts,
        created_at=one.created_at,
        settled_at=one.settled_at,
        trouble=one.trouble,
        repeatable=may_be_asked_again(one),
        log=tuple(map(attempt_view, attempts)),
    )
