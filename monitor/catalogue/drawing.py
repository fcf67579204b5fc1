"""Draws the landscape that the rules need from the document that operators write."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlsplit

from checks.check import Check
from checks.registry import parse
from monitor.catalogue import models
from monitor.catalogue.policies import base_policy, narrowed, places_of
from monitor.domain.landscape import (
    REFERENCE,
    STALE_INTERVALS,
    CheckId,
    Environment,
    Interface,
    Landscape,
    LifeCycle,
    Line,
    LineId,
    Policy,
    Probe,
    TargetId,
    TargetPlan,
    Words,
)
from monitor.domain.names import AT, HERE

PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Sketch:
    """A target with what it takes to ask it; one without checks is never drawn."""

    id: TargetId
    written: models.Target
    base_url: str
    environment: models.Environment | None  # None: a reference target
    policy: Policy
    watch: tuple[tuple[Probe, Check], ...]


def sketches(document: models.Document) -> Iterator[Sketch]:
    """Every target that has something to ask, in the order of the file; then the references."""
    base = base_policy(document.policy)
    places: dict[str, None] = {}
    for name, interface in document.interfaces.items():
        for number, line in interface.lines.items():
            policy = narrowed(narrowed(base, interface.policy), line.policy)
            for environment in _in_order(document, line.targets):
                target = line.targets[environment]
                if checks := interface.checks_of(line, target):
                    id_ = TargetId(LineId(name, number), environment)
                    url = target.base_url or ""
                    watch = tuple(
                        (probe, check)
                        for check in checks
                        for probe in probes_of(id_, check, url, policy)
                    )
                    places |= dict.fromkeys(probe.location for probe, _ in watch if probe.asked)
                    place = document.environments[environment]
                    yield Sketch(id_, target, url, place, policy, watch)
    yield from _references(document, base, places)


def draw(document: models.Document, drawn: Mapping[TargetId, Sketch]) -> Landscape:
    """The whole landscape, with the targets that were sketched."""
    base = base_policy(document.policy)
    return Landscape(
        environments=tuple(
            Environment(id_, words(one.name)) for id_, one in document.environments.items()
        ),
        interfaces=tuple(
            _interface(id_, one, drawn, base) for id_, one in document.interfaces.items()
        ),
        must_precede=document.must_precede,
        references=tuple(
            probe for one in drawn.values() if one.environment is None for probe, _ in one.watch
        ),
        policy=base,
        locations={name: words(title) for name, title in document.locations.items()},
    )


def probes_of(target: TargetId, check: Check, url: str, policy: Policy) -> Iterator[Probe]:
    """One probe for each location that asks the check; one in all where none is named."""
    expected: timedelta | None = getattr(check, "expect_every", None)  # of reported checks
    locations, quorum = places_of(check, policy)
    for location in locations or (HERE,):
        yield Probe(
            id=CheckId(target, f"{check.called}{AT}{location}" if location else check.called),
            kind=check.kind,
            interval=expected or policy.interval,
            stale_after=expected or STALE_INTERVALS * policy.interval,
            host=host_of(url),
            asked=check.asked,
            reads_version=check.reads_version,
            quorum=quorum,
        )


def host_of(url: str) -> str:
    """`host:port`; empty where there is no address."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or PORTS[parts.scheme]}" if parts.hostname else ""


def words(written: models.Words) -> Words:
    return Words(nl=written.nl, en=written.en)


def _in_order(document: models.Document, targets: Mapping[str, models.Target]) -> Iterator[str]:
    return (environment for environment in document.environments if environment in targets)


def _references(
    document: models.Document, policy: Policy, places: Collection[str]
) -> Iterator[Sketch]:
    """The references are asked from every place, because each has a network of its own."""
    for number, url in enumerate(document.references, 1):
        id_ = TargetId(REFERENCE, f"network-{number}")
        check = parse({"kind": "web_page", "path": ""})
        named = tuple(place for place in places if place)
        asked = replace(policy, locations=named, quorum=1)
        watch = [(probe, check) for probe in probes_of(id_, check, url, asked)]
        if named and HERE in places:
            here = replace(policy, locations=())
            watch.extend((probe, check) for probe in probes_of(id_, check, url, here))
        yield Sketch(id_, models.Target(), url, None, policy, tuple(watch))


def _interface(
    id_: str, written: models.Interface, drawn: Mapping[TargetId, Sketch], base: Policy
) -> Interface:
    policy = narrowed(base, written.policy)
    return Interface(
        id=id_,
        title=words(written.title),
        chain=written.chain,
        standard=written.standard,
        lines=tuple(
            _line(LineId(id_, number), line, drawn, policy)
            for number, line in written.lines.items()
        ),
        contact=written.contact,
        documentation=written.documentation,
    )


def _line(
    id_: LineId, written: models.Line, drawn: Mapping[TargetId, Sketch], policy: Policy
) -> Line:
    days = written.life_cycle
    plans = (_plan(drawn.get(TargetId(id_, environment))) for environment in written.targets)
    return Line(
        id=id_,
        title=words(written.title) if written.title else None,
        life_cycle=LifeCycle(days.first_days, days.until, days.gone),
        policy=narrowed(policy, written.policy),
        targets={plan.id.environment: plan for plan in plans if plan},
        note=words(written.note) if written.note else None,
        environments=written.environments,
    )


def _plan(sketch: Sketch | None) -> TargetPlan | None:
    if sketch is None:
        return None
    probes = tuple(probe for probe, _ in sketch.watch)
    return TargetPlan(sketch.id, sketch.base_url, probes, sketch.written.declared)
