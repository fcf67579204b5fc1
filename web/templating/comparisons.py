"""The wall's last column: how the environments of a line compare, in a few words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from monitor.domain.finding import FindingKind, FindingPhase, Severity
from web.views.comparison import Comparison, ComparisonKind
from web.words.language import Language
from web.words.speech import Speech
from web.words.translation import counted as ngettext
from web.words.translation import marked as _

_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
"""Nothing that is said here has a moment in it."""


@dataclass(frozen=True, slots=True)
class Remark:
    """`look` names the shape and the colour; `href` where the evidence is."""

    look: str
    text: str
    href: str | None
    more: str | None


def remark(one: Comparison, language: Language) -> Remark:
    speech = Speech(language, _ANY_TIME)
    more = ngettext("and %(num)s more", "and %(num)s more")
    return Remark(
        look=_look(one),
        text=_said_of_finding(one, one.finding, speech) if one.finding else _said(one, speech),
        href=f"/drift#{one.finding_id}" if one.finding_id else None,
        more=speech.count(more, one.more) if one.more else None,
    )


def _look(one: Comparison) -> str:
    if one.phase is FindingPhase.ROLLING_OUT:
        return "rollingOut"
    if one.severity:
        return _SEVERE[one.severity]
    return _CALM.get(one.kind, "nothing")


_SEVERE: Mapping[Severity, str] = {
    Severity.CRITICAL: "critical",
    Severity.WARNING: "warning",
    Severity.INFO: "info",
}
_CALM: Mapping[ComparisonKind, str] = {
    ComparisonKind.SAME: "same",
    ComparisonKind.UNSEEN: "unseen",
    ComparisonKind.SWITCHING: "rollingOut",
}


def _said(one: Comparison, speech: Speech) -> str:
    if one.kind is ComparisonKind.AS_MEANT and len(one.environments) == 1:
        return speech.say(_("%(where)s only, as meant"), where=speech.places(one.environments))
    return speech.say(_SAID[one.kind], where=speech.places(one.environments))


def _said_of_finding(one: Comparison, finding: FindingKind, speech: Speech) -> str:
    text, facts = _SAID_OF[finding], {"where": speech.places(one.environments)}
    match finding:
        case FindingKind.ORDER_BROKEN:
            first, then = (*one.environments, "", "")[:2]
            if one.version is None:
                text = _("%(then)s got this line before %(first)s")
            facts = {"first": first.upper(), "then": then.upper()}
        case FindingKind.LAG if one.late is not None:
            text = _("overdue on %(where)s, %(late)s") if one.late else _("overdue on %(where)s")
        case FindingKind.DIFFERS if one.late is not None:
            text = _("versions differ for too long")
        case FindingKind.LAG | FindingKind.DIFFERS if one.day is None:
            text = _("versions differ")
        case _:
            pass
    told = {"version": one.version, "day": one.day, "days": one.days, "late": one.late}
    return speech.say(text, **facts, **told)


_SAID: Mapping[ComparisonKind, str] = {
    ComparisonKind.SAME: _("equal"),
    ComparisonKind.AS_MEANT: _("so far on %(where)s"),
    ComparisonKind.AWAITED: _("not on %(where)s yet"),
    ComparisonKind.ALONE: _("on %(where)s only"),
    ComparisonKind.PLANNED: _("planned"),
    ComparisonKind.RETIRED: _("retired"),
    ComparisonKind.UNSEEN: _("not all can be seen"),
    ComparisonKind.SWITCHING: _("a version is changing"),
    ComparisonKind.NO_VERSION: _("tells no version"),
    ComparisonKind.FINDING: _("versions differ"),
}
_SAID_OF: Mapping[FindingKind, str] = {
    FindingKind.ORDER_BROKEN: _("%(then)s got %(version)s before %(first)s"),
    FindingKind.LAG: _("rollout, day %(day)s of %(days)s"),
    FindingKind.DIFFERS: _("versions differ, day %(day)s of %(days)s"),
    FindingKind.CONTRACT_DIFFERS: _("same version, different contract"),
    FindingKind.CONTRACT_CHANGED: _("contract changed silently on %(where)s"),
    FindingKind.MISSING: _("missing on %(where)s"),
    FindingKind.NOT_RETIRED: _("still on %(where)s after its last day"),
    FindingKind.EARLY: _("on %(where)s before its first day"),
    FindingKind.ROLLED_BACK: _("%(where)s went back to %(version)s"),
    FindingKind.MIXED: _("mixed versions on %(where)s"),
}
