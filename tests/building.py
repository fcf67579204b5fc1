"""Small real things to test with: a landscape of two lines in three environments, and answers."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from checks.outcome import Outcome, OutcomeClass, Phases, Reading, ReadingKind
from monitor.domain.landscape import (
    Chain,
    CheckId,
    Environment,
    Interface,
    Landscape,
    LifeCycle,
    Line,
    LineId,
    Policy,
    Probe,
    Standard,
    TargetId,
    TargetPlan,
    Words,
)
from monitor.domain.observation import Observation

NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ENVIRONMENTS = ("lto", "pre", "prod")
PRESENTEREN = LineId("presenteren", "v8")
STAM = LineId("stam", "5")
PROD = TargetId(PRESENTEREN, "prod")
HEALTH = CheckId(PROD, "health")


def landscape(interval: timedelta = MINUTE) -> Landscape:
    """presenteren/v8 and stam/5, each in lto, pre and prod with two checks."""
    return Landscape(
        environments=tuple(
            Environment(id_, Words(nl=id_.upper(), en=id_.upper())) for id_ in ENVIRONMENTS
        ),
        interfaces=(
            _interface(PRESENTEREN, Chain.PLAN, Standard.OTHER, interval),
            _interface(STAM, Chain.VTH, Standard.STAM, interval),
        ),
        must_precede=(("lto", "prod"),),
        policy=Policy(interval=interval),
    )


def plan(target: TargetId, interval: timedelta = MINUTE) -> TargetPlan:
    """A target with `openapi_document`, which tells the version, and `health`."""

    def probe(kind: str, *, reads_version: bool) -> Probe:
        return Probe(
            id=CheckId(target, kind),
            kind=kind,
            interval=interval,
            stale_after=3 * interval,
            host=f"{target.environment}.example",
            reads_version=reads_version,
        )

    return TargetPlan(
        id=target,
        base_url=f"https://{target.environment}.example/{target.line}",
        probes=(
            probe("openapi_document", reads_version=True),
            probe("health", reads_version=False),
        ),
    )


def seen(
    check: CheckId = HEALTH,
    at: datetime = NOON,
    outcome_class: OutcomeClass = OutcomeClass.OK,
    *,
    version: str | None = None,
    total: float = 0.1,
    evidence: Mapping[str, str] | None = None,
) -> Observation:
    """An answer, asked on its slot; with a version it is also a reading of it."""
    reading = Reading(ReadingKind.SERVED, version) if version else Reading(ReadingKind.UNREADABLE)
    outcome = Outcome(
        outcome_class=outcome_class,
        reason="" if outcome_class is OutcomeClass.OK else f"it is {outcome_class}",
        status=200 if outcome_class is OutcomeClass.OK else None,
        reading=reading,
        phases=Phases(total=total),
        evidence=evidence or {},
    )
    return Observation(check, at, at, outcome)


def _interface(line: LineId, chain: Chain, standard: Standard, interval: timedelta) -> Interface:
    targets = {
        environment: plan(TargetId(line, environment), interval) for environment in ENVIRONMENTS
    }
    first_days = dict.fromkeys(ENVIRONMENTS, date(2025, 1, 1))
    title = Words(nl=line.interface.capitalize(), en=line.interface.capitalize())
    only = Line(
        id=line,
        title=None,
        life_cycle=LifeCycle(first_days),
        policy=Policy(interval=interval),
        targets=targets,
    )
    return Interface(line.interface, title, chain, standard, (only,))
