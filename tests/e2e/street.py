"""A street to look at: about 24 lines in three environments, in every state that there is."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

from checks.outcome import OutcomeClass
from monitor.board import Board
from monitor.domain.health import CheckStanding, State
from monitor.domain.incident import Incident, IncidentKind, incident_id
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
from monitor.domain.sighting import Mood, Readings, Seen, Sighting
from monitor.domain.standing import TargetStanding

NOON = datetime(2026, 9, 30, 12, 0, tzinfo=UTC)
ENVIRONMENTS = (
    Environment("lto", Words("Leveranciers Test Omgeving", "Supplier test environment")),
    Environment("pre", Words("Pre-productie", "Pre-production")),
    Environment("prod", Words("Productie", "Production")),
)
EVERYWHERE = ("lto", "pre", "prod")

PLAN, RULES, VTH = Chain.PLAN, Chain.TOEPASBARE_REGELS, Chain.VTH
STREET: Mapping[str, tuple[Words, Chain, Standard, Mapping[str, str | None]]] = {
    "presenteren": (
        Words("Omgevingsdocumenten presenteren", "Present spatial planning documents"),
        PLAN,
        Standard.OTHER,
        {"v7": "7.9.1", "v8": "8.6.0", "v9": "9.0.0"},
    ),
    "toepasbaar-opvragen": (
        Words("Omgevingsdocumenten toepasbaar opvragen", "Query applicable documents"),
        PLAN,
        Standard.OTHER,
        {"v7": "7.7.5"},
    ),
    "geometrie-opvragen": (
        Words("Omgevingsdocumenten geometrie opvragen", "Query document geometry"),
        PLAN,
        Standard.OTHER,
        {"v1": "1.4.2"},
    ),
    "downloaden": (
        Words("Omgevingsdocumenten downloaden", "Download documents"),
        PLAN,
        Standard.OTHER,
        {"v1": "1.2.0"},
    ),
    "ontsluiten": (
        Words("Omgevingsinformatie ontsluiten", "Disclose environmental information"),
        PLAN,
        Standard.OTHER,
        {"v2": "2.13.1"},
    ),
    "stop": (
        Words("STOP-aanlevering", "STOP delivery"),
        PLAN,
        Standard.STOP,
        {"1.3": "1.3.0", "1.4": "1.4.1"},
    ),
    "rtrgegevens": (
        Words("RTR-gegevens", "RTR data"),
        RULES,
        Standard.STTR,
        {"v2": "2.8.0"},
    ),
    "zoekinterface": (
        Words("Zoekinterface", "Search interface"),
        RULES,
        Standard.OTHER,
        {"v2": "2.4.4"},
    ),
    "uitvoeren-services": (
        Words("Toepasbare regels uitvoeren", "Run applicable rules"),
        RULES,
        Standard.OTHER,
        {"v3": "3.1.7"},
    ),
    "opvragen-werkzaamheden": (
        Words("Werkzaamheden opvragen", "Query activities"),
        RULES,
        Standard.OTHER,
        {"v1": "1.0.9"},
    ),
    "verifieren-regels": (
        Words("Regels verifiëren", "Verify rules"),
        RULES,
        Standard.OTHER,
        {"v2": "2.0.3"},
    ),
    "sttr": (
        Words("STTR aanleveren", "Deliver STTR"),
        RULES,
        Standard.STTR,
        {"2.0": None, "3.0": None},
    ),
    "indienen": (
        Words("Verzoek indienen", "Submit a request"),
        VTH,
        Standard.OTHER,
        {"v5": "5.3.0"},
    ),
    "stam": (
        Words("STAM", "STAM"),
        VTH,
        Standard.STAM,
        {"4": "4.0.2", "5": "5.0.1"},
    ),
    "swf": (
        Words("Samenwerkfunctionaliteit", "Collaboration function"),
        Chain.SAMENWERKEN,
        Standard.SWF,
        {"v4": "4.9.0", "v5": "5.2.0"},
    ),
    "loket": (
        Words("Omgevingsloket", "Online portal"),
        Chain.LOKET,
        Standard.OTHER,
        {"web": None},
    ),
    "catalogus": (
        Words("Stelselcatalogus opvragen", "Query the system catalogue"),
        Chain.GENERIEK,
        Standard.OTHER,
        {"v3": "3.2.4"},
    ),
}
"""Interface: what it is called, its chain and standard, and its lines with their versions."""


NEXT = {LineId("presenteren", "v9"), LineId("stop", "1.4")}
ENDS = {
    LineId("presenteren", "v7"): (date(2026, 8, 31), date(2026, 12, 31)),
    LineId("presenteren", "v8"): (date(2027, 12, 31), None),
    LineId("stam", "4"): (date(2026, 10, 1), date(2027, 1, 1)),
    LineId("swf", "v4"): (date(2024, 12, 31), date(2026, 9, 1)),
}

TROUBLE: Mapping[tuple[str, str], tuple[State, timedelta, str]] = {
    ("stam/5", "prod"): (State.DOWN, timedelta(minutes=12), "no answer within 10 s"),
    ("zoekinterface/v2", "prod"): (State.DEGRADED, timedelta(minutes=38), "slow: 4.1 s"),
    ("indienen/v5", "pre"): (State.MAINTENANCE, timedelta(hours=2), "503 with onderhoud"),
    ("downloaden/v1", "pre"): (State.ABSENT, timedelta(hours=5), "404: no matching resource"),
    ("ontsluiten/v2", "lto"): (State.UNKNOWN, timedelta(minutes=4), "our key is refused"),
}
CLASSES = {
    State.UP: OutcomeClass.OK,
    State.DEGRADED: OutcomeClass.OK,
    State.DOWN: OutcomeClass.FAILED,
    State.MAINTENANCE: OutcomeClass.MAINTENANCE,
    State.ABSENT: OutcomeClass.NOT_SERVED,
    State.UNKNOWN: OutcomeClass.REFUSED,
}


def landscape() -> Landscape:
    return Landscape(
        environments=ENVIRONMENTS,
        interfaces=tuple(map(_interface, STREET)),
        must_precede=(("lto", "prod"),),
    )


def board(now: datetime = NOON) -> Board:
    """A board on which something of everything is to be seen."""
    made = Board(landscape())
    made.apply(standings(made.landscape, now), incidents(now), now - timedelta(seconds=4))
    made.coming = lambda: now + timedelta(seconds=6)
    return made


def standings(landscape: Landscape, now: datetime = NOON) -> Iterator[TargetStanding]:
    for number, plan in enumerate(landscape.targets.values()):
        yield standing(plan.id, now, age=timedelta(days=2 + number * 7 % 61, hours=number % 24))


def standing(
    target: TargetId,
    now: datetime = NOON,
    *,
    age: timedelta = timedelta(days=3),
    version: str | None = None,
    state: State | None = None,
) -> TargetStanding:
    """How one target is; trouble as the street has it, unless `state` says otherwise."""
    found, span, reason = TROUBLE.get((str(target.line), target.environment), (State.UP, age, ""))
    state = state or found
    version = version or _version(target)
    seen = Seen(served=state is not State.ABSENT, version=version, fingerprint="f" * 16)
    run = Sighting(
        seen=seen, after=now - age - timedelta(minutes=1), by=now - age, last=now, settled=True
    )
    if target.line.interface == "catalogus":
        run = Sighting(seen=seen, after=None, by=run.by, last=now, settled=True)
    mixed = str(target) == "rtrgegevens/v2@pre"
    return TargetStanding(
        target=target,
        state=state,
        since=now - span,
        outcome_class=CLASSES[state],
        reason=reason,
        last_at=now - timedelta(seconds=8),
        checks={
            "health": CheckStanding(
                state=state, since=now - span, last_at=now - timedelta(seconds=8)
            )
        },
        readings=Readings(current=run, settled=run, mood=Mood.MIXED if mixed else Mood.SETTLED),
    )


def incidents(now: datetime = NOON) -> Iterator[Incident]:
    for (line, environment), (state, span, reason) in TROUBLE.items():
        if state is State.DOWN:
            subject = f"{line}@{environment}"
            opened = now - span
            yield Incident(
                id=incident_id(IncidentKind.TARGET, subject, opened),
                kind=IncidentKind.TARGET,
                subject=subject,
                opened_at=opened,
                reason=reason,
            )


def _interface(id_: str) -> Interface:
    title, chain, standard, lines = STREET[id_]
    return Interface(
        id=id_,
        title=title,
        chain=chain,
        standard=standard,
        lines=tuple(_line(LineId(id_, name)) for name in lines),
    )


def _line(line: LineId) -> Line:
    places: tuple[str, ...] = ("lto",) if line in NEXT else EVERYWHERE
    if line == LineId("sttr", "2.0"):
        places = ("pre", "prod")
    until, gone = ENDS.get(line, (None, None))
    first = date(2026, 9, 1) if line in NEXT else date(2024, 1, 1)
    return Line(
        id=line,
        title=None,
        life_cycle=LifeCycle(dict.fromkeys(places, first), until, gone),
        policy=Policy(),
        targets={place: _plan(TargetId(line, place)) for place in places},
    )


def _plan(target: TargetId) -> TargetPlan:
    base = f"https://{target.environment}.example/{target.line}"
    probes = tuple(
        Probe(
            id=CheckId(target, kind),
            kind=kind,
            interval=timedelta(seconds=60),
            stale_after=timedelta(minutes=3),
            host=f"{target.environment}.example",
            reads_version=kind == "openapi_document",
        )
        for kind in ("openapi_document", "health")
    )
    return TargetPlan(target, base, probes)


def _version(target: TargetId) -> str | None:
    version = STREET[target.line.interface][3][target.line.line]
    if version == "8.6.0" and target.environment == "prod":
        return "8.5.2"
    return version
