"""Everybody who is told something, sorted by what they asked for."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from monitor.domain.event import Event, reach
from monitor.domain.subscription import Subscription, wants


class Audience:
    """The active subscriptions. Who hears of an event is found without asking all of them."""

    def __init__(self, active: Iterable[Subscription], chains: Mapping[str, str]) -> None:
        self._chains = chains
        self._everyone = tuple(active)
        self._by_name: defaultdict[str, list[int]] = defaultdict(list)
        self._of_any_line: list[int] = []
        for place, one in enumerate(self._everyone):
            wanted = one.wanted
            of_interfaces = (f"{line.interface}/" for line in wanted.lines)
            names = {
                *wanted.interfaces,
                *map(str, wanted.lines),
                *of_interfaces,
                *wanted.chains,
            }
            for name in names:
                self._by_name[name].append(place)
            if not names:
                self._of_any_line.append(place)

    def listeners(self, event: Event) -> Iterator[Subscription]:
        """Each once, in the order in which they were given."""
        for place in self._candidates(event):
            one = self._everyone[place]
            if wants(one, event, self._chains):
                yield one

    def _candidates(self, event: Event) -> Iterable[int]:
        about = reach(event)
        if not (about.lines or about.interfaces):
            return range(len(self._everyone))
        interfaces = {*about.interfaces, *(line.interface for line in about.lines)}
        names = {
            *interfaces,
            *map(str, about.lines),
            *(f"{interface}/" for interface in about.interfaces),
            *(self._chains.get(interface, "") for interface in interfaces),
        }
        named = (place for name in names for place in self._by_name.get(name, ()))
        return sorted({*self._of_any_line, *named})
