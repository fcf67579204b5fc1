"""The street after its rollouts: a finding of every kind, and rollouts in every stage."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from monitor.board import Board
from monitor.domain.finding import (
    Finding,
    FindingKind,
    FindingPhase,
    Json,
    Severity,
    finding_id,
    finding_key,
)
from monitor.domain.landscape import LineId
from monitor.domain.rollout import Announcement, Rollout, Stage, StageState, rollout_id
from monitor.storage.engine import Database
from monitor.storage.ledger import Ledger
from tests.e2e.street import EVERYWHERE, NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PRESENTEREN = LineId("presenteren", "v8")
SWF = LineId("swf", "v5")
HOSTILE = "<script>alert('x')</script>"
WARNING, INFO = Severity.WARNING, Severity.INFO


def stamp(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def reading(environment: str, version: str | None, ago: timedelta) -> Json:
    return {
        "environment": environment,
        "served": version is not None,
        "version": version,
        "fingerprint": "f" * 64,
        "arrivedAfter": stamp(NOON - ago - timedelta(minutes=1)),
        "arrivedBy": stamp(NOON - ago),
    }


def finding(
    kind: FindingKind,
    line: LineId,
    environments: tuple[str, ...],
    evidence: Mapping[str, Json],
    *,
    severity: Severity = WARNING,
    phase: FindingPhase = FindingPhase.OPEN,
    ago: timedelta = DAY,
    until: datetime | None = None,
    resolved: datetime | None = None,
) -> Finding:
    key = finding_key(line, kind, environments)
    return Finding(
        id=finding_id(key, NOON - ago),
        key=key,
        kind=kind,
        severity=severity,
        phase=phase,
        line=line,
        environments=environments,
        opened_at=NOON - ago,
        tolerated_until=until,
        resolved_at=resolved,
        evidence=evidence,
        changed_at=resolved or NOON - ago,
    )


def lag(begun: timedelta, until: datetime, *, line: LineId = PRESENTEREN) -> Finding:
    """8.6.0 is on LTO and PRE since `begun` ago, and PROD has until `until` to follow."""
    late = until <= NOON
    return finding(
        FindingKind.LAG,
        line,
        EVERYWHERE,
        {
            "newest": "8.6.0",
            "arrivedBy": stamp(NOON - begun),
            "groups": [
                {
                    "version": "8.6.0",
                    "environments": ["lto", "pre"],
                    "arrivedBy": stamp(NOON - begun),
                },
                {
                    "version": "8.5.2",
                    "environments": ["prod"],
                    "arrivedBy": stamp(NOON - 41 * DAY),
                },
            ],
            "behind": [
                {
                    "environment": "prod",
                    "version": "8.5.2",
                    "change": "minor",
                    "planned": False,
                    "toleratedUntil": stamp(until),
                }
            ],
            "readings": [
                reading("lto", "8.6.0", begun),
                reading("pre", "8.6.0", begun - HOUR),
                reading("prod", "8.5.2", 41 * DAY),
            ],
        },
        severity=WARNING if late else INFO,
        phase=FindingPhase.OVERDUE if late else FindingPhase.ROLLING_OUT,
        ago=begun - HOUR,
        until=until,
    )


ORDER = finding(
    FindingKind.ORDER_BROKEN,
    SWF,
    ("lto", "prod"),
    {
        "version": "5.2.0",
        "first": "lto",
        "then": "prod",
        "wholeLine": False,
        "readings": [reading("lto", "5.1.0", 30 * DAY), reading("prod", "5.2.0", 2 * DAY)],
        "lackingAt": stamp(NOON - 2 * DAY),
    },
    severity=Severity.CRITICAL,
    ago=2 * DAY,
)
ROLLING = lag(2 * DAY + HOUR, NOON + 2 * DAY + 23 * HOUR)
CHANGED = finding(
    FindingKind.CONTRACT_CHANGED,
    LineId("uitvoeren-services", "v3"),
    ("prod",),
    {
        "version": "3.1.7",
        "before": "a" * 64,
        "after": "b" * 64,
        "readings": [reading("prod", "3.1.7", 9 * DAY)],
        "changedAfter": stamp(NOON - 5 * HOUR),
        "changedBy": stamp(NOON - 4 * HOUR),
        "paths": {
            "added": [f"GET /conclusie query {HOSTILE}: added"],
            "removed": ["GET /conclusie query toestand: removed"],
            "changed": ["schema Conclusie property tekst: type string -> number"],
        },
    },
    ago=4 * HOUR,
)
OTHERS = (
    finding(
        FindingKind.CONTRACT_DIFFERS,
        LineId("geometrie-opvragen", "v1"),
        EVERYWHERE,
        {
            "version": "1.4.2",
            "before": "a" * 64,
            "after": "b" * 64,
            "groups": [
                {"version": "1.4.2", "fingerprint": "a" * 64, "environments": ["lto", "pre"]},
                {"version": "1.4.2", "fingerprint": "b" * 64, "environments": ["prod"]},
            ],
            "readings": [reading("lto", "1.4.2", DAY)],
        },
    ),
    finding(
        FindingKind.MISSING,
        LineId("downloaden", "v1"),
        ("pre",),
        {"expectedBy": "2024-01-01", "next": False, "readings": [reading("pre", None, HOUR)]},
        severity=Severity.CRITICAL,
    ),
    finding(
        FindingKind.NOT_RETIRED,
        LineId("swf", "v4"),
        ("prod",),
        {"lastDay": "2026-09-01", "readings": [reading("prod", "4.9.0", 9 * DAY)]},
        severity=INFO,
    ),
    finding(
        FindingKind.EARLY,
        LineId("stop", "1.4"),
        ("pre",),
        {"firstDay": "2027-06-01", "readings": [reading("pre", "1.4.1", DAY)]},
        severity=INFO,
    ),
    finding(
        FindingKind.ROLLED_BACK,
        LineId("catalogus", "v3"),
        ("prod",),
        {
            "from": "3.3.0",
            "to": "3.2.4",
            "until": stamp(NOON + HOUR),
            "readings": [reading("prod", "3.2.4", HOUR)],
        },
    ),
    finding(
        FindingKind.MIXED,
        LineId("rtrgegevens", "v2"),
        ("pre",),
        {
            "since": stamp(NOON - 2 * HOUR),
            "shown": [{"served": True, "version": HOSTILE}, {"served": True, "version": "2.8.0"}],
            "readings": [],
        },
    ),
    finding(
        FindingKind.DIFFERS,
        LineId("verifieren-regels", "v2"),
        EVERYWHERE,
        {"newest": None, "groups": [], "behind": [], "readings": []},
        phase=FindingPhase.ROLLING_OUT,
        severity=INFO,
        until=NOON + 4 * DAY,
    ),
)
RESOLVED = finding(
    FindingKind.LAG,
    LineId("stam", "5"),
    EVERYWHERE,
    {"newest": "5.0.1", "groups": [], "behind": [], "ended": {"because": "agree", "readings": []}},
    severity=INFO,
    phase=FindingPhase.RESOLVED,
    ago=20 * DAY,
    resolved=NOON - 18 * DAY,
)
OPEN = (ORDER, ROLLING, CHANGED, *OTHERS)

UNDER_WAY = Rollout(
    id=rollout_id(PRESENTEREN, "8.6.0"),
    line=PRESENTEREN,
    version="8.6.0",
    opened_at=NOON - 3 * DAY,
    announced=Announcement(
        at=NOON - 3 * DAY,
        by=f"KATO {HOSTILE}",
        key="k",
        planned={"prod": NOON + 2 * DAY},
        release_notes="javascript:alert(1)",
        content_wipe=True,
    ),
    stages={
        "lto": Stage(
            state=StageState.VERIFIED,
            changed_at=NOON - DAY,
            version_before="8.5.2",
            arrived_after=NOON - 2 * DAY - 2 * HOUR,
            arrived_by=NOON - 2 * DAY - HOUR,
            verified_at=NOON - HOUR,
        ),
        "pre": Stage(
            state=StageState.ARRIVED,
            arrived_after=NOON - 2 * DAY,
            arrived_by=NOON - 2 * DAY + HOUR,
        ),
        "prod": Stage(state=StageState.PLANNED, due_at=NOON + 2 * DAY),
    },
)
DONE = Rollout(
    id=rollout_id(LineId("stam", "5"), "5.0.1"),
    line=LineId("stam", "5"),
    version="5.0.1",
    opened_at=NOON - 20 * DAY,
    stages={
        "lto": Stage(state=StageState.SKIPPED),
        "pre": Stage(state=StageState.ROLLED_BACK, arrived_by=NOON - 19 * DAY),
        "prod": Stage(state=StageState.OVERDUE, due_at=NOON - 15 * DAY),
    },
    done_at=NOON - 10 * DAY,
)


async def after_rollouts(database: Database, board: Board) -> None:
    """Write it all down, and put on the board what is open."""
    async with database.begin() as tx:
        ledger = Ledger(tx)
        await ledger.keep_findings([*OPEN, RESOLVED])
        await ledger.keep_rollouts([UNDER_WAY, DONE])
    board.findings = {one.id: one for one in OPEN}
    board.rollouts = {UNDER_WAY.id: UNDER_WAY}
    board.touch()
