"""Rows of answers in short hand: "ok ok fail 404 8.5.2", one a minute."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from hypothesis import settings

from checks.outcome import ABSENT, SERVED, Outcome, OutcomeClass, Phases, Reading, ReadingKind
from monitor.domain.landscape import CheckId
from monitor.domain.observation import Observation
from tests.building import HEALTH, MINUTE, NOON

quickly = settings(max_examples=60, deadline=None)
"""All tests of the pure rooms together take seconds; machines are noisy."""

OK = Outcome(outcome_class=OutcomeClass.OK, status=200, reading=SERVED, phases=Phases(total=0.1))
WORDS = {
    "ok": OK,
    "slow": Outcome(
        outcome_class=OutcomeClass.OK, status=200, reading=SERVED, phases=Phases(total=3.5)
    ),
    "mute": Outcome(outcome_class=OutcomeClass.FAILED, reason="connection refused"),
    "fail": Outcome(outcome_class=OutcomeClass.FAILED, status=500, reason="answered 500"),
    "404": Outcome(outcome_class=OutcomeClass.NOT_SERVED, status=404, reading=ABSENT),
    "401": Outcome(outcome_class=OutcomeClass.UNAUTHENTICATED, status=401),
    "403": Outcome(outcome_class=OutcomeClass.REFUSED, status=403, reason="key refused"),
    "429": Outcome(outcome_class=OutcomeClass.THROTTLED, status=429),
    "maint": Outcome(outcome_class=OutcomeClass.MAINTENANCE, status=503),
    "ours": Outcome(outcome_class=OutcomeClass.OURS, trace="Traceback ..."),
}


def outcome(word: str) -> Outcome:
    """A word of the above, or a version, with its contract after a slash: `8.5.2/abc`."""
    if word in WORDS:
        return WORDS[word]
    version, _, fingerprint = word.partition("/")
    reading = Reading(ReadingKind.SERVED, version, fingerprint or None)
    return Outcome(
        outcome_class=OutcomeClass.OK, status=200, reading=reading, phases=Phases(total=0.1)
    )


def answer(word: str, check: CheckId = HEALTH, at: datetime = NOON) -> Observation:
    return Observation(check, at, at, outcome(word))


def answers(
    row: str, check: CheckId = HEALTH, begin: datetime = NOON, every: timedelta = MINUTE
) -> Iterator[Observation]:
    for place, word in enumerate(row.split()):
        yield answer(word, check, begin + place * every)
