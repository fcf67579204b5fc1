"""What we say in English of what the rules of drift find."""

from collections.abc import Mapping

from monitor.alerts.wording.vocabulary import Found
from monitor.domain.finding import FindingKind

FINDINGS: Mapping[FindingKind, Found] = {
    FindingKind.ORDER_BROKEN: Found(
        name="Wrong order: {line}",
        says="{last} got {what} while {first} did not have it yet.",
        means=(
            "Software could not be tested against it on {first} before it went live on {last}. "
            "Check your own software against {last} now."
        ),
    ),
    FindingKind.LAG: Found(
        name="Rollout: {line}",
        says="{line} does not run the same version everywhere yet; the newest is {version}.",
        means=(
            "What you test in one environment may behave otherwise in another until the rollout "
            "is complete."
        ),
    ),
    FindingKind.DIFFERS: Found(
        name="Versions differ: {line}",
        says="{line} runs versions on {where} of which nobody can say which is newer.",
        means="What you test in one environment may behave otherwise in another.",
    ),
    FindingKind.CONTRACT_DIFFERS: Found(
        name="Contract differs: {line}",
        says="{line} gives the same version on {where}, with contracts that are not the same.",
        means=(
            "Code that works in one environment may fail in another, although the version is the "
            "same. The page shows path by path what differs."
        ),
    ),
    FindingKind.CONTRACT_CHANGED: Found(
        name="Contract changed: {place}",
        says="The contract of {place} changed while the version stayed {version}.",
        means="Check your software against it; the page shows path by path what changed.",
    ),
    FindingKind.MISSING: Found(
        name="Missing: {place}",
        says="{place} is promised there and answers that it is not there.",
        means="It cannot be called there now.",
    ),
    FindingKind.NOT_RETIRED: Found(
        name="There after its last day: {place}",
        says="{place} answers, although its last day has passed.",
        means="Do not rely on it: it may be gone at any moment, and is not supported.",
    ),
    FindingKind.EARLY: Found(
        name="There before its first day: {place}",
        says="{place} answers, although its first day there has yet to come.",
        means="It may change or go again until that day.",
    ),
    FindingKind.ROLLED_BACK: Found(
        name="Rolled back: {place}",
        says="{place} went back to an older version: {version}.",
        means="What the newer version brought is not there for now.",
    ),
    FindingKind.MIXED: Found(
        name="Mixed versions: {place}",
        says="{place} has been answering with more than one version by turns.",
        means="The same call may be answered otherwise from one moment to the next.",
    ),
}

TOLERATED = "{found} Until {until} that is the normal course."

FOUND = Found(
    name="Version difference: {line}",
    says="{line} differs on {where} from what was promised.",
    means="The page shows what was read where.",
)
