"""Why a criterion of the gate is as it is: one sentence in English, made of its facts."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from checks.duration import spelled
from monitor.domain.gate import Criterion, Fact, ReasonKind

MINUTE = timedelta(minutes=1)

SENTENCE: Mapping[ReasonKind, str] = {
    ReasonKind.HAS_IT: "{environment} has {version} since {by}",
    ReasonKind.HAS_NEWER: "{environment} has {version}, which is newer, since {by}",
    ReasonKind.SERVES_LINE: "{environment} serves the line since {by}",
    ReasonKind.HAS_OLDER: "{environment} has {version}, which is older",
    ReasonKind.NOT_SERVED: "{environment} does not serve it",
    ReasonKind.MIXED: "{environment} answers with {versions} by turns since {since}",
    ReasonKind.SWITCHING: "{environment} is switching between {versions}",
    ReasonKind.UNORDERED: "{environment} has {version}, which is neither older nor newer",
    ReasonKind.NOT_YET: "{environment} does not have it yet; it has {version}",
    ReasonKind.LINE_NOT_YET: "{environment} does not have the line yet",
    ReasonKind.IN_ORDER: "{environment} got it at least {lead} after {origin}",
    ReasonKind.ORDER_BROKEN: "{environment} got it by {by}, before {origin}",
    ReasonKind.TOGETHER: "{environment} and {origin} got it too close together to tell the order",
    ReasonKind.ORDER_UNKNOWN: "which of {environment} and {origin} had it first cannot be told",
    ReasonKind.SOAKED: "up on {version} for {ran} in {environment}; {needed} are needed",
    ReasonKind.SOAKING: "up on {version} for {ran} of {needed} in {environment}; done at {doneAt}",
    ReasonKind.SOAK_STOPPED: (
        "up on {version} for {ran} of {needed} in {environment}, and not running now"
    ),
    ReasonKind.OTHER_IN_SOAK: "{environment} has {version} in soak",
    ReasonKind.QUIET: "nothing is wrong in {environment}",
    ReasonKind.TROUBLE: "not in peace in {environment} since {since}: {kinds}",
    ReasonKind.ISOLATED: "our own network is gone since {since}",
    ReasonKind.FRESH: "read at {readAt} in {environment}",
    ReasonKind.NOT_FROZEN: "no freeze covers now in {environment}",
    ReasonKind.FROZEN: "{environment} is frozen until {until}: {why}",
    ReasonKind.FREEZE_UNCLEAR: "whether a freeze covers now cannot be told: {why}",
    ReasonKind.NOT_WATCHED: "{environment} is not watched",
    ReasonKind.NEVER_READ: "{environment} was never read",
    ReasonKind.NO_VERSION: "{environment} answers and tells no version",
    ReasonKind.YET_TO_COME: "{environment} was last read at {readAt}, which is yet to come",
    ReasonKind.STALE: "{environment} was last read at {readAt}, longer ago than {limit}",
    ReasonKind.DOWN: "{environment} is down; last read at {readAt}",
    ReasonKind.REFUSED: "{environment} refuses us; last read at {readAt}",
}
UNREAD = "{environment} was last read at {readAt}, and nothing reads it any more"
"""Stale without a limit: the check that told the version is gone."""


def reason(one: Criterion) -> str:
    said = {name: _said(fact) for name, fact in one.facts.items()}
    if one.kind is ReasonKind.TROUBLE and not one.facts.get("kinds"):
        said["kinds"] = "an open incident"
    sentence = SENTENCE[one.kind]
    if one.kind is ReasonKind.STALE and one.facts.get("limit") is None:
        sentence = UNREAD
    return sentence.format_map(_Said(said))


class _Said(dict[str, str]):
    """What is not told is unknown, which is better than no sentence at all."""

    def __missing__(self, name: str) -> str:
        return "unknown"


def _said(fact: Fact) -> str:
    match fact:
        case datetime():
            return f"{fact.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        case timedelta():
            return spelled(fact // MINUTE * MINUTE) if fact >= MINUTE else spelled(fact)
        case str():
            return fact
        case tuple():
            return ", ".join(fact)
        case None:
            return "unknown"
