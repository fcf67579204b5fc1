"""Who wants to hear what, and how."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.domain.event import Event
from monitor.domain.landscape import LineId


class Channel(StrEnum):
    """How a subscription is told. The last two are an operator's, set by configuration."""

    MAIL = "mail"
    WEBHOOK = "webhook"
    CHAT = "chat"
    ALERTMANAGER = "alertmanager"


class Mode(StrEnum):
    IMMEDIATE = "immediate"
    DAILY = "daily"  # one digest a day


class SubscriptionState(StrEnum):
    PENDING = "pending"  # its address was not confirmed yet: nothing but that is sent
    ACTIVE = "active"
    PAUSED = "paused"  # its endpoint failed for too long, or its owner asked for it
    LEFT = "left"  # nothing is sent; its address is erased 30 days later


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter. None, or nothing named: all of it. Names are those of the API.

    `events` holds types (`drift.opened`) or families of them (`drift`).
    """

    events: tuple[str, ...] | None = None
    interfaces: tuple[str, ...] = ()
    lines: tuple[LineId, ...] = ()
    environments: tuple[str, ...] = ()
    chains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    id: str  # URL-safe, no secret
    channel: Channel
    address: str  # a mail address, an https URL, or for an operator's channel its name
    wanted: Wanted
    mode: Mode = Mode.IMMEDIATE
    language: str = "nl"  # or "en"
    reminder_interval: timedelta | None = None  # for what stays open; None: no reminders
    state: SubscriptionState = SubscriptionState.PENDING
    created_at: datetime
    confirmed_at: datetime | None = None
    left_at: datetime | None = None
    failing_since: datetime | None = None  # of its endpoint; None: the last attempt arrived


def wants(subscription: Subscription, event: Event, chains: Mapping[str, str]) -> bool:
    """Whether the filter lets an event through. `chains`: interface to chain.

    Lines, interfaces and chains widen each other: what one of them names is wanted. An event
    about a whole environment concerns every line in it. Notices are for operators only.
    """
    wanted = subscription.wanted
    family = event.type.partition(".")[0]
    if family == "notice" and subscription.channel in {Channel.MAIL, Channel.WEBHOOK}:
        return False
    if wanted.events is not None and not {event.type.value, family} & {*wanted.events}:
        return False
    line, environments = concerned(event)
    if wanted.environments and environments and not {*wanted.environments} & {*environments}:
        return False
    if line is None or not (wanted.interfaces or wanted.lines or wanted.chains):
        return True
    return (
        line in wanted.lines
        or line.interface in wanted.interfaces
        or chains.get(line.interface) in wanted.chains
    )


def concerned(event: Event) -> tuple[LineId | None, tuple[str, ...]]:
    """The line and the environments that an event is about; none: all of them."""
    before, at, after = event.subject.partition("@")
    if "/" not in before:
        return None, (event.subject,)
    if at:
        return LineId.parse(before), (after,)
    named = event.facts.get("environments", "")
    return LineId.parse(before), tuple(one for one in named.split(",") if one)
