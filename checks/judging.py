"""What several checks conclude in the same way, once the status was in order."""

from dataclasses import replace

from checks.clean import clean
from checks.outcome import UNREADABLE, Contract, Outcome, OutcomeClass, Reading, ReadingKind
from checks.version import readable, short_hash, unreadable_because

_PLACES = 10  # digits; no list is longer than an answer may be


def found_at(document: object, path: str) -> object:
    """Follow `path` (names and list places, joined by dots); None where it leads nowhere."""
    node = document
    for step in path.split("."):
        if isinstance(node, dict):
            node = node.get(step)
        elif isinstance(node, list) and step.isdecimal() and len(step) < _PLACES:
            node = node[int(step)] if int(step) < len(node) else None
        else:
            return None
    return node


def wrong(outcome: Outcome, reason: str) -> Outcome:
    """It answered, and not with what it should: wrong content is a failure."""
    return replace(
        outcome, outcome_class=OutcomeClass.FAILED, reason=clean(reason), reading=UNREADABLE
    )


def running(
    outcome: Outcome, value: object, place: str, contract: Contract | None = None
) -> Outcome:
    """Read `value`, found at `place`, as the version of what answered.

    A version that cannot be read is no outage: the answer stays ok, and the reading says
    "unreadable", so that nothing is concluded from it.
    """
    version = readable(value)
    if version is None:
        hashed = {} if value is None else {"versionHash": short_hash(value)}
        return replace(
            outcome,
            reading=UNREADABLE,
            reason=clean(unreadable_because(value, place)),
            evidence={**outcome.evidence, **hashed},
        )
    fingerprint = contract.fingerprint if contract else None
    reading = Reading(ReadingKind.SERVED, version, fingerprint)
    return replace(outcome, reading=reading, contract=contract)
