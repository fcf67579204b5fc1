"""What a subscriber may wish to hear, and what of a wish the catalogue does not know."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from monitor.domain.event import EventType
from monitor.domain.landscape import Chain, Landscape
from monitor.domain.subscription import Channel, Mode, Subscription, Wanted

FOR_OPERATORS = "notice"
"""The family of events that no subscriber gets (semantics.md, section 7)."""
TYPES = tuple(one for one in EventType if not one.startswith(f"{FOR_OPERATORS}."))
FAMILIES = tuple(dict.fromkeys(one.partition(".")[0] for one in TYPES))

SOONEST = timedelta(hours=1)
LATEST = timedelta(days=30)
"""Between two reminders of what stays open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody asks for, checked: `address` is normalised, and not confirmed yet.

    `mailbox` is the same for addresses that come to one owner: what limits count by.
    """

    channel: Channel
    address: str = field(repr=False)
    mailbox: str = field(repr=False)
    wanted: Wanted
    mode: Mode = Mode.IMMEDIATE
    language: str = "nl"
    reminder_interval: timedelta | None = None

    def is_met_by(self, one: Subscription) -> bool:
        """Whether a subscription of the same address brings all this already."""
        mine = (self.channel, self.wanted, self.mode, self.language, self.reminder_interval)
        its = (one.channel, one.wanted, one.mode, one.language, one.reminder_interval)
        return mine == its


@dataclass(frozen=True, slots=True)
class Stranger:
    """A name that means nothing here. `field` is the filter's."""

    field: str
    name: str
    known: tuple[str, ...]


def strangers(wanted: Wanted, landscape: Landscape) -> Iterator[Stranger]:
    """What a filter names that nobody knows."""
    named: tuple[tuple[str, Iterable[str], Iterable[str]], ...] = (
        ("events", wanted.events or (), (*FAMILIES, *TYPES)),
        ("interfaces", wanted.interfaces, (one.id for one in landscape.interfaces)),
        ("lines", map(str, wanted.lines), map(str, landscape.lines)),
        ("environments", wanted.environments, (one.id for one in landscape.environments)),
        ("chains", wanted.chains, Chain),
    )
    for place, names, ids in named:
        known = tuple(map(str, ids))
        for name in names:
            if name not in known:
                yield Stranger(place, name, known)
