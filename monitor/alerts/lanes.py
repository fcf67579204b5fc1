"""How much may be under way at once, so that the dead do not hold up the living."""

from collections import Counter
from collections.abc import Collection

from monitor.domain.subscription import Channel
from monitor.storage.outbox import Room

AT_ONCE = {Channel.MAIL: 4, Channel.WEBHOOK: 256, Channel.CHAT: 4, Channel.ALERTMANAGER: 4}
PER_LANE = 4
"""To one host, or one mail server."""
DOUBTED = 1
"""To one that failed at the last try."""
MOST_DOUBTED = 10_000
"""Lanes remembered as such."""


class Lanes:
    """What is under way, of which channel and to where."""

    def __init__(self, channels: Collection[Channel]) -> None:
        self._channels = {channel: AT_ONCE[channel] for channel in channels}
        self._by_channel: Counter[Channel] = Counter()
        self._by_lane: Counter[str] = Counter()
        self._doubted: dict[str, None] = {}

    @property
    def room(self) -> Room:
        busy = {*self._by_lane, *self._doubted}
        return Room(
            channels={one: most - self._by_channel[one] for one, most in self._channels.items()},
            lanes={lane: self._width(lane) - self._by_lane[lane] for lane in busy},
            per_lane=PER_LANE,
        )

    def enter(self, channel: Channel, lane: str) -> None:
        self._by_channel[channel] += 1
        self._by_lane[lane] += 1

    def leave(self, channel: Channel, lane: str, *, in_doubt: bool) -> None:
        self._by_channel[channel] -= 1
        self._by_lane[lane] -= 1
        if not self._by_lane[lane]:
            del self._by_lane[lane]
        self._doubted.pop(lane, None)
        if in_doubt:
            self._doubted[lane] = None
            if len(self._doubted) > MOST_DOUBTED:
                del self._doubted[next(iter(self._doubted))]

    def _width(self, lane: str) -> int:
        return DOUBTED if lane in self._doubted else PER_LANE
