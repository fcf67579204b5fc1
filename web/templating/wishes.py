"""What the form of a subscription offers, in plain words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from monitor.domain.delivery import DeliveryKind, DeliveryState
from monitor.domain.landscape import Chain, Interface, Landscape
from monitor.domain.subscription import Channel, SubscriptionState
from web.templating.choices import Option
from web.views.titles import Titles
from web.words.language import Language
from web.words.translation import marked as _

FAMILY: Mapping[str, tuple[str, str]] = {
    "outage": (_("Outages"), _("something is not available, and available again")),
    "unstable": (_("Instability"), _("something comes and goes; told once, not every time")),
    "drift": (_("Differences"), _("a version is late, missing, out of order or not the same")),
    "rollout": (_("Rollouts"), _("a version is announced, arrives, is verified or taken back")),
    "gate": (_("Clearance"), _("a version may go on to PROD, or may not any more")),
    "incident": (_("Incidents"), _("what the operators write about an outage")),
    "maintenance": (_("Maintenance"), _("planned, changed, begun and ended")),
    "support": (_("End of support"), _("90, 30, 7 and 1 days ahead, and when it is there")),
    "certificate": (_("Certificates"), _("a certificate is about to expire")),
    "content": (_("Content wiped"), _("an environment was emptied by a rollout")),
}
"""By family: what it is called, and what is told."""

FAULT: Mapping[str, str] = {
    "mail": _("We cannot send mail to this address."),
    "url": _("We cannot send to this address."),
    "events": _("Choose at least one kind of news."),
    "channel": _("This way of telling is not possible here."),
}
"""By field. What is wrong with any other cannot be the doing of whoever fills in the form."""
OTHER_FAULT = _("This choice does not exist, or not any more.")

REMINDER: Mapping[str, str] = {
    "": _("no reminders"),
    "PT4H": _("every 4 hours"),
    "P1D": _("every day"),
    "P7D": _("every week"),
}

STATE: Mapping[SubscriptionState, str] = {
    SubscriptionState.PENDING: _("waits until you confirm it"),
    SubscriptionState.ACTIVE: _("active"),
    SubscriptionState.PAUSED: _("paused"),
    SubscriptionState.LEFT: _("ended"),
}

FATE: Mapping[str, str] = {
    "arrived": _("arrived"),
    "again": _("did not arrive"),
    "refused": _("refused"),
    "gone": _("not wanted any more"),
}
"""By the word that the log of attempts has for it."""

CHANNEL: Mapping[Channel, str] = {
    Channel.MAIL: _("mail"),
    Channel.WEBHOOK: _("webhook"),
    Channel.CHAT: _("chat"),
    Channel.ALERTMANAGER: _("Alertmanager"),
}

DELIVERY: Mapping[DeliveryState, str] = {
    DeliveryState.WAITING: _("on its way"),
    DeliveryState.DELIVERED: _("arrived"),
    DeliveryState.DEAD: _("given up"),
    DeliveryState.DROPPED: _("not wanted any more"),
}

KIND: Mapping[DeliveryKind, str] = {
    DeliveryKind.EVENT: _("news"),
    DeliveryKind.REMINDER: _("reminder"),
    DeliveryKind.DIGEST: _("daily summary"),
    DeliveryKind.CONFIRMATION: _("question to confirm"),
    DeliveryKind.KNOWN: _("subscribed already"),
    DeliveryKind.LEFT: _("goodbye"),
    DeliveryKind.PAUSED: _("message that it is paused"),
    DeliveryKind.TEST: _("test"),
}

SAID: Mapping[str, str] = {
    "confirmed": _("Your subscription is active."),
    "changed": _("Your choices are kept."),
    "paused": _("Paused: nothing is sent until you go on."),
    "resumed": _("You get news again from now on."),
    "tested": _("A test message is on its way; look below whether it arrives."),
    "enough": _("Enough tests for this hour; try again later."),
    "repeated": _("It is sent once more; look below whether it arrives."),
    "repeated_enough": _("Enough was sent again in this hour; try again later."),
    "not_repeated": _("This message cannot be sent again."),
}
"""What came of a button, by the word for it in the address."""


@dataclass(frozen=True, slots=True)
class Choosable:
    """An interface and its lines."""

    id: str
    title: str
    lines: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class ChainGroup:
    chain: Chain
    interfaces: tuple[Choosable, ...]


def chain_groups(landscape: Landscape, language: Language) -> Iterator[ChainGroup]:
    """Every chain that has interfaces, in the order of the catalogue."""
    titles = Titles(landscape, language)
    for chain in dict.fromkeys(one.chain for one in landscape.interfaces):
        found = (one for one in landscape.interfaces if one.chain is chain)
        yield ChainGroup(chain, tuple(_choosable(one, titles) for one in found))


def _choosable(one: Interface, titles: Titles) -> Choosable:
    lines = tuple(Option(str(line.id), line.id.line) for line in one.lines)
    return Choosable(one.id, titles.say(one.title), lines)
