"""Many lines in three environments, and what is known of them after 90 days."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from checks.outcome import Outcome, OutcomeClass, Phases, Reading, ReadingKind
from monitor.board import Board
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
from monitor.domain.standing import TargetStanding, conclude

NOW = datetime(2026, 9, 30, 12, tzinfo=UTC)
DAYS = 90
ENVIRONMENTS = ("lto", "pre", "prod")
MINUTE = timedelta(minutes=1)
CHECK = "openapi_document"
PER_INTERFACE = 5
BROKEN = Outcome(outcome_class=OutcomeClass.FAILED, status=500, reason="answered 500")


def street(lines: int) -> Landscape:
    chains = tuple(Chain)
    return Landscape(
        environments=tuple(Environment(one, Words(one, one)) for one in ENVIRONMENTS),
        interfaces=tuple(
            Interface(
                f"i{first}",
                Words(f"Koppelvlak {first}", f"Interface {first}"),
                chains[first % len(chains)],
                Standard.OTHER,
                tuple(line(n) for n in range(first, min(first + PER_INTERFACE, lines))),
            )
            for first in range(0, lines, PER_INTERFACE)
        ),
        must_precede=(("lto", "prod"),),
    )


def line_id(number: int) -> LineId:
    return LineId(f"i{number - number % PER_INTERFACE}", f"v{number % PER_INTERFACE + 1}")


def line(number: int) -> Line:
    id_ = line_id(number)
    return Line(
        id=id_,
        title=None,
        life_cycle=LifeCycle(dict.fromkeys(ENVIRONMENTS, date(2025, 1, 1))),
        policy=Policy(),
        targets={where: target(TargetId(id_, where)) for where in ENVIRONMENTS},
    )


def target(id_: TargetId) -> TargetPlan:
    probe = Probe(
        id=CheckId(id_, CHECK),
        kind=CHECK,
        interval=MINUTE,
        stale_after=3 * MINUTE,
        host=f"{id_.environment}.example",
        reads_version=True,
    )
    return TargetPlan(id=id_, base_url=f"https://{id_.environment}.example", probes=(probe,))


def answers(lines: int, at: datetime, version: str = "8.5.0") -> Iterator[Observation]:
    """One good answer of every target."""
    outcome = Outcome(
        outcome_class=OutcomeClass.OK,
        status=200,
        reading=Reading(ReadingKind.SERVED, version, "0" * 64),
        phases=Phases(None, 0.001, None, 0.04, 0.002, 0.043),
    )
    for number in range(lines):
        for where in ENVIRONMENTS:
            yield Observation(CheckId(TargetId(line_id(number), where), CHECK), at, at, outcome)


def known(lines: int) -> Board:
    """A board as 90 days leave it: a version a week, a few outages, the last answers just now."""
    board = Board(street(lines))
    standings: dict[TargetId, TargetStanding] = {}
    policy = Policy()
    moments = [NOW - timedelta(days=day) + n * MINUTE for day in range(DAYS, 0, -3) for n in (1, 2)]
    moments += [NOW - n * MINUTE for n in (3, 2, 1, 0)]
    for at in moments:
        week = (at - NOW).days // 7 + DAYS
        for number, seen in enumerate(answers(lines, at, f"8.{week // 10}.{week % 10}")):
            failing = number % 37 == at.day  # a day of trouble each month, each at its own time
            one = Observation(seen.check, at, at, BROKEN) if failing else seen
            id_ = seen.check.target
            plan = board.landscape.targets[id_]
            standings[id_] = conclude(standings.get(id_), one, plan, policy).standing
    board.apply(standings.values(), (), NOW)
    return board
