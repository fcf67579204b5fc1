"""What keeps happening while somebody looks: every minute or two, for ever."""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from datetime import datetime, timedelta
from typing import Self

from checks.simulator.dice import Dice
from checks.simulator.faults import Fault, FaultKind, open_to
from checks.simulator.lines import ENVIRONMENTS, LINES, LTO, PRE, PROD

SECOND = timedelta(seconds=1)
CYCLE = timedelta(minutes=12)
IN_ORDER = {LTO: 40 * SECOND, PRE: 220 * SECOND, PROD: 400 * SECOND}
WRONG_ORDER = {PROD: 400 * SECOND, PRE: 520 * SECOND, LTO: 640 * SECOND}
"""When the rollout of a cycle reaches each environment: every other one goes the wrong way,
the first one too, late enough to subscribe before it."""

ROLLING = [
    line.key
    for line in LINES
    if line.rolls and line.environments == ENVIRONMENTS and line.known_on_lto
]

EPISODES = (
    # kind, environments to choose from, begins and ends (seconds into the cycle)
    (FaultKind.OUTAGE, ENVIRONMENTS, 90, 165),
    (FaultKind.SLOW, ENVIRONMENTS, 180, 290),
    (FaultKind.MIXED, (LTO, PRE), 300, 400),
    (FaultKind.HANGUP, ENVIRONMENTS, 560, 640),
    (FaultKind.THROTTLED, (LTO, PRE), 645, 700),
)
WHOLE_ENVIRONMENT = (
    # one of these per cycle, in turn; LTO and PROD can be read while the order is broken
    (FaultKind.HANGUP, PRE, 450, 540),
    (FaultKind.MAINTENANCE, LTO, 450, 530),
    (FaultKind.REFUSED, PRE, 450, 530),
    (FaultKind.SLOW, PROD, 450, 540),
)


def arrivals(cycle: int) -> Mapping[str, timedelta]:
    return IN_ORDER if cycle % 2 else WRONG_ORDER


class Live:
    """The part of the course from `anchor` on, cycle upon cycle; nothing before it.

    `rolling` are the lines that get versions, one in each cycle.
    """

    def __init__(self, dice: Dice, anchor: datetime, rolling: Sequence[str]) -> None:
        self.dice = dice
        self.anchor = anchor
        self._order = dice.order(rolling, "live")

    def begun(self, at: datetime) -> Self:
        """The same, from another moment on."""
        later = copy(self)
        later.anchor = at
        return later

    def rolled(self, line: str, environment: str, moment: datetime) -> int:
        """How many patches of the line have reached the environment since the anchor."""
        if line not in self._order or moment < self.anchor:
            return 0
        cycle, within = divmod(moment - self.anchor, CYCLE)
        place, several = self._order.index(line), len(self._order)
        before = max(0, (cycle - place - 1) // several + 1)
        own = cycle >= 0 and line == self.rolling(cycle)
        return before + (own and within >= arrivals(cycle)[environment])

    def rolling(self, cycle: int) -> str:
        """The line that gets a version in this cycle; nothing else happens to it then."""
        return self._order[cycle % len(self._order)]

    def faults(self, moment: datetime) -> Iterator[Fault]:
        cycle = (moment - self.anchor) // CYCLE
        if cycle < 0:
            return
        for fault in self._of_cycle(cycle):
            if fault.begin <= moment < fault.end:
                yield fault

    def _of_cycle(self, cycle: int) -> Iterator[Fault]:
        start = self.anchor + cycle * CYCLE
        for kind, environments, begin, end in EPISODES:
            where = self.dice.pick(environments, "live where", kind, cycle)
            lines = [line for line in open_to(kind, where) if line != self.rolling(cycle)]
            line = self.dice.pick(lines, "live line", kind, cycle)
            yield Fault(kind, where, line, start + begin * SECOND, start + end * SECOND)
        kind, where, begin, end = WHOLE_ENVIRONMENT[cycle % len(WHOLE_ENVIRONMENT)]
        yield Fault(kind, where, None, start + begin * SECOND, start + end * SECOND)
