"""What a finding rests on, in sentences: made from its evidence, which is data."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from monitor.domain.finding import FindingKind
from web.templating import facts
from web.templating.facts import Evidence
from web.templating.release_terms import BECAUSE
from web.views.findings import FindingView
from web.words.language import Language
from web.words.moments import moment
from web.words.speech import Speech
from web.words.translation import counted as ngettext
from web.words.translation import marked as _


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in an environment; it arrived in `(after, by]`."""

    environment: str
    version: str | None
    served: bool
    fingerprint: str | None
    after: datetime | None
    by: datetime | None


@dataclass(frozen=True, slots=True)
class Paths:
    """What differs between two contracts, in the words of the check."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    sentences: tuple[str, ...]
    readings: tuple[Reading, ...]
    paths: Paths | None


def told(finding: FindingView, now: datetime, language: Language) -> Told:
    speech = Speech(language, now)
    evidence = finding.evidence
    return Told(
        sentences=(*_sentences(finding, speech), *_end(evidence, speech)),
        readings=tuple(_readings(evidence)),
        paths=_paths(evidence.get("paths")),
    )


def paths_of(added: Sequence[str], removed: Sequence[str], changed: Sequence[str]) -> Paths:
    """Each list says by its name already what became of its paths."""
    return Paths(
        tuple(one.removesuffix(": added") for one in added),
        tuple(one.removesuffix(": removed") for one in removed),
        tuple(changed),
    )


def _sentences(finding: FindingView, speech: Speech) -> Iterator[str]:
    evidence = finding.evidence
    where = speech.places(finding.environments)
    match finding.kind:
        case FindingKind.ORDER_BROKEN:
            yield from _order(evidence, speech)
        case FindingKind.LAG | FindingKind.DIFFERS:
            yield from _lag(finding, speech)
        case FindingKind.CONTRACT_DIFFERS:
            yield from _contracts(evidence, speech)
        case FindingKind.CONTRACT_CHANGED:
            yield from _changed(evidence, where, speech)
        case FindingKind.MISSING:
            yield from _missing(evidence, where, speech)
        case FindingKind.NOT_RETIRED:
            yield speech.say(
                _("%(where)s still answers; the last day, run-out included, was %(day)s."),
                where=where,
                day=facts.day(evidence, "lastDay"),
            )
        case FindingKind.EARLY:
            yield speech.say(
                _("%(where)s answers already; its first day there is %(day)s."),
                where=where,
                day=facts.day(evidence, "firstDay"),
            )
        case FindingKind.ROLLED_BACK:
            yield speech.say(
                _("%(where)s went back from %(old)s to %(new)s."),
                where=where,
                old=facts.text(evidence, "from"),
                new=facts.text(evidence, "to"),
            )
        case FindingKind.MIXED:
            yield from _mixed(evidence, where, speech)


def _order(evidence: Evidence, speech: Speech) -> Iterator[str]:
    first, then = facts.text(evidence, "first").upper(), facts.text(evidence, "then").upper()
    version = facts.text(evidence, "version")
    readings = {one.environment.upper(): one for one in _readings(evidence)}
    there, before = readings.get(then), readings.get(first)
    if there and there.by:
        yield speech.say(
            _("%(then)s had %(version)s by %(at)s."), then=then, version=version, at=there.by
        )
    lacking = facts.moment(evidence, "lackingAt")
    if evidence.get("wholeLine"):
        yield speech.say(_("%(first)s did not have this interface version then."), first=first)
    elif lacking:
        yield speech.say(
            _("%(first)s was read without it as late as %(at)s."), first=first, at=lacking
        )
    if before and before.version and before.version != version:
        yield speech.say(_("%(first)s ran %(version)s."), first=first, version=before.version)


def _lag(finding: FindingView, speech: Speech) -> Iterator[str]:
    for group in facts.items(finding.evidence, "groups"):
        arrived = facts.moment(group, "arrivedBy")
        where = speech.places(facts.names(group, "environments"))
        yield speech.say(
            _("%(version)s is on %(where)s, first seen %(at)s.")
            if arrived
            else _("%(version)s is on %(where)s."),
            version=facts.text(group, "version"),
            where=where,
            at=arrived,
        )
    for one in facts.items(finding.evidence, "behind"):
        until = facts.moment(one, "toleratedUntil")
        if until is None:
            continue
        if one.get("planned"):
            text = _("For %(where)s it was announced for %(until)s.")
        elif until > speech.now:
            text = _("%(where)s has until %(until)s to follow.")
        else:
            text = _("%(where)s had until %(until)s to follow.")
        yield speech.say(text, where=facts.text(one, "environment").upper(), until=until)


def _contracts(evidence: Evidence, speech: Speech) -> Iterator[str]:
    for group in facts.items(evidence, "groups"):
        yield speech.say(
            _("%(where)s serves %(version)s with contract %(fingerprint)s."),
            where=speech.places(facts.names(group, "environments")),
            version=facts.text(group, "version"),
            fingerprint=facts.text(group, "fingerprint")[:8],
        )
    yield from _amount(evidence, speech)


def _changed(evidence: Evidence, where: str, speech: Speech) -> Iterator[str]:
    about = {"where": where, "version": facts.text(evidence, "version")}
    after, by = facts.moment(evidence, "changedAfter"), facts.moment(evidence, "changedBy")
    if after and by:
        yield speech.say(
            _("On %(where)s the contract of %(version)s changed between %(after)s and %(by)s."),
            **about,
            after=after,
            by=moment(by, after, speech.language),
        )
    else:
        yield speech.say(_("On %(where)s the contract of %(version)s changed."), **about)
    yield speech.say(_("The version stayed the same."))
    yield from _amount(evidence, speech)


def _amount(evidence: Evidence, speech: Speech) -> Iterator[str]:
    paths = _paths(evidence.get("paths"))
    if paths is None:
        return
    counts = [
        (ngettext("%(num)s place was added", "%(num)s places were added"), paths.added),
        (ngettext("%(num)s place was removed", "%(num)s places were removed"), paths.removed),
        (ngettext("%(num)s place was changed", "%(num)s places were changed"), paths.changed),
    ]
    said = [speech.count(texts, len(found)) for texts, found in counts if found]
    if said:
        yield f"{'; '.join(said)}."


def _missing(evidence: Evidence, where: str, speech: Speech) -> Iterator[str]:
    yield speech.say(_("%(where)s answers that this interface version is not there."), where=where)
    if day := facts.day(evidence, "expectedBy"):
        yield speech.say(_("The catalogue promises it from %(day)s."), day=day)


def _mixed(evidence: Evidence, where: str, speech: Speech) -> Iterator[str]:
    shown = [facts.text(one, "version") for one in facts.items(evidence, "shown")]
    versions = ", ".join(dict.fromkeys(filter(None, shown)))
    if since := facts.moment(evidence, "since"):
        yield speech.say(
            _("%(where)s answers now with one version, now with another since %(since)s."),
            where=where,
            since=since,
        )
    if versions:
        yield speech.say(_("Seen on %(where)s: %(versions)s."), where=where, versions=versions)


def _end(evidence: Evidence, speech: Speech) -> Iterator[str]:
    ended = evidence.get("ended")
    if isinstance(ended, Mapping) and isinstance(because := ended.get("because"), str):
        yield speech.say(_("Resolved: %(reason)s."), reason=speech.term(BECAUSE, because))


def _readings(evidence: Evidence) -> Iterator[Reading]:
    for one in facts.items(evidence, "readings"):
        yield Reading(
            environment=facts.text(one, "environment"),
            version=facts.text(one, "version") or None,
            served=bool(one.get("served")),
            fingerprint=facts.text(one, "fingerprint") or None,
            after=facts.moment(one, "arrivedAfter"),
            by=facts.moment(one, "arrivedBy"),
        )


def _paths(value: JsonValue) -> Paths | None:
    if not isinstance(value, Mapping):
        return None
    return paths_of(*(facts.names(value, name) for name in ("added", "removed", "changed")))
