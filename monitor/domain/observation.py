"""One answer, and the moment it belongs to."""

from dataclasses import dataclass
from datetime import datetime

from checks.outcome import Outcome
from monitor.domain.landscape import CheckId


@dataclass(frozen=True, slots=True)
class Observation:
    """The outcome of one run of one check. Append-only, never edited.

    `slot` is the moment the run was planned for, and with the check its identity;
    `at` is the moment it started.
    """

    check: CheckId
    slot: datetime
    at: datetime
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Missed:
    """Slots of a check in which nothing was asked, from `first` up to and with `last`."""

    check: CheckId
    first: datetime
    last: datetime
    count: int
    reason: str
