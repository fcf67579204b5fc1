"""Draws the landscape that the rules need from the document that operators write."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from checks.check import Check
from checks.registry import parse
from monitor.catalogue import models
from monitor.catalogue.policies import base_policy, narrowed
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
    for name, interface in document.interfaces.items():
        for number, line in interface.lines.items():
            policy = narrowed(narrowed(base, interface.policy), line.policy)
            for environment in _in_order(document, line.targets):
                target = line.targets[environment]
                if checks := interface.checks_of(line, target):
                    id_ = TargetId(LineId(name, number), environment)
                    url = target.base_url or ""
                    watch = tuple((probe_of(id_, check, url, policy), check) for check in checks)
                    place = document.environments[environment]
                    yield Sketch(id_, target, url, place, policy, watch)
    yield from _references(document, base)


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
    )


def probe_of(target: TargetId, check: Check, url: str, policy: Policy) -> Probe:
    expected: timedelta | None = getattr(check, "expect_every", None)  # of reported checks
    return Probe(
        id=CheckId(target, check.called),
        kind=check.kind,
        interval=expected or policy.interval,
        stale_after=expected or STALE_INTERVALS * policy.interval,
        host=host_of(url),
        asked=check.asked,
        reads_version=check.reads_version,
    )


def host_of(url: str) -> str:
    """`host:port`; empty where there is no address."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or PORTS[parts.scheme]}" if parts.hostname else ""


def words(written: models.Words) -> Words:
    return Words(nl=written.nl, en=written.en)


def _in_order(document: models.Document, targets: Mapping[str, models.Target]) -> Iterator[str]:
    return (environment for environment in document.environments if environment in targets)


def _references(document: models.Document, policy: Policy) -> Iterator[Sketch]:
    for number, url in enumerate(document.references, 1):
        id_ = TargetId(REFERENCE, f"network-{number}")
        check = parse({"kind": "web_page", "path": ""})
        watch = ((probe_of(id_, check, url, policy), check),)
        yield Sketch(id_, models.Target(), url, None, policy, watch)


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
