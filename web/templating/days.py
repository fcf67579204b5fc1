"""One day of history as a small bar: how it looks, and what it says."""

from dataclasses import dataclass
from enum import StrEnum

from web.views.uptime import DayShares

MOSTLY = 0.5
NOTICED = 0.001
"""A part of the day that shows: a minute and a half."""


class DayLook(StrEnum):
    UP = "up"
    PART = "part"  # down for a part of the day
    DOWN = "down"  # for most of it
    DEGRADED = "degraded"
    MAINTENANCE = "maintenance"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class DayBar:
    look: DayLook
    day: DayShares


def day_bar(day: DayShares) -> DayBar:
    return DayBar(_look(day), day)


def _look(day: DayShares) -> DayLook:
    if day.unknown > MOSTLY and day.down <= NOTICED:
        return DayLook.UNKNOWN
    if day.down > NOTICED:
        return DayLook.DOWN if day.down > MOSTLY else DayLook.PART
    if day.absent > MOSTLY:
        return DayLook.ABSENT
    if day.maintenance > NOTICED:
        return DayLook.MAINTENANCE
    return DayLook.DEGRADED if day.degraded > NOTICED else DayLook.UP
