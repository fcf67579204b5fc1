"""The things that exist: environments, interfaces, their lines, and how they are watched."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from monitor.domain.names import HERE, CheckId, LineId, TargetId
from monitor.domain.policy import ByChange, Policy

__all__ = [
    "REFERENCE",
    "STALE_INTERVALS",
    "ByChange",
    "Chain",
    "CheckId",
    "Environment",
    "Interface",
    "Landscape",
    "LifeCycle",
    "Line",
    "LineId",
    "Policy",
    "Probe",
    "Standard",
    "TargetId",
    "TargetPlan",
    "Words",
]

STALE_INTERVALS = 3
"""Intervals without an answer after which we know nothing (semantics.md, section 3)."""


@dataclass(frozen=True, slots=True)
class Words:
    """One text in the two languages of the page."""

    nl: str
    en: str


class Chain(StrEnum):
    PLAN = "plan"
    TOEPASBARE_REGELS = "toepasbare-regels"
    VTH = "vth"
    SAMENWERKEN = "samenwerken"
    LOKET = "loket"
    GENERIEK = "generiek"


class Standard(StrEnum):
    STOP = "STOP"
    STTR = "STTR"
    STAM = "STAM"
    SWF = "SWF"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class LifeCycle:
    """From which day a line is expected where, and until when it is supported.

    `until` is the last supported day, `gone` the last day of run-out; both inclusive,
    None: not planned.
    """

    first_days: Mapping[str, date]
    until: date | None = None
    gone: date | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """A promise to look: which check, how often, after what silence we know nothing."""

    id: CheckId
    kind: str
    interval: timedelta
    stale_after: timedelta  # 3 intervals; for `reported` its `expect_every`
    host: str  # the limit per host counts by this
    asked: bool = True
    reads_version: bool = False
    quorum: int = 1  # how many locations must agree that it is down

    @property
    def location(self) -> str:
        return self.id.location


@dataclass(frozen=True, slots=True)
class TargetPlan:
    """A configured target: its probes in the order in which they may yield the version."""

    id: TargetId
    base_url: str
    probes: tuple[Probe, ...]
    declared: str | None = None

    def rank(self, check: str) -> int:
        """The place of a check in the order of version discovery; last when unknown."""
        names = [probe.id.check for probe in self.probes]
        return names.index(check) if check in names else len(names)

    def probe(self, name: str | None) -> Probe | None:
        """The probe of that very name: of a check that has locations, the one at its location."""
        return next((probe for probe in self.probes if probe.id.name == name), None)

    def reader(self, check: str | None) -> Probe | None:
        """The probe of that check, at whichever location: they tell of one version."""
        for probe in self.probes:  # written out, because every look at a line asks this
            if probe.id.check == check:
                return probe
        return None

    def voices(self, check: str) -> tuple[Probe, ...]:
        """The probes of one check, one for each of its named locations."""
        return tuple(one for one in self.probes if one.id.check == check and one.location)

    @property
    def locations(self) -> tuple[str, ...]:
        """The named locations that it is asked from, in the order of the catalogue."""
        return tuple(dict.fromkeys(probe.location for probe in self.probes if probe.location))


@dataclass(frozen=True)
class Line:
    id: LineId
    title: Words | None
    life_cycle: LifeCycle
    policy: Policy
    targets: Mapping[str, TargetPlan]  # by environment; one that is absent is "not configured"
    note: Words | None = None
    environments: tuple[str, ...] | None = None  # where it lives; None: everywhere, (): nowhere yet


@dataclass(frozen=True)
class Interface:
    id: str
    title: Words
    chain: Chain
    standard: Standard
    lines: tuple[Line, ...]
    contact: str | None = None
    documentation: str | None = None  # a link, from the catalogue


@dataclass(frozen=True)
class Environment:
    id: str
    name: Words


@dataclass(frozen=True)
class Landscape:
    """The whole catalogue, as the rules need it: no URLs to ask, no secrets, no checks."""

    environments: tuple[Environment, ...]  # in the order a release travels
    interfaces: tuple[Interface, ...]
    must_precede: tuple[tuple[str, str], ...] = ()
    references: tuple[Probe, ...] = ()
    policy: Policy = field(default_factory=Policy)
    locations: Mapping[str, Words] = field(default_factory=dict)  # all that the catalogue names

    @cached_property
    def lines(self) -> Mapping[LineId, Line]:
        return {line.id: line for interface in self.interfaces for line in interface.lines}

    @cached_property
    def titles(self) -> Mapping[str, Words]:
        """What the interfaces are called."""
        return {one.id: one.title for one in self.interfaces}

    @cached_property
    def targets(self) -> Mapping[TargetId, TargetPlan]:
        return {one.id: one for line in self.lines.values() for one in line.targets.values()}

    @cached_property
    def probes(self) -> Mapping[CheckId, Probe]:
        return {probe.id: probe for plan in self.watched.values() for probe in plan.probes}

    @cached_property
    def watched(self) -> Mapping[TargetId, TargetPlan]:
        """All that is observed: the targets, and the references dressed as such."""
        references: dict[TargetId, tuple[Probe, ...]] = {}
        for probe in self.references:
            target = probe.id.target
            references[target] = (*references.get(target, ()), probe)
        plans = {id_: TargetPlan(id_, "", probes) for id_, probes in references.items()}
        return {**self.targets, **plans}

    @cached_property
    def intervals(self) -> Mapping[TargetId, timedelta]:
        """How often we hear of each target that is asked, at the least."""
        return {
            target: min(every)
            for target, plan in self.watched.items()
            if (every := [probe.interval for probe in plan.probes if probe.asked])
        }

    @cached_property
    def asked_from(self) -> Mapping[str, Mapping[TargetId, timedelta]]:
        """By location: its targets, and how often each is asked from there, at the least."""
        found: dict[str, dict[TargetId, timedelta]] = {}
        for target, plan in self.watched.items():
            for probe in plan.probes:
                if probe.asked:
                    there = found.setdefault(probe.location, {})
                    there[target] = min(probe.interval, there.get(target, probe.interval))
        return found

    @cached_property
    def is_spread(self) -> bool:
        """Whether anything is asked from a named location."""
        return any(self.asked_from.keys() - {HERE})

    def interface(self, id_: str) -> Interface | None:
        return next((one for one in self.interfaces if one.id == id_), None)

    def environment(self, id_: str) -> Environment | None:
        return next((one for one in self.environments if one.id == id_), None)

    def policy_of(self, target: TargetId) -> Policy:
        line = self.lines.get(target.line)
        return line.policy if line else self.policy


REFERENCE = LineId("reference", "network")
"""The pretend line under which reference targets are observed; never shown on a page."""
