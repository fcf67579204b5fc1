"""The scripted course of events: what runs where at any moment, and what is wrong with it."""

from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from checks.simulator.dice import Dice
from checks.simulator.faults import Fault, Faults, drawn, written
from checks.simulator.history import Histories, histories
from checks.simulator.lines import ENVIRONMENTS, Version
from checks.simulator.live import ROLLING, Live
from checks.simulator.rollouts import DAY, Script, rollouts, script

USUAL, OTHER = "usual", "other"
"""The two contracts that can stand under one version."""


@dataclass(frozen=True, slots=True)
class Running:
    """What an environment runs of a line. `version` None: it is not served here.

    `beside` is what the other node behind the same address runs when a load balancer is
    mixed: the version before this one.
    """

    version: Version | None
    beside: Version | None = None
    contract: str = USUAL


NOTHING = Running(None)


class Course:
    """A pure function of seed, anchor and moment: ask it anything, in any order.

    Up to the anchor it tells 90 days and more of days and hours. After it the same goes on,
    and where `lively`, small things happen every minute or two beside it, counted from the
    anchor or from when it `opened`: that is for a clock
    that runs as ours does; for a time-lapse that goes on beyond the anchor it is only noise.
    """

    def __init__(self, seed: int, anchor: datetime, *, lively: bool = True) -> None:
        self.seed = seed
        self.anchor = anchor
        self.script: Script = script(anchor)
        dice = Dice(seed)
        self._histories: Histories = histories(rollouts(dice, anchor), self.script.roll_back)
        self._faults = Faults((*written(anchor), *drawn(dice, anchor)))
        self.live = Live(dice, anchor, self._at_rest()) if lively else None

    def opened(self, at: datetime) -> Self:
        """The same, whose small things begin at `at`, though not before the anchor.

        Until somebody can look they would be missed: history takes as long as it takes.
        """
        later = copy(self)
        later.live = self.live.begun(max(at, self.anchor)) if self.live else None
        return later

    def running(self, line: str, environment: str, moment: datetime) -> Running:
        history = self._histories.get((line, environment))
        version = history.at(moment) if history else None
        if history is None or version is None:
            return NOTHING
        silent = self.script.silent_change
        changed = (line, environment) == (silent.line, silent.environment) and (
            silent.begin <= moment < silent.end
        )
        rolled = self.live.rolled(line, environment, moment) if self.live else 0
        before = version if rolled else history.before(moment)
        return Running(
            version=_patched(version, rolled),
            beside=_patched(before, max(0, rolled - 1)) if before else _one_less(version),
            contract=OTHER if changed else USUAL,
        )

    def faults(self, moment: datetime) -> tuple[Fault, ...]:
        """All that is wrong at `moment`, wherever."""
        live = tuple(self.live.faults(moment)) if self.live else ()
        return (*self._faults.at(moment), *live)

    def _at_rest(self) -> list[str]:
        """The lines that are alike everywhere from the anchor until a day after it.

        Only there is a version that reaches PROD first certainly newer than LTO's.
        """
        moments = self.anchor, self.anchor + DAY

        def versions(line: str) -> set[Version | None]:
            every = (self._histories[line, where] for where in ENVIRONMENTS)
            return {history.at(moment) for history in every for moment in moments}

        return [line for line in ROLLING if len(versions(line)) == 1]


def text(version: Version) -> str:
    return ".".join(map(str, version))


def _patched(version: Version, more: int) -> Version:
    major, minor, patch = version
    return major, minor, patch + more


def _one_less(version: Version) -> Version:
    major, minor, patch = version
    return major, minor, max(0, patch - 1)
