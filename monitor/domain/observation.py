"""One answer, and the moment it belongs to."""

from dataclasses import dataclass
from datetime import datetime

from checks.outcome import Outcome, OutcomeClass
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
    unanswered: bool = False  # by whatever it counts as, see maintenance.py: nobody answered

    @property
    def is_silence(self) -> bool:
        """Nobody answered: a status, even 503, would prove that somebody is there."""
        failed = self.outcome.outcome_class is OutcomeClass.FAILED
        return self.unanswered or (failed and self.outcome.status is None)

    @property
    def is_sign_of_life(self) -> bool:
        """Somebody answered; a check of ours that broke says neither."""
        return self.outcome.outcome_class is not OutcomeClass.OURS and not self.is_silence


@dataclass(frozen=True, slots=True)
class Missed:
    """Slots of a check in which nothing was asked, from `first` up to and with `last`."""

    check: CheckId
    first: datetime
    last: datetime
    count: int
    reason: str
