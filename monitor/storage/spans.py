"""Which state a target was in, and when: the kept history and what silence adds to it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, or_, select, update

from monitor.domain.ageing import entered
from monitor.domain.health import State, StateSpan
from monitor.domain.landscape import TargetPlan
from monitor.domain.standing import TargetStanding
from monitor.storage.keys import upsert
from monitor.storage.tables import STATE_SPAN

Spans = dict[int, list[StateSpan]]

_COLUMNS = STATE_SPAN.c
_OF_TARGET = _COLUMNS.target_key == bindparam("key")
_FORGET = delete(STATE_SPAN).where(_OF_TARGET, _COLUMNS.since >= bindparam("begin"))
_END = (
    update(STATE_SPAN)
    .where(_OF_TARGET, or_(_COLUMNS.until.is_(None), _COLUMNS.until > bindparam("begin")))
    .values(until=bindparam("begin"))
)


def enter(connection: Connection, changes: Iterable[tuple[int, StateSpan]]) -> None:
    """By target key: from the `since` of a span on the target is in its state.

    Three statements for all targets at once; a target that changes twice takes six.
    """
    turns: dict[int, list[tuple[int, StateSpan]]] = defaultdict(list)
    changed: dict[int, int] = defaultdict(int)
    for key, span in changes:
        turns[changed[key]].append((key, span))
        changed[key] += 1
    for turn in turns.values():
        begins = [{"key": key, "begin": span.since} for key, span in turn]
        connection.execute(_FORGET, begins)
        connection.execute(_END, begins)
        rows = [
            {"target_key": key, "since": span.since, "until": None, "state": span.state.value}
            for key, span in turn
        ]
        connection.execute(upsert(connection, STATE_SPAN), rows)


def between(
    connection: Connection, since: datetime, until: datetime, key: int | None = None
) -> Spans:
    """By target key, oldest first: the spans that touch `[since, until)`."""
    columns = STATE_SPAN.c
    asked = (
        select(columns.target_key, columns.state, columns.since, columns.until)
        .where(columns.since < until, or_(columns.until.is_(None), columns.until > since))
        .order_by(columns.target_key, columns.since)
    )
    if key is not None:
        asked = asked.where(columns.target_key == key)
    found: Spans = {}
    for row in connection.execute(asked):
        span = StateSpan(State(row.state), row.since, row.until)
        found.setdefault(row.target_key, []).append(span)
    return found


def silenced(
    spans: list[StateSpan],
    standing: TargetStanding | None,
    plan: TargetPlan | None,
    until: datetime,
) -> list[StateSpan]:
    """The spans as they are at `until`, when the checks have been silent for too long.

    Without a plan nobody asks the target any more: from its last answer on it is unknown.
    """
    if not spans or spans[-1].until or not standing or not standing.last_at:
        return spans
    last = spans[-1]
    if plan is None:
        later = [StateSpan(State.UNKNOWN, max(standing.last_at, last.since))]
    else:
        later = [*entered(standing.checks, plan, last, standing.last_at, until)]
    for span in later:
        spans = [*spans[:-1], StateSpan(spans[-1].state, spans[-1].since, span.since), span]
    return spans
