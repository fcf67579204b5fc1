"""Who wants to hear what, and how."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.domain.event import Event, reach
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
    secret_generation: int = 0  # of a webhook's secret; the next one after every rotation
    rotated_at: datetime | None = None  # the secret before signs too for a while after it


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
    about = reach(event)
    here = {*wanted.environments} & {*about.environments}
    if wanted.environments and about.environments and not here:
        return False
    if not (wanted.interfaces or wanted.lines or wanted.chains):
        return True
    if not (about.interfaces or about.lines):
        return True
    return any(_names(wanted, line, chains) for line in about.lines) or any(
        _names(wanted, interface, chains) for interface in about.interfaces
    )


def _names(wanted: Wanted, what: LineId | str, chains: Mapping[str, str]) -> bool:
    """Whether a filter names a line, or an interface or any line of it."""
    if isinstance(what, LineId):
        interface, by_line = what.interface, what in wanted.lines
    else:
        interface, by_line = what, any(line.interface == what for line in wanted.lines)
    return by_line or interface in wanted.interfaces or chains.get(interface) in wanted.chains
