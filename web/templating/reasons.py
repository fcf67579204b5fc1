"""Why a criterion of the gate is met, is not, or cannot be told: its facts in words."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from monitor.domain.criterion import Fact, ReasonKind
from monitor.domain.finding import FindingKind
from web.templating.release_terms import FINDING
from web.views.gate import CriterionView
from web.words.language import Language
from web.words.speech import Speech
from web.words.translation import counted as ngettext
from web.words.translation import marked as _

REASON: Mapping[ReasonKind, str] = {
    ReasonKind.HAS_IT: _("%(environment)s has %(version)s, since %(by)s at the latest."),
    ReasonKind.HAS_NEWER: _("%(environment)s has the newer %(version)s, since %(by)s."),
    ReasonKind.SERVES_LINE: _("%(environment)s serves this new line, since %(by)s at the latest."),
    ReasonKind.HAS_OLDER: _("%(environment)s still has %(version)s."),
    ReasonKind.NOT_SERVED: _("%(environment)s does not serve this interface version."),
    ReasonKind.MIXED: _("%(environment)s answers with several versions: %(versions)s."),
    ReasonKind.SWITCHING: _("%(environment)s is changing its version: %(versions)s."),
    ReasonKind.UNORDERED: _(
        "%(environment)s has %(version)s, which is neither older nor newer as far as can be told."
    ),
    ReasonKind.NOT_YET: _("%(environment)s does not have it yet; it has %(version)s."),
    ReasonKind.LINE_NOT_YET: _("%(environment)s does not serve this interface version yet."),
    ReasonKind.IN_ORDER: _(
        "%(environment)s got it by %(by)s, after %(origin)s, which had it by %(originBy)s."
    ),
    ReasonKind.ORDER_BROKEN: _("%(environment)s had it by %(by)s, before %(origin)s."),
    ReasonKind.TOGETHER: _(
        "%(environment)s and %(origin)s got it within one measurement; which was first cannot"
        " be told."
    ),
    ReasonKind.ORDER_UNKNOWN: _(
        "Nobody looked when %(environment)s got it, so the order cannot be told."
    ),
    ReasonKind.SOAKED: _(
        "%(environment)s ran it for %(ran)s without a break; %(needed)s is asked."
    ),
    ReasonKind.SOAKING: _(
        "%(environment)s has run it for %(ran)s of the %(needed)s that is asked; that will be full"
        " on %(doneAt)s."
    ),
    ReasonKind.SOAK_STOPPED: _(
        "%(environment)s has run it for %(ran)s of the %(needed)s that is asked; the clock stands"
        " still now."
    ),
    ReasonKind.OTHER_IN_SOAK: _("%(environment)s is running %(version)s, not this version."),
    ReasonKind.QUIET: _("Nothing is the matter with this line on %(environment)s."),
    ReasonKind.TROUBLE: _("On %(environment)s since %(since)s: %(trouble)s."),
    ReasonKind.ISOLATED: _(
        "Our own network fails since %(since)s, so outages would not be seen either."
    ),
    ReasonKind.FRESH: _("%(environment)s was read at %(readAt)s."),
    ReasonKind.NOT_FROZEN: _("No freeze covers %(environment)s now."),
    ReasonKind.FROZEN: _("%(environment)s is frozen until %(until)s: %(why)s"),
    ReasonKind.FREEZE_UNCLEAR: _("Whether a freeze covers now cannot be computed: %(why)s"),
    ReasonKind.NOT_WATCHED: _("This line is not watched on %(environment)s."),
    ReasonKind.NEVER_READ: _("%(environment)s was never read."),
    ReasonKind.NO_VERSION: _("%(environment)s answers, and tells no version."),
    ReasonKind.YET_TO_COME: _(
        "%(environment)s was last read at %(readAt)s, which is yet to come: a clock is wrong."
    ),
    ReasonKind.STALE: _("%(environment)s was last read at %(readAt)s, which is too long ago."),
    ReasonKind.DOWN: _("%(environment)s does not answer; it was last read at %(readAt)s."),
    ReasonKind.REFUSED: _("%(environment)s refuses our credential, so nothing can be read."),
}
BREAK: Mapping[str, str] = {
    "down": _("It was set back to nothing on %(brokenAt)s: an outage."),
    "absent": _("It was set back to nothing on %(brokenAt)s: the line was not served."),
    "mixed": _("It was set back to nothing on %(brokenAt)s: several versions answered."),
    "version": _("It began on %(brokenAt)s, when the version changed."),
}
"""What set the clock back: a value of monitor.domain.soak.Break."""

_PLACES = frozenset({"environment", "origin"})


def reason(one: CriterionView, now: datetime, language: Language) -> str:
    """In the reader's language; as it came, where a newer server gave a reason not known here."""
    speech = Speech(language, now)
    return " ".join(_sentences(one, speech))


def _sentences(one: CriterionView, speech: Speech) -> Iterator[str]:
    facts = {name: _told(name, fact, speech) for name, fact in one.facts.items()}
    kind = ReasonKind(one.kind)
    if kind is ReasonKind.TROUBLE:
        facts["trouble"] = "; ".join(_trouble(one.facts, speech))
    yield speech.say(REASON[kind], **facts)
    broken = BREAK.get(str(one.facts.get("brokenBy")))
    if broken and one.facts.get("brokenAt"):
        yield speech.say(broken, **facts)
    if kind is ReasonKind.NOT_FROZEN and one.facts.get("nextAt"):
        yield speech.say(_("The next one begins on %(nextAt)s."), **facts)
    if kind is ReasonKind.IN_ORDER and one.facts.get("lead"):
        yield speech.say(_("That is at least %(lead)s earlier."), **facts)


def _told(name: str, fact: Fact, speech: Speech) -> object:
    match fact:
        case str() if name in _PLACES:
            return fact.upper()
        case tuple() | list():
            return ", ".join(fact)
        case None:
            return speech.say(_("unknown"))
        case _:
            return fact


def _trouble(facts: Mapping[str, Fact], speech: Speech) -> Iterator[str]:
    """What is the matter: incidents by number, findings by kind."""
    if incidents := facts.get("incidents"):
        texts = ngettext("%(num)s open outage", "%(num)s open outages")
        yield speech.count(texts, len(incidents) if isinstance(incidents, tuple | list) else 1)
    announced = facts.get("announced")
    for title in announced if isinstance(announced, tuple | list) else ():
        yield speech.say(_("an incident that was announced: “%(title)s”"), title=title)
    kinds = facts.get("kinds")
    for kind in kinds if isinstance(kinds, tuple | list) else ():
        yield speech.say(FINDING[FindingKind(kind)])
