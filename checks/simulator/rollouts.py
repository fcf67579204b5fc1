"""What leaves KATO, and when it reaches each environment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from checks.simulator.dice import Dice
from checks.simulator.lines import ENVIRONMENTS, LINES, PRE, PROD

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)

DAYS_BEFORE = 100
"""How long before the anchor the rollouts begin: more than the 90 days of the demo."""
DAYS_AFTER = 3650
"""How long they go on: ten years, longer than anybody watches."""


class Change(StrEnum):
    NEW = "new"  # the line itself
    MINOR = "minor"
    PATCH = "patch"


@dataclass(frozen=True, slots=True)
class Rollout:
    """One version of one line on its way; an environment that is absent never gets it."""

    line: str
    change: Change
    arrivals: Mapping[str, datetime]

    @property
    def leaves(self) -> datetime:
        return min(self.arrivals.values())


@dataclass(frozen=True, slots=True)
class RollBack:
    """The newest version is taken out of an environment for a while."""

    line: str
    environment: str
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class SilentChange:
    """Another contract is served under the same version."""

    line: str
    environment: str
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Script:
    """What always happens, so that there is something to see of every kind."""

    rollouts: tuple[Rollout, ...]
    breaches: tuple[Rollout, ...]  # those of the rollouts that reach PROD before LTO
    roll_back: RollBack
    silent_change: SilentChange


def script(anchor: datetime) -> Script:
    def rollout(line: str, change: Change, **hours: float) -> Rollout:
        return Rollout(line, change, {where: anchor + HOUR * at for where, at in hours.items()})

    breaches = (
        rollout("stelselcatalogus/v3", Change.PATCH, prod=-20 * 24, pre=-19 * 24, lto=-18 * 24),
        rollout("swf/v5", Change.MINOR, prod=-9, pre=30, lto=40),  # still to be seen at the anchor
    )
    return Script(
        rollouts=(
            *breaches,
            rollout("ontsluiten/v3", Change.NEW, lto=-33 * 24),
            rollout("presenteren/v8", Change.MINOR, lto=-60, pre=-36, prod=30),
            rollout("rtr-zoekinterface/v2", Change.PATCH, lto=-768, pre=-744, prod=-720),
            # a patch that is overtaken before it leaves LTO
            rollout("rtr-gegevens/v2", Change.PATCH, lto=-15 * 24),
            rollout("rtr-gegevens/v2", Change.PATCH, lto=-350, pre=-336, prod=-312),
            # what ends the silent change
            rollout("toepasbaar-opvragen/v7", Change.PATCH, lto=-170, pre=-7 * 24, prod=-150),
        ),
        breaches=breaches,
        roll_back=RollBack("rtr-zoekinterface/v2", PROD, anchor - HOUR * 708, anchor - HOUR * 648),
        silent_change=SilentChange(
            "toepasbaar-opvragen/v7", PRE, anchor - 12 * DAY, anchor - 7 * DAY
        ),
    )


def rollouts(dice: Dice, anchor: datetime) -> list[Rollout]:
    """Every rollout, in the order in which they leave KATO."""
    written = script(anchor)
    kept_free = dict(_kept_free(written))
    by_chance = [
        rollout
        for rollout in _almost_daily(dice, anchor)
        if not _within(rollout, kept_free.get(rollout.line))
    ]
    return sorted([*written.rollouts, *by_chance], key=lambda rollout: rollout.leaves)


def _kept_free(written: Script) -> Iterator[tuple[str, tuple[datetime, datetime]]]:
    """The time in which chance leaves a line of the script alone."""
    moments: dict[str, list[datetime]] = {}
    for rollout in written.rollouts:
        moments.setdefault(rollout.line, []).extend(rollout.arrivals.values())
    for span in (written.roll_back, written.silent_change):
        moments.setdefault(span.line, []).extend((span.begin, span.end))
    for line, times in moments.items():
        yield line, (min(times) - DAY, max(times) + DAY)


def _within(rollout: Rollout, span: tuple[datetime, datetime] | None) -> bool:
    if span is None:
        return False
    begin, end = span
    return rollout.leaves <= end and max(rollout.arrivals.values()) >= begin


def _almost_daily(dice: Dice, anchor: datetime) -> Iterator[Rollout]:
    midnight = anchor.replace(hour=0, minute=0, second=0, microsecond=0)
    rolling = [line for line in LINES if line.rolls]
    for day in range(-DAYS_BEFORE, DAYS_AFTER):
        for nth in range(_how_many(dice.fraction("rollouts", day))):
            line = dice.pick(rolling, "line", day, nth)
            minor = line.minors and dice.fraction("change", day, nth) < 0.15  # noqa: PLR2004  mostly Z, sometimes Y
            lto = midnight + day * DAY + dice.between(8, 16, "hour", day, nth) * HOUR
            pre = lto + dice.between(4, 28, "pre", day, nth) * HOUR
            prod = max(pre + HOUR, lto + dice.between(24, 72, "prod", day, nth) * HOUR)
            arrivals = dict(zip(ENVIRONMENTS, (lto, pre, prod), strict=True))
            yield Rollout(
                line.key,
                Change.MINOR if minor else Change.PATCH,
                {where: arrivals[where] for where in line.environments},
            )


def _how_many(chance: float) -> int:
    """Almost daily: most days one, some days two, some days none."""
    return 0 if chance < 0.2 else 1 if chance < 0.8 else 2  # noqa: PLR2004  said above
